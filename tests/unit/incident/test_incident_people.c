/* Mailboxes are entities: called by their best name, united, forgotten. */
#include "tests/support/incident_bench.h"

#include <criterion/criterion.h>

static tc_subject person(uint32_t entity, const char *label, const char *ip)
{
    tc_subject s = tc_bench_subject(label, ip);
    s.entity = entity;
    return s;
}

static void find(tc_incident_bench *b, const tc_rule *rule, tc_time time, const tc_subject *s)
{
    tc_finding f = tc_bench_finding(rule, time, s->mailbox, s);
    cr_assert(!tc_failed(tc_bench_tell(b, &f)));
}

static void session(tc_incident_bench *b, tc_time time, uint32_t entity, const char *ip)
{
    tc_subject s = person(entity, "label@x", ip);
    cr_assert(!tc_failed(tc_bench_session_of(b, time, &s)));
}

Test(incident_people, two_labels_of_one_entity_are_one_victim)
{
    tc_incident_bench b;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 0));
    tc_subject s = person(1, "CORP\\ann", NULL), t = person(1, "ann@x", NULL);
    find(&b, &high, TC_HOUR, &s);
    find(&b, &high, 2 * TC_HOUR, &t);
    tc_bench_finish(&b);
    cr_expect_eq(tc_bench_count(&b, "final high 1/0 CORP\\ann("), 1, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

Test(incident_people, one_label_of_two_entities_is_two_victims)
{
    tc_incident_bench b;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 0));
    tc_subject s = person(1, "ann", NULL), t = person(2, "ann", NULL);
    find(&b, &high, TC_HOUR, &s);
    find(&b, &high, 2 * TC_HOUR, &t);
    cr_expect_eq(tc_incidents_count(b.all, TC_LEVEL_LOW), 2);
    tc_bench_stop(&b);
}

Test(incident_people, victims_are_pinned_once_and_called_by_their_best_name)
{
    tc_incident_bench b;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 0));
    tc_subject s = person(1, "CORP\\ann", NULL);
    find(&b, &high, TC_HOUR, &s);
    find(&b, &high, 2 * TC_HOUR, &s);
    cr_expect_eq(b.pinned[1], 1);
    b.renamed[1] = "ann@example.org";
    tc_bench_finish(&b);
    cr_expect_eq(tc_bench_count(&b, "final high 1/0 ann@example.org("), 1);
    tc_bench_stop(&b);
}

Test(incident_people, a_long_label_is_cut_and_kept)
{
    tc_incident_bench b;
    char label[1000];
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    memset(label, 'a', sizeof(label) - 1);
    label[sizeof(label) - 1] = 0;
    cr_assert(tc_bench_start(&b, 0));
    tc_subject s = person(0, label, "192.0.2.1");
    s.agent = tc_slice_of(label);
    find(&b, &high, TC_HOUR, &s);
    tc_str_clear(&b.log);
    tc_bench_finish(&b);
    cr_expect_eq(tc_bench_count(&b, "a"), 320 + 256 + 1, "label, agent, and the word final");
    cr_expect_not(b.degraded);
    tc_bench_stop(&b);
}

Test(incident_people, united_victims_are_one_with_the_sessions_of_both)
{
    tc_incident_bench b;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 0));
    tc_subject s = person(1, "ann", "192.0.2.1"), t = person(2, "CORP\\ann", "192.0.2.1");
    find(&b, &high, TC_HOUR, &s);
    find(&b, &high, TC_HOUR, &t);
    session(&b, 2 * TC_HOUR, 1, "192.0.2.1");
    session(&b, 3 * TC_HOUR, 2, "192.0.2.1");
    session(&b, 4 * TC_HOUR, 3, "192.0.2.1");
    cr_assert(!tc_failed(tc_incidents_unite(b.all, 1, 2)));
    cr_expect_eq(b.pinned[1], 2, "the root, once more");
    session(&b, 5 * TC_HOUR, 1, "192.0.2.1");
    tc_bench_finish(&b);
    char expected[64];
    snprintf(expected, sizeof(expected), "final high 2/1 ann(3 %" PRId64 " )", 2 * TC_HOUR);
    cr_expect_eq(tc_bench_count(&b, expected), 1, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

Test(incident_people, a_victim_follows_the_entity_that_absorbed_it)
{
    tc_incident_bench b;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 0));
    tc_subject s = person(2, "CORP\\ann", NULL), t = person(1, "ann@x", NULL);
    find(&b, &high, TC_HOUR, &s);
    cr_assert(!tc_failed(tc_incidents_unite(b.all, 1, 2)));
    find(&b, &high, 2 * TC_HOUR, &t);
    cr_expect_eq(tc_incidents_count(b.all, TC_LEVEL_LOW), 1, "the key follows");
    b.renamed[1] = "ann@example.org";
    tc_bench_finish(&b);
    cr_expect_eq(tc_bench_count(&b, "final high 1/0 ann@example.org("), 1, "%s",
                 tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

/* The same in every incident that has the victim, also in one whose time is over. */
Test(incident_people, a_victim_of_two_incidents_is_renamed_in_both)
{
    tc_incident_bench b;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 0));
    tc_subject s = person(2, "CORP\\ann", NULL);
    find(&b, &high, TC_DAY, &s);
    find(&b, &high, 30 * TC_DAY, &s);
    cr_assert(!tc_failed(tc_incidents_unite(b.all, 1, 2)));
    b.renamed[1] = "ann@example.org";
    b.renamed[2] = "somebody else";
    tc_bench_finish(&b);
    cr_expect_eq(tc_bench_count(&b, "final high 1/0 ann@example.org("), 2, "%s",
                 tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

Test(incident_people, kept_sessions_follow_a_union_into_the_incident)
{
    tc_incident_bench b;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 0));
    session(&b, TC_HOUR, 2, "198.51.100.7");
    session(&b, TC_HOUR, 2, "198.51.100.8");
    tc_subject s = person(1, "ann@x", "192.0.2.1");
    find(&b, &high, 2 * TC_HOUR, &s);
    cr_expect_eq(b.sources, 1);
    cr_assert(!tc_failed(tc_incidents_unite(b.all, 1, 2)));
    tc_bench_finish(&b);
    cr_expect_eq(b.sources, 3, "alike by country: %s", tc_str_cstr(&b.log));
    cr_expect_eq(b.mailboxes, 1);
    tc_bench_stop(&b);
}

Test(incident_people, what_a_forgotten_entity_did_is_not_its_successors)
{
    tc_incident_bench b;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 0));
    session(&b, TC_HOUR, 1, "198.51.100.7");
    tc_incidents_forget(b.all, 1);
    tc_subject s = person(1, "bob@x", "192.0.2.1");
    find(&b, &high, 2 * TC_HOUR, &s);
    tc_bench_finish(&b);
    cr_expect_eq(b.sources, 1, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

Test(incident_people, a_victim_stays_one_when_its_number_goes_to_another)
{
    tc_incident_bench b;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 0));
    tc_subject s = person(1, "ann@x", NULL), t = person(1, "bob@x", NULL);
    find(&b, &high, TC_HOUR, &s);
    tc_incidents_forget(b.all, 1);
    find(&b, &high, 2 * TC_HOUR, &t);
    cr_expect_eq(tc_incidents_count(b.all, TC_LEVEL_LOW), 2);
    tc_bench_finish(&b);
    cr_expect_eq(tc_bench_count(&b, "final high 1/0 ann@x("), 1, "%s", tc_str_cstr(&b.log));
    cr_expect_eq(tc_bench_count(&b, "final high 1/0 bob@x("), 1, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

Test(incident_people, times_at_the_ends_of_the_range_do_no_harm)
{
    tc_incident_bench b;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 0));
    tc_subject s = person(1, "ann@x", "192.0.2.1");
    session(&b, INT64_MIN + 1, 1, "192.0.2.1");
    find(&b, &high, INT64_MIN + 2, &s);
    session(&b, INT64_MAX, 1, "192.0.2.1");
    find(&b, &high, INT64_MAX, &s);
    cr_expect_eq(tc_incidents_count(b.all, TC_LEVEL_LOW), 2);
    tc_bench_stop(&b);
}

Test(incident_people, who_comes_after_a_union_still_brings_kept_sessions)
{
    tc_incident_bench b;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 0));
    tc_subject s = person(1, "ann", "192.0.2.1"), t = person(2, "CORP\\ann", "192.0.2.1");
    find(&b, &high, TC_HOUR, &s);
    find(&b, &high, TC_HOUR, &t);
    session(&b, 2 * TC_HOUR, 3, "198.51.100.7");
    cr_assert(!tc_failed(tc_incidents_unite(b.all, 1, 2)));
    session(&b, 3 * TC_HOUR, 3, "192.0.2.1");
    tc_bench_finish(&b);
    cr_expect_eq(tc_bench_count(&b, "final high 2/2"), 1, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

/* When one of the incidents that a mailbox is in goes, the other is its home. */
Test(incident_people, a_mailbox_of_two_incidents_is_united_in_the_one_that_is_left)
{
    tc_incident_bench b;
    tc_rule low = tc_bench_rule("low", TC_LEVEL_LOW, TC_RULE_CORRELATION);
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    tc_rule critical = tc_bench_rule("critical", TC_LEVEL_CRITICAL, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 24 << 10));
    tc_subject one = person(1, "one@x", NULL), two = person(2, "two@x", "192.0.2.1");
    find(&b, &critical, TC_HOUR, &one);
    find(&b, &low, TC_HOUR, &two);
    session(&b, 2 * TC_HOUR, 1, "192.0.2.1");
    for (int i = 0; i < 15; i++)
        tc_bench_find(&b, &high, 3 * TC_HOUR, NULL, NULL);
    cr_assert_eq(tc_bench_count(&b, "final low 2/1"), 1, "%s", tc_str_cstr(&b.log));
    cr_assert(!tc_failed(tc_incidents_unite(b.all, 3, 1)));
    b.renamed[3] = "root@x";
    tc_bench_finish(&b);
    cr_expect_eq(tc_bench_count(&b, "final critical 1/0 root@x("), 1, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

Test(incident_people, who_weighs_more_makes_of_a_medium_incident_a_high_one)
{
    static const struct {
        tc_level level;
        const char *mailbox, *final;
    } rows[] = {{TC_LEVEL_LOW, "minister", "final low 1/0"},
                {TC_LEVEL_MEDIUM, "clerk", "final medium 1/0"},
                {TC_LEVEL_MEDIUM, "minister", "final high 1/0"},
                {TC_LEVEL_HIGH, "minister", "final high 1/0"}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_incident_bench b;
        tc_rule rule = tc_bench_rule("rule", rows[i].level, TC_RULE_CORRELATION);
        cr_assert(tc_bench_start(&b, 0));
        tc_bench_find(&b, &rule, TC_HOUR, rows[i].mailbox, NULL);
        tc_bench_finish(&b);
        cr_expect_eq(tc_bench_count(&b, rows[i].final), 1, "%zu: %s", i, tc_str_cstr(&b.log));
        tc_bench_stop(&b);
    }
}
