#include "detector/memory/deque.h"

enum { PER_PIECE = 10 };

typedef struct deque_piece {
    tc_time time[PER_PIECE];
    uint32_t tag[PER_PIECE];
    tc_piece next;
} deque_piece;

_Static_assert(sizeof(deque_piece) == TC_PIECE_BYTES, "a part of a deque is a piece");

void tc_deque_push(tc_deque *deque, tc_pool *pool, tc_time time, uint32_t tag)
{
    if (!deque->tail || deque->end == PER_PIECE) {
        tc_piece piece = tc_pool_take(pool);
        if (deque->tail) {
            deque_piece *before = tc_pool_at(pool, deque->tail);
            before->next = piece;
        } else {
            deque->head = piece;
            deque->first = 0;
        }
        deque->tail = piece;
        deque->end = 0;
        deque_piece *fresh = tc_pool_at(pool, piece);
        fresh->next = 0;
    }
    deque_piece *last = tc_pool_at(pool, deque->tail);
    last->time[deque->end] = time;
    last->tag[deque->end] = tag;
    deque->end++;
    deque->count++;
}

tc_time tc_deque_oldest(const tc_deque *deque, const tc_pool *pool, uint32_t *ret_tag)
{
    TC_ASSERT(deque->count);
    const deque_piece *head = tc_pool_at(pool, deque->head);
    if (ret_tag) *ret_tag = head->tag[deque->first];
    return head->time[deque->first];
}

uint32_t tc_deque_newest_tag(const tc_deque *deque, const tc_pool *pool)
{
    TC_ASSERT(deque->count);
    const deque_piece *tail = tc_pool_at(pool, deque->tail);
    return tail->tag[deque->end - 1];
}

void tc_deque_pop(tc_deque *deque, tc_pool *pool)
{
    TC_ASSERT(deque->count);
    deque->count--;
    deque->first++;
    if (deque->count && deque->first < PER_PIECE) return;
    const deque_piece *head = tc_pool_at(pool, deque->head);
    tc_piece next = head->next;
    tc_pool_give(pool, deque->head);
    deque->head = next;
    deque->first = 0;
    if (!deque->count) *deque = (tc_deque){0};
}

void tc_deque_clear(tc_deque *deque, tc_pool *pool)
{
    while (deque->count) {
        tc_deque_pop(deque, pool);
    }
}

static void visit_entry(tc_time *time, uint32_t *tag, const tc_deque_visitor *d)
{
    tc_visit_time(d->visit, time);
    if (!d->name) return;
    bool loads = tc_visit_loads(d->visit);
    uint32_t name = loads ? 0 : d->name(d->context, *tag);
    tc_visit_u32(d->visit, &name);
    if (loads && !tc_visit_failed(d->visit)) *tag = d->name(d->context, name);
}

static void save(const tc_deque *deque, const tc_pool *pool, size_t count,
                 const tc_deque_visitor *d)
{
    uint32_t at = deque->first;
    for (tc_piece piece = deque->head; count; count--, at++) {
        deque_piece *p = tc_pool_at(pool, piece);
        if (at == PER_PIECE) {
            piece = p->next;
            p = tc_pool_at(pool, piece);
            at = 0;
        }
        visit_entry(&p->time[at], &p->tag[at], d);
    }
}

static void load(tc_deque *deque, tc_pool *pool, uint32_t first, size_t count,
                 const tc_deque_visitor *d)
{
    tc_time before = INT64_MIN;
    for (size_t i = 0; i < count; i++) {
        tc_time time = 0;
        uint32_t tag = 0;
        visit_entry(&time, &tag, d);
        if (time < before) tc_visit_refuse(d->visit, "the times of a window are out of order");
        bool full = !deque->tail || deque->end == PER_PIECE;
        if (tc_visit_failed(d->visit) || (full && !d->reserve(d->context))) return;
        tc_deque_push(deque, pool, time, tag);
        if (i == 0) {
            deque_piece *p = tc_pool_at(pool, deque->head);
            p->time[first] = time;
            p->tag[first] = tag;
            deque->first = deque->end = (uint16_t)first;
            deque->end++;
        }
        before = time;
    }
}

/* The place of the oldest is saved, too: pieces are given back as they run empty, and when there is
 * room again is part of the state. */
void tc_deque_visit(tc_deque *deque, tc_pool *pool, const tc_deque_visitor *d)
{
    size_t count = deque->count;
    uint32_t first = deque->first;
    tc_visit_count(d->visit, &count, UINT32_MAX);
    tc_visit_below(d->visit, &first, PER_PIECE);
    if (tc_visit_loads(d->visit)) {
        load(deque, pool, first, count, d);
    } else {
        save(deque, pool, count, d);
    }
}
