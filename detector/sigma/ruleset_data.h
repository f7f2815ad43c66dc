/*
 * ruleset_data: the inside of a ruleset, for this folder only.
 *
 * A group is a field with all predicates on it. Those on text are answered together: whole texts by
 * a table, pieces by one search of the folded value for all of them, numbers by a table; the rest
 * one by one when a rule asks. A rule is woken by a trigger: one of a set of predicates without
 * which it cannot match.
 */
#ifndef TC_SIGMA_RULESET_DATA_H
#define TC_SIGMA_RULESET_DATA_H

#include "detector/sigma/document.h"
#include "detector/sigma/search.h"

/* How a predicate gets its answer. */
typedef enum tc_answer {
    TC_ANSWER_PASS,    /* the pass over the field's value decides */
    TC_ANSWER_CONFIRM, /* the pass finds candidates, which are looked at when asked */
    TC_ANSWER_DIRECT   /* looked at when asked */
} tc_answer;

/* What asking a predicate needs in any case, apart from the rest of it for the cache's sake. */
typedef struct tc_asking {
    uint32_t group;
    tc_answer answer;
} tc_asking;

typedef enum tc_use_place { TC_USE_ANYWHERE, TC_USE_FRONT, TC_USE_BACK } tc_use_place;

/* A text found in a value is this for that predicate. */
typedef struct tc_use {
    uint32_t predicate;
    uint32_t length;
    tc_use_place place;
    uint32_t next; /* whole texts: the next use of the same text + 1 */
} tc_use;

typedef struct tc_number_slot {
    int64_t number;
    uint32_t predicate; /* + 1; 0 = free */
} tc_number_slot;

typedef struct tc_field_group {
    tc_slice name;
    tc_field field; /* 0: the keywords, any value of the event */
    bool has_pass;
    bool anchored;          /* some predicate depends on where a value begins or ends */
    uint64_t whole_lengths; /* bit n: some whole text has a length of n modulo 64 */
    tc_map *whole;          /* folded text -> first use + 1; NULL if there is none */
    tc_search *pieces;      /* word ids are uses; NULL if there is none */
    tc_use *uses;
    size_t use_count;
    tc_number_slot *numbers; /* a power of two of them; NULL if there is none */
    size_t number_mask;
} tc_field_group;

struct tc_ruleset {
    tc_arena *arena;
    tc_arena *scratch; /* trees of the file at hand; gone once compiled */
    tc_predicates predicates;
    tc_placeholder *placeholders;
    size_t placeholder_count, placeholder_room;
    tc_draft *drafts; /* the rules, by index */
    size_t draft_count, draft_room;
    tc_filter *filters;
    size_t filter_count, filter_room;
    tc_map *references; /* id or name -> index of the rule */
    uint32_t file_count;
    bool failed, compiled;
    bool skips; /* what is wrong is left out */
    bool keeps_wording;
    tc_rule_left_out *left;
    size_t left_kept, left_room, left_count;
    tc_map *left_names; /* ids and names of what was left out */

    tc_field_group *groups;
    size_t group_count;
    tc_asking *answers; /* per predicate */
    /* Rules that a predicate wakes: trigger_rules[trigger_start[p] .. trigger_start[p + 1]). */
    uint32_t *trigger_start;
    uint32_t *trigger_rules;
    bool *untriggered; /* per rule: is always looked at */
};

#define TC_RULES_MAX 1000000
#define TC_CHAIN_MAX 64 /* correlations of correlations */
#define TC_RULESET_BYTES ((size_t)512 << 20)

/* A rule's id and name into the table: both free, or of one template. */
bool tc_ruleset_register(tc_ruleset *rules, tc_draft *draft, tc_diagnostics *d) TC_MUST_USE;
/* The rule with that id or name, or NULL; *ret_shared (may be NULL): others of a template have it,
 * too. */
tc_draft *tc_ruleset_draft(const tc_ruleset *rules, tc_slice id_or_name, bool *ret_shared);
/* The next rule with that id or name, from the last to the first; NULL at the end. */
tc_draft *tc_ruleset_sibling(const tc_ruleset *rules, const tc_draft *draft, tc_slice id_or_name);
/* Sets which rules are ambiguous. */
bool tc_ruleset_find_ambiguous(tc_ruleset *rules, tc_diagnostics *d) TC_MUST_USE;

/* Notes a document as left out, for the first error since the diagnostics' mark; false if that was
 * not asked for, or more is wrong than a document. */
bool tc_ruleset_leave_out(tc_ruleset *rules, tc_diagnostics *d, const tc_rule *head);
/* The same without diagnostics; false without memory. */
bool tc_ruleset_note_left_out(tc_ruleset *rules, tc_slice file, const tc_rule *head,
                              const tc_error *error) TC_MUST_USE;
/* Is that the id or name of a rule that was left out? */
bool tc_ruleset_was_left_out(const tc_ruleset *rules, tc_slice id_or_name);
/* The rules marked bad go, and have been noted; the others close up. False without memory. */
bool tc_ruleset_drop_bad(tc_ruleset *rules, tc_diagnostics *d) TC_MUST_USE;

/* Filters into rules, names into indices, captures. */
bool tc_ruleset_resolve(tc_ruleset *rules, tc_names *names, tc_diagnostics *d) TC_MUST_USE;
bool tc_ruleset_fold_filters(tc_ruleset *rules, tc_diagnostics *d) TC_MUST_USE;
/* Predicates into groups; TC_ELIMIT if the names table is full. */
TC_STATUS tc_ruleset_build_groups(tc_ruleset *rules, tc_names *names, tc_error *reterr);
void tc_groups_free(tc_ruleset *rules);
/* Which predicates wake which rules. */
TC_STATUS tc_ruleset_build_triggers(tc_ruleset *rules, tc_error *reterr);

/* Does the rule's logsource fit a label? */
bool tc_logsource_fits(const tc_rule *rule, const tc_logsource *label);

static inline size_t tc_number_hash(int64_t number, size_t mask)
{
    uint64_t h = (uint64_t)number * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(h >> 32) & mask;
}

#endif
