/* A group that has fired goes on collecting, for whoever listens. */
#include "detector/correlate/correlator.h"
#include "tests/support/fake_ruleset.h"
#include "tests/support/firing_log.h"

#include <criterion/criterion.h>

static const char *const captures[] = {"user", "value", NULL};
static const char *const by_user[] = {"user", NULL};
static const char *const of_value[] = {"value", NULL};
static const uint32_t first_rule[] = {0};

typedef struct bench {
    tc_ruleset *rules;
    tc_correlator *correlator;
    tc_firing_log log;
    uint64_t position;
    char told[512]; /* "10 +11 +12": the counts of firings and of what went on */
    size_t length;
    bool degraded;
    tc_firing_sink sink;
} bench;

static void note(bench *b, const char *prefix, const tc_firing *f)
{
    size_t room = sizeof(b->told) - b->length;
    int n = snprintf(b->told + b->length, room, "%s%s%.0f", b->length ? " " : "", prefix, f->count);
    b->length += TC_MIN((size_t)n, room - 1);
    b->degraded = f->degraded;
}

static TC_STATUS fired(void *context, const tc_firing *firing)
{
    note(context, "", firing);
    return TC_SUCCESS;
}

static TC_STATUS went_on(void *context, const tc_firing *firing)
{
    bench *b = context;
    note(b, "+", firing);
    cr_expect_eq(firing->subject_count, 1);
    cr_expect_eq(firing->evidence_count, 1);
    cr_expect_eq(firing->evidence[0].order.position, b->position - 1, "the hit's own line");
    return TC_SUCCESS;
}

static void start(bench *b, tc_correlation_type type, double least, int64_t suppress, size_t bytes)
{
    *b = (bench){.rules = tc_fake_ruleset_new()};
    tc_fake_correlation c = {.name = "c",
                             .type = type,
                             .rules = first_rule,
                             .rule_count = 1,
                             .group_by = by_user,
                             .fields = of_value,
                             .timespan_ns = 10 * TC_SECOND,
                             .suppress_ns = suppress};
    if (type == TC_CORRELATION_EVENT_COUNT) c.fields = NULL;
    c.condition.set[TC_GTE] = true;
    c.condition.number[TC_GTE] = least;
    tc_fake_detection(b->rules, "d", captures);
    tc_fake_correlation_add(b->rules, &c);
    b->correlator = tc_correlator_new(b->rules, bytes);
    b->sink = (tc_firing_sink){.context = b, .fired = fired, .went_on = went_on};
    cr_assert_not_null(b->correlator);
}

static void stop(bench *b)
{
    tc_correlator_free(b->correlator);
    tc_fake_ruleset_free(b->rules);
}

static void hit(bench *b, double seconds, const char *user, const char *value)
{
    tc_capture given[] = {{tc_slice_of(user), true}, {tc_slice_of(value), true}};
    tc_order order = {.time = (tc_time)(seconds * (double)TC_SECOND), .position = b->position++};
    tc_evidence evidence = {.order = order, .text = TC_LIT("line")};
    tc_subject subject = {.target = given[1].text};
    tc_hit h = {.rule = 0,
                .order = order,
                .captures = given,
                .evidence = &evidence,
                .evidence_count = 1,
                .subject = &subject};
    cr_assert_eq(tc_correlator_push(b->correlator, &h, &b->sink).code, TC_OK);
}

static void hits(bench *b, double from, double step, uint32_t count, uint32_t first)
{
    for (uint32_t i = 0; i < count; i++) {
        char value[24];
        snprintf(value, sizeof(value), "v%u", first + i);
        hit(b, from + i * step, "u", value);
    }
}

Test(episode, counts_events_beyond_the_threshold)
{
    bench b;
    start(&b, TC_CORRELATION_EVENT_COUNT, 3, 0, 1 << 20);
    hits(&b, 0, 1, 6, 0);
    cr_expect_str_eq(b.told, "3 +4 +5 +6");
    stop(&b);
}

/* Three values in ten seconds fire; each later one is told, although the window holds three. */
Test(episode, counts_distinct_values_that_have_left_the_window)
{
    bench b;
    start(&b, TC_CORRELATION_VALUE_COUNT, 3, 0, 1 << 20);
    hits(&b, 0, 4, 7, 0);
    hit(&b, 25, "u", "v1");
    hit(&b, 26, "u", "v2");
    hit(&b, 27, "u", "v7");
    cr_expect_str_eq(b.told, "3 +4 +5 +6 +7 +7 +7 +8");
    stop(&b);
}

Test(episode, ends_when_the_condition_does)
{
    bench b;
    start(&b, TC_CORRELATION_VALUE_COUNT, 3, 0, 1 << 20);
    hits(&b, 0, 1, 4, 0);
    hits(&b, 20, 1, 4, 0);
    cr_expect_str_eq(b.told, "3 +4 3 +4", "the second counts from the start again");
    stop(&b);
}

Test(episode, goes_on_while_suppress_silences_a_firing)
{
    bench b;
    start(&b, TC_CORRELATION_VALUE_COUNT, 3, 60 * TC_SECOND, 1 << 20);
    hits(&b, 0, 1, 3, 0);
    hits(&b, 20, 1, 3, 10);
    hits(&b, 100, 1, 3, 20);
    cr_expect_str_eq(b.told, "3 +6 3");
    stop(&b);
}

Test(episode, of_another_group_is_its_own)
{
    bench b;
    start(&b, TC_CORRELATION_EVENT_COUNT, 2, 0, 1 << 20);
    hit(&b, 0, "a", "x");
    hit(&b, 0, "b", "x");
    hit(&b, 1, "a", "x");
    hit(&b, 1, "b", "x");
    hit(&b, 2, "b", "x");
    cr_expect_str_eq(b.told, "2 2 +3");
    stop(&b);
}

Test(episode, is_of_no_consequence_to_who_does_not_listen)
{
    bench b;
    start(&b, TC_CORRELATION_VALUE_COUNT, 3, 0, 1 << 20);
    b.sink.went_on = NULL;
    hits(&b, 0, 1, 3, 0);
    size_t before = tc_correlator_statistics(b.correlator).bytes;
    hits(&b, 3, 1, 200, 3);
    size_t after = tc_correlator_statistics(b.correlator).bytes;
    cr_expect_str_eq(b.told, "3");
    cr_expect_lt(after - before, 20 * 128, "%zu bytes for values out of the window",
                 after - before);
    stop(&b);
}

/* Beyond its room a count is a lower bound and says so. */
Test(episode, stops_counting_where_values_do_not_fit)
{
    bench b;
    start(&b, TC_CORRELATION_VALUE_COUNT, 3, 0, 0);
    for (uint32_t i = 0; i < 20000; i++) {
        b.length = 0;
        hits(&b, i * 0.001, 1, 1, i);
    }
    tc_bounds bounds = {0};
    tc_correlator_bounds(b.correlator, &bounds);
    double counted = strtod(b.told + 1, NULL);
    cr_expect(b.degraded);
    cr_expect_gt(counted, 200, "%s", b.told);
    cr_expect_lt(counted, 20000, "%s", b.told);
    cr_assert_eq(bounds.count, 1);
    cr_expect_str_eq(bounds.items[0].what, "values counted in open episodes");
    stop(&b);
}

Test(episode, a_bound_on_groups_blinds_everything)
{
    bench b;
    tc_bounds bounds = {0};
    start(&b, TC_CORRELATION_EVENT_COUNT, 3, 0, 0);
    tc_correlator_bounds(b.correlator, &bounds);
    cr_expect_eq(bounds.count, 0);
    for (uint32_t i = 0; i < 20000; i++) {
        char user[16];
        snprintf(user, sizeof(user), "u%u", i);
        hit(&b, i * 0.0001, user, "x");
    }
    tc_correlator_bounds(b.correlator, &bounds);
    cr_assert_eq(bounds.count, 1);
    cr_expect_str_eq(bounds.items[0].what, "groups of correlations");
    cr_expect_eq(bounds.items[0].blinds, TC_BLINDS_ALL);
    cr_expect_eq(bounds.items[0].given_up, tc_correlator_statistics(b.correlator).evicted_groups);
    stop(&b);
}
