#include "tests/support/incident_bench.h"

#include <criterion/criterion.h>

static void start(tc_incident_bench *b)
{
    cr_assert(tc_bench_start(b, 0));
}

Test(incident, findings_of_one_mailbox_are_one_incident_and_raise_it)
{
    tc_incident_bench b;
    tc_rule low = tc_bench_rule("low", TC_LEVEL_LOW, TC_RULE_CORRELATION);
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    start(&b);
    tc_bench_find(&b, &low, TC_DAY, "a@x", NULL);
    tc_bench_find(&b, &high, 2 * TC_DAY, "a@x", NULL);
    cr_assert_eq(tc_bench_count(&b, "opened low"), 1, "%s", tc_str_cstr(&b.log));
    cr_assert_eq(tc_bench_count(&b, "raised high"), 1, "%s", tc_str_cstr(&b.log));
    cr_assert_eq(tc_incidents_count(b.all, TC_LEVEL_LOW), 1);
    tc_bench_stop(&b);
}

Test(incident, informational_findings_are_told_but_join_nothing)
{
    tc_incident_bench b;
    tc_rule note = tc_bench_rule("note", TC_LEVEL_INFORMATIONAL, TC_RULE_CORRELATION);
    start(&b);
    tc_bench_find(&b, &note, TC_DAY, "a@x", "192.0.2.1");
    cr_assert_eq(tc_incidents_count(b.all, TC_LEVEL_INFORMATIONAL), 0);
    cr_assert_eq(tc_bench_count(&b, "informational"), 1, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

Test(incident, earlier_sessions_from_its_source_bring_their_mailboxes)
{
    tc_incident_bench b;
    tc_rule critical = tc_bench_rule("critical", TC_LEVEL_CRITICAL, TC_RULE_CORRELATION);
    start(&b);
    tc_bench_session(&b, TC_DAY, "a@x", "192.0.2.1");
    tc_bench_session(&b, TC_DAY + TC_HOUR, "b@x", "192.0.2.1");
    tc_bench_session(&b, TC_DAY + 2 * TC_HOUR, "c@x", "198.51.100.7");
    tc_bench_find(&b, &critical, 2 * TC_DAY, "a@x", "192.0.2.1");
    cr_assert_eq(b.mailboxes, 2, "%s", tc_str_cstr(&b.log));
    cr_assert_eq(b.sources, 1);
    cr_assert_eq(b.first_access, TC_DAY);
    tc_bench_stop(&b);
}

Test(incident, later_sessions_from_its_source_bring_their_mailboxes)
{
    tc_incident_bench b;
    tc_rule critical = tc_bench_rule("critical", TC_LEVEL_CRITICAL, TC_RULE_CORRELATION);
    start(&b);
    tc_bench_find(&b, &critical, 2 * TC_DAY, "a@x", "192.0.2.1");
    tc_bench_session(&b, 3 * TC_DAY, "d@x", "192.0.2.1");
    tc_bench_finish(&b);
    cr_assert_eq(b.mailboxes, 2, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

Test(incident, another_source_of_a_victim_counts_when_it_looks_alike)
{
    tc_incident_bench b;
    tc_rule critical = tc_bench_rule("critical", TC_LEVEL_CRITICAL, TC_RULE_CORRELATION);
    start(&b);
    tc_bench_find(&b, &critical, 2 * TC_DAY, "a@x", "192.0.2.1");
    tc_bench_session(&b, 3 * TC_DAY, "a@x", "203.0.113.9");
    tc_subject home = tc_bench_subject("a@x", "198.51.100.3");
    home.country = TC_LIT("BE");
    home.agent = TC_LIT("usual");
    cr_assert(!tc_failed(tc_bench_session_of(&b, 4 * TC_DAY, &home)));
    tc_bench_finish(&b);
    cr_assert_eq(b.sources, 2, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

Test(incident, a_finding_that_shares_keys_with_two_incidents_merges_them)
{
    tc_incident_bench b;
    tc_rule medium = tc_bench_rule("medium", TC_LEVEL_MEDIUM, TC_RULE_CORRELATION);
    start(&b);
    tc_bench_find(&b, &medium, TC_DAY, "a@x", NULL);
    tc_bench_find(&b, &medium, 2 * TC_DAY, "b@x", "192.0.2.1");
    tc_bench_find(&b, &medium, 3 * TC_DAY, "a@x", "192.0.2.1");
    cr_assert_eq(tc_bench_count(&b, "merged"), 1, "%s", tc_str_cstr(&b.log));
    cr_assert_eq(tc_incidents_count(b.all, TC_LEVEL_LOW), 1);
    tc_bench_finish(&b);
    cr_assert_eq(tc_bench_count(&b, "final medium 2/1"), 1, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

Test(incident, what_is_two_weeks_apart_stays_apart)
{
    tc_incident_bench b;
    tc_rule medium = tc_bench_rule("medium", TC_LEVEL_MEDIUM, TC_RULE_CORRELATION);
    start(&b);
    tc_bench_find(&b, &medium, TC_DAY, "a@x", NULL);
    tc_bench_find(&b, &medium, 16 * TC_DAY, "a@x", NULL);
    cr_assert_eq(tc_incidents_count(b.all, TC_LEVEL_LOW), 2, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

Test(incident, a_single_match_about_one_entity_is_told_once_a_day)
{
    tc_incident_bench b;
    tc_rule single = tc_bench_rule("single", TC_LEVEL_MEDIUM, TC_RULE_DETECTION);
    start(&b);
    tc_bench_find(&b, &single, TC_DAY, "a@x", NULL);
    tc_bench_find(&b, &single, TC_DAY + TC_HOUR, "a@x", NULL);
    tc_bench_find(&b, &single, TC_DAY + TC_HOUR, "b@x", NULL);
    tc_bench_find(&b, &single, 2 * TC_DAY + TC_HOUR, "a@x", NULL);
    cr_assert_eq(tc_bench_count(&b, "medium 1/0"), 5, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

Test(incident, ids_are_made_of_content)
{
    tc_incident_bench b, c;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    start(&b);
    start(&c);
    tc_bench_find(&b, &high, TC_DAY, "a@x", NULL);
    tc_bench_find(&c, &high, TC_DAY, "a@x", NULL);
    cr_assert_str_eq(b.last_incident, c.last_incident);
    tc_bench_find(&c, &high, TC_DAY, "b@x", NULL);
    cr_assert_str_neq(b.last_incident, c.last_incident);
    tc_bench_stop(&b);
    tc_bench_stop(&c);
}
