/*
 * matcher: which detection rules does this event satisfy?
 *
 * One matcher per thread over a shared ruleset; stateless between events. Each predicate is
 * answered at most once per event, the string predicates of one field in one pass over its decoded
 * value. Only the `re` modifier uses PCRE2 (JIT where it can, limits always; a limit that is hit is
 * counted, the predicate is false).
 */
#ifndef TC_SIGMA_MATCHER_H
#define TC_SIGMA_MATCHER_H

#include "detector/sigma/ruleset.h"
#include "parsers/event/event.h"

typedef struct tc_matcher tc_matcher;

typedef struct tc_capture {
    tc_slice text;
    bool present; /* false: missing or null */
} tc_capture;

/* One match of a rule, or one firing of a correlation, as correlations consume it. */
typedef struct tc_hit {
    uint32_t rule;
    tc_order order;
    const tc_capture *captures; /* rule->capture_count */
    const tc_evidence *evidence;
    size_t evidence_count;
    const tc_subject *subject;
} tc_hit;

tc_matcher *tc_matcher_new(const tc_ruleset *rules) TC_MUST_USE;
void tc_matcher_free(tc_matcher *matcher);

/* The indices of the detection rules that match, ascending; valid until the next call. The event's
 * logsource is that of its schema. */
size_t tc_matcher_match(tc_matcher *matcher, const tc_event *event, const uint32_t **ret_rules);
/* The same with labels given; label_count 0 = every rule is concerned. */
size_t tc_matcher_match_as(tc_matcher *matcher, const tc_event *event, const tc_logsource *labels,
                           size_t label_count, const uint32_t **ret_rules);
/* No rule can match the event, nor any of the same schema that is equal to it in these fields,
 * whatever stands in the others: slow, for callers who remember the answer. */
bool tc_matcher_excludes(tc_matcher *matcher, const tc_event *event, const tc_field *fields,
                         size_t count);
/* The values that correlations need of a match of this rule: writes rule->capture_count captures
 * into `out`. Text lives as long as the event. */
void tc_matcher_capture(tc_matcher *matcher, const tc_event *event, uint32_t rule, tc_capture *out);
/* How often a regular expression ran into its limits. */
uint64_t tc_matcher_regex_limit_hits(const tc_matcher *matcher);

#endif
