#include "detector/correlate/deque.h"

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
