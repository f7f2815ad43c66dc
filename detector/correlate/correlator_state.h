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

#include "detector/correlate/proof.h"
#include "detector/memory/deque.h"
#include "detector/memory/lookup.h"
#include "detector/memory/piece_list.h"
#include "detector/memory/pool.h"

enum {
    /* Values are told apart by this many bytes (fewer if they are parts of very long tuples). */
    TC_CORRELATE_TEXT_MAX = 1024,
    TC_CORRELATE_KEY_MAX = 32768,
    /* The share of a value is measured over the latest events of a group, at most this many. */
    TC_CHANGE_HISTORY = 256
};

typedef enum tc_capture_kind {
    TC_CAPTURE_GROUP,
    TC_CAPTURE_COUNT,
    TC_CAPTURE_VALUE,
    TC_CAPTURE_PREVIOUS,
    TC_CAPTURE_ABSENT
} tc_capture_kind;

typedef struct tc_window_kind tc_window_kind; /* window.h */

typedef struct tc_flow {
    const tc_rule *rule;
    const tc_correlation *spec;
    const tc_window_kind *kind;
    uint32_t index; /* among the flows */
    uint32_t level;
    bool valued; /* compares values of condition.field */
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
    size_t need;               /* pieces that a hit may take, without loading it */
    int64_t horizon;           /* a group that was not touched for longer has nothing left to say */
    tc_piece_list once, again; /* groups, by last touch: touched once, and more than that */

    double reached; /* at the last hit; below 0: that had no group, or the kind does not count */
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
/* Tells what the group has come to that this hit was counted in. */
void tc_flow_tell_look(tc_flow *flow, uint32_t position, const tc_arrival *arrival,
                       const tc_firing_sink *sink);
/* Tells that the episode of `flow` went on with this hit. */
TC_STATUS tc_flow_tell_going_on(tc_correlator *correlator, tc_flow *flow, uint32_t position,
                                const tc_arrival *arrival, const tc_firing_sink *sink);

/* correlator_plan.c: flows, references and scratch memory out of the rules. */
TC_STATUS tc_correlator_plan(tc_correlator *correlator, const tc_ruleset *rules);
void tc_correlator_plan_free(tc_correlator *correlator);

/* correlator_key.c: the texts that name a group or a value as one key; false if one is missing. */
bool tc_correlator_key(const tc_arrival *arrival, const uint32_t *captures, size_t count,
                       size_t cut, uint8_t *scratch, tc_slice *ret);
/* True if a key of so many parts can look like this. */
bool tc_correlator_key_fits(tc_slice key, size_t count, size_t cut);
/* What a person reads of a key of `count` parts: the parts, joined. Writes at most the key's
 * length plus one byte per part. */
tc_slice tc_correlator_key_text(tc_slice key, size_t count, uint8_t *out);

#endif
