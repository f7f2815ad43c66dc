/* The answer of one incident: its people, with reasons, the surest first. */
#include "detector/inquire/scope_state.h"

typedef struct pairing {
    uint64_t who;
    const tc_scope_touch *touch; /* NULL: the incident names it */
    const tc_scope_victim *victim;
    tc_scope_mark mark;
} pairing;

/* -- how surely ------------------------------------------------------------------------------ */

/* Where nobody else is at home. */
static tc_scope_mark mark_alone(const tc_scope_selector *it, const tc_scope_touch *t)
{
    if (t->home) return TC_SCOPE_NETWORK;
    switch (it->kind) {
    case TC_SCOPE_ADDRESS:
        return t->visitor ? TC_SCOPE_LIKELY : TC_SCOPE_CERTAIN;
    case TC_SCOPE_BLOCK:
        return t->client && !t->visitor ? TC_SCOPE_LIKELY : TC_SCOPE_NETWORK;
    case TC_SCOPE_AGENT:
        return t->visitor ? TC_SCOPE_NETWORK : TC_SCOPE_LIKELY;
    case TC_SCOPE_ACTOR:
    case TC_SCOPE_KIND_COUNT:
        break;
    }
    return TC_SCOPE_LIKELY;
}

/* False where the touch says nothing: the thing is shared, or (a client in a network of its own)
 * nobody's affair. */
static bool mark_of(const tc_scope *s, const tc_scope_touch *t, tc_scope_mark *ret)
{
    const tc_scope_selector *it = &s->selectors[t->selector];
    *ret = it->shared ? TC_SCOPE_LIKELY : mark_alone(it, t);
    if (it->inside || !it->followed) return false;
    if (it->kind == TC_SCOPE_AGENT || it->kind == TC_SCOPE_ACTOR)
        return !it->shared && !t->home && !t->visitor;
    return !it->shared || (t->client && !t->home && !t->visitor);
}

/* -- gathering ------------------------------------------------------------------------------ */

static int compare_u64(uint64_t a, uint64_t b)
{
    return a < b ? -1 : a > b;
}

/* By person; the incident's own word first, then the surest, then the order of selectors. */
static int by_person(const void *left, const void *right)
{
    const pairing *a = left, *b = right;
    int order = compare_u64(a->who, b->who);
    if (order == 0) order = (a->touch != NULL) - (b->touch != NULL);
    if (order == 0) order = (int)a->mark - (int)b->mark;
    if (order == 0 && a->touch) order = compare_u64(a->touch->selector, b->touch->selector);
    return order;
}

static uint32_t number_of(const tc_scope *s, size_t index, const tc_scope_touch *t)
{
    return s->selectors[t->selector].incident == index;
}

static TC_STATUS gather(const tc_scope *s, size_t index, tc_arena *arena, pairing **ret,
                        size_t *ret_count)
{
    const tc_scope_incident *in = &s->incidents[index];
    size_t count = in->victim_count, n = 0;
    for (size_t i = 0; i < s->touch_count; i++)
        count += number_of(s, index, &s->touches[i]);
    pairing *all = tc_arena_get(arena, count + 1, sizeof(*all));
    if (all == NULL) return (tc_status){TC_ELIMIT};
    for (size_t i = 0; i < in->victim_count; i++)
        all[n++] = (pairing){in->victims[i].who, NULL, &in->victims[i], TC_SCOPE_CERTAIN};
    for (size_t i = 0; i < s->touch_count; i++) {
        const tc_scope_touch *t = &s->touches[i];
        tc_scope_mark mark;
        if (!number_of(s, index, t)) continue;
        bool says = mark_of(s, t, &mark);
        if (says) all[n++] = (pairing){t->who, t, NULL, mark};
    }
    qsort(all, n, sizeof(*all), by_person);
    *ret = all;
    *ret_count = n;
    return TC_SUCCESS;
}

/* -- rows ----------------------------------------------------------------------------------- */

static tc_scope_reason reason_of(const tc_scope *s, const pairing *p)
{
    const tc_scope_touch *t = p->touch;
    const tc_scope_selector *it = &s->selectors[t->selector];
    return (tc_scope_reason){.kind = it->kind,
                             .mark = p->mark,
                             .what = it->text,
                             .first = t->first,
                             .last = t->last,
                             .in = t->in,
                             .refused = t->refused,
                             .asked = t->asked,
                             .home = t->home,
                             .device = t->visitor};
}

static void widen(tc_scope_row *row, tc_time first, tc_time last)
{
    if (first != TC_TIME_NONE)
        row->first = row->first == TC_TIME_NONE ? first : TC_MIN(row->first, first);
    if (last != TC_TIME_NONE) row->last = TC_MAX(row->last, last);
}

static void take_victim(tc_scope_row *row, const tc_scope_victim *victim)
{
    row->named = row->named || !victim->guest;
    row->guest = row->guest || victim->guest;
    row->name = victim->name;
    widen(row, victim->first, victim->last);
}

static void take_touch(const tc_scope *s, tc_scope_row *row, const pairing *p,
                       tc_scope_reason *reason)
{
    const tc_scope_touch *t = p->touch;
    *reason = reason_of(s, p);
    widen(row, t->first, t->last);
    row->in += t->in;
    row->refused += t->refused;
    row->asked += t->asked;
}

static bool name_row(const tc_scope *s, tc_arena *arena, uint64_t who, const tc_scope_touch *t,
                     tc_scope_row *row)
{
    row->unknown = (who & TC_SCOPE_NOBODY) != 0;
    if (row->name.len) return true;
    tc_slice name = tc_slice_make(t->name, t->length);
    tc_identity_begin(s->identity);
    if (!row->unknown) name = tc_identity_label(s->identity, (tc_entity)who);
    return tc_arena_copy(arena, name, &row->name);
}

/* The row of the pairings from *at on that are of one person. */
static TC_STATUS make_row(const tc_scope *s, tc_arena *arena, const pairing *all, size_t count,
                          size_t *at, tc_scope_row *row)
{
    size_t from = *at, end = from;
    while (end < count && all[end].who == all[from].who)
        end++;
    tc_scope_reason *reasons = tc_arena_get(arena, end - from, sizeof(*reasons));
    if (reasons == NULL) return (tc_status){TC_ELIMIT};
    *row = (tc_scope_row){
        .mark = all[from].mark, .first = TC_TIME_NONE, .last = TC_TIME_NONE, .reasons = reasons};
    const tc_scope_touch *touched = NULL;
    for (size_t i = from; i < end; i++) {
        if (all[i].touch == NULL) {
            take_victim(row, all[i].victim);
            continue;
        }
        touched = all[i].touch;
        take_touch(s, row, &all[i], &reasons[row->reason_count++]);
    }
    *at = end;
    if (row->guest && !row->named) row->mark = TC_SCOPE_NETWORK;
    if (!name_row(s, arena, all[from].who, touched, row)) return (tc_status){TC_ELIMIT};
    return TC_SUCCESS;
}

static int by_surety(const void *left, const void *right)
{
    const tc_scope_row *a = left, *b = right;
    int order = (int)a->mark - (int)b->mark;
    if (order == 0 && a->first != b->first) order = a->first < b->first ? -1 : 1;
    if (order == 0) order = tc_slice_compare(a->name, b->name);
    if (order == 0) order = (int)b->named - (int)a->named;
    return order;
}

static TC_STATUS list_shared(const tc_scope *s, size_t index, tc_arena *arena, tc_scope_answer *ret)
{
    size_t count = 0;
    for (size_t i = 0; i < s->selector_count; i++)
        count += s->selectors[i].incident == index && s->selectors[i].shared;
    tc_scope_shared *list = tc_arena_get(arena, count + 1, sizeof(*list));
    if (list == NULL) return (tc_status){TC_ELIMIT};
    ret->shared = list;
    for (size_t i = 0; i < s->selector_count; i++) {
        const tc_scope_selector *it = &s->selectors[i];
        if (it->incident != index || !it->shared) continue;
        list[ret->shared_count++] = (tc_scope_shared){it->kind, it->text, it->others, it->inside};
    }
    return TC_SUCCESS;
}

TC_STATUS tc_scope_answer_of(tc_scope *s, size_t index, tc_arena *arena, tc_scope_answer *ret)
{
    const tc_scope_incident *in = &s->incidents[index];
    pairing *all = NULL;
    size_t count = 0, at = 0;
    TC_ASSERT(s->judged && index < s->incident_count);
    *ret = (tc_scope_answer){.level = in->level,
                             .title = in->title,
                             .start = in->start,
                             .end = in->end,
                             .last_sign = in->end};
    memcpy(ret->id, in->id, sizeof(ret->id));
    TC_TRY(gather(s, index, arena, &all, &count));
    tc_scope_row *rows = tc_arena_get(arena, count + 1, sizeof(*rows));
    if (rows == NULL) return (tc_status){TC_ELIMIT};
    while (at < count) {
        tc_scope_row *row = &rows[ret->row_count++];
        TC_TRY(make_row(s, arena, all, count, &at, row));
        if (row->mark != TC_SCOPE_NETWORK && row->reason_count)
            ret->last_sign = TC_MAX(ret->last_sign, row->last);
    }
    qsort(rows, ret->row_count, sizeof(*rows), by_surety);
    ret->rows = rows;
    return list_shared(s, index, arena, ret);
}
