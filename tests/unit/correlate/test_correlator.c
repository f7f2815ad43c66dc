#include "tests/support/hit_bench.h"

Test(correlator, counts_events_in_a_closed_window)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation c = tc_hit_count_of(TC_CORRELATION_EVENT_COUNT, 3, 60 * TC_SECOND);
    tc_fake_correlation_add(b.rules, &c);
    tc_hit_bench_ready(&b, 1 << 20);
    tc_hit_push(&b, 0, 0, "a", NULL);
    tc_hit_push(&b, 0, 1, "b", NULL);
    tc_hit_push(&b, 0, 30, "a", NULL);
    tc_hit_push(&b, 0, 60, "a", NULL);    /* 0 is just within */
    tc_hit_push(&b, 0, 61, "b", NULL);    /* two of b */
    tc_hit_push(&b, 0, 90.5, "a", NULL);  /* 60 and 90.5: false, armed again */
    tc_hit_push(&b, 0, 120.5, "a", NULL); /* 60 is out */
    tc_hit_push(&b, 0, 121, "a", NULL);
    TC_EXPECT_FIRED(&b, "3 7");
    tc_hit_expect_says(&b,
                       "c at 3 time 60000000000 from 0 count 3 group=a [0/1:0] [2/3:30] [3/4:60]");
    tc_hit_expect_says(&b, "c at 7 time 121000000000 from 90500000000 count 3 group=a");
    tc_hit_bench_end(&b);
}

Test(correlator, fires_once_per_episode)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation c = tc_hit_count_of(TC_CORRELATION_EVENT_COUNT, 2, 10 * TC_SECOND);
    tc_fake_correlation_add(b.rules, &c);
    tc_hit_bench_ready(&b, 1 << 20);
    for (int i = 0; i < 20; i++) {
        tc_hit_push(&b, 0, i * 10, "a", NULL); /* each finds the one before it: one long episode */
    }
    tc_hit_push(&b, 0, 201, "a", NULL); /* alone */
    tc_hit_push(&b, 0, 202, "a", NULL);
    TC_EXPECT_FIRED(&b, "1 21");
    tc_hit_bench_end(&b);
}

Test(correlator, ends_an_episode_when_the_window_runs_empty)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation c = tc_hit_count_of(TC_CORRELATION_EVENT_COUNT, 1, 10 * TC_SECOND);
    tc_fake_correlation_add(b.rules, &c);
    tc_hit_bench_ready(&b, 1 << 20);
    tc_hit_push(&b, 0, 0, "a", NULL);
    tc_hit_push(&b, 0, 10, "a", NULL);
    tc_hit_push(&b, 0, 20.001, "a", NULL);
    TC_EXPECT_FIRED(&b, "0 2");
    tc_hit_bench_end(&b);
}

Test(correlator, compares_with_every_operator)
{
    static const struct {
        tc_compare op;
        double number;
        const char *fired; /* of five hits in one window */
    } rows[] = {{TC_GT, 2, "2"},    {TC_GT, 2.5, "2"}, {TC_GTE, 2, "1"}, {TC_GTE, 2.5, "2"},
                {TC_GTE, 0, "0"},   {TC_GTE, -3, "0"}, {TC_LT, 3, "0"},  {TC_LT, 1, ""},
                {TC_LTE, 1, "0"},   {TC_EQ, 3, "2"},   {TC_EQ, 2.5, ""}, {TC_NEQ, 1, "1"},
                {TC_NEQ, 2, "0 2"}, {TC_GT, 1e300, ""}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        for (int distinct = 0; distinct < 2; distinct++) {
            tc_hit_bench b;
            tc_hit_bench_begin(&b);
            tc_fake_correlation c = tc_hit_count_of(
                distinct ? TC_CORRELATION_VALUE_COUNT : TC_CORRELATION_EVENT_COUNT, 0, TC_HOUR);
            c.condition.set[rows[i].op] = true;
            c.condition.number[rows[i].op] = rows[i].number;
            tc_fake_correlation_add(b.rules, &c);
            tc_hit_bench_ready(&b, 1 << 20);
            static const char *const values[] = {"1", "2", "3", "4", "5"};
            for (int n = 0; n < 5; n++) {
                tc_hit_push(&b, 0, n, "a", values[n]);
            }
            char fired[64];
            cr_expect_str_eq(tc_hit_fired_at(&b, fired, sizeof(fired)), rows[i].fired, "row %zu",
                             i);
            tc_hit_bench_end(&b);
        }
    }
}

Test(correlator, keeps_all_of_a_range)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation c = tc_hit_count_of(TC_CORRELATION_EVENT_COUNT, 0, TC_HOUR);
    c.condition.set[TC_GT] = c.condition.set[TC_LTE] = true;
    c.condition.number[TC_GT] = 1;
    c.condition.number[TC_LTE] = 3;
    tc_fake_correlation_add(b.rules, &c);
    tc_hit_bench_ready(&b, 1 << 20);
    for (int n = 0; n < 5; n++) {
        tc_hit_push(&b, 0, n, "a", NULL);
    }
    tc_hit_push(&b, 0, 3601.5, "a", NULL); /* 2, 3, 4 and this: still four */
    tc_hit_push(&b, 0, 3603.5, "a", NULL); /* 4, 3601.5 and this: three again */
    TC_EXPECT_FIRED(&b, "1 6");
    tc_hit_bench_end(&b);
}

Test(correlator, does_not_group_what_lacks_a_field)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation c = tc_hit_count_of(TC_CORRELATION_EVENT_COUNT, 2, TC_HOUR);
    tc_fake_correlation_add(b.rules, &c);
    c.name = "all";
    c.group_by = NULL;
    tc_fake_correlation_add(b.rules, &c);
    tc_hit_bench_ready(&b, 1 << 20);
    tc_hit_push(&b, 0, 0, NULL, NULL);
    tc_hit_push(&b, 0, 1, NULL, NULL);
    tc_hit_push(&b, 0, 2, "", NULL); /* empty is a value */
    tc_hit_push(&b, 0, 3, "", NULL);
    TC_EXPECT_FIRED(&b, "1 3");
    tc_hit_expect_says(&b, "all at 1");
    tc_hit_expect_says(&b, "c at 3");
    cr_expect_eq(tc_correlator_statistics(b.correlator).ungrouped, 2);
    tc_hit_bench_end(&b);
}

Test(correlator, counts_distinct_values_byte_by_byte)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation c = tc_hit_count_of(TC_CORRELATION_VALUE_COUNT, 3, 10 * TC_SECOND);
    tc_fake_correlation_add(b.rules, &c);
    tc_hit_bench_ready(&b, 1 << 20);
    tc_hit_push(&b, 0, 0, "a", "x");
    tc_hit_push(&b, 0, 1, "a", "X");
    tc_hit_push(&b, 0, 2, "a", "x");
    tc_hit_push(&b, 0, 3, "a", NULL);
    tc_hit_push(&b, 0, 4, "b", "y");
    tc_hit_push(&b, 0, 11, "a", "z"); /* X was last seen at 1 */
    tc_hit_push(&b, 0, 12, "a", "y"); /* X has left, x is there from 2: still three */
    tc_hit_push(&b, 0, 13, "a", "z"); /* x has left: two */
    tc_hit_push(&b, 0, 14, "a", "w");
    TC_EXPECT_FIRED(&b, "5 8");
    tc_hit_expect_says(&b, "c at 5 time 11000000000 from 1000000000 count 3");
    tc_hit_bench_end(&b);
}

Test(correlator, tells_tuples_apart_by_their_parts)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation c = tc_hit_count_of(TC_CORRELATION_VALUE_COUNT, 3, TC_HOUR);
    c.group_by = NULL;
    c.fields = both_fields;
    tc_fake_correlation_add(b.rules, &c);
    tc_hit_bench_ready(&b, 1 << 20);
    tc_hit_push(&b, 0, 0, "ab", "c");
    tc_hit_push(&b, 0, 1, "a", "bc");
    tc_hit_push(&b, 0, 2, "a", "bc");
    tc_hit_push(&b, 0, 3, "a", NULL);
    tc_hit_push(&b, 0, 4, "", "abc");
    TC_EXPECT_FIRED(&b, "4");
    tc_hit_bench_end(&b);
}

Test(correlator, joins_rules_within_a_span)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_detection(b.rules, "e", captures);
    tc_fake_correlation c = {.name = "t",
                             .type = TC_CORRELATION_TEMPORAL,
                             .rules = two_rules,
                             .rule_count = 2,
                             .group_by = by_user,
                             .timespan_ns = 10 * TC_SECOND};
    tc_fake_correlation_add(b.rules, &c);
    tc_hit_bench_ready(&b, 1 << 20);
    tc_hit_push(&b, 1, 0, "a", "one");
    tc_hit_push(&b, 0, 1, "b", "two");
    tc_hit_push(&b, 0, 10.5, "a", "three");
    tc_hit_push(&b, 1, 11, "b", "four");
    tc_hit_push(&b, 0, 12, "b", "five");
    TC_EXPECT_FIRED(&b, "3");
    tc_hit_expect_says(
        &b, "t at 3 time 11000000000 from 1000000000 count 2 group=b [1/2:1] [3/4:11] {:: "
            "asn=0 mailbox=b target=two} {:: asn=0 mailbox=b target=four}");
    tc_hit_bench_end(&b);
}

Test(correlator, evaluates_an_expression_over_rules)
{
    static const tc_expression first_not_second[] = {
        {TC_EXPR_RULE, 0}, {TC_EXPR_RULE, 1}, {TC_EXPR_NOT, 0}, {TC_EXPR_AND, 0}};
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_detection(b.rules, "e", captures);
    tc_fake_correlation c = {.name = "t",
                             .type = TC_CORRELATION_TEMPORAL,
                             .rules = two_rules,
                             .rule_count = 2,
                             .timespan_ns = 10 * TC_SECOND,
                             .expression = first_not_second,
                             .expression_count = 4};
    tc_fake_correlation_add(b.rules, &c);
    tc_hit_bench_ready(&b, 1 << 20);
    tc_hit_push(&b, 1, 0, "a", NULL);
    tc_hit_push(&b, 0, 10, "a", NULL);
    tc_hit_push(&b, 0, 10.5, "a", NULL); /* the other is out */
    tc_hit_push(&b, 1, 11, "a", NULL);
    TC_EXPECT_FIRED(&b, "2");
    tc_hit_bench_end(&b);
}

Test(correlator, shows_a_line_of_every_rule)
{
    static const char *const inner_captures[] = {"user", NULL};
    static const uint32_t chained[] = {2, 1};
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_detection(b.rules, "e", captures);
    tc_fake_correlation inner = tc_hit_count_of(TC_CORRELATION_EVENT_COUNT, 6, TC_HOUR);
    inner.captures = inner_captures;
    tc_fake_correlation_add(b.rules, &inner);
    tc_fake_correlation outer = {.name = "outer",
                                 .type = TC_CORRELATION_TEMPORAL,
                                 .rules = chained,
                                 .rule_count = 2,
                                 .group_by = by_user,
                                 .timespan_ns = TC_HOUR};
    tc_fake_correlation_add(b.rules, &outer);
    tc_hit_bench_ready(&b, 1 << 20);
    tc_hit_push(&b, 1, 0, "a", NULL);
    for (int i = 1; i <= 6; i++) {
        tc_hit_push(&b, 0, i, "a", NULL);
    }
    tc_hit_expect_says(&b, "c at 6 time 6000000000 from 1000000000 count 6 group=a "
                           "[1/2:1] [2/3:2] [4/5:4] [5/6:5] [6/7:6]");
    /* Of its five lines one makes room for the other rule's. */
    tc_hit_expect_says(&b, "outer at 6 time 6000000000 from 0 count 2 group=a "
                           "[0/1:0] [1/2:1] [2/3:2] [4/5:4] [6/7:6]");
    tc_hit_bench_end(&b);
}

Test(correlator, hands_group_count_value_and_previous_to_outer_rules)
{
    static const char *const inner_captures[] = {"user", "count", "value", "previous", NULL};
    static const char *const by_all[] = {"user", "count", "value", "previous", NULL};
    static const uint32_t chained[] = {1};
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation inner = tc_hit_count_of(TC_CORRELATION_VALUE_CHANGE, 2, TC_DAY);
    inner.min_events = 2;
    inner.captures = inner_captures;
    tc_fake_correlation_add(b.rules, &inner);
    tc_fake_correlation outer = tc_hit_count_of(TC_CORRELATION_EVENT_COUNT, 1, TC_DAY);
    outer.name = "outer";
    outer.rules = chained;
    outer.group_by = by_all;
    tc_fake_correlation_add(b.rules, &outer);
    tc_hit_bench_ready(&b, 1 << 20);
    tc_hit_push(&b, 0, 0, "a", "de");
    tc_hit_push(&b, 0, 1, "a", "de");
    tc_hit_push(&b, 0, 2, "a", "zh");
    tc_hit_push(&b, 0, 3, "a", "zh");
    tc_hit_expect_says(
        &b, "c at 3 time 3000000000 from 2000000000 count 2 group=a value=zh previous=de "
            "[1/2:1] [2/3:2] [3/4:3]");
    tc_hit_expect_says(
        &b, "outer at 3 time 3000000000 from 3000000000 count 1 group=a group=2 group=zh "
            "group=de");
    tc_hit_bench_end(&b);
}

Test(correlator, lets_an_inner_correlation_speak_before_its_event)
{
    /* "d, and not a burst of d" must not fire on the event that completes the burst. */
    static const uint32_t chained[] = {0, 1};
    static const tc_expression not_burst[] = {
        {TC_EXPR_RULE, 0}, {TC_EXPR_RULE, 1}, {TC_EXPR_NOT, 0}, {TC_EXPR_AND, 0}};
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation inner = tc_hit_count_of(TC_CORRELATION_EVENT_COUNT, 1, TC_HOUR);
    inner.captures = captures;
    tc_fake_correlation_add(b.rules, &inner);
    tc_fake_correlation outer = {.name = "outer",
                                 .type = TC_CORRELATION_TEMPORAL,
                                 .rules = chained,
                                 .rule_count = 2,
                                 .group_by = by_user,
                                 .timespan_ns = TC_HOUR,
                                 .expression = not_burst,
                                 .expression_count = 4};
    tc_fake_correlation_add(b.rules, &outer);
    tc_hit_bench_ready(&b, 1 << 20);
    tc_hit_push(&b, 0, 0, "a", NULL);
    cr_expect_null(strstr(tc_str_cstr(&b.log.text), "outer"));
    cr_expect_eq(b.log.count, 1);
    tc_hit_bench_end(&b);
}

Test(correlator, suppresses_a_second_firing)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation c = tc_hit_count_of(TC_CORRELATION_EVENT_COUNT, 1, TC_SECOND);
    c.suppress_ns = 100 * TC_SECOND;
    tc_fake_correlation_add(b.rules, &c);
    tc_hit_bench_ready(&b, 1 << 20);
    tc_hit_push(&b, 0, 0, "a", NULL);
    tc_hit_push(&b, 0, 50, "a", NULL);
    tc_hit_push(&b, 0, 60, "b", NULL);
    cr_assert_eq(tc_correlator_advance(b.correlator, 70 * TC_SECOND, NULL).code, TC_OK);
    tc_hit_push(&b, 0, 99.9, "a", NULL);
    tc_hit_push(&b, 0, 110, "a", NULL);
    tc_hit_push(&b, 0, 150, "a", NULL);
    TC_EXPECT_FIRED(&b, "0 2 4");
    tc_hit_bench_end(&b);
}

Test(correlator, keeps_the_first_two_and_last_three_lines_and_cuts_them)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation c = tc_hit_count_of(TC_CORRELATION_EVENT_COUNT, 100, TC_HOUR);
    tc_fake_correlation_add(b.rules, &c);
    tc_hit_bench_ready(&b, 1 << 20);
    char text[2000];
    memset(text, 'x', sizeof(text));
    tc_firing_sink sink = tc_firing_log_sink(&b.log);
    for (uint64_t i = 0; i < 100; i++) {
        tc_capture given[] = {tc_hit_capture("a"), tc_hit_capture(NULL)};
        tc_order order = {.time = (tc_time)i, .position = i};
        tc_evidence evidence = {.order = order, .text = tc_slice_make(text, 413 + i)};
        tc_hit h = {.order = order, .captures = given, .evidence = &evidence, .evidence_count = 1};
        cr_assert_eq(tc_correlator_push(b.correlator, &h, &sink).code, TC_OK);
    }
    const char *log = tc_str_cstr(&b.log.text);
    static const struct {
        const char *mark;
        size_t length;
    } lines[] = {{"[0/0:", 413}, {"[1/0:", 414}, {"[97/0:", 510}, {"[98/0:", 511}, {"[99/0:", 512}};
    for (size_t i = 0; i < TC_COUNT_OF(lines); i++) {
        const char *at = strstr(log, lines[i].mark);
        cr_assert_not_null(at, "line %zu", i);
        cr_expect_eq(strspn(at + strlen(lines[i].mark), "x"), lines[i].length, "line %zu", i);
    }
    cr_expect_null(strstr(log, "[96/"));
    tc_hit_bench_end(&b);
}

Test(correlator, lists_at_most_64_subjects_in_order_of_first_sight)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation c = tc_hit_count_of(TC_CORRELATION_VALUE_COUNT, 90, TC_HOUR);
    tc_fake_correlation_add(b.rules, &c);
    tc_hit_bench_ready(&b, 1 << 20);
    char value[90][16];
    for (int i = 0; i < 90; i++) {
        snprintf(value[i], sizeof(value[i]), "t%d", i);
        tc_hit_push(&b, 0, i, "a", value[i]);
    }
    const char *log = tc_str_cstr(&b.log.text), *at = log;
    size_t count = 0;
    for (; (at = strstr(at, " target=t")); count++) {
        at += strlen(" target=t");
        cr_expect_eq(strtoul(at, NULL, 10), count);
    }
    cr_expect_eq(count, 64);
    tc_hit_bench_end(&b);
}

Test(correlator, tells_long_texts_apart_and_bytes_of_every_kind)
{
    tc_hit_bench b;
    tc_hit_bench_begin(&b);
    tc_fake_correlation c = tc_hit_count_of(TC_CORRELATION_EVENT_COUNT, 2, TC_HOUR);
    tc_fake_correlation_add(b.rules, &c);
    tc_hit_bench_ready(&b, 1 << 20);
    static uint8_t text[60000];
    memset(text, 0xFF, sizeof(text));
    tc_firing_sink sink = tc_firing_log_sink(&b.log);
    static const size_t lengths[] = {0, 1, 31, 32, 33, 155, 156, 157, 1023, 1024, 1025, 60000};
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < TC_COUNT_OF(lengths); i++) {
            tc_capture given[] = {{tc_slice_make(text, lengths[i]), true}, tc_hit_capture(NULL)};
            tc_order order = {.time = round, .position = b.position++};
            tc_hit h = {.order = order, .captures = given};
            cr_assert_eq(tc_correlator_push(b.correlator, &h, &sink).code, TC_OK);
        }
        text[20] = 0; /* a NUL within: groups of more than 20 bytes are others than before */
    }
    /* 0 and 1 came twice; of 1024, 1025 and 60000 bytes the first 1024 are equal in each round. */
    TC_EXPECT_FIRED(&b, "10 12 13 22");
    tc_hit_bench_end(&b);
}
