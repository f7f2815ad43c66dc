#include "detector/memory/references.h"
#include "tests/support/fake_ruleset.h"
#include "tests/support/tape.h"

#include <criterion/criterion.h>

static const char *const no_captures[] = {NULL};

static tc_ruleset *rules_of(const char *const *names)
{
    tc_ruleset *rules = tc_fake_ruleset_new();
    for (size_t i = 0; names[i]; i++) {
        tc_fake_detection(rules, names[i], no_captures);
    }
    return rules;
}

/* Rule `index` of `before` (NULL if -1) as it is loaded with `after`: its index, or -1. */
static int carried(const tc_ruleset *before, int index, const tc_ruleset *after, uint64_t *ret_lost)
{
    tc_references references = {.rules = before};
    const tc_rule *rule = index < 0 ? NULL : tc_ruleset_rule(before, (size_t)index);
    tape *t = tape_new();
    tc_visit *v = tape_saver(t);
    cr_assert(tc_visit_begin(v, "rule", 1));
    tc_visit_rule(v, &references, &rule);
    tc_visit_end(v);
    cr_assert_not(tc_visit_failed(v));
    tc_visit_free(v);
    cr_expect_eq(references.rules_lost, 0, "nothing is lost while saving");

    references.rules = after;
    v = tape_loader(t);
    cr_assert(tc_visit_begin(v, "rule", 1));
    tc_visit_rule(v, &references, &rule);
    tc_visit_end(v);
    cr_assert_not(tc_visit_failed(v), "%s", tc_visit_problem(v));
    tc_visit_free(v);
    tape_free(t);
    *ret_lost = references.rules_lost;
    return rule ? (int)rule->index : -1;
}

Test(references, a_rule_is_found_wherever_it_stands_and_lost_if_it_reads_otherwise)
{
    static const char *const before[] = {"a", "b", "twin", "c", "twin", NULL};
    static const char *const after[] = {"twin", "c", "b", "new", "twin", NULL};
    tc_ruleset *old = rules_of(before), *new = rules_of(after);
    tc_fake_fingerprint(new, 1, 1);
    static const struct {
        const char *what;
        int from, to;
        uint64_t lost;
    } rows[] = {{"no rule", -1, -1, 0},
                {"a rule that is gone", 0, -1, 1},
                {"a rule elsewhere", 1, 2, 0},
                {"the first of two alike", 2, 0, 0},
                {"a rule that has changed", 3, -1, 1},
                {"the second of two alike", 4, 4, 0}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        uint64_t lost;
        cr_expect_eq(carried(old, rows[i].from, new, &lost), rows[i].to, "%s", rows[i].what);
        cr_expect_eq(lost, rows[i].lost, "%s", rows[i].what);
    }
    static const char *const one[] = {"twin", NULL};
    tc_ruleset *less = rules_of(one);
    uint64_t lost;
    cr_expect_eq(carried(old, 4, less, &lost), -1, "one of two alike is gone");
    cr_expect_eq(lost, 1);
    tc_fake_ruleset_free(less);
    tc_fake_ruleset_free(new);
    tc_fake_ruleset_free(old);
}

Test(references, of_a_very_long_name_the_beginning_counts)
{
    static char name[6000];
    memset(name, 'n', sizeof(name) - 1);
    const char *const names[] = {"a", name, NULL};
    tc_ruleset *rules = rules_of(names);
    uint64_t lost;
    cr_expect_eq(carried(rules, 1, rules, &lost), 1);
    cr_expect_eq(lost, 0);
    tc_fake_ruleset_free(rules);
}

/* -- sources ----------------------------------------------------------------------------------- */

/* A source of the old run is 100 more in the state, and there 100 + n is n + 1 of the new run. */
static uint32_t number_source(void *context, uint32_t source, bool loading)
{
    const uint32_t *count = context;
    if (!loading) return source + 100;
    return source >= 100 && source - 100 < *count ? source - 99 : UINT32_MAX;
}

static bool carry(const tc_locator *from, tc_locator *to, tc_references *references)
{
    tape *t = tape_new();
    tc_visit *v = tape_saver(t);
    tc_locator at = *from;
    cr_assert(tc_visit_begin(v, "at", 1));
    tc_visit_locator(v, references, &at);
    tc_visit_end(v);
    cr_assert_not(tc_visit_failed(v));
    cr_expect_eq(at.source, from->source, "saving changes nothing");
    tc_visit_free(v);
    v = tape_loader(t);
    cr_assert(tc_visit_begin(v, "at", 1));
    tc_visit_locator(v, references, to);
    tc_visit_end(v);
    bool ok = !tc_visit_failed(v);
    if (!ok) cr_expect(strstr(tc_visit_problem(v), "source"), "%s", tc_visit_problem(v));
    tc_visit_free(v);
    tape_free(t);
    return ok;
}

Test(references, a_source_goes_through_a_number_of_the_state)
{
    uint32_t count = 5;
    tc_references references = {.context = &count, .source = number_source};
    const tc_locator from = {.source = 4, .length = 80, .offset = UINT64_MAX, .line = 7};
    tc_locator to = {.source = 0};
    cr_expect(carry(&from, &to, &references));
    cr_expect(to.source == 5 && to.length == 80 && to.offset == UINT64_MAX && to.line == 7);
    count = 4;
    cr_expect_not(carry(&from, &to, &references), "the new run does not have it");
    cr_expect_eq(to.source, 0);
    references.source = NULL;
    cr_expect(carry(&from, &to, &references));
    cr_expect_eq(to.source, 4, "without an owner the index is the number");
}

Test(references, an_order_comes_back_as_it_was)
{
    const tc_order from = {.time = INT64_MIN,
                           .rank = UINT32_MAX,
                           .sub = 3,
                           .record_hash = UINT64_MAX,
                           .source_key = 1,
                           .position = UINT64_C(1) << 40};
    tc_order order = from;
    tape *t = tape_new();
    tc_visit *v = tape_saver(t);
    cr_assert(tc_visit_begin(v, "order", 1));
    tc_visit_order(v, &order);
    tc_visit_end(v);
    tc_visit_free(v);
    order = (tc_order){.time = 0};
    v = tape_loader(t);
    cr_assert(tc_visit_begin(v, "order", 1));
    tc_visit_order(v, &order);
    tc_visit_end(v);
    cr_expect_not(tc_visit_failed(v));
    cr_expect_eq(tc_order_compare(&order, &from), 0);
    tc_visit_free(v);
    tape_free(t);
}

/* -- hostile numbers ----------------------------------------------------------------------------
 */

Test(references, damaged_references_are_refused_or_lost_and_never_followed)
{
    static const char *const names[] = {"a", "b", "twin", "twin", NULL};
    tc_ruleset *rules = rules_of(names);
    uint32_t count = 3, lost = 0, failed = 0;
    for (uint64_t dice = 0; dice < 3000; dice++) {
        tc_references references = {.rules = rules, .context = &count, .source = number_source};
        const tc_rule *rule = tc_ruleset_rule(rules, dice % 4);
        tc_locator at = {.source = 1, .line = 9};
        tape *t = tape_new();
        for (int way = 0; way < 2; way++) {
            tc_visit *v = way ? tape_loader(t) : tape_saver(t);
            cr_assert(tc_visit_begin(v, "all", 1));
            tc_visit_rule(v, &references, &rule);
            tc_visit_locator(v, &references, &at);
            tc_visit_end(v);
            failed += tc_visit_failed(v);
            if (tc_visit_failed(v)) cr_expect(tc_visit_problem(v)[0]);
            cr_expect(rule == NULL || rule == tc_ruleset_rule(rules, rule->index));
            cr_expect_leq(at.source, count);
            tc_visit_free(v);
            if (!way) tape_damage(t, dice * UINT64_C(0x9E3779B97F4A7C15));
        }
        lost += references.rules_lost > 0;
        tape_free(t);
    }
    cr_expect_gt(lost, 500, "%" PRIu32 " lost", lost);
    cr_expect_gt(failed, 100, "%" PRIu32 " refused", failed);
    tc_fake_ruleset_free(rules);
}
