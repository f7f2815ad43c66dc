/*
 * explain: which of a rule's conditions an event meets.
 *
 * What a detection asks for is a list of conditions that must all hold: what stands in one
 * selection, selections joined by `and`. Each can be put into words and asked of an event on its
 * own. A condition on one number or text also tells the value that it met. Slow: for questions, not
 * for matching.
 */
#ifndef TC_SIGMA_EXPLAIN_H
#define TC_SIGMA_EXPLAIN_H

#include "detector/sigma/matcher.h"
#include "parsers/base/str.h"

/* More conditions of one rule are not told apart. */
#define TC_CONJUNCTS_MAX 48

typedef struct tc_conjunct {
    bool held;
    tc_slice value; /* what the one field of it was in the event, as long as that; may be empty */
} tc_conjunct;

/* How many conditions the detection rule has; 0 for a correlation. */
size_t tc_ruleset_conjuncts(const tc_ruleset *rules, uint32_t rule);
/* Appends the words of one: "language.days >= 2", raw. */
void tc_ruleset_conjunct_words(const tc_ruleset *rules, uint32_t rule, size_t which, tc_str *out);
/* Whether the rule is for such events. If so, answers each of its conditions. */
bool tc_matcher_explain(tc_matcher *matcher, const tc_event *event, uint32_t rule,
                        tc_conjunct ret[TC_CONJUNCTS_MAX]);

#endif
