#include "detector/correlate/correlator_visit.h"
#include "detector/correlate/window.h"

/* event_count: the window holds the latest hits, as many as the condition can tell apart: with
 * `bound` of them it is decided, whatever came before. Since each hit adds one, the count is exact
 * whenever the condition turns, and so are the episodes. */

typedef struct counting {
    tc_group group;
    tc_deque times; /* of the hits before the last one */
    tc_episode episode;
} counting;

_Static_assert(sizeof(counting) <= TC_PIECE_BYTES, "a group and its window begin in a piece");

static size_t need(const tc_flow *flow, size_t value)
{
    (void)flow;
    (void)value;
    return 1 + tc_proof_add_need();
}

static bool count_hit(tc_correlator *k, tc_flow *flow, const tc_window_hit *hit)
{
    counting *c = tc_pool_at(&k->pool, hit->group);
    tc_group *g = &c->group;
    tc_deque *times = &c->times;
    tc_time time = hit->arrival->order.time, floor = tc_window_floor(flow, time);
    if (tc_episode_over(flow, g, &c->episode, time)) c->episode = (tc_episode){0};
    tc_episode_count(&c->episode);
    if (g->touched != TC_TIME_NONE && flow->bound > 1) {
        tc_deque_push(times, &k->pool, g->touched, 0);
    }
    while (times->count &&
           (times->count >= flow->bound || tc_deque_oldest(times, &k->pool, NULL) < floor)) {
        tc_deque_pop(times, &k->pool);
    }
    tc_time start = times->count ? tc_deque_oldest(times, &k->pool, NULL) : time;
    tc_groups_touch(k, flow, hit->group, time);
    tc_window_keep_proof(k, flow, g, hit->arrival, true);
    return tc_episode_conclude(k, flow, g, &c->episode, start, times->count + 1);
}

static void clear(tc_correlator *k, tc_group *group)
{
    counting *c = (void *)group;
    tc_deque_clear(&c->times, &k->pool);
}

static void prefetch(const tc_pool *pool, const tc_group *group)
{
    const counting *c = (const void *)group;
    tc_pool_prefetch(pool, c->times.head);
    tc_pool_prefetch(pool, c->times.tail);
}

static bool reserve(void *context)
{
    tc_correlator_visitor *visitor = context;
    return tc_proof_visitor_reserve(&visitor->parts, 1);
}

static void visit(tc_correlator_visitor *visitor, tc_piece group)
{
    counting *c = tc_pool_at(&visitor->k->pool, group);
    const tc_deque_visitor times = {visitor->parts.visit, visitor, NULL, reserve};
    tc_deque_visit(&c->times, &visitor->k->pool, &times);
    tc_episode_visit(visitor->parts.visit, &c->episode);
}

const tc_window_kind tc_window_event_count = {.code = 1,
                                              .need = need,
                                              .hit = count_hit,
                                              .clear = clear,
                                              .prefetch = prefetch,
                                              .visit = visit};
