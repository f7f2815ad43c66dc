/* Figures that a site sets, and what a rule says it is to be expected in. */
#include "tests/unit/sigma/sigma_support.h"

#include <criterion/criterion.h>

#define BASE "title: a\nname: a\nlogsource: {product: x}\ndetection:\n  s: {f: v}\n  condition: s\n"
#define COUNT(name, condition)                                                                     \
    "---\ntitle: c\nname: " name "\ncorrelation:\n  type: event_count\n  rules: [a]\n"             \
    "  group-by: [u]\n  timespan: 15m\n  condition: " condition "\n"
#define RULES BASE COUNT("one", "{gte: 3}") COUNT("two", "{gte: 3, lt: 9}")

static loaded l;
static tc_error error;

static tc_code adjust(const char *rule, const tc_adjustment *to)
{
    error = (tc_error){0};
    load_begin(&l);
    cr_assert_eq(load_add(&l, "r.yml", RULES).code, TC_OK, "%s", l.errors);
    tc_status status = tc_ruleset_adjust(l.rules, tc_slice_of(rule), to, &error);
    load_end(&l);
    cr_assert(l.matcher, "%s", l.errors);
    return status.code;
}

static uint64_t print_of(const char *rule, const tc_adjustment *to)
{
    cr_assert_eq(adjust(rule, to), TC_OK, "%s", error.text);
    uint64_t print = tc_ruleset_find(l.rules, tc_slice_of(rule))->fingerprint;
    load_free(&l);
    return print;
}

Test(adjust, sets_threshold_and_timespan)
{
    double least = 0;
    cr_assert_eq(adjust("one", &(tc_adjustment){true, 7, TC_HOUR}), TC_OK);
    const tc_rule *rule = tc_ruleset_find(l.rules, TC_LIT("one"));
    cr_expect(tc_rule_threshold(rule, &least));
    cr_expect_eq(least, 7);
    cr_expect_eq(rule->correlation->timespan_ns, TC_HOUR);
    load_free(&l);
    cr_assert_eq(adjust("one", &(tc_adjustment){false, 0, TC_HOUR}), TC_OK);
    cr_expect(tc_rule_threshold(tc_ruleset_find(l.rules, TC_LIT("one")), &least));
    cr_expect_eq(least, 3, "as it was");
    load_free(&l);
}

Test(adjust, other_figures_are_another_rule_and_the_same_are_the_same)
{
    uint64_t plain = print_of("one", &(tc_adjustment){false, 0, 0});
    cr_expect_eq(print_of("one", &(tc_adjustment){true, 3, 15 * TC_MINUTE}), plain);
    cr_expect_neq(print_of("one", &(tc_adjustment){true, 4, 0}), plain);
    cr_expect_neq(print_of("one", &(tc_adjustment){false, 0, TC_HOUR}), plain);
}

Test(adjust, refuses_what_has_no_single_threshold)
{
    double least;
    cr_expect_eq(adjust("a", &(tc_adjustment){true, 4, 0}), TC_ESYNTAX);
    cr_expect_str_eq(error.text, "'a' looks at single events and has no threshold");
    cr_expect_not(tc_rule_threshold(tc_ruleset_find(l.rules, TC_LIT("a")), &least));
    load_free(&l);
    cr_expect_eq(adjust("two", &(tc_adjustment){true, 4, 0}), TC_ESYNTAX);
    cr_expect_str_eq(error.text, "'two' has no single threshold to set");
    cr_expect_not(tc_rule_threshold(tc_ruleset_find(l.rules, TC_LIT("two")), &least));
    load_free(&l);
    cr_expect_eq(adjust("two", &(tc_adjustment){false, 0, TC_HOUR}), TC_OK);
    load_free(&l);
}

Test(adjust, rules_say_when_they_are_to_be_expected)
{
    load(&l, BASE "tocsin: {expected_in: [resets, service]}\n");
    cr_assert(l.matcher, "%s", l.errors);
    cr_expect_eq(tc_ruleset_rule(l.rules, 0)->expected_in,
                 TC_EXPECTED_RESETS | TC_EXPECTED_SERVICE);
    load_free(&l);
    load(&l, BASE "tocsin: {expected_in: [reset]}\n");
    cr_expect(strstr(l.errors, "expected_in: unknown word 'reset', did you mean 'resets'?"), "%s",
              l.errors);
    load_free(&l);
}
