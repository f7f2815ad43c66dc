/*
 * matcher_data: the inside of a matcher, for this folder only.
 *
 * What is known of the event at hand is stamped with its epoch, so that nothing has to be cleared
 * between events.
 */
#ifndef TC_SIGMA_MATCHER_DATA_H
#define TC_SIGMA_MATCHER_DATA_H

#include "detector/sigma/matcher.h"
#include "detector/sigma/ruleset_data.h"

#define TC_MEMBERS_MAX 1024   /* members of one list-valued field that are looked at */
#define TC_MEMBERS_DEPTH 4    /* lists in lists */
#define TC_CANDIDATES_MAX 512 /* label sets remembered */
#define TC_PATTERN_BUDGET 1000000
#define TC_EPOCH_MAX (UINT32_MAX >> 2)

/* One value of a field; a list has several. */
typedef struct tc_field_value {
    tc_kind kind; /* NULL, STRING, NUMBER or BOOL */
    bool is_folded;
    tc_slice text;
    tc_slice folded;
} tc_field_value;

typedef struct tc_group_state {
    uint32_t fetched; /* epoch in which the value was fetched, and in which the pass ran */
    uint32_t passed;
    bool exists;
    bool null; /* missing, null, or a list that holds null */
    size_t count;
    tc_field_value *members;
    tc_field_value one; /* room for the usual case */
} tc_group_state;

/* state in the low two bits of a mark, epoch above */
typedef enum tc_mark { TC_MARK_TRUE = 1, TC_MARK_FALSE = 2, TC_MARK_CANDIDATE = 3 } tc_mark;

/* The rules that a set of labels concerns. */
typedef struct tc_candidates {
    char *label_text; /* owns the strings of `labels` */
    tc_logsource *labels;
    size_t label_count;
    uint64_t *member; /* per rule: a bit */
    uint64_t *always; /* per rule: looked at without a trigger */
    uint32_t *groups; /* whose passes can wake a rule */
    size_t group_count;
} tc_candidates;

struct tc_matcher {
    const tc_ruleset *rules;
    tc_arena *arena; /* folded values of the event at hand */
    tc_regex_scratch *scratch;
    uint32_t epoch;
    uint32_t *marks; /* per predicate */
    tc_group_state *states;
    size_t words; /* of 64 rules */
    uint64_t *woken;
    uint32_t *matched;
    const tc_event *event;
    const tc_candidates *current;
    tc_candidates *cache[TC_CANDIDATES_MAX];
    uint64_t cache_hash[TC_CANDIDATES_MAX]; /* of the labels */
    size_t cached;
    tc_candidates spare; /* when there is no memory for another entry */
    tc_field_value *keyword_members;
    size_t keyword_room;
    uint64_t limit_hits;
};

/* Makes the event the one at hand, of which nothing is known yet. */
void tc_matcher_begin(tc_matcher *m, const tc_event *event, const tc_logsource *labels,
                      size_t label_count);
/* The labels that events of the schema count as. A log without a label is not every log: only a
 * rule without attributes would fit. */
const tc_logsource *tc_matcher_labels(const tc_schema *schema, size_t *ret_count);

/* The candidates for the labels; label_count 0 = every rule. */
const tc_candidates *tc_candidates_find(tc_matcher *m, const tc_logsource *labels,
                                        size_t label_count);
void tc_candidates_free_all(tc_matcher *m);

/* The group's value in the event at hand, fetched once. */
tc_group_state *tc_group_fetch(tc_matcher *m, uint32_t group);
tc_slice tc_member_fold(tc_matcher *m, tc_field_value *member);
/* All values of the event, for keywords. */
void tc_keywords_fetch(tc_matcher *m, tc_group_state *state);
/* Adds the members of a value; lists are taken apart. */
void tc_members_add(tc_matcher *m, tc_value value, unsigned depth, tc_field_value *members,
                    size_t room, size_t *count);
/* One pass over the group's value: marks predicates and wakes rules. */
void tc_group_pass(tc_matcher *m, uint32_t group);
/* The answer of a predicate. */
bool tc_predicate_ask(tc_matcher *m, uint32_t predicate);

#endif
