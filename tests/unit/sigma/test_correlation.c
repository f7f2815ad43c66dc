#include "tests/unit/sigma/sigma_support.h"

#include <criterion/criterion.h>

#define RULE(name)                                                                                 \
    "title: " name "\nname: " name "\nlogsource: {product: x}\n"                                   \
    "detection:\n  s: {k: " name "}\n  condition: s\n---\n"

static const tc_correlation *find(const loaded *l, const char *name)
{
    const tc_rule *rule = tc_ruleset_find(l->rules, tc_slice_of(name));
    cr_assert(rule && rule->kind == TC_RULE_CORRELATION, "%s", l->errors);
    cr_assert(rule->correlation);
    return rule->correlation;
}

static void expect_text(tc_slice got, const char *wanted)
{
    cr_expect(tc_slice_equal(got, tc_slice_of(wanted)), "'%.*s' is not '%s'", (int)got.len,
              (const char *)got.ptr, wanted);
}

Test(correlation, value_count_with_all_keys)
{
    loaded l;
    load(
        &l,
        RULE("a") RULE(
            "b") "title: c\nname: c\nlevel: high\nx-suppress: 1h\ncorrelation:\n"
                 "  type: value_count\n  rules: [a, b]\n  group-by: [user, host]\n  timespan: 15m\n"
                 "  condition: {field: [target, kind], gte: 10, lt: 1.5}\n  generate: true\n"
                 "  aliases: {user: {a: subject, b: actor}}\n");
    const tc_correlation *c = find(&l, "c");
    cr_expect_str_empty(l.warnings);
    cr_expect(c->type == TC_CORRELATION_VALUE_COUNT && c->generate);
    cr_assert(c->rule_count == 2 && c->group_count == 2 && c->field_count == 2);
    cr_expect(c->rules[0] == 0 && c->rules[1] == 1);
    cr_expect_eq(c->timespan_ns, INT64_C(900000000000));
    cr_expect_eq(c->suppress_ns, INT64_C(3600000000000));
    cr_expect(c->condition.set[TC_GTE] && c->condition.set[TC_LT] && !c->condition.set[TC_EQ]);
    cr_expect(c->condition.number[TC_GTE] >= 10 && c->condition.number[TC_LT] < 2);
    const tc_rule *b = tc_ruleset_rule(l.rules, 1);
    cr_assert_eq(b->capture_count, 4);
    expect_text(b->capture_names[c->group_captures[2]], "actor");
    expect_text(b->capture_names[c->group_captures[3]], "host");
    expect_text(b->capture_names[c->field_captures[2]], "target");
    expect_text(tc_ruleset_rule(l.rules, 0)->capture_names[c->group_captures[0]], "subject");
    cr_expect_eq(b->capture_fields[c->group_captures[2]], TC_FIELD_ACTOR);
    cr_expect(b->reports && tc_ruleset_rule(l.rules, 2)->reports);
    load_free(&l);
}

Test(correlation, referenced_rules_are_silent_and_asked_values_are_shared)
{
    loaded l;
    load(
        &l,
        RULE("a") "title: c\nname: c\ncorrelation: {type: event_count, rules: a, group-by: u, "
                  "timespan: 1m, condition: {gte: 2}}\n---\ntitle: d\nname: d\ncorrelation: {type: "
                  "value_count, rules: a, group-by: u, timespan: 1m, condition: {gte: 2, field: "
                  "v}}\n");
    cr_assert(l.matcher, "%s", l.errors);
    const tc_rule *a = tc_ruleset_rule(l.rules, 0);
    cr_expect(!a->reports && a->capture_count == 2);
    cr_expect_eq(find(&l, "c")->group_captures[0], find(&l, "d")->group_captures[0]);
    load_free(&l);
}

Test(correlation, chains_ask_the_inner_group_and_result)
{
    loaded l;
    load(&l, "title: outer\nname: outer\ncorrelation:\n  type: value_count\n  rules: [inner]\n"
             "  group-by: [box]\n  timespan: 1h\n  condition: {field: value, gte: 2}\n"
             "  aliases: {box: {inner: mailbox}}\n---\n" RULE(
                 "a") "title: inner\nname: inner\ncorrelation:\n  type: new_value\n  rules: [a]\n"
                      "  group-by: [mailbox]\n  timespan: 90d\n  condition: {field: language}\n"
                      "  baseline: {learn: 7d, min_events: 5, scope: global, max_values: 9}\n");
    const tc_correlation *outer = find(&l, "outer");
    const tc_correlation *c = find(&l, "inner");
    const tc_rule *inner = tc_ruleset_rule(l.rules, 2);
    cr_expect_eq(outer->rules[0], 2);
    cr_assert_eq(inner->capture_count, 2);
    expect_text(inner->capture_names[outer->group_captures[0]], "mailbox");
    expect_text(inner->capture_names[outer->field_captures[0]], "value");
    cr_expect(!inner->reports);
    cr_expect_eq(c->baseline.learn_ns, INT64_C(604800000000000));
    cr_expect(c->baseline.min_events == 5 && c->baseline.max_values == 9);
    cr_expect(c->baseline.global_scope && c->baseline.share > 0.79 && c->baseline.share < 0.81);
    load_free(&l);
}

Test(correlation, boolean_conditions_become_postfix)
{
    loaded l;
    load(&l,
         RULE("a") RULE("b") RULE("d") "title: c\nname: c\ncorrelation:\n  type: temporal\n"
                                       "  timespan: 1h\n  condition: a and not (b or d) and a\n");
    const tc_correlation *c = find(&l, "c");
    static const tc_expression expected[] = {
        {TC_EXPR_RULE, 0}, {TC_EXPR_RULE, 1}, {TC_EXPR_RULE, 2}, {TC_EXPR_OR, 0},
        {TC_EXPR_NOT, 0},  {TC_EXPR_AND, 0},  {TC_EXPR_RULE, 0}, {TC_EXPR_AND, 0}};
    cr_assert_eq(c->expression_count, TC_COUNT_OF(expected));
    for (size_t i = 0; i < TC_COUNT_OF(expected); i++)
        cr_expect(c->expression[i].op == expected[i].op &&
                      c->expression[i].rule == expected[i].rule,
                  "op %zu", i);
    cr_expect(c->rule_count == 3 && c->group_count == 0);
    load_free(&l);
}

Test(correlation, value_change_and_temporal)
{
    loaded l;
    load(&l,
         RULE("a") "title: c\nname: c\ncorrelation:\n  type: value_change\n  rules: [a]\n"
                   "  group-by: [m]\n  timespan: 30d\n  condition: {field: lang, gte: 2}\n"
                   "  baseline: {share: 0.5, min_events: 3, learn: 0d}\n---\n"
                   "title: d\nname: d\ncorrelation: {type: temporal, rules: [a, c], timespan: 2w, "
                   "group-by: m}\n");
    const tc_correlation *c = find(&l, "c");
    cr_expect(c->type == TC_CORRELATION_VALUE_CHANGE && c->condition.set[TC_GTE]);
    cr_expect(c->baseline.share > 0.49 && c->baseline.share < 0.51);
    cr_expect(c->baseline.min_events == 3 && c->baseline.learn_ns == 0);
    c = find(&l, "d");
    cr_expect(c->type == TC_CORRELATION_TEMPORAL && !c->expression);
    for (int i = 0; i < TC_COMPARE_COUNT; i++)
        cr_expect(!c->condition.set[i]);
    load_free(&l);
}

Test(correlation, is_no_detection)
{
    loaded l;
    char found[256];
    load(&l, RULE("a") "title: c\ncorrelation: {type: event_count, rules: a, timespan: 1m, "
                       "condition: {gte: 1}}\n");
    cr_expect_str_eq(match_all(&l, "{\"k\":\"a\"}", found), "0");
    load_free(&l);
}
