#include "detector/correlate/correlator_state.h"

/* new_value: a value that the group has not shown within the timespan. */

static bool learned(const tc_flow *flow, const tc_group *g, tc_time time)
{
    return g->u.known.values.count && g->u.known.events >= flow->min_events &&
           tc_time_between(g->u.known.first, time) >= flow->learn;
}

bool tc_window_new_value(tc_correlator *k, tc_flow *flow, tc_piece group, tc_arrival *arrival,
                         tc_slice value)
{
    tc_group *g = tc_pool_at(&k->pool, group);
    tc_value_list *values = &g->u.known.values;
    tc_time time = arrival->order.time;
    tc_values_expire(k, values, tc_window_floor(flow, time));
    if (!values->count) {
        g->u.known.first = time;
        g->u.known.events = 0;
    }
    bool fires = false;
    uint32_t hash = tc_values_hash(k, group, value);
    tc_piece known = tc_values_find(k, group, value, hash);
    if (known) {
        tc_values_touch(k, values, known, time);
    } else if (values->count >= flow->max_values) {
        k->stats.saturated_values++;
    } else {
        fires = learned(flow, g, time) && tc_flow_may_fire(flow, g, time);
        tc_values_add(k, group, values, value, hash, time);
    }
    if (g->u.known.events < flow->min_events) g->u.known.events++;
    tc_groups_touch(k, flow, group, time);
    if (!fires) return false;
    flow->start = time;
    flow->count = (double)values->count;
    flow->value = tc_correlator_key_text(value, flow->spec->field_count, flow->value_text);
    tc_arrival_load(&k->proofs, arrival);
    for (size_t i = 0; i < arrival->evidence_count; i++) {
        tc_arrival_add_evidence(&k->proofs, &flow->told, arrival->evidence[i]);
    }
    tc_arrival_add_subjects(&k->proofs, &flow->told, arrival);
    return true;
}
