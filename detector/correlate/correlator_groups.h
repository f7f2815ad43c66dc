/*
 * correlator_groups: the groups of all flows: found by key, in the order of their last touch, given
 * up when there is no room.
 *
 * What a group's window holds is the business of its kind (window.h), whose own part lies in the
 * same piece behind what stands here. Every group that is at rest has been touched.
 */
#ifndef TC_CORRELATE_CORRELATOR_GROUPS_H
#define TC_CORRELATE_CORRELATOR_GROUPS_H

#include "detector/correlate/correlator_state.h"

enum { TC_GROUP_ROOM = 32 };

typedef struct tc_group {
    tc_lookup_node node;
    tc_piece_links links; /* in the list of its flow, by last touch */
    uint32_t flow;
    tc_piece key_more;
    tc_piece proof;
    uint16_t key_length;
    bool again;      /* touched more than once */
    bool holds;      /* the condition was true at the last hit */
    tc_time touched; /* TC_TIME_NONE: the window is empty */
    tc_time fired;   /* TC_TIME_NONE: never */
    uint8_t key[TC_GROUP_ROOM];
} tc_group;

TC_STATUS tc_groups_reserve(tc_correlator *k, size_t count);
/* The group of a hit, made when new and not touched yet; 0 if a group-by field is missing
 * (counted) or the hit has no value where one is needed. A group whose window has run empty is
 * blank: `touched` is TC_TIME_NONE. */
tc_piece tc_groups_enter(tc_correlator *k, tc_flow *flow, uint32_t position,
                         const tc_arrival *arrival, bool has_value);
/* A group of this key, the newest of its list, with an empty window; 0 if the flow has it. What it
 * takes was reserved. */
tc_piece tc_groups_add(tc_correlator *k, tc_flow *flow, tc_slice key, bool again);
void tc_groups_drop(tc_correlator *k, tc_flow *flow, tc_piece piece);
void tc_groups_touch(tc_correlator *k, tc_flow *flow, tc_piece piece, tc_time time);
/* Gives back what the window of a group holds, so that it is as if new but for `fired` and an open
 * episode. */
void tc_group_blank(tc_correlator *k, const tc_flow *flow, tc_group *group);
/* Gives up at most `max` groups that were not touched within the flow's horizon of `time`. */
void tc_groups_release(tc_correlator *k, tc_flow *flow, tc_time time, size_t max);
/* The oldest instant of a window that ends at `time`. */
tc_time tc_window_floor(const tc_flow *flow, tc_time time);

#endif
