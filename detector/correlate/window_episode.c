#include "detector/correlate/correlator_state.h"

/* An episode begins with a firing. It is over when the condition is not true any more and the
 * suppress time has passed: then the next time that it turns true fires again. Until then every hit
 * counts. */

void tc_episode_begin_hit(tc_correlator *k, const tc_flow *flow, tc_group *group,
                          tc_episode *episode, tc_time time)
{
    if (!episode->open || group->holds) return;
    int64_t suppress = TC_MAX(flow->spec->suppress_ns, INT64_C(0));
    if (tc_time_between(group->fired, time) < suppress) return;
    if (flow->spec->type == TC_CORRELATION_VALUE_COUNT) tc_episode_values_clear(k, group);
    *episode = (tc_episode){0};
}

void tc_episode_open(tc_episode *episode, uint32_t count)
{
    *episode = (tc_episode){.count = count, .open = true};
}

static uint32_t pieces_of(const tc_sighting *value)
{
    size_t rest = value->length - TC_MIN(value->length, (uint32_t)TC_VALUE_ROOM);
    return 1 + (uint32_t)tc_pool_chain_need(rest);
}

/* The pool is larger by what episodes hold: to the windows it is as if that were not there. */
static void hold(tc_correlator *k, uint32_t pieces)
{
    k->episode_pieces += pieces;
    k->pool.limit += pieces;
}

static void let_go(tc_correlator *k, uint32_t pieces)
{
    k->episode_pieces -= pieces;
    k->pool.limit -= pieces;
}

void tc_episode_value_leaves(tc_correlator *k, tc_group *group, tc_piece value)
{
    tc_sighting *v = tc_sighting_at(k, value);
    tc_episode *episode = &group->u.distinct.episode;
    uint32_t pieces = pieces_of(v);
    bool wanted = k->listens && episode->open && !episode->full;
    if (wanted && pieces <= k->episode_pieces_max - k->episode_pieces) {
        v->uses = 1;
        tc_values_move(k, &group->u.distinct.values, &group->u.distinct.left, value);
        hold(k, pieces);
        return;
    }
    if (wanted) {
        episode->full = true;
        k->stats.uncounted_values++;
    }
    tc_values_drop(k, &group->u.distinct.values, value);
}

void tc_episode_value_returns(tc_correlator *k, tc_group *group, tc_piece value)
{
    tc_sighting *v = tc_sighting_at(k, value);
    if (!v->uses) return;
    v->uses = 0;
    tc_values_move(k, &group->u.distinct.left, &group->u.distinct.values, value);
    let_go(k, pieces_of(v));
}

void tc_episode_values_clear(tc_correlator *k, tc_group *group)
{
    tc_value_list *left = &group->u.distinct.left;
    while (left->oldest) {
        uint32_t pieces = pieces_of(tc_sighting_at(k, left->oldest));
        tc_values_drop(k, left, left->oldest);
        let_go(k, pieces);
    }
}
