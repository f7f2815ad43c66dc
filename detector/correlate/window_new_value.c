#include "detector/correlate/correlator_values.h"
#include "detector/correlate/correlator_visit.h"
#include "detector/correlate/window.h"

/* new_value: a value that the group has not shown within the timespan. */

typedef struct knowing {
    tc_group group;
    tc_piece_list values;
    uint32_t events; /* since `first`, not beyond min_events */
    tc_time first;
} knowing;

_Static_assert(sizeof(knowing) <= TC_PIECE_BYTES, "a group and its window begin in a piece");

static size_t need(const tc_flow *flow, size_t value)
{
    (void)flow;
    return value;
}

static bool learned(const tc_flow *flow, const knowing *n, tc_time time)
{
    return n->values.count && n->events >= flow->min_events &&
           tc_time_between(n->first, time) >= flow->learn;
}

/* True if the value is new and may be told. */
static bool see(tc_correlator *k, tc_flow *flow, knowing *n, const tc_window_hit *hit)
{
    tc_time time = hit->arrival->order.time;
    uint32_t hash = tc_values_hash(k, hit->group, hit->value);
    tc_piece known = tc_values_find(k, hit->group, hit->value, hash);
    if (known) {
        tc_values_touch(k, &n->values, known, time);
        return false;
    }
    if (n->values.count >= flow->max_values) {
        k->stats.saturated_values++;
        return false;
    }
    bool fires = learned(flow, n, time) && tc_flow_may_fire(flow, &n->group, time);
    tc_values_add(k, hit->group, &n->values, hit->value, hash, time);
    return fires;
}

static void tell(tc_correlator *k, tc_flow *flow, const knowing *n, const tc_window_hit *hit)
{
    tc_arrival *arrival = hit->arrival;
    flow->start = arrival->order.time;
    flow->count = (double)n->values.count;
    flow->value = tc_correlator_key_text(hit->value, flow->spec->field_count, flow->value_text);
    tc_arrival_load(&k->proofs, arrival);
    for (size_t i = 0; i < arrival->evidence_count; i++) {
        tc_arrival_add_evidence(&k->proofs, &flow->told, arrival->evidence[i]);
    }
    tc_arrival_add_subjects(&k->proofs, &flow->told, arrival);
}

static bool count_hit(tc_correlator *k, tc_flow *flow, const tc_window_hit *hit)
{
    knowing *n = tc_pool_at(&k->pool, hit->group);
    tc_time time = hit->arrival->order.time;
    tc_values_expire(k, &n->values, tc_window_floor(flow, time));
    if (!n->values.count) {
        n->first = time;
        n->events = 0;
    }
    bool fires = see(k, flow, n, hit);
    if (n->events < flow->min_events) n->events++;
    tc_groups_touch(k, flow, hit->group, time);
    if (fires) tell(k, flow, n, hit);
    return fires;
}

static void clear(tc_correlator *k, tc_group *group)
{
    knowing *n = (void *)group;
    tc_values_clear(k, &n->values);
}

static void prefetch(const tc_pool *pool, const tc_group *group)
{
    const knowing *n = (const void *)group;
    tc_pool_prefetch(pool, n->values.oldest);
    tc_pool_prefetch(pool, n->values.newest);
}

static void visit(tc_correlator_visitor *visitor, tc_piece group)
{
    knowing *n = tc_pool_at(&visitor->k->pool, group);
    tc_visit_time(visitor->parts.visit, &n->first);
    tc_visit_u32(visitor->parts.visit, &n->events);
    tc_values_visit(visitor, group, &n->values);
}

const tc_window_kind tc_window_new_value = {.code = 4,
                                            .may_be_global = true,
                                            .need = need,
                                            .hit = count_hit,
                                            .clear = clear,
                                            .prefetch = prefetch,
                                            .visit = visit};
