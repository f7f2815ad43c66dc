/*
 * window: how the kinds of correlations count.
 *
 * A kind is a file and a row of tc_window_kinds: what it keeps of a group, how it counts a hit in,
 * and when the correlation fires. Its part of a group lies behind the tc_group in the same piece,
 * all zero when the group is new; whatever else it holds lies in pieces of the pool.
 */
#ifndef TC_CORRELATE_WINDOW_H
#define TC_CORRELATE_WINDOW_H

#include "detector/correlate/correlator_groups.h"

typedef struct tc_window_hit {
    tc_piece group;
    tc_arrival *arrival;
    uint32_t position; /* of the hit's rule among those of the flow */
    tc_slice value;    /* the key of condition.field; empty where the type compares no values */
} tc_window_hit;

struct tc_correlator_visitor;

struct tc_window_kind {
    uint8_t code;       /* what it is called in saved state; never another's */
    bool may_be_global; /* scope global makes one group of all */
    /* Pieces that a hit may take, but for the group and for loading the hit; `value` are those of
     * a value. */
    size_t (*need)(const tc_flow *flow, size_t value);
    /* Counts one hit in and touches the group; true if the correlation fires, which is then in
     * `flow`. What it may take was reserved. */
    bool (*hit)(tc_correlator *k, tc_flow *flow, const tc_window_hit *hit);
    /* Gives back what the window holds, but for what an open episode must know again. */
    void (*clear)(tc_correlator *k, tc_group *group);
    /* Gives back the rest, too; NULL: there is none. */
    void (*forget)(tc_correlator *k, tc_group *group);
    /* Says what counting a hit in will touch, which is cold in many groups. */
    void (*prefetch)(const tc_pool *pool, const tc_group *group);
    /* Saves or loads its part of a group. */
    void (*visit)(struct tc_correlator_visitor *visitor, tc_piece group);
};

extern const tc_window_kind tc_window_event_count, tc_window_value_count, tc_window_temporal,
    tc_window_new_value, tc_window_value_change;
/* By type. */
extern const tc_window_kind *const tc_window_kinds[TC_CORRELATION_TYPE_COUNT];

/* -- window.c: what kinds share ---------------------------------------------------------------- */

/* True unless the flow's suppress time says that the group has fired too lately; then it has fired
 * now. */
bool tc_flow_may_fire(const tc_flow *flow, tc_group *group, tc_time time);
/* True if the condition has become true with this hit and may fire; if it is true without, the
 * flow goes on. */
bool tc_flow_rises(tc_flow *flow, tc_group *group, bool holds, tc_time time);
bool tc_flow_condition(const tc_flow *flow, double number);
/* Brings the proof of a window up to this hit: its evidence too unless the kind keeps that. */
void tc_window_keep_proof(tc_correlator *k, const tc_flow *flow, tc_group *group,
                          tc_arrival *arrival, bool with_evidence);

/* -- window_episode.c: what has been counted since a group fired ------------------------------- */

typedef struct tc_episode {
    uint32_t count;
    bool open;
    bool full; /* some values could not be kept apart: the count is a lower bound */
} tc_episode;

/* True at a hit, before it is counted, if an open episode is over: its owner ends it. */
bool tc_episode_over(const tc_flow *flow, const tc_group *group, const tc_episode *episode,
                     tc_time time);
static inline void tc_episode_count(tc_episode *episode)
{
    if (episode->open && episode->count < UINT32_MAX) episode->count++;
}
void tc_episode_visit(tc_visit *visit, tc_episode *episode);
/* With this hit `count` are in the window, the oldest of them at `start`: does that fire? Then the
 * episode is open. */
bool tc_episode_conclude(tc_correlator *k, tc_flow *flow, tc_group *group, tc_episode *episode,
                         tc_time start, uint32_t count);

#endif
