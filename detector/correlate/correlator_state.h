/*
 * correlator_state: what the parts of the correlator share.
 *
 * A flow is one correlation at work: its rule, what was worked out of it beforehand, the lists of
 * its groups, and its last firing. Groups, values, windows and evidence lie in pieces; groups and
 * values are found through two lookups that all flows share. Flows stand in the order of their
 * level (1 + the highest level of a rule that they refer to; detections have 0), so that whatever
 * an inner correlation says of an event reaches an outer one before the event itself does.
 */
#ifndef TC_CORRELATE_CORRELATOR_STATE_H
#define TC_CORRELATE_CORRELATOR_STATE_H

#include "detector/correlate/deque.h"
#include "detector/correlate/lookup.h"
#include "detector/correlate/pool.h"
#include "detector/correlate/proof.h"

enum {
    /* Values are told apart by this many bytes (fewer if they are parts of very long tuples). */
    TC_CORRELATE_TEXT_MAX = 1024,
    TC_CORRELATE_KEY_MAX = 32768,
    TC_GROUP_ROOM = 32,
    TC_VALUE_ROOM = 72,
    /* The share of a value is measured over the latest events of a group, at most this many. */
    TC_CHANGE_HISTORY = 256
};

/* Oldest first: by last sighting, or for value_change by first. */
typedef struct tc_value_list {
    tc_piece oldest, newest;
    uint32_t count;
} tc_value_list;

typedef struct tc_sighting {
    tc_lookup_node node;
    tc_piece group;
    tc_piece older, newer;
    tc_piece more;
    uint32_t length;
    uint32_t uses;   /* value_change: events of the history; value_count: 1 = left the window */
    uint32_t streak; /* value_change: events in a row, as a candidate; the first was at `last` */
    tc_time last;
    uint8_t room[TC_VALUE_ROOM];
} tc_sighting;

/* What has been counted since the group fired. */
typedef struct tc_episode {
    uint32_t count;
    bool open;
    bool full; /* some values could not be kept apart: the count is a lower bound */
} tc_episode;

typedef struct tc_group {
    tc_lookup_node node;
    tc_piece older, newer; /* neighbours in the list of its flow, by last touch */
    uint32_t flow;
    tc_piece key_more;
    tc_piece proof;
    uint16_t key_length;
    bool again;      /* touched more than once */
    bool holds;      /* the condition was true at the last hit */
    tc_time touched; /* TC_TIME_NONE: the window is empty */
    tc_time fired;   /* TC_TIME_NONE: never */
    union {
        struct {
            tc_deque times; /* of the hits before the last one */
            tc_episode episode;
        } events; /* event_count */
        struct {
            tc_value_list values;
            tc_value_list left; /* counted in the open episode and no more in the window */
            tc_episode episode;
        } distinct;     /* value_count */
        tc_piece slots; /* temporal */
        struct {
            tc_value_list values;
            uint32_t events; /* since `first`, not beyond min_events */
            tc_time first;
        } known; /* new_value */
        struct {
            tc_time first;
            tc_deque history; /* tagged with the value's piece */
            tc_value_list values;
            tc_piece adopted;   /* value that is established because it replaced another */
            tc_piece evidence;  /* of the newest event of the history */
            tc_piece candidate; /* value that may be about to replace the established one */
        } change;               /* value_change */
    } u;
    uint8_t key[TC_GROUP_ROOM];
} tc_group;

_Static_assert(sizeof(tc_sighting) <= TC_PIECE_BYTES, "a value begins in a piece");
_Static_assert(sizeof(tc_group) <= TC_PIECE_BYTES, "a group begins in a piece");

typedef struct tc_group_list {
    tc_piece oldest, newest;
    uint32_t count;
} tc_group_list;

typedef enum tc_capture_kind {
    TC_CAPTURE_GROUP,
    TC_CAPTURE_COUNT,
    TC_CAPTURE_VALUE,
    TC_CAPTURE_PREVIOUS,
    TC_CAPTURE_ABSENT
} tc_capture_kind;

typedef struct tc_flow {
    const tc_rule *rule;
    const tc_correlation *spec;
    uint32_t index; /* among the flows */
    uint32_t level;
    bool global; /* one group for all */
    bool degraded;
    uint32_t bound;      /* entries that a window needs: with more the condition cannot change */
    uint32_t streak;     /* value_change: events in a row that make a change */
    uint32_t history;    /* value_change: events that the share is measured over */
    uint32_t min_events; /* new_value, value_change */
    uint32_t max_values; /* new_value */
    int64_t learn;       /* ns; new_value, value_change */
    double share;        /* value_change */
    uint32_t rule_count; /* temporal: distinct rules */
    uint32_t *places;    /* per position in spec->rules: the first position of that rule */
    size_t group_cut, value_cut;
    size_t need;     /* pieces that a hit may take, without loading it */
    int64_t horizon; /* a group that was not touched for longer has nothing left to say */
    tc_group_list once, again;

    bool goes_on;   /* the last hit belonged to an open episode and did not fire */
    bool uncertain; /* its count is a lower bound */
    /* The last firing, as told to the caller and to outer correlations. */
    tc_arrival told;
    tc_time start;
    double count;
    tc_slice value, previous;
    tc_capture *group;
    tc_capture *captures; /* rule->capture_count */
    tc_capture_kind *capture_kinds;
    size_t *capture_groups; /* TC_CAPTURE_GROUP: which */
    uint8_t *value_text, *previous_text;
    char count_text[24];
} tc_flow;

/* A flow that refers to a rule, and where in its list of rules. */
typedef struct tc_flow_reference {
    uint32_t flow;
    uint32_t position;
} tc_flow_reference;

/* A hit on its way through the correlations that refer to its rule. */
typedef struct tc_flow_frame {
    tc_arrival *arrival;
    uint32_t at, end; /* in the references */
} tc_flow_frame;

struct tc_correlator {
    tc_pool pool;
    tc_lookup groups, values;
    tc_hash_key key;
    tc_proofs proofs;

    tc_flow *flows;
    size_t flow_count;
    tc_flow_reference *references;
    uint32_t *reference_ends; /* per rule; those of rule r begin where those of r - 1 end */
    size_t rule_count;

    tc_flow_frame *frames;
    tc_arrival pushed;
    tc_order last;
    bool any;

    uint8_t *key_scratch, *value_scratch;
    bool *truths; /* stack of an expression */
    uint8_t *texts;
    tc_evidence evidence[TC_FIRING_EVIDENCE_MAX];
    tc_subject subjects[TC_FIRING_SUBJECTS_MAX];

    bool listens;                                /* somebody wants to know how episodes go on */
    uint32_t episode_pieces, episode_pieces_max; /* of values that have left their windows */
    uint64_t once_count, group_count;
    tc_correlator_stats stats;
};

/* correlator_tell.c: the firing in `flow` as outer correlations see it, and as the caller is told.
 */
void tc_flow_fill_captures(tc_correlator *correlator, tc_flow *flow, uint32_t position,
                           const tc_arrival *arrival);
TC_STATUS tc_flow_tell(tc_correlator *correlator, const tc_flow *flow, const tc_firing_sink *sink);
/* Tells that the episode of `flow` went on with this hit. */
TC_STATUS tc_flow_tell_going_on(tc_correlator *correlator, tc_flow *flow, uint32_t position,
                                const tc_arrival *arrival, const tc_firing_sink *sink);

/* correlator_plan.c: flows, references and scratch memory out of the rules. */
TC_STATUS tc_correlator_plan(tc_correlator *correlator, const tc_ruleset *rules);
void tc_correlator_plan_free(tc_correlator *correlator);

/* correlator_key.c: the texts that name a group or a value as one key; false if one is missing. */
bool tc_correlator_key(const tc_arrival *arrival, const uint32_t *captures, size_t count,
                       size_t cut, uint8_t *scratch, tc_slice *ret);
/* What a person reads of a key of `count` parts: the parts, joined. Writes at most the key's
 * length plus one byte per part. */
tc_slice tc_correlator_key_text(tc_slice key, size_t count, uint8_t *out);

/* correlator_groups.c */
TC_STATUS tc_groups_reserve(tc_correlator *k, size_t count);
/* The group of a hit, made when new and not touched yet; 0 if a group-by field is missing
 * (counted) or the hit has no value where one is needed. A group whose window has run empty is
 * blank: `touched` is TC_TIME_NONE. */
tc_piece tc_groups_enter(tc_correlator *k, tc_flow *flow, uint32_t position,
                         const tc_arrival *arrival, bool has_value);
void tc_groups_touch(tc_correlator *k, tc_flow *flow, tc_piece piece, tc_time time);
/* Gives up at most `max` groups that were not touched within the flow's horizon of `time`. */
void tc_groups_release(tc_correlator *k, tc_flow *flow, tc_time time, size_t max);
/* The oldest instant of a window that ends at `time`. */
tc_time tc_window_floor(const tc_flow *flow, tc_time time);

/* correlator_values.c */
uint32_t tc_values_hash(const tc_correlator *k, tc_piece group, tc_slice key);
tc_piece tc_values_find(const tc_correlator *k, tc_piece group, tc_slice key, uint32_t hash);
tc_piece tc_values_add(tc_correlator *k, tc_piece group, tc_value_list *list, tc_slice key,
                       uint32_t hash, tc_time time);
void tc_values_touch(const tc_correlator *k, tc_value_list *list, tc_piece piece, tc_time time);
void tc_values_drop(tc_correlator *k, tc_value_list *list, tc_piece piece);
void tc_values_expire(tc_correlator *k, tc_value_list *list, tc_time floor);
void tc_values_clear(tc_correlator *k, tc_value_list *list);
/* The value becomes the newest of another list of its group. */
void tc_values_move(const tc_correlator *k, tc_value_list *from, tc_value_list *to, tc_piece piece);
static inline tc_sighting *tc_sighting_at(const tc_correlator *k, tc_piece piece)
{
    return tc_pool_at(&k->pool, piece);
}

/* window_*.c: counts one hit in; true if the correlation fires, which is then in `flow`. What it
 * may take was reserved. `value` is the key of condition.field. */
bool tc_window_event_count(tc_correlator *k, tc_flow *flow, tc_piece group, tc_arrival *arrival);
bool tc_window_value_count(tc_correlator *k, tc_flow *flow, tc_piece group, tc_arrival *arrival,
                           tc_slice value);
bool tc_window_temporal(tc_correlator *k, tc_flow *flow, tc_piece group, tc_arrival *arrival,
                        uint32_t position);
bool tc_window_new_value(tc_correlator *k, tc_flow *flow, tc_piece group, tc_arrival *arrival,
                         tc_slice value);
bool tc_window_value_change(tc_correlator *k, tc_flow *flow, tc_piece group, tc_arrival *arrival,
                            tc_slice value);
/* Gives back what the window of a group holds, so that it is as if new but for `fired` and an open
 * episode. */
void tc_window_clear(tc_correlator *k, const tc_flow *flow, tc_group *group);
/* The same for one type, in its file. */
void tc_window_temporal_clear(tc_correlator *k, tc_group *group);
void tc_window_value_change_clear(tc_correlator *k, tc_group *group);

/* window_episode.c: at a hit, before it is counted: ends an episode that is over. */
void tc_episode_begin_hit(tc_correlator *k, const tc_flow *flow, tc_group *group,
                          tc_episode *episode, tc_time time);
/* The group has fired: `count` are counted. */
void tc_episode_open(tc_episode *episode, uint32_t count);
static inline void tc_episode_count(tc_episode *episode)
{
    if (episode->open && episode->count < UINT32_MAX) episode->count++;
}
/* A value of value_count leaves the window: forgotten unless an open episode must know it again. */
void tc_episode_value_leaves(tc_correlator *k, tc_group *group, tc_piece value);
/* Finds a value that the open episode has counted and brings it back into the window's list. */
void tc_episode_value_returns(tc_correlator *k, tc_group *group, tc_piece value);
/* Gives back all values that have left the window. */
void tc_episode_values_clear(tc_correlator *k, tc_group *group);

/* True unless the flow's suppress time says that the group has fired too lately; then it has fired
 * now. */
bool tc_flow_may_fire(const tc_flow *flow, tc_group *group, tc_time time);
/* True if the condition has become true with this hit and may fire; if it is true without, the
 * flow goes on. */
bool tc_flow_rises(tc_flow *flow, tc_group *group, bool holds, tc_time time);
bool tc_flow_condition(const tc_flow *flow, double number);

#endif
