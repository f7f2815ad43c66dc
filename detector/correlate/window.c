#include "detector/correlate/correlator_state.h"

bool tc_flow_condition(const tc_flow *flow, double number)
{
    const tc_correlation *spec = flow->spec;
    for (int i = 0; i < TC_COMPARE_COUNT; i++) {
        if (!spec->condition.set[i]) continue;
        double than = spec->condition.number[i];
        bool holds = false;
        switch ((tc_compare)i) {
        case TC_GT:
            holds = number > than;
            break;
        case TC_GTE:
            holds = number >= than;
            break;
        case TC_LT:
            holds = number < than;
            break;
        case TC_LTE:
            holds = number <= than;
            break;
        case TC_EQ:
            holds = !(number < than || number > than);
            break;
        case TC_NEQ:
            holds = number < than || number > than;
            break;
        case TC_COMPARE_COUNT:
            break;
        }
        if (!holds) return false;
    }
    return true;
}

bool tc_flow_may_fire(const tc_flow *flow, tc_group *group, tc_time time)
{
    int64_t suppress = TC_MAX(flow->spec->suppress_ns, INT64_C(0));
    if (group->fired != TC_TIME_NONE && tc_time_between(group->fired, time) < suppress)
        return false;
    group->fired = time;
    return true;
}

bool tc_flow_rises(tc_flow *flow, tc_group *group, bool holds, tc_time time)
{
    bool rises = holds && !group->holds;
    group->holds = holds;
    bool fires = rises && tc_flow_may_fire(flow, group, time);
    flow->goes_on = holds && !fires;
    return fires;
}

void tc_window_clear(tc_correlator *k, const tc_flow *flow, tc_group *group)
{
    switch (flow->spec->type) {
    case TC_CORRELATION_EVENT_COUNT:
        tc_deque_clear(&group->u.events.times, &k->pool);
        break;
    case TC_CORRELATION_VALUE_COUNT:
        while (group->u.distinct.values.oldest) {
            tc_episode_value_leaves(k, group, group->u.distinct.values.oldest);
        }
        break;
    case TC_CORRELATION_TEMPORAL:
        tc_window_temporal_clear(k, group);
        break;
    case TC_CORRELATION_NEW_VALUE:
        tc_values_clear(k, &group->u.known.values);
        break;
    case TC_CORRELATION_VALUE_CHANGE:
        tc_window_value_change_clear(k, group);
        break;
    case TC_CORRELATION_TYPE_COUNT:
        break;
    }
    tc_proof_free(&k->proofs, group->proof);
    group->proof = 0;
    group->holds = false;
    group->touched = TC_TIME_NONE;
}

/* Brings the proof of a window up to this hit. */
static void keep_proof(tc_correlator *k, const tc_flow *flow, tc_group *g, tc_arrival *arrival)
{
    if (g->proof) {
        tc_proof_expire(&k->proofs, g->proof, tc_window_floor(flow, arrival->order.time));
    } else {
        g->proof = tc_proof_new(&k->proofs);
    }
    tc_proof_add(&k->proofs, g->proof, arrival, true);
}

static bool conclude(tc_correlator *k, tc_flow *flow, tc_group *g, tc_episode *episode,
                     tc_time start, uint32_t count)
{
    bool fires = tc_flow_rises(flow, g, tc_flow_condition(flow, (double)count), g->touched);
    if (fires) {
        tc_episode_open(episode, count);
        tc_proof_collect(&k->proofs, g->proof, &flow->told);
    }
    flow->start = start;
    flow->count = (double)episode->count;
    flow->uncertain = episode->full;
    return fires;
}

/* The window holds the latest hits, as many as the condition can tell apart: with `bound` of them
 * it is decided, whatever came before. Since each hit adds one, the count is exact whenever the
 * condition turns, and so are the episodes. */
bool tc_window_event_count(tc_correlator *k, tc_flow *flow, tc_piece group, tc_arrival *arrival)
{
    tc_group *g = tc_pool_at(&k->pool, group);
    tc_deque *times = &g->u.events.times;
    tc_time time = arrival->order.time, floor = tc_window_floor(flow, time);
    tc_episode_begin_hit(k, flow, g, &g->u.events.episode, time);
    tc_episode_count(&g->u.events.episode);
    if (g->touched != TC_TIME_NONE && flow->bound > 1) {
        tc_deque_push(times, &k->pool, g->touched, 0);
    }
    while (times->count &&
           (times->count >= flow->bound || tc_deque_oldest(times, &k->pool, NULL) < floor)) {
        tc_deque_pop(times, &k->pool);
    }
    tc_time start = times->count ? tc_deque_oldest(times, &k->pool, NULL) : time;
    tc_groups_touch(k, flow, group, time);
    keep_proof(k, flow, g, arrival);
    return conclude(k, flow, g, &g->u.events.episode, start, times->count + 1);
}

/* A value counts while its last sighting is in the window: so a list of values by last sighting is
 * all there is to keep, and of that the latest `bound`. */
bool tc_window_value_count(tc_correlator *k, tc_flow *flow, tc_piece group, tc_arrival *arrival,
                           tc_slice value)
{
    tc_group *g = tc_pool_at(&k->pool, group);
    tc_value_list *values = &g->u.distinct.values;
    tc_time time = arrival->order.time, floor = tc_window_floor(flow, time);
    tc_episode_begin_hit(k, flow, g, &g->u.distinct.episode, time);
    while (values->oldest && tc_sighting_at(k, values->oldest)->last < floor) {
        tc_episode_value_leaves(k, g, values->oldest);
    }
    uint32_t hash = tc_values_hash(k, group, value);
    tc_piece known = tc_values_find(k, group, value, hash);
    if (known) {
        tc_episode_value_returns(k, g, known);
        tc_values_touch(k, values, known, time);
    } else {
        tc_values_add(k, group, values, value, hash, time);
        if (!g->u.distinct.episode.full) tc_episode_count(&g->u.distinct.episode);
    }
    if (values->count > flow->bound) tc_episode_value_leaves(k, g, values->oldest);
    tc_groups_touch(k, flow, group, time);
    keep_proof(k, flow, g, arrival);
    return conclude(k, flow, g, &g->u.distinct.episode, tc_sighting_at(k, values->oldest)->last,
                    values->count);
}
