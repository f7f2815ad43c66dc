/*
 * fake_ruleset: rules made by hand, for tests of what comes after loading.
 *
 * Stands in for detector/sigma: a program that links fake_ruleset.c gets tc_ruleset_count and
 * tc_ruleset_rule from it, and no rules but those that it adds. Names and lists are borrowed and
 * must outlive the ruleset; lists of names end with NULL.
 */
#ifndef TC_TEST_FAKE_RULESET_H
#define TC_TEST_FAKE_RULESET_H

#include "detector/sigma/ruleset.h"

typedef struct tc_fake_correlation {
    const char *name;
    tc_correlation_type type;
    const uint32_t *rules;
    size_t rule_count;
    const char *const *group_by;
    const char *const *fields;
    const char *const *captures; /* what outer correlations ask of this one */
    int64_t timespan_ns, suppress_ns, learn_ns;
    struct {
        bool set[TC_COMPARE_COUNT];
        double number[TC_COMPARE_COUNT];
    } condition;
    const tc_expression *expression;
    size_t expression_count;
    uint64_t min_events, max_values;
    double share;
    bool global_scope;
} tc_fake_correlation;

tc_ruleset *tc_fake_ruleset_new(void);
void tc_fake_ruleset_free(tc_ruleset *rules);
/* The index of a detection whose hits have these captures. */
uint32_t tc_fake_detection(tc_ruleset *rules, const char *name, const char *const *captures);
/* A group-by or field name that a rule has no capture for is missing from its hits. */
uint32_t tc_fake_correlation_add(tc_ruleset *rules, const tc_fake_correlation *correlation);
/* Fingerprints are made of names unless a test says otherwise. */
void tc_fake_fingerprint(tc_ruleset *rules, uint32_t rule, uint64_t fingerprint);

#endif
