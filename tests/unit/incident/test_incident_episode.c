/* What was told once goes on: episodes of correlations, single matches, measures. */
#include "tests/support/incident_bench.h"

#include <criterion/criterion.h>

static void start(tc_incident_bench *b)
{
    cr_assert(tc_bench_start(b, 0));
}

static void go_on(tc_incident_bench *b, const tc_rule *rule, tc_time time, const char *entity,
                  const char *mailbox, double count)
{
    tc_subject s = tc_bench_subject(mailbox, NULL);
    tc_finding f = tc_bench_finding(rule, time, tc_slice_of(entity), &s);
    f.count = count;
    cr_assert(!tc_failed(tc_bench_go_on(b, &f)));
}

static void fire(tc_incident_bench *b, const tc_rule *rule, tc_time time, const char *entity,
                 const char *mailbox, double count)
{
    tc_subject s = tc_bench_subject(mailbox, NULL);
    tc_finding f = tc_bench_finding(rule, time, tc_slice_of(entity), &s);
    f.count = count;
    cr_assert(!tc_failed(tc_bench_tell(b, &f)));
}

/* A measure of the whole organisation, that began an hour before. */
static void measure(tc_incident_bench *b, const tc_rule *rule, tc_time time, double count)
{
    tc_finding f = tc_bench_finding(rule, time, TC_EMPTY_SLICE, NULL);
    f.start = time - TC_HOUR;
    f.count = count;
    cr_assert(!tc_failed(tc_bench_tell(b, &f)));
}

Test(incident_episode, resets_beyond_the_threshold_are_told)
{
    tc_incident_bench b;
    char name[16];
    tc_rule resets = tc_bench_rule("resets", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    start(&b);
    fire(&b, &resets, TC_HOUR, "adm", "v0@x", 10);
    cr_expect_eq(tc_bench_count(&b, "alert high"), 1);
    char id[33];
    memcpy(id, b.last_incident, sizeof(id));
    for (int i = 1; i <= 15; i++) {
        snprintf(name, sizeof(name), "v%d@x", i);
        go_on(&b, &resets, TC_HOUR + i * TC_SECOND, "adm", name, 10 + i);
    }
    tc_bench_finish(&b);
    cr_expect_eq(tc_bench_count(&b, "alert high"), 1, "no new alert: %s", tc_str_cstr(&b.log));
    cr_expect_gt(tc_bench_count(&b, "grown high"), 1);
    cr_expect_str_eq(b.last_incident, id);
    cr_expect_eq(b.mailboxes, 16);
    cr_expect_eq(b.count, 25);
    cr_expect_eq(b.start, TC_HOUR);
    cr_expect_eq(b.end, TC_HOUR + 15 * TC_SECOND);
    tc_bench_stop(&b);
}

Test(incident_episode, goes_on_in_the_incident_that_its_own_was_merged_into)
{
    tc_incident_bench b;
    tc_rule resets = tc_bench_rule("resets", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    tc_rule other = tc_bench_rule("other", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    start(&b);
    tc_bench_find(&b, &other, TC_HOUR, "a@x", NULL);
    fire(&b, &resets, 2 * TC_HOUR, "adm", "b@x", 10);
    const tc_subject both[] = {tc_bench_subject("a@x", NULL), tc_bench_subject("b@x", NULL)};
    tc_finding f = tc_bench_finding(&other, 3 * TC_HOUR, TC_LIT("both"), both);
    f.subject_count = 2;
    cr_assert(!tc_failed(tc_bench_tell(&b, &f)));
    go_on(&b, &resets, 4 * TC_HOUR, "adm", "c@x", 11);
    tc_bench_finish(&b);
    cr_expect_eq(tc_bench_count(&b, "final high 3/0"), 1, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

Test(incident_episode, of_which_nothing_is_known_changes_nothing)
{
    tc_incident_bench b;
    tc_rule resets = tc_bench_rule("resets", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    start(&b);
    fire(&b, &resets, TC_HOUR, "adm", "a@x", 10);
    go_on(&b, &resets, 2 * TC_HOUR, "another", "b@x", 11);
    go_on(&b, &resets, 30 * TC_DAY, "adm", "c@x", 11);
    tc_bench_finish(&b);
    cr_expect_eq(tc_bench_count(&b, "final high 1/0"), 1, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

Test(incident_episode, brings_mailboxes_but_no_sources_of_its_own)
{
    tc_incident_bench b;
    tc_rule rule = tc_bench_rule("rule", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    start(&b);
    tc_bench_find(&b, &rule, TC_HOUR, "a@x", "192.0.2.1");
    tc_subject s = tc_bench_subject("b@x", "198.51.100.7");
    tc_finding f = tc_bench_finding(&rule, 2 * TC_HOUR, TC_LIT("a@x"), &s);
    cr_assert(!tc_failed(tc_bench_go_on(&b, &f)));
    tc_bench_finish(&b);
    cr_expect_eq(tc_bench_count(&b, "final high 2/1"), 1, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

Test(incident_episode, a_single_match_that_is_not_told_again_still_counts)
{
    tc_incident_bench b;
    tc_rule single = tc_bench_rule("single", TC_LEVEL_MEDIUM, TC_RULE_DETECTION);
    start(&b);
    tc_bench_find(&b, &single, TC_DAY, "a@x", NULL);
    tc_bench_find(&b, &single, TC_DAY + 5 * TC_HOUR, "a@x", NULL);
    tc_bench_finish(&b);
    cr_expect_eq(tc_bench_count(&b, "alert medium"), 1, "%s", tc_str_cstr(&b.log));
    cr_expect_eq(b.end, TC_DAY + 5 * TC_HOUR);
    tc_bench_stop(&b);
}

Test(incident_episode, an_entity_that_matches_every_hour_is_told_once_a_day)
{
    tc_incident_bench b;
    tc_rule single = tc_bench_rule("single", TC_LEVEL_MEDIUM, TC_RULE_DETECTION);
    start(&b);
    for (int hour = 0; hour < 72; hour++)
        tc_bench_find(&b, &single, TC_DAY + hour * TC_HOUR, "a@x", NULL);
    cr_expect_eq(tc_bench_count(&b, "alert medium"), 3, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

/* Ten changes cross the threshold, 54 are the peak, the next morning still counts 17. */
Test(incident_episode, a_wave_is_one_incident_of_its_full_size)
{
    tc_incident_bench b;
    tc_rule wave = tc_bench_rule("wave", TC_LEVEL_LOW, TC_RULE_DETECTION);
    start(&b);
    for (int i = 10; i <= 54; i++)
        measure(&b, &wave, TC_DAY + (i - 10) * 9 * TC_MINUTE, i);
    tc_time peak = TC_DAY + 44 * 9 * TC_MINUTE;
    measure(&b, &wave, peak + 22 * TC_HOUR, 17);
    tc_bench_finish(&b);
    cr_expect_eq(tc_incidents_count(b.all, TC_LEVEL_LOW), 1);
    cr_expect_eq(tc_bench_count(&b, "alert low"), 1, "%s", tc_str_cstr(&b.log));
    cr_expect_gt(tc_bench_count(&b, "grown low"), 0);
    cr_expect_eq(b.count, 54);
    cr_expect_eq(b.start, TC_DAY - TC_HOUR);
    cr_expect_eq(b.end, peak);
    tc_bench_stop(&b);
}

/* Fifty resets that were told twice are not two accounts. */
Test(incident_episode, only_what_counts_accounts_says_how_many)
{
    static const tc_slice fields[] = {{(const uint8_t *)"target", 6},
                                      {(const uint8_t *)"source.network", 14}};
    const struct {
        tc_rule_kind kind;
        tc_correlation correlation;
        bool says;
    } rows[] = {
        {TC_RULE_DETECTION, {0}, true},
        {TC_RULE_CORRELATION, {.type = TC_CORRELATION_EVENT_COUNT}, false},
        {TC_RULE_CORRELATION,
         {.type = TC_CORRELATION_VALUE_COUNT, .fields = &fields[0], .field_count = 1},
         true},
        {TC_RULE_CORRELATION,
         {.type = TC_CORRELATION_VALUE_COUNT, .fields = &fields[1], .field_count = 1},
         false},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_incident_bench b;
        tc_rule rule = tc_bench_rule("resets", TC_LEVEL_LOW, rows[i].kind);
        if (rows[i].kind == TC_RULE_CORRELATION) rule.correlation = &rows[i].correlation;
        start(&b);
        measure(&b, &rule, TC_DAY, 2);
        tc_bench_finish(&b);
        cr_expect_eq(strstr(b.message, ": 2 accounts") != NULL, rows[i].says, "row %zu: %s", i,
                     b.message);
        tc_bench_stop(&b);
    }
}

Test(incident_episode, a_wave_after_a_day_of_quiet_is_another)
{
    tc_incident_bench b;
    tc_rule wave = tc_bench_rule("wave", TC_LEVEL_LOW, TC_RULE_DETECTION);
    start(&b);
    measure(&b, &wave, TC_DAY, 54);
    measure(&b, &wave, 2 * TC_DAY, 12);
    tc_bench_finish(&b);
    cr_expect_eq(tc_incidents_count(b.all, TC_LEVEL_LOW), 2);
    tc_bench_stop(&b);
}

Test(incident_episode, waves_of_two_rules_are_two_incidents)
{
    tc_incident_bench b;
    tc_rule one = tc_bench_rule("one", TC_LEVEL_LOW, TC_RULE_DETECTION);
    tc_rule two = tc_bench_rule("two", TC_LEVEL_LOW, TC_RULE_DETECTION);
    start(&b);
    measure(&b, &one, TC_DAY, 54);
    measure(&b, &two, TC_DAY, 20);
    measure(&b, &one, TC_DAY + TC_HOUR, 60);
    tc_bench_finish(&b);
    cr_expect_eq(tc_incidents_count(b.all, TC_LEVEL_LOW), 2);
    cr_expect_eq(tc_bench_count(&b, "alert low"), 2, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}
