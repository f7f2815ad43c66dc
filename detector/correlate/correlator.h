/*
 * correlator: Sigma correlations over event time, the one evaluator of scan and watch.
 *
 * A pure function of hits in total order and a watermark: no clock, no I/O, no randomness that
 * shows. Windows are closed and slide with each hit, [t - timespan, t]; a group fires when its
 * condition turns true at a hit and re-arms when it is false at a later one, or when its window has
 * run empty meanwhile (once per episode); `suppress` silences it for so long after a firing. A
 * firing is a hit that other correlations may refer to, with its group-by names and `count`,
 * `value`, `previous` as captures; of one event, inner correlations speak to an outer one before
 * the event itself does. A hit that lacks a group-by field, or has null there, is not grouped and
 * is counted; one that lacks a condition.field is ignored.
 *
 * Episodes: a group that has fired goes on collecting while its condition is still true at further
 * hits, and, when it turns true again, while `suppress` silences it; each such hit is told through
 * went_on, with the events or distinct values counted since the episode began (that is, those of
 * the window that fired and all later ones; temporal: distinct rules in the window). Distinct
 * values that have left the window are kept for that, in at most an eighth of the state on top of
 * it, so that listening never changes what is evicted or when something fires; where that is full,
 * new values are not counted any more (the count is a lower bound and degraded). new_value and
 * value_change have no episodes: each firing is about a value of its own.
 *
 * new_value: a value that its group (or under scope global any group) has not shown within the
 * timespan, once min_events and learn are over; more than max_values are neither learned nor told,
 * but counted. value_change: see window_change.c. A group of these that shows nothing for a
 * timespan is forgotten and learns anew.
 *
 * State is bounded in bytes. At the bound groups are given up, counted, and all later firings of
 * that rule, and of those that refer to it, are marked degraded. Groups that were touched once
 * within their window go first (while they are more than an eighth of all), then others; among
 * either, of the rule with the most groups the one that was touched longest ago. So a
 * flood of invented names costs neither who came again nor what other rules have learned. No map is
 * iterated for output.
 */
#ifndef TC_CORRELATE_CORRELATOR_H
#define TC_CORRELATE_CORRELATOR_H

#include "detector/bound.h"
#include "detector/memory/references.h"
#include "detector/sigma/matcher.h"

typedef struct tc_correlator tc_correlator;

#define TC_FIRING_EVIDENCE_MAX 5
#define TC_FIRING_SUBJECTS_MAX 64

typedef struct tc_firing {
    const tc_rule *rule;
    tc_order order; /* of the completing hit */
    /* Of the oldest hit that still counted: for distinct values and rules the oldest among the
     * latest hits of each; value_change: the first of the new value. */
    tc_time start;
    const tc_capture *group; /* correlation->group_count values */
    /* Events, distinct values or distinct rules in the window; new_value: values known now;
     * value_change: events in a row that made the change. */
    double count;
    tc_slice value;    /* new_value, value_change: the new value; tuples joined by ", " */
    tc_slice previous; /* value_change: the value before; new_value: empty */
    /* In total order. The first two and the last three that the window has kept (when a sixth
     * comes, the third goes for good); temporal: the last of every rule, then others;
     * value_change: the last of the value before, then those of the new one. */
    const tc_evidence *evidence;
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
    TC_STATUS (*fired)(void *context, const tc_firing *firing);
    /* Called for every further hit of an open episode; NULL: nobody listens, and nothing is kept
     * for it. `count` is the episode's so far; start, evidence and subjects are those of this hit
     * alone; value and previous are empty. The same for all calls of one correlator. */
    TC_STATUS (*went_on)(void *context, const tc_firing *firing);
    /* Called for every hit that a correlation with a count took in, whatever came of it: the group
     * and what it has come to. NULL: nobody asks. */
    void (*looked)(void *context, const tc_rule *rule, const tc_capture *group, double value);
} tc_firing_sink;

typedef struct tc_correlator_stats {
    uint64_t hits, firings, ungrouped, evicted_groups, saturated_values;
    uint64_t uncounted_values; /* of episodes */
    size_t bytes;
} tc_correlator_stats;

/* `state_bytes`: bound of all windows and baselines together; raised to what a single hit may need
 * (some hundred KiB) if it is less. NULL without memory. `rules` must outlive the correlator. */
tc_correlator *tc_correlator_new(const tc_ruleset *rules, size_t state_bytes) TC_MUST_USE;
void tc_correlator_free(tc_correlator *correlator);

/* The next hit in total order (checked: an earlier one trips an assertion). Evaluates every
 * correlation that refers to its rule, and those that refer to what fires, before it returns. */
TC_STATUS tc_correlator_push(tc_correlator *correlator, const tc_hit *hit,
                             const tc_firing_sink *sink);
/* Nothing older than `watermark` will come: windows that have passed are released. `sink` is for
 * correlations that decide when time has passed; those of today all decide when a hit arrives. */
TC_STATUS tc_correlator_advance(tc_correlator *correlator, tc_time watermark,
                                const tc_firing_sink *sink);
/* A row for every bound that was reached. */
void tc_correlator_bounds(const tc_correlator *correlator, tc_bounds *ret);
tc_correlator_stats tc_correlator_statistics(const tc_correlator *correlator);

/* The last hit, NULL before the first: who loads a state looks whether what comes next comes after.
 */
const tc_order *tc_correlator_last(const tc_correlator *correlator);
/* Between two pushes: all that windows and baselines remember, and the counters. What was
 * remembered for a rule that is gone or reads otherwise is dropped (references->rules_lost), the
 * others go on as if there had been no break. A state that takes more room than this correlator may
 * have is refused. */
void tc_correlator_visit(tc_correlator *correlator, tc_visit *visit, tc_references *references);

#endif
