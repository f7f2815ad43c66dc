/* What the correlator does where memory, time or its sink end. */
#include "parsers/base/alloc.h"
#include "tests/support/hit_bench.h"

Test(correlator_bounds, gives_up_groups_at_the_bound_and_says_so)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation c = tc_hit_count_of(TC_CORRELATION_EVENT_COUNT, 3, TC_DAY);
    c.captures = captures;
    tc_fake_correlation_add(b.rules, &c);
    static const uint32_t chained[] = {1};
    tc_fake_correlation outer = tc_hit_count_of(TC_CORRELATION_EVENT_COUNT, 1, TC_DAY);
    outer.name = "outer";
    outer.rules = chained;
    tc_fake_correlation_add(b.rules, &outer);
    size_t bound = 4 << 20;
    tc_hit_bench_ready(&b, bound);
    tc_hit_push(&b, 0, 0, "kept", NULL);
    tc_hit_push(&b, 0, 1, "kept", NULL); /* it came again: strangers that come once go first */
    tc_hit_push(&b, 0, 2, "lost", NULL);
    char name[32];
    for (int i = 0; i < 100000; i++) {
        snprintf(name, sizeof(name), "invented%d", i);
        tc_hit_push(&b, 0, 3 + i * 1e-6, name, NULL);
        if (i % 1000 == 0) {
            cr_assert_leq(tc_correlator_statistics(b.correlator).bytes, bound);
        }
    }
    tc_correlator_stats stats = tc_correlator_statistics(b.correlator);
    cr_expect_gt(stats.evicted_groups, 90000);
    tc_hit_push(&b, 0, 100, "lost", NULL);
    tc_hit_push(&b, 0, 101, "lost", NULL); /* would have been the third */
    cr_expect_eq(b.log.count, 0);
    tc_hit_push(&b, 0, 102, "kept", NULL);
    cr_expect_eq(b.log.count, 2);
    tc_hit_expect_says(&b, "count 3 degraded group=kept");
    tc_hit_expect_says(&b, "outer at 100005 time 102000000000 from 102000000000 count 1 degraded");
    tc_hit_bench_end(&b);
}

/* Somebody who cannot have been invented need not have come twice. */
Test(correlator_bounds, a_flood_of_newcomers_does_not_push_out_who_is_known)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation c = tc_hit_count_of(TC_CORRELATION_EVENT_COUNT, 2, TC_DAY);
    c.captures = captures;
    tc_fake_correlation_add(b.rules, &c);
    tc_hit_bench_ready(&b, 4 << 20);
    char name[32];
    b.known = true;
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof(name), "real%d", i);
        tc_hit_push(&b, 0, 0, name, NULL);
    }
    b.known = false;
    for (int i = 0; i < 100000; i++) {
        snprintf(name, sizeof(name), "invented%d", i);
        tc_hit_push(&b, 0, 1 + i * 1e-6, name, NULL);
    }
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof(name), "real%d", i);
        tc_hit_push(&b, 0, 100, name, NULL);
    }
    cr_expect_eq(b.log.count, 100);
    tc_hit_bench_end(&b);
}

Test(correlator_bounds, keeps_what_other_rules_have_learned_under_a_flood)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_detection(b.rules, "e", captures);
    tc_fake_correlation flooded = tc_hit_count_of(TC_CORRELATION_EVENT_COUNT, 3, TC_DAY);
    tc_fake_correlation_add(b.rules, &flooded);
    tc_fake_correlation learning = tc_hit_count_of(TC_CORRELATION_NEW_VALUE, 0, 30 * TC_DAY);
    static const uint32_t second[] = {1};
    learning.name = "learning";
    learning.rules = second;
    tc_fake_correlation_add(b.rules, &learning);
    tc_hit_bench_ready(&b, 4 << 20);
    char name[32];
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof(name), "user%d", i);
        tc_hit_push(&b, 1, 0, name, "de");
    }
    for (int i = 0; i < 60000; i++) {
        snprintf(name, sizeof(name), "invented%d", i / 3);
        tc_hit_push(&b, 0, 1 + i * 1e-6, name, NULL);
    }
    cr_expect_gt(tc_correlator_statistics(b.correlator).evicted_groups, 1000);
    size_t before = b.log.count;
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof(name), "user%d", i);
        tc_hit_push(&b, 1, 100, name, "en");
    }
    cr_expect_eq(b.log.count - before, 100);
    tc_hit_expect_says(&b, "from 100000000000 count 2 group=user99 value=en"); /* not degraded */
    tc_hit_bench_end(&b);
}

Test(correlator_bounds, lives_with_a_bound_too_small_for_anything)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation c = tc_hit_count_of(TC_CORRELATION_VALUE_COUNT, 1000000, TC_DAY);
    tc_fake_correlation_add(b.rules, &c);
    tc_hit_bench_ready(&b, 0);
    char name[32];
    for (int i = 0; i < 20000; i++) {
        snprintf(name, sizeof(name), "value%d", i);
        tc_hit_push(&b, 0, i, "a", name);
    }
    tc_correlator_stats stats = tc_correlator_statistics(b.correlator);
    cr_expect_gt(stats.evicted_groups, 0);
    cr_expect_lt(stats.bytes, 2 << 20);
    tc_hit_bench_end(&b);
}

Test(correlator_bounds, lets_go_of_windows_that_have_passed)
{
    for (int type = 0; type < TC_CORRELATION_TYPE_COUNT; type++) {
        tc_hit_bench b;
        tc_hit_bench_begin(&b);
        tc_fake_correlation c = tc_hit_count_of((tc_correlation_type)type, 2, TC_MINUTE);
        tc_fake_correlation_add(b.rules, &c);
        tc_hit_bench_ready(&b, 16 << 20);
        size_t empty = tc_correlator_statistics(b.correlator).bytes;
        char name[32];
        for (int i = 0; i < 1000; i++) {
            snprintf(name, sizeof(name), "%d", i % 50);
            tc_hit_push(&b, 0, i * 0.01, name, i % 3 ? "x" : "y");
        }
        size_t full = tc_correlator_statistics(b.correlator).bytes;
        cr_assert_eq(tc_correlator_advance(b.correlator, 60 * TC_SECOND, NULL).code, TC_OK);
        cr_expect_eq(tc_correlator_statistics(b.correlator).bytes, full, "type %d", type);
        cr_assert_eq(tc_correlator_advance(b.correlator, 71 * TC_SECOND, NULL).code, TC_OK);
        size_t left = tc_correlator_statistics(b.correlator).bytes;
        cr_expect_gt(full, empty + 50 * 128);
        cr_expect_lt(left, empty + 16 * 128, "type %d: %zu bytes of %zu are left", type, left,
                     full);
        tc_hit_bench_end(&b);
    }
}

Test(correlator_bounds, survives_times_at_the_ends)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation c = tc_hit_count_of(TC_CORRELATION_EVENT_COUNT, 2, 100 * 365 * TC_DAY);
    tc_fake_correlation_add(b.rules, &c);
    tc_hit_bench_ready(&b, 1 << 20);
    static const tc_time times[] = {INT64_MIN + 1, INT64_MIN + 2, -1, 0, INT64_MAX - 1, INT64_MAX};
    tc_firing_sink sink = tc_firing_log_sink(&b.log);
    for (size_t i = 0; i < TC_COUNT_OF(times); i++) {
        tc_capture given[] = {tc_hit_capture("a"), tc_hit_capture(NULL)};
        tc_hit h = {.order = {.time = times[i], .position = i}, .captures = given};
        cr_assert_eq(tc_correlator_push(b.correlator, &h, &sink).code, TC_OK);
        cr_assert_eq(tc_correlator_advance(b.correlator, times[i], &sink).code, TC_OK);
    }
    TC_EXPECT_FIRED(&b, "1 3 5");
    tc_hit_bench_end(&b);
}

Test(correlator_bounds, says_when_there_is_no_memory)
{
    for (uint64_t n = 1;; n++) {
        tc_hit_bench b;
        tc_hit_bench_begin(&b);
        tc_fake_correlation c = tc_hit_count_of(TC_CORRELATION_VALUE_CHANGE, 2, TC_SECOND);
        c.captures = captures;
        tc_fake_correlation_add(b.rules, &c);
        tc_alloc_fail_after(n);
        b.correlator = tc_correlator_new(b.rules, 1 << 20);
        if (b.correlator) {
            tc_capture given[] = {tc_hit_capture("a"), tc_hit_capture("x")};
            tc_hit h = {.captures = given};
            tc_status status = tc_correlator_push(b.correlator, &h, NULL);
            cr_expect(status.code == TC_OK || status.code == TC_ENOMEM);
            tc_alloc_fail_after(0);
            if (!tc_failed(status)) {
                cr_expect_gt(n, 10);
                tc_hit_bench_end(&b);
                return;
            }
            cr_expect_eq(tc_correlator_push(b.correlator, &h, NULL).code, TC_OK);
        }
        tc_alloc_fail_after(0);
        tc_hit_bench_end(&b);
    }
}

static TC_STATUS refuse(void *context, const tc_firing *firing)
{
    (void)firing;
    ++*(int *)context;
    return (tc_status){TC_EIO};
}

Test(correlator_bounds, hands_on_what_its_sink_says)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation c = tc_hit_count_of(TC_CORRELATION_EVENT_COUNT, 1, TC_SECOND);
    tc_fake_correlation_add(b.rules, &c);
    tc_hit_bench_ready(&b, 1 << 20);
    int calls = 0;
    tc_firing_sink sink = {.context = &calls, .fired = refuse};
    tc_capture given[] = {tc_hit_capture("a"), tc_hit_capture(NULL)};
    tc_hit h = {.captures = given};
    cr_expect_eq(tc_correlator_push(b.correlator, &h, &sink).code, TC_EIO);
    h.order.time = TC_HOUR;
    cr_expect_eq(tc_correlator_push(b.correlator, &h, &sink).code, TC_EIO);
    cr_expect_eq(calls, 2);
    tc_hit_bench_end(&b);
}

/* Two rules, so that one of them is not looked at while its windows pass; a flood that fills the
 * room; and a caller who says never, seldom or always how far time has come. */
static tc_correlator_stats fill(tc_hit_bench *b, int every)
{
    tc_hit_bench_begin(b);
    tc_fake_detection(b->rules, "e", captures);
    tc_fake_correlation slow = tc_hit_count_of(TC_CORRELATION_VALUE_COUNT, 2, TC_MINUTE);
    tc_fake_correlation quick = tc_hit_count_of(TC_CORRELATION_EVENT_COUNT, 2, 10 * TC_MINUTE);
    static const uint32_t second_rule[] = {1};
    quick.rules = second_rule;
    quick.name = "q";
    tc_fake_correlation_add(b->rules, &slow);
    tc_fake_correlation_add(b->rules, &quick);
    tc_hit_bench_ready(b, 256 << 10);
    for (int i = 0; i < 6000; i++) {
        char name[32];
        snprintf(name, sizeof(name), "%d", i % 3 ? i : i % 90);
        tc_hit_push(b, i / 600 % 2 ? 1 : 0, i * 0.2, name, i % 2 ? "x" : "y");
        if (every && i % every == 0)
            cr_assert_eq(
                tc_correlator_advance(b->correlator, (tc_time)(i * 0.2 * (double)TC_SECOND), NULL)
                    .code,
                TC_OK);
    }
    return tc_correlator_statistics(b->correlator);
}

Test(correlator_bounds, gives_up_the_same_however_often_time_is_told)
{
    tc_hit_bench never, seldom, always;
    tc_correlator_stats a = fill(&never, 0), b = fill(&seldom, 97), c = fill(&always, 1);
    cr_expect_gt(a.evicted_groups, 100);
    cr_expect_eq(a.evicted_groups, b.evicted_groups);
    cr_expect_eq(a.evicted_groups, c.evicted_groups);
    cr_expect_str_eq(tc_str_cstr(&never.log.text), tc_str_cstr(&seldom.log.text));
    cr_expect_str_eq(tc_str_cstr(&never.log.text), tc_str_cstr(&always.log.text));
    tc_hit_bench_end(&never);
    tc_hit_bench_end(&seldom);
    tc_hit_bench_end(&always);
}
