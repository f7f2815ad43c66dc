/* new_value and value_change: what a group has learned. */
#include "tests/support/hit_bench.h"

Test(correlator_learning, learns_values_and_tells_new_ones)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation c = tc_hit_count_of(TC_CORRELATION_NEW_VALUE, 0, 100 * TC_SECOND);
    c.learn_ns = 10 * TC_SECOND;
    c.min_events = 3;
    c.max_values = 4;
    tc_fake_correlation_add(b.rules, &c);
    tc_hit_bench_ready(&b, 1 << 20);
    tc_hit_push(&b, 0, 0, "a", "de");
    tc_hit_push(&b, 0, 1, "a", "en"); /* too early, too few */
    tc_hit_push(&b, 0, 2, "a", "de");
    tc_hit_push(&b, 0, 3, "a", "fr");  /* enough events, too early */
    tc_hit_push(&b, 0, 10, "a", "zh"); /* 4 */
    tc_hit_push(&b, 0, 11, "a", "ru"); /* the set is full */
    tc_hit_push(&b, 0, 12, "a", "ru");
    tc_hit_push(&b, 0, 102.5, "a", "en"); /* 7: forgotten since 101, hence new */
    tc_hit_push(&b, 0, 103, "a", "ru");   /* 8: de left at 102, there is room */
    tc_hit_push(&b, 0, 204, "a", "xx");   /* all forgotten: learning begins anew */
    tc_hit_push(&b, 0, 204.5, "a", "yy");
    TC_EXPECT_FIRED(&b, "4 7 8");
    tc_hit_expect_says(
        &b, "c at 4 time 10000000000 from 10000000000 count 4 group=a value=zh [4/5:10]");
    cr_expect_eq(tc_correlator_statistics(b.correlator).saturated_values, 2);
    tc_hit_bench_end(&b);
}

Test(correlator_learning, knows_values_of_all_groups_under_global_scope)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation c = tc_hit_count_of(TC_CORRELATION_NEW_VALUE, 0, TC_DAY);
    c.global_scope = true;
    tc_fake_correlation_add(b.rules, &c);
    tc_hit_bench_ready(&b, 1 << 20);
    tc_hit_push(&b, 0, 0, "a", "de");
    tc_hit_push(&b, 0, 1, "b", "en");
    tc_hit_push(&b, 0, 2, "c", "en");
    tc_hit_push(&b, 0, 3, NULL, "fr");
    tc_hit_push(&b, 0, 4, "c", "fr");
    TC_EXPECT_FIRED(&b, "1 4");
    tc_hit_expect_says(&b, "group=b value=en");
    cr_expect_eq(tc_correlator_statistics(b.correlator).ungrouped, 1);
    tc_hit_bench_end(&b);
}

/* One letter is one event of a mailbox, a second apart: what fires, and at which event. */
static const char *changes_of(const char *letters, double gte, char *out, size_t size)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation c = tc_hit_count_of(TC_CORRELATION_VALUE_CHANGE, gte, TC_DAY);
    c.share = 0.8;
    c.min_events = 3;
    tc_fake_correlation_add(b.rules, &c);
    tc_hit_bench_ready(&b, 1 << 20);
    for (size_t i = 0; letters[i]; i++) {
        char value[2] = {letters[i], '\0'};
        tc_hit_push(&b, 0, (double)i, "a", value);
    }
    tc_hit_fired_at(&b, out, size);
    tc_hit_bench_end(&b);
    return out;
}

Test(correlator_learning, tells_when_the_established_value_is_replaced)
{
    static const struct {
        const char *letters;
        double gte;
        const char *fired;
    } rows[] = {
        {"dddddz", 1, "5"},
        {"dddddzd", 1, "5 6"},  /* and when it switches back */
        {"dddddzdzz", 2, "8"},  /* what was refuted does not count */
        {"ddddzydzzy", 2, "8"}, /* nor does another candidate */
        {"ddddzzzzzzddzz", 2, "5 11 13"},
        {"ddz", 1, ""},               /* too few to be established */
        {"dzdzdzdzdzdzdzdz", 1, ""},  /* two languages: nothing ever is */
        {"dzddddddddddddy", 1, "14"}, /* established in spite of one other */
        {"dzdddy", 1, "5"},           /* 4 of 5 are just enough */
        {"dzddy", 1, ""},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        char fired[64];
        cr_expect_str_eq(changes_of(rows[i].letters, rows[i].gte, fired, sizeof(fired)),
                         rows[i].fired, "row %zu", i);
    }
}

Test(correlator_learning, begins_anew_when_a_mailbox_was_silent)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation c = tc_hit_count_of(TC_CORRELATION_VALUE_CHANGE, 1, 100 * TC_SECOND);
    c.min_events = 2;
    c.learn_ns = 5 * TC_SECOND;
    tc_fake_correlation_add(b.rules, &c);
    tc_hit_bench_ready(&b, 1 << 20);
    tc_hit_push(&b, 0, 0, "a", "d");
    tc_hit_push(&b, 0, 1, "a", "d");
    tc_hit_push(&b, 0, 101.5, "a", "z"); /* nothing is left of d, z is learned */
    tc_hit_push(&b, 0, 102, "a", "z");
    tc_hit_push(&b, 0, 103, "a", "d"); /* still learning: learned too */
    tc_hit_push(&b, 0, 104, "a", "z");
    tc_hit_push(&b, 0, 105, "a", "z");
    tc_hit_push(&b, 0, 107, "a", "d"); /* z holds 4 of 5 */
    TC_EXPECT_FIRED(&b, "7");
    tc_hit_expect_says(&b, "value=d previous=z");
    tc_hit_bench_end(&b);
}
