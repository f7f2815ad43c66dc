#include "detector/correlate/correlator.h"
#include "parsers/base/alloc.h"
#include "tests/support/fake_ruleset.h"
#include "tests/support/firing_log.h"

#include <criterion/criterion.h>

/* One detection `d` with captures user and value, and whatever correlations a test adds. */

static const char *const captures[] = {"user", "value", NULL};
static const char *const by_user[] = {"user", NULL};
static const char *const of_value[] = {"value", NULL};
static const char *const both_fields[] = {"user", "value", NULL};
static const uint32_t first_rule[] = {0};
static const uint32_t two_rules[] = {0, 1};

typedef struct bench {
    tc_ruleset *rules;
    tc_correlator *correlator;
    tc_firing_log log;
    bool known; /* the mailboxes of hits are no newcomers */
    uint64_t position;
} bench;

static void bench_begin(bench *b)
{
    *b = (bench){.rules = tc_fake_ruleset_new()};
    tc_firing_log_init(&b->log);
    tc_fake_detection(b->rules, "d", captures);
}

static void bench_ready(bench *b, size_t state_bytes)
{
    b->correlator = tc_correlator_new(b->rules, state_bytes);
    cr_assert_not_null(b->correlator);
}

static void bench_end(bench *b)
{
    tc_correlator_free(b->correlator);
    tc_fake_ruleset_free(b->rules);
    tc_firing_log_done(&b->log);
}

static tc_capture capture(const char *text)
{
    return (tc_capture){tc_slice_of(text), text != NULL};
}

/* A hit of `rule` at so many seconds; NULL = the event lacks the field. */
static void hit(bench *b, uint32_t rule, double seconds, const char *user, const char *value)
{
    tc_capture given[] = {capture(user), capture(value)};
    char line[32];
    int length = snprintf(line, sizeof(line), "%g", seconds);
    tc_order order = {.time = (tc_time)(seconds * (double)TC_SECOND), .position = b->position++};
    tc_evidence evidence = {.order = order, .text = tc_slice_make(line, (size_t)length)};
    evidence.at.line = b->position;
    tc_subject subject = {.mailbox = given[0].text, .target = given[1].text, .newcomer = !b->known};
    tc_hit h = {.rule = rule,
                .order = order,
                .captures = given,
                .evidence = &evidence,
                .evidence_count = 1,
                .subject = &subject};
    tc_firing_sink sink = tc_firing_log_sink(&b->log);
    cr_assert_eq(tc_correlator_push(b->correlator, &h, &sink).code, TC_OK);
}

/* Which hits (by number, from 0) completed a firing: "2 5". */
static const char *fired_at(bench *b, char *out, size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    const char *at = tc_str_cstr(&b->log.text);
    while ((at = strstr(at, " at "))) {
        at += 4;
        length += (size_t)snprintf(out + length, size - length, "%s%lu", length ? " " : "",
                                   strtoul(at, NULL, 10));
    }
    return out;
}

#define EXPECT_FIRED(b, expected)                                                                  \
    do {                                                                                           \
        char fired_[256];                                                                          \
        cr_expect_str_eq(fired_at((b), fired_, sizeof(fired_)), (expected));                       \
    } while (0)

static void expect_says(bench *b, const char *text)
{
    cr_expect(strstr(tc_str_cstr(&b->log.text), text), "expected \"%s\" in\n%s", text,
              tc_str_cstr(&b->log.text));
}

static tc_fake_correlation count_of(tc_correlation_type type, double gte, int64_t span)
{
    tc_fake_correlation c = {.name = "c",
                             .type = type,
                             .rules = first_rule,
                             .rule_count = 1,
                             .group_by = by_user,
                             .timespan_ns = span};
    c.condition.set[TC_GTE] = gte > 0;
    c.condition.number[TC_GTE] = gte;
    if (type != TC_CORRELATION_EVENT_COUNT && type != TC_CORRELATION_TEMPORAL) c.fields = of_value;
    return c;
}

Test(correlator, counts_events_in_a_closed_window)
{
    bench b;
    bench_begin(&b);
    tc_fake_correlation c = count_of(TC_CORRELATION_EVENT_COUNT, 3, 60 * TC_SECOND);
    tc_fake_correlation_add(b.rules, &c);
    bench_ready(&b, 1 << 20);
    hit(&b, 0, 0, "a", NULL);
    hit(&b, 0, 1, "b", NULL);
    hit(&b, 0, 30, "a", NULL);
    hit(&b, 0, 60, "a", NULL);    /* 0 is just within */
    hit(&b, 0, 61, "b", NULL);    /* two of b */
    hit(&b, 0, 90.5, "a", NULL);  /* 60 and 90.5: false, armed again */
    hit(&b, 0, 120.5, "a", NULL); /* 60 is out */
    hit(&b, 0, 121, "a", NULL);
    EXPECT_FIRED(&b, "3 7");
    expect_says(&b, "c at 3 time 60000000000 from 0 count 3 group=a [0/1:0] [2/3:30] [3/4:60]");
    expect_says(&b, "c at 7 time 121000000000 from 90500000000 count 3 group=a");
    bench_end(&b);
}

Test(correlator, fires_once_per_episode)
{
    bench b;
    bench_begin(&b);
    tc_fake_correlation c = count_of(TC_CORRELATION_EVENT_COUNT, 2, 10 * TC_SECOND);
    tc_fake_correlation_add(b.rules, &c);
    bench_ready(&b, 1 << 20);
    for (int i = 0; i < 20; i++) {
        hit(&b, 0, i * 10, "a", NULL); /* each finds the one before it: one long episode */
    }
    hit(&b, 0, 201, "a", NULL); /* alone */
    hit(&b, 0, 202, "a", NULL);
    EXPECT_FIRED(&b, "1 21");
    bench_end(&b);
}

Test(correlator, ends_an_episode_when_the_window_runs_empty)
{
    bench b;
    bench_begin(&b);
    tc_fake_correlation c = count_of(TC_CORRELATION_EVENT_COUNT, 1, 10 * TC_SECOND);
    tc_fake_correlation_add(b.rules, &c);
    bench_ready(&b, 1 << 20);
    hit(&b, 0, 0, "a", NULL);
    hit(&b, 0, 10, "a", NULL);
    hit(&b, 0, 20.001, "a", NULL);
    EXPECT_FIRED(&b, "0 2");
    bench_end(&b);
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
            bench b;
            bench_begin(&b);
            tc_fake_correlation c = count_of(
                distinct ? TC_CORRELATION_VALUE_COUNT : TC_CORRELATION_EVENT_COUNT, 0, TC_HOUR);
            c.condition.set[rows[i].op] = true;
            c.condition.number[rows[i].op] = rows[i].number;
            tc_fake_correlation_add(b.rules, &c);
            bench_ready(&b, 1 << 20);
            static const char *const values[] = {"1", "2", "3", "4", "5"};
            for (int n = 0; n < 5; n++) {
                hit(&b, 0, n, "a", values[n]);
            }
            char fired[64];
            cr_expect_str_eq(fired_at(&b, fired, sizeof(fired)), rows[i].fired, "row %zu", i);
            bench_end(&b);
        }
    }
}

Test(correlator, keeps_all_of_a_range)
{
    bench b;
    bench_begin(&b);
    tc_fake_correlation c = count_of(TC_CORRELATION_EVENT_COUNT, 0, TC_HOUR);
    c.condition.set[TC_GT] = c.condition.set[TC_LTE] = true;
    c.condition.number[TC_GT] = 1;
    c.condition.number[TC_LTE] = 3;
    tc_fake_correlation_add(b.rules, &c);
    bench_ready(&b, 1 << 20);
    for (int n = 0; n < 5; n++) {
        hit(&b, 0, n, "a", NULL);
    }
    hit(&b, 0, 3601.5, "a", NULL); /* 2, 3, 4 and this: still four */
    hit(&b, 0, 3603.5, "a", NULL); /* 4, 3601.5 and this: three again */
    EXPECT_FIRED(&b, "1 6");
    bench_end(&b);
}

Test(correlator, does_not_group_what_lacks_a_field)
{
    bench b;
    bench_begin(&b);
    tc_fake_correlation c = count_of(TC_CORRELATION_EVENT_COUNT, 2, TC_HOUR);
    tc_fake_correlation_add(b.rules, &c);
    c.name = "all";
    c.group_by = NULL;
    tc_fake_correlation_add(b.rules, &c);
    bench_ready(&b, 1 << 20);
    hit(&b, 0, 0, NULL, NULL);
    hit(&b, 0, 1, NULL, NULL);
    hit(&b, 0, 2, "", NULL); /* empty is a value */
    hit(&b, 0, 3, "", NULL);
    EXPECT_FIRED(&b, "1 3");
    expect_says(&b, "all at 1");
    expect_says(&b, "c at 3");
    cr_expect_eq(tc_correlator_statistics(b.correlator).ungrouped, 2);
    bench_end(&b);
}

Test(correlator, counts_distinct_values_byte_by_byte)
{
    bench b;
    bench_begin(&b);
    tc_fake_correlation c = count_of(TC_CORRELATION_VALUE_COUNT, 3, 10 * TC_SECOND);
    tc_fake_correlation_add(b.rules, &c);
    bench_ready(&b, 1 << 20);
    hit(&b, 0, 0, "a", "x");
    hit(&b, 0, 1, "a", "X");
    hit(&b, 0, 2, "a", "x");
    hit(&b, 0, 3, "a", NULL);
    hit(&b, 0, 4, "b", "y");
    hit(&b, 0, 11, "a", "z"); /* X was last seen at 1 */
    hit(&b, 0, 12, "a", "y"); /* X has left, x is there from 2: still three */
    hit(&b, 0, 13, "a", "z"); /* x has left: two */
    hit(&b, 0, 14, "a", "w");
    EXPECT_FIRED(&b, "5 8");
    expect_says(&b, "c at 5 time 11000000000 from 1000000000 count 3");
    bench_end(&b);
}

Test(correlator, tells_tuples_apart_by_their_parts)
{
    bench b;
    bench_begin(&b);
    tc_fake_correlation c = count_of(TC_CORRELATION_VALUE_COUNT, 3, TC_HOUR);
    c.group_by = NULL;
    c.fields = both_fields;
    tc_fake_correlation_add(b.rules, &c);
    bench_ready(&b, 1 << 20);
    hit(&b, 0, 0, "ab", "c");
    hit(&b, 0, 1, "a", "bc");
    hit(&b, 0, 2, "a", "bc");
    hit(&b, 0, 3, "a", NULL);
    hit(&b, 0, 4, "", "abc");
    EXPECT_FIRED(&b, "4");
    bench_end(&b);
}

Test(correlator, joins_rules_within_a_span)
{
    bench b;
    bench_begin(&b);
    tc_fake_detection(b.rules, "e", captures);
    tc_fake_correlation c = {.name = "t",
                             .type = TC_CORRELATION_TEMPORAL,
                             .rules = two_rules,
                             .rule_count = 2,
                             .group_by = by_user,
                             .timespan_ns = 10 * TC_SECOND};
    tc_fake_correlation_add(b.rules, &c);
    bench_ready(&b, 1 << 20);
    hit(&b, 1, 0, "a", "one");
    hit(&b, 0, 1, "b", "two");
    hit(&b, 0, 10.5, "a", "three");
    hit(&b, 1, 11, "b", "four");
    hit(&b, 0, 12, "b", "five");
    EXPECT_FIRED(&b, "3");
    expect_says(&b, "t at 3 time 11000000000 from 1000000000 count 2 group=b [1/2:1] [3/4:11] {:: "
                    "asn=0 mailbox=b target=two} {:: asn=0 mailbox=b target=four}");
    bench_end(&b);
}

Test(correlator, evaluates_an_expression_over_rules)
{
    static const tc_expression first_not_second[] = {
        {TC_EXPR_RULE, 0}, {TC_EXPR_RULE, 1}, {TC_EXPR_NOT, 0}, {TC_EXPR_AND, 0}};
    bench b;
    bench_begin(&b);
    tc_fake_detection(b.rules, "e", captures);
    tc_fake_correlation c = {.name = "t",
                             .type = TC_CORRELATION_TEMPORAL,
                             .rules = two_rules,
                             .rule_count = 2,
                             .timespan_ns = 10 * TC_SECOND,
                             .expression = first_not_second,
                             .expression_count = 4};
    tc_fake_correlation_add(b.rules, &c);
    bench_ready(&b, 1 << 20);
    hit(&b, 1, 0, "a", NULL);
    hit(&b, 0, 10, "a", NULL);
    hit(&b, 0, 10.5, "a", NULL); /* the other is out */
    hit(&b, 1, 11, "a", NULL);
    EXPECT_FIRED(&b, "2");
    bench_end(&b);
}

Test(correlator, shows_a_line_of_every_rule)
{
    static const char *const inner_captures[] = {"user", NULL};
    static const uint32_t chained[] = {2, 1};
    bench b;
    bench_begin(&b);
    tc_fake_detection(b.rules, "e", captures);
    tc_fake_correlation inner = count_of(TC_CORRELATION_EVENT_COUNT, 6, TC_HOUR);
    inner.captures = inner_captures;
    tc_fake_correlation_add(b.rules, &inner);
    tc_fake_correlation outer = {.name = "outer",
                                 .type = TC_CORRELATION_TEMPORAL,
                                 .rules = chained,
                                 .rule_count = 2,
                                 .group_by = by_user,
                                 .timespan_ns = TC_HOUR};
    tc_fake_correlation_add(b.rules, &outer);
    bench_ready(&b, 1 << 20);
    hit(&b, 1, 0, "a", NULL);
    for (int i = 1; i <= 6; i++) {
        hit(&b, 0, i, "a", NULL);
    }
    expect_says(&b, "c at 6 time 6000000000 from 1000000000 count 6 group=a "
                    "[1/2:1] [2/3:2] [4/5:4] [5/6:5] [6/7:6]");
    /* Of its five lines one makes room for the other rule's. */
    expect_says(&b, "outer at 6 time 6000000000 from 0 count 2 group=a "
                    "[0/1:0] [1/2:1] [2/3:2] [4/5:4] [6/7:6]");
    bench_end(&b);
}

Test(correlator, hands_group_count_value_and_previous_to_outer_rules)
{
    static const char *const inner_captures[] = {"user", "count", "value", "previous", NULL};
    static const char *const by_all[] = {"user", "count", "value", "previous", NULL};
    static const uint32_t chained[] = {1};
    bench b;
    bench_begin(&b);
    tc_fake_correlation inner = count_of(TC_CORRELATION_VALUE_CHANGE, 2, TC_DAY);
    inner.min_events = 2;
    inner.captures = inner_captures;
    tc_fake_correlation_add(b.rules, &inner);
    tc_fake_correlation outer = count_of(TC_CORRELATION_EVENT_COUNT, 1, TC_DAY);
    outer.name = "outer";
    outer.rules = chained;
    outer.group_by = by_all;
    tc_fake_correlation_add(b.rules, &outer);
    bench_ready(&b, 1 << 20);
    hit(&b, 0, 0, "a", "de");
    hit(&b, 0, 1, "a", "de");
    hit(&b, 0, 2, "a", "zh");
    hit(&b, 0, 3, "a", "zh");
    expect_says(&b, "c at 3 time 3000000000 from 2000000000 count 2 group=a value=zh previous=de "
                    "[1/2:1] [2/3:2] [3/4:3]");
    expect_says(&b, "outer at 3 time 3000000000 from 3000000000 count 1 group=a group=2 group=zh "
                    "group=de");
    bench_end(&b);
}

Test(correlator, lets_an_inner_correlation_speak_before_its_event)
{
    /* "d, and not a burst of d" must not fire on the event that completes the burst. */
    static const uint32_t chained[] = {0, 1};
    static const tc_expression not_burst[] = {
        {TC_EXPR_RULE, 0}, {TC_EXPR_RULE, 1}, {TC_EXPR_NOT, 0}, {TC_EXPR_AND, 0}};
    bench b;
    bench_begin(&b);
    tc_fake_correlation inner = count_of(TC_CORRELATION_EVENT_COUNT, 1, TC_HOUR);
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
    bench_ready(&b, 1 << 20);
    hit(&b, 0, 0, "a", NULL);
    cr_expect_null(strstr(tc_str_cstr(&b.log.text), "outer"));
    cr_expect_eq(b.log.count, 1);
    bench_end(&b);
}

Test(correlator, suppresses_a_second_firing)
{
    bench b;
    bench_begin(&b);
    tc_fake_correlation c = count_of(TC_CORRELATION_EVENT_COUNT, 1, TC_SECOND);
    c.suppress_ns = 100 * TC_SECOND;
    tc_fake_correlation_add(b.rules, &c);
    bench_ready(&b, 1 << 20);
    hit(&b, 0, 0, "a", NULL);
    hit(&b, 0, 50, "a", NULL);
    hit(&b, 0, 60, "b", NULL);
    cr_assert_eq(tc_correlator_advance(b.correlator, 70 * TC_SECOND, NULL).code, TC_OK);
    hit(&b, 0, 99.9, "a", NULL);
    hit(&b, 0, 110, "a", NULL);
    hit(&b, 0, 150, "a", NULL);
    EXPECT_FIRED(&b, "0 2 4");
    bench_end(&b);
}

Test(correlator, learns_values_and_tells_new_ones)
{
    bench b;
    bench_begin(&b);
    tc_fake_correlation c = count_of(TC_CORRELATION_NEW_VALUE, 0, 100 * TC_SECOND);
    c.learn_ns = 10 * TC_SECOND;
    c.min_events = 3;
    c.max_values = 4;
    tc_fake_correlation_add(b.rules, &c);
    bench_ready(&b, 1 << 20);
    hit(&b, 0, 0, "a", "de");
    hit(&b, 0, 1, "a", "en"); /* too early, too few */
    hit(&b, 0, 2, "a", "de");
    hit(&b, 0, 3, "a", "fr");  /* enough events, too early */
    hit(&b, 0, 10, "a", "zh"); /* 4 */
    hit(&b, 0, 11, "a", "ru"); /* the set is full */
    hit(&b, 0, 12, "a", "ru");
    hit(&b, 0, 102.5, "a", "en"); /* 7: forgotten since 101, hence new */
    hit(&b, 0, 103, "a", "ru");   /* 8: de left at 102, there is room */
    hit(&b, 0, 204, "a", "xx");   /* all forgotten: learning begins anew */
    hit(&b, 0, 204.5, "a", "yy");
    EXPECT_FIRED(&b, "4 7 8");
    expect_says(&b, "c at 4 time 10000000000 from 10000000000 count 4 group=a value=zh [4/5:10]");
    cr_expect_eq(tc_correlator_statistics(b.correlator).saturated_values, 2);
    bench_end(&b);
}

Test(correlator, knows_values_of_all_groups_under_global_scope)
{
    bench b;
    bench_begin(&b);
    tc_fake_correlation c = count_of(TC_CORRELATION_NEW_VALUE, 0, TC_DAY);
    c.global_scope = true;
    tc_fake_correlation_add(b.rules, &c);
    bench_ready(&b, 1 << 20);
    hit(&b, 0, 0, "a", "de");
    hit(&b, 0, 1, "b", "en");
    hit(&b, 0, 2, "c", "en");
    hit(&b, 0, 3, NULL, "fr");
    hit(&b, 0, 4, "c", "fr");
    EXPECT_FIRED(&b, "1 4");
    expect_says(&b, "group=b value=en");
    cr_expect_eq(tc_correlator_statistics(b.correlator).ungrouped, 1);
    bench_end(&b);
}

/* One letter is one event of a mailbox, a second apart: what fires, and at which event. */
static const char *changes_of(const char *letters, double gte, char *out, size_t size)
{
    bench b;
    bench_begin(&b);
    tc_fake_correlation c = count_of(TC_CORRELATION_VALUE_CHANGE, gte, TC_DAY);
    c.share = 0.8;
    c.min_events = 3;
    tc_fake_correlation_add(b.rules, &c);
    bench_ready(&b, 1 << 20);
    for (size_t i = 0; letters[i]; i++) {
        char value[2] = {letters[i], '\0'};
        hit(&b, 0, (double)i, "a", value);
    }
    fired_at(&b, out, size);
    bench_end(&b);
    return out;
}

Test(correlator, tells_when_the_established_value_is_replaced)
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

Test(correlator, begins_anew_when_a_mailbox_was_silent)
{
    bench b;
    bench_begin(&b);
    tc_fake_correlation c = count_of(TC_CORRELATION_VALUE_CHANGE, 1, 100 * TC_SECOND);
    c.min_events = 2;
    c.learn_ns = 5 * TC_SECOND;
    tc_fake_correlation_add(b.rules, &c);
    bench_ready(&b, 1 << 20);
    hit(&b, 0, 0, "a", "d");
    hit(&b, 0, 1, "a", "d");
    hit(&b, 0, 101.5, "a", "z"); /* nothing is left of d, z is learned */
    hit(&b, 0, 102, "a", "z");
    hit(&b, 0, 103, "a", "d"); /* still learning: learned too */
    hit(&b, 0, 104, "a", "z");
    hit(&b, 0, 105, "a", "z");
    hit(&b, 0, 107, "a", "d"); /* z holds 4 of 5 */
    EXPECT_FIRED(&b, "7");
    expect_says(&b, "value=d previous=z");
    bench_end(&b);
}

Test(correlator, keeps_the_first_two_and_last_three_lines_and_cuts_them)
{
    bench b;
    bench_begin(&b);
    tc_fake_correlation c = count_of(TC_CORRELATION_EVENT_COUNT, 100, TC_HOUR);
    tc_fake_correlation_add(b.rules, &c);
    bench_ready(&b, 1 << 20);
    char text[2000];
    memset(text, 'x', sizeof(text));
    tc_firing_sink sink = tc_firing_log_sink(&b.log);
    for (uint64_t i = 0; i < 100; i++) {
        tc_capture given[] = {capture("a"), capture(NULL)};
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
    bench_end(&b);
}

Test(correlator, lists_at_most_64_subjects_in_order_of_first_sight)
{
    bench b;
    bench_begin(&b);
    tc_fake_correlation c = count_of(TC_CORRELATION_VALUE_COUNT, 90, TC_HOUR);
    tc_fake_correlation_add(b.rules, &c);
    bench_ready(&b, 1 << 20);
    char value[90][16];
    for (int i = 0; i < 90; i++) {
        snprintf(value[i], sizeof(value[i]), "t%d", i);
        hit(&b, 0, i, "a", value[i]);
    }
    const char *log = tc_str_cstr(&b.log.text), *at = log;
    size_t count = 0;
    for (; (at = strstr(at, " target=t")); count++) {
        at += strlen(" target=t");
        cr_expect_eq(strtoul(at, NULL, 10), count);
    }
    cr_expect_eq(count, 64);
    bench_end(&b);
}

Test(correlator, tells_long_texts_apart_and_bytes_of_every_kind)
{
    bench b;
    bench_begin(&b);
    tc_fake_correlation c = count_of(TC_CORRELATION_EVENT_COUNT, 2, TC_HOUR);
    tc_fake_correlation_add(b.rules, &c);
    bench_ready(&b, 1 << 20);
    static uint8_t text[60000];
    memset(text, 0xFF, sizeof(text));
    tc_firing_sink sink = tc_firing_log_sink(&b.log);
    static const size_t lengths[] = {0, 1, 31, 32, 33, 155, 156, 157, 1023, 1024, 1025, 60000};
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < TC_COUNT_OF(lengths); i++) {
            tc_capture given[] = {{tc_slice_make(text, lengths[i]), true}, capture(NULL)};
            tc_order order = {.time = round, .position = b.position++};
            tc_hit h = {.order = order, .captures = given};
            cr_assert_eq(tc_correlator_push(b.correlator, &h, &sink).code, TC_OK);
        }
        text[20] = 0; /* a NUL within: groups of more than 20 bytes are others than before */
    }
    /* 0 and 1 came twice; of 1024, 1025 and 60000 bytes the first 1024 are equal in each round. */
    EXPECT_FIRED(&b, "10 12 13 22");
    bench_end(&b);
}

Test(correlator, gives_up_groups_at_the_bound_and_says_so)
{
    bench b;
    bench_begin(&b);
    tc_fake_correlation c = count_of(TC_CORRELATION_EVENT_COUNT, 3, TC_DAY);
    c.captures = captures;
    tc_fake_correlation_add(b.rules, &c);
    static const uint32_t chained[] = {1};
    tc_fake_correlation outer = count_of(TC_CORRELATION_EVENT_COUNT, 1, TC_DAY);
    outer.name = "outer";
    outer.rules = chained;
    tc_fake_correlation_add(b.rules, &outer);
    size_t bound = 4 << 20;
    bench_ready(&b, bound);
    hit(&b, 0, 0, "kept", NULL);
    hit(&b, 0, 1, "kept", NULL); /* it came again: strangers that come once go first */
    hit(&b, 0, 2, "lost", NULL);
    char name[32];
    for (int i = 0; i < 100000; i++) {
        snprintf(name, sizeof(name), "invented%d", i);
        hit(&b, 0, 3 + i * 1e-6, name, NULL);
        if (i % 1000 == 0) {
            cr_assert_leq(tc_correlator_statistics(b.correlator).bytes, bound);
        }
    }
    tc_correlator_stats stats = tc_correlator_statistics(b.correlator);
    cr_expect_gt(stats.evicted_groups, 90000);
    hit(&b, 0, 100, "lost", NULL);
    hit(&b, 0, 101, "lost", NULL); /* would have been the third */
    cr_expect_eq(b.log.count, 0);
    hit(&b, 0, 102, "kept", NULL);
    cr_expect_eq(b.log.count, 2);
    expect_says(&b, "count 3 degraded group=kept");
    expect_says(&b, "outer at 100005 time 102000000000 from 102000000000 count 1 degraded");
    bench_end(&b);
}

/* Somebody who cannot have been invented need not have come twice. */
Test(correlator, a_flood_of_newcomers_does_not_push_out_who_is_known)
{
    bench b;
    bench_begin(&b);
    tc_fake_correlation c = count_of(TC_CORRELATION_EVENT_COUNT, 2, TC_DAY);
    c.captures = captures;
    tc_fake_correlation_add(b.rules, &c);
    bench_ready(&b, 4 << 20);
    char name[32];
    b.known = true;
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof(name), "real%d", i);
        hit(&b, 0, 0, name, NULL);
    }
    b.known = false;
    for (int i = 0; i < 100000; i++) {
        snprintf(name, sizeof(name), "invented%d", i);
        hit(&b, 0, 1 + i * 1e-6, name, NULL);
    }
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof(name), "real%d", i);
        hit(&b, 0, 100, name, NULL);
    }
    cr_expect_eq(b.log.count, 100);
    bench_end(&b);
}

Test(correlator, keeps_what_other_rules_have_learned_under_a_flood)
{
    bench b;
    bench_begin(&b);
    tc_fake_detection(b.rules, "e", captures);
    tc_fake_correlation flooded = count_of(TC_CORRELATION_EVENT_COUNT, 3, TC_DAY);
    tc_fake_correlation_add(b.rules, &flooded);
    tc_fake_correlation learning = count_of(TC_CORRELATION_NEW_VALUE, 0, 30 * TC_DAY);
    static const uint32_t second[] = {1};
    learning.name = "learning";
    learning.rules = second;
    tc_fake_correlation_add(b.rules, &learning);
    bench_ready(&b, 4 << 20);
    char name[32];
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof(name), "user%d", i);
        hit(&b, 1, 0, name, "de");
    }
    for (int i = 0; i < 60000; i++) {
        snprintf(name, sizeof(name), "invented%d", i / 3);
        hit(&b, 0, 1 + i * 1e-6, name, NULL);
    }
    cr_expect_gt(tc_correlator_statistics(b.correlator).evicted_groups, 1000);
    size_t before = b.log.count;
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof(name), "user%d", i);
        hit(&b, 1, 100, name, "en");
    }
    cr_expect_eq(b.log.count - before, 100);
    expect_says(&b, "from 100000000000 count 2 group=user99 value=en"); /* not degraded */
    bench_end(&b);
}

Test(correlator, lives_with_a_bound_too_small_for_anything)
{
    bench b;
    bench_begin(&b);
    tc_fake_correlation c = count_of(TC_CORRELATION_VALUE_COUNT, 1000000, TC_DAY);
    tc_fake_correlation_add(b.rules, &c);
    bench_ready(&b, 0);
    char name[32];
    for (int i = 0; i < 20000; i++) {
        snprintf(name, sizeof(name), "value%d", i);
        hit(&b, 0, i, "a", name);
    }
    tc_correlator_stats stats = tc_correlator_statistics(b.correlator);
    cr_expect_gt(stats.evicted_groups, 0);
    cr_expect_lt(stats.bytes, 2 << 20);
    bench_end(&b);
}

Test(correlator, lets_go_of_windows_that_have_passed)
{
    for (int type = 0; type < TC_CORRELATION_TYPE_COUNT; type++) {
        bench b;
        bench_begin(&b);
        tc_fake_correlation c = count_of((tc_correlation_type)type, 2, TC_MINUTE);
        tc_fake_correlation_add(b.rules, &c);
        bench_ready(&b, 16 << 20);
        size_t empty = tc_correlator_statistics(b.correlator).bytes;
        char name[32];
        for (int i = 0; i < 1000; i++) {
            snprintf(name, sizeof(name), "%d", i % 50);
            hit(&b, 0, i * 0.01, name, i % 3 ? "x" : "y");
        }
        size_t full = tc_correlator_statistics(b.correlator).bytes;
        cr_assert_eq(tc_correlator_advance(b.correlator, 60 * TC_SECOND, NULL).code, TC_OK);
        cr_expect_eq(tc_correlator_statistics(b.correlator).bytes, full, "type %d", type);
        cr_assert_eq(tc_correlator_advance(b.correlator, 71 * TC_SECOND, NULL).code, TC_OK);
        size_t left = tc_correlator_statistics(b.correlator).bytes;
        cr_expect_gt(full, empty + 50 * 128);
        cr_expect_lt(left, empty + 16 * 128, "type %d: %zu bytes of %zu are left", type, left,
                     full);
        bench_end(&b);
    }
}

/* Two rules, so that one of them is not looked at while its windows pass; a flood that fills the
 * room; and a caller who says never, seldom or always how far time has come. */
static tc_correlator_stats fill(bench *b, int every)
{
    bench_begin(b);
    tc_fake_detection(b->rules, "e", captures);
    tc_fake_correlation slow = count_of(TC_CORRELATION_VALUE_COUNT, 2, TC_MINUTE);
    tc_fake_correlation quick = count_of(TC_CORRELATION_EVENT_COUNT, 2, 10 * TC_MINUTE);
    static const uint32_t second_rule[] = {1};
    quick.rules = second_rule;
    quick.name = "q";
    tc_fake_correlation_add(b->rules, &slow);
    tc_fake_correlation_add(b->rules, &quick);
    bench_ready(b, 256 << 10);
    for (int i = 0; i < 6000; i++) {
        char name[32];
        snprintf(name, sizeof(name), "%d", i % 3 ? i : i % 90);
        hit(b, i / 600 % 2 ? 1 : 0, i * 0.2, name, i % 2 ? "x" : "y");
        if (every && i % every == 0)
            cr_assert_eq(
                tc_correlator_advance(b->correlator, (tc_time)(i * 0.2 * (double)TC_SECOND), NULL)
                    .code,
                TC_OK);
    }
    return tc_correlator_statistics(b->correlator);
}

Test(correlator, gives_up_the_same_however_often_time_is_told)
{
    bench never, seldom, always;
    tc_correlator_stats a = fill(&never, 0), b = fill(&seldom, 97), c = fill(&always, 1);
    cr_expect_gt(a.evicted_groups, 100);
    cr_expect_eq(a.evicted_groups, b.evicted_groups);
    cr_expect_eq(a.evicted_groups, c.evicted_groups);
    cr_expect_str_eq(tc_str_cstr(&never.log.text), tc_str_cstr(&seldom.log.text));
    cr_expect_str_eq(tc_str_cstr(&never.log.text), tc_str_cstr(&always.log.text));
    bench_end(&never);
    bench_end(&seldom);
    bench_end(&always);
}

Test(correlator, survives_times_at_the_ends)
{
    bench b;
    bench_begin(&b);
    tc_fake_correlation c = count_of(TC_CORRELATION_EVENT_COUNT, 2, 100 * 365 * TC_DAY);
    tc_fake_correlation_add(b.rules, &c);
    bench_ready(&b, 1 << 20);
    static const tc_time times[] = {INT64_MIN + 1, INT64_MIN + 2, -1, 0, INT64_MAX - 1, INT64_MAX};
    tc_firing_sink sink = tc_firing_log_sink(&b.log);
    for (size_t i = 0; i < TC_COUNT_OF(times); i++) {
        tc_capture given[] = {capture("a"), capture(NULL)};
        tc_hit h = {.order = {.time = times[i], .position = i}, .captures = given};
        cr_assert_eq(tc_correlator_push(b.correlator, &h, &sink).code, TC_OK);
        cr_assert_eq(tc_correlator_advance(b.correlator, times[i], &sink).code, TC_OK);
    }
    EXPECT_FIRED(&b, "1 3 5");
    bench_end(&b);
}

Test(correlator, says_when_there_is_no_memory)
{
    for (uint64_t n = 1;; n++) {
        bench b;
        bench_begin(&b);
        tc_fake_correlation c = count_of(TC_CORRELATION_VALUE_CHANGE, 2, TC_SECOND);
        c.captures = captures;
        tc_fake_correlation_add(b.rules, &c);
        tc_alloc_fail_after(n);
        b.correlator = tc_correlator_new(b.rules, 1 << 20);
        if (b.correlator) {
            tc_capture given[] = {capture("a"), capture("x")};
            tc_hit h = {.captures = given};
            tc_status status = tc_correlator_push(b.correlator, &h, NULL);
            cr_expect(status.code == TC_OK || status.code == TC_ENOMEM);
            tc_alloc_fail_after(0);
            if (!tc_failed(status)) {
                cr_expect_gt(n, 10);
                bench_end(&b);
                return;
            }
            cr_expect_eq(tc_correlator_push(b.correlator, &h, NULL).code, TC_OK);
        }
        tc_alloc_fail_after(0);
        bench_end(&b);
    }
}

static tc_status refuse(void *context, const tc_firing *firing)
{
    (void)firing;
    ++*(int *)context;
    return (tc_status){TC_EIO};
}

Test(correlator, hands_on_what_its_sink_says)
{
    bench b;
    bench_begin(&b);
    tc_fake_correlation c = count_of(TC_CORRELATION_EVENT_COUNT, 1, TC_SECOND);
    tc_fake_correlation_add(b.rules, &c);
    bench_ready(&b, 1 << 20);
    int calls = 0;
    tc_firing_sink sink = {&calls, refuse, NULL};
    tc_capture given[] = {capture("a"), capture(NULL)};
    tc_hit h = {.captures = given};
    cr_expect_eq(tc_correlator_push(b.correlator, &h, &sink).code, TC_EIO);
    h.order.time = TC_HOUR;
    cr_expect_eq(tc_correlator_push(b.correlator, &h, &sink).code, TC_EIO);
    cr_expect_eq(calls, 2);
    bench_end(&b);
}
