/*
 * rule: what is known of a loaded rule, and the correlations among rules.
 *
 * Read-only once the ruleset is compiled; everything lives in the ruleset. A rule is a detection
 * (matched against single events), a correlation (evaluated over time by detector/correlate) or a
 * filter (folded into the rules that it names and then gone).
 */
#ifndef TC_SIGMA_RULE_H
#define TC_SIGMA_RULE_H

#include "detector/alert.h"
#include "parsers/event/names.h"
#include "parsers/event/schema.h"

typedef enum tc_rule_kind { TC_RULE_DETECTION, TC_RULE_CORRELATION } tc_rule_kind;

/* When a rule's findings are to be expected (custom attribute tocsin.expected_in). */
enum {
    TC_EXPECTED_RESETS = 1,   /* while the organisation changes passwords */
    TC_EXPECTED_LANGUAGE = 2, /* while it changes languages */
    TC_EXPECTED_RESPONSE = 4, /* while it answers a break-in */
    TC_EXPECTED_SERVICE = 8   /* of accounts that are declared services */
};

/* A search identifier as a person reads it: a line for each of its items, lists as deep as they are
 * indented by two blanks. */
typedef struct tc_selection {
    tc_slice name;
    const tc_slice *lines;
    size_t line_count;
} tc_selection;

typedef struct tc_rule {
    tc_rule_kind kind;
    uint32_t index;
    tc_slice id, name, title, description, status, author;
    /* Of all that decides what it finds (fingerprint.h): its own document, and the filters, lists
     * and rules that it rests on. State that was made by a rule holds for that fingerprint only. */
    uint64_t fingerprint;
    tc_slice file; /* as given by the caller; line of the document in it */
    uint32_t line;
    tc_level level; /* default medium when the rule says none */
    bool has_level;
    const tc_slice *tags;
    size_t tag_count;
    const tc_slice *techniques; /* from tags attack.tNNNN[.NNN]: "T1078.004" */
    size_t technique_count;
    tc_slice category, product, service; /* logsource; empty = any */
    const tc_slice *next_steps;          /* custom attribute tocsin.next */
    size_t next_step_count;
    /* Told of the rule: when it is false, what to look at (tocsin.check), why its numbers are what
     * they are (tocsin.numbers). */
    const tc_slice *falsepositives, *checks;
    size_t falsepositive_count, check_count;
    tc_slice numbers;
    /* As written; only where the ruleset keeps it (tc_ruleset_keep_wording). */
    const tc_slice *conditions;
    size_t condition_count;
    const tc_selection *selections;
    size_t selection_count;
    uint8_t confidence;  /* custom attribute tocsin.confidence, default 70 */
    uint8_t expected_in; /* bits of the above */
    tc_slice message;    /* custom attribute tocsin.message; empty = title */
    bool ambiguous;      /* another rule has its id, or without ids its title: templates do that */
    /* True if its matches or firings are told: not referenced by a correlation, or a referring
     * correlation says generate: true. */
    bool reports;
    /* Fields whose values correlations need of each hit of this rule; for a correlation the names
     * that a chained correlation asks of it. Parallel arrays. */
    const tc_field *capture_fields;
    const tc_slice *capture_names;
    size_t capture_count;
    const struct tc_correlation *correlation; /* TC_RULE_CORRELATION only */
} tc_rule;

/* A baseline that does not say. */
#define TC_BASELINE_SHARE 0.8
#define TC_BASELINE_VALUES 64

typedef enum tc_correlation_type {
    TC_CORRELATION_EVENT_COUNT,
    TC_CORRELATION_VALUE_COUNT,
    TC_CORRELATION_TEMPORAL,
    TC_CORRELATION_NEW_VALUE,
    TC_CORRELATION_VALUE_CHANGE,
    TC_CORRELATION_TYPE_COUNT
} tc_correlation_type;

typedef enum tc_compare {
    TC_GT,
    TC_GTE,
    TC_LT,
    TC_LTE,
    TC_EQ,
    TC_NEQ,
    TC_COMPARE_COUNT
} tc_compare;

/* Boolean expression over the referenced rules (temporal types), in postfix. */
typedef enum tc_expression_op {
    TC_EXPR_RULE,
    TC_EXPR_AND,
    TC_EXPR_OR,
    TC_EXPR_NOT
} tc_expression_op;
typedef struct tc_expression {
    tc_expression_op op;
    uint32_t rule; /* TC_EXPR_RULE: position in correlation.rules */
} tc_expression;

#define TC_CAPTURE_NONE UINT32_MAX

typedef struct tc_correlation {
    tc_correlation_type type;
    const uint32_t *rules; /* indices of the referenced rules */
    size_t rule_count;
    const tc_slice *group_by; /* names (or aliases) as written */
    size_t group_count;
    /* [rule_position * group_count + g]: index into that rule's captures. */
    const uint32_t *group_captures;
    const tc_slice *fields; /* condition.field */
    size_t field_count;
    const uint32_t *field_captures; /* [rule_position * field_count + f] */
    int64_t timespan_ns;
    struct {
        bool set[TC_COMPARE_COUNT];
        double number[TC_COMPARE_COUNT];
    } condition;                     /* ANDed; temporal without any: gte number of rules */
    const tc_expression *expression; /* temporal only; NULL if none */
    size_t expression_count;
    bool generate;
    int64_t suppress_ns; /* 0 = none */
    struct {
        int64_t learn_ns;
        uint64_t min_events;
        double share;
        bool global_scope;
        uint64_t max_values;
    } baseline;
} tc_correlation;

#endif
