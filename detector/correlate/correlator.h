/*
 * correlator: Sigma correlations over event time, the one evaluator of scan and watch.
 *
 * A pure function of hits in total order and a watermark: no clock, no I/O, no randomness that
 * shows. Windows are closed and slide with each event, [t - timespan, t]; a group fires when its
 * condition turns true and re-arms when it is false again (once per episode). A firing is a hit
 * that other correlations may refer to. A hit that lacks a group-by field, or has null there, is
 * not grouped and is counted.
 *
 * State is bounded in bytes. At the bound the group that was touched longest ago is given up first
 * (counted; later firings of that rule are marked degraded). No map is iterated for output.
 */
#ifndef TC_CORRELATE_CORRELATOR_H
#define TC_CORRELATE_CORRELATOR_H

#include "detector/sigma/matcher.h"

typedef struct tc_correlator tc_correlator;

#define TC_FIRING_EVIDENCE_MAX 5
#define TC_FIRING_SUBJECTS_MAX 64

typedef struct tc_firing {
    const tc_rule *rule;
    tc_order order;              /* of the completing hit */
    tc_time start;               /* of the oldest hit that still counted */
    const tc_capture *group;     /* correlation->group_count values */
    double count;                /* events, distinct values or distinct rules in the window */
    tc_slice value;              /* new_value, value_change: the new value */
    tc_slice previous;           /* value_change: the value before; new_value: empty */
    const tc_evidence *evidence; /* the first two and the last three of the window, in order */
    size_t evidence_count;
    const tc_subject
        *subjects; /* distinct subjects of the window's hits, in order of first sight */
    size_t subject_count;
    bool degraded;
} tc_firing;

typedef struct tc_firing_sink {
    void *context;
    /* Called for every firing, reported or not (firing->rule->reports). Slices live during the
     * call. */
    tc_status (*fired)(void *context, const tc_firing *firing);
} tc_firing_sink;

typedef struct tc_correlator_stats {
    uint64_t hits, firings, ungrouped, evicted_groups, saturated_values;
    size_t bytes;
} tc_correlator_stats;

/* `state_bytes`: bound of all windows and baselines together. */
tc_correlator *tc_correlator_new(const tc_ruleset *rules, size_t state_bytes) TC_MUST_USE;
void tc_correlator_free(tc_correlator *correlator);

/* The next hit in total order (checked: an earlier one trips an assertion). Evaluates every
 * correlation that refers to its rule, and those that refer to what fires, before it returns. */
tc_status tc_correlator_push(tc_correlator *correlator, const tc_hit *hit,
                             const tc_firing_sink *sink) TC_MUST_USE;
/* Nothing older than `watermark` will come: windows that have passed are released. */
tc_status tc_correlator_advance(tc_correlator *correlator, tc_time watermark,
                                const tc_firing_sink *sink) TC_MUST_USE;
tc_correlator_stats tc_correlator_statistics(const tc_correlator *correlator);

#endif
