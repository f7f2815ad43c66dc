/* What may become one story, and what draws nobody in. */
#include "tests/support/incident_bench.h"

#include <criterion/criterion.h>

static void start(tc_incident_bench *b)
{
    cr_assert(tc_bench_start(b, 0));
}

/* Somebody in a country, a system and with an agent. */
static tc_subject subject_of(const char *mailbox, const char *ip, const char *country, uint32_t asn,
                             const char *agent)
{
    tc_subject s = tc_bench_subject(mailbox, ip);
    s.country = tc_slice_of(country);
    s.asn = asn;
    s.agent = tc_slice_of(agent);
    return s;
}

static void session(tc_incident_bench *b, tc_time time, tc_subject s)
{
    cr_assert(!tc_failed(tc_bench_session_of(b, time, &s)));
}

/* A session that is nothing new to its mailbox. */
static void usual(tc_incident_bench *b, tc_time time, tc_subject s)
{
    s.novel = false;
    session(b, time, s);
}

static void find(tc_incident_bench *b, const tc_rule *rule, tc_time time, const tc_subject *s,
                 size_t count)
{
    tc_finding f = tc_bench_finding(rule, time, TC_LIT("group"), s);
    f.subject_count = count;
    cr_assert(!tc_failed(tc_bench_tell(b, &f)));
}

static void find_one(tc_incident_bench *b, const tc_rule *rule, tc_time time, tc_subject s)
{
    find(b, rule, time, &s, 1);
}

static size_t open_incidents(const tc_incident_bench *b)
{
    return tc_incidents_count(b->all, TC_LEVEL_LOW);
}

/* -- merging -------------------------------------------------------------------------------- */

Test(incident_gate, two_medium_crowds_do_not_merge_over_one_person)
{
    tc_incident_bench b;
    tc_rule medium = tc_bench_rule("medium", TC_LEVEL_MEDIUM, TC_RULE_CORRELATION);
    start(&b);
    const tc_subject one[] = {subject_of("a@x", "192.0.2.1", "CN", 1, "A"),
                              subject_of("b@x", "192.0.2.1", "CN", 1, "A"),
                              subject_of("c@x", "192.0.2.1", "CN", 1, "A")};
    const tc_subject two[] = {subject_of("c@x", "198.51.100.1", "CN", 2, "B"),
                              subject_of("d@x", "198.51.100.1", "CN", 2, "B"),
                              subject_of("e@x", "198.51.100.1", "CN", 2, "B")};
    find(&b, &medium, TC_DAY, one, 3);
    find(&b, &medium, 2 * TC_DAY, two, 3);
    cr_expect_eq(open_incidents(&b), 2, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

Test(incident_gate, a_shared_system_or_client_and_a_person_merge_them)
{
    for (int which = 0; which < 2; which++) {
        tc_incident_bench b;
        tc_rule medium = tc_bench_rule("medium", TC_LEVEL_MEDIUM, TC_RULE_CORRELATION);
        uint32_t asn = which ? 2 : 1;
        const char *agent = which ? "A" : "B";
        start(&b);
        const tc_subject one[] = {subject_of("a@x", "192.0.2.1", "CN", 1, "A"),
                                  subject_of("b@x", "192.0.2.1", "CN", 1, "A")};
        const tc_subject two[] = {subject_of("b@x", "198.51.100.1", "RU", asn, agent),
                                  subject_of("c@x", "198.51.100.1", "RU", asn, agent)};
        find(&b, &medium, TC_DAY, one, 2);
        find(&b, &medium, 2 * TC_DAY, two, 2);
        cr_expect_eq(open_incidents(&b), 1, "%s", tc_str_cstr(&b.log));
        tc_bench_stop(&b);
    }
}

Test(incident_gate, what_everybody_uses_is_no_key)
{
    tc_incident_bench b;
    tc_rule medium = tc_bench_rule("medium", TC_LEVEL_MEDIUM, TC_RULE_CORRELATION);
    char name[16];
    start(&b);
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof(name), "u%d@x", i);
        usual(&b, TC_HOUR, subject_of(name, "203.0.113.1", "BE", 1, "A"));
    }
    const tc_subject one[] = {subject_of("a@x", "192.0.2.1", "CN", 1, "A"),
                              subject_of("b@x", "192.0.2.1", "CN", 1, "A")};
    const tc_subject two[] = {subject_of("b@x", "198.51.100.1", "RU", 1, "A"),
                              subject_of("c@x", "198.51.100.1", "RU", 1, "A"),
                              subject_of("d@x", "198.51.100.1", "RU", 1, "A"),
                              subject_of("e@x", "198.51.100.1", "RU", 1, "A")};
    find(&b, &medium, TC_DAY, one, 2);
    find(&b, &medium, 2 * TC_DAY, two, 4);
    cr_expect_eq(open_incidents(&b), 2, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

Test(incident_gate, a_grave_finding_joins_over_one_person)
{
    tc_incident_bench b;
    tc_rule medium = tc_bench_rule("medium", TC_LEVEL_MEDIUM, TC_RULE_CORRELATION);
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    start(&b);
    const tc_subject one[] = {subject_of("a@x", "192.0.2.1", "CN", 1, "A"),
                              subject_of("b@x", "192.0.2.1", "CN", 1, "A")};
    find(&b, &medium, TC_DAY, one, 2);
    find_one(&b, &high, 2 * TC_DAY, tc_bench_subject("b@x", NULL));
    cr_expect_eq(open_incidents(&b), 1, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

Test(incident_gate, a_light_finding_is_no_bridge)
{
    tc_incident_bench b;
    tc_rule medium = tc_bench_rule("medium", TC_LEVEL_MEDIUM, TC_RULE_CORRELATION);
    tc_rule low = tc_bench_rule("low", TC_LEVEL_LOW, TC_RULE_CORRELATION);
    start(&b);
    find_one(&b, &medium, TC_DAY, subject_of("a@x", "192.0.2.1", "CN", 1, "A"));
    find_one(&b, &medium, TC_DAY, subject_of("b@x", "198.51.100.1", "RU", 2, "B"));
    find_one(&b, &low, 2 * TC_DAY, subject_of("a@x", "198.51.100.1", "RU", 2, "B"));
    cr_expect_eq(tc_incidents_count(b.all, TC_LEVEL_MEDIUM), 2, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

/* Thirty accounts that an administrator reset, and an intruder in one of them. */
Test(incident_gate, a_list_of_targets_swallows_nobody)
{
    tc_incident_bench b;
    char names[30][16];
    tc_subject targets[30];
    tc_rule resets = tc_bench_rule("resets", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    tc_rule access = tc_bench_rule("access", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    start(&b);
    for (int i = 0; i < 30; i++) {
        snprintf(names[i], sizeof(names[i]), "t%d@x", i);
        targets[i] = tc_bench_subject(names[i], NULL);
        targets[i].actor = TC_LIT("adm");
    }
    find(&b, &resets, TC_DAY, targets, 30);
    const tc_subject victims[] = {subject_of("t3@x", "192.0.2.1", "CN", 1, "A"),
                                  subject_of("v@x", "192.0.2.1", "CN", 1, "A")};
    find(&b, &access, TC_DAY + TC_HOUR, victims, 2);
    cr_expect_eq(open_incidents(&b), 2, "%s", tc_str_cstr(&b.log));
    cr_expect_eq(b.mailboxes, 2);
    /* The same rule about the same actor goes on, however many they are. */
    find(&b, &resets, 3 * TC_DAY, &targets[5], 1);
    cr_expect_eq(open_incidents(&b), 2, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

static size_t of_a_large_one(const char *ip)
{
    tc_incident_bench b;
    char names[22][16];
    tc_subject victims[22];
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    start(&b);
    for (int i = 0; i < 22; i++) {
        snprintf(names[i], sizeof(names[i]), "v%d@x", i);
        victims[i] = tc_bench_subject(names[i], NULL);
    }
    find(&b, &high, TC_DAY, victims, 22);
    tc_subject s = subject_of("v0@x", "192.0.2.1", "CN", 1, "A");
    find_one(&b, &high, TC_DAY, s);
    s = subject_of("v1@x", ip, "CN", 2, "B");
    find_one(&b, &high, 2 * TC_DAY, s);
    size_t count = open_incidents(&b);
    tc_bench_stop(&b);
    return count;
}

Test(incident_gate, a_large_incident_takes_in_only_what_comes_from_its_sources)
{
    cr_expect_eq(of_a_large_one("192.0.2.1"), 2, "the second and third share a source");
    cr_expect_eq(of_a_large_one("198.51.100.1"), 3);
}

Test(incident_gate, the_same_people_at_two_sources_are_one_campaigns)
{
    tc_incident_bench b;
    char name[16];
    tc_rule medium = tc_bench_rule("medium", TC_LEVEL_MEDIUM, TC_RULE_CORRELATION);
    start(&b);
    find_one(&b, &medium, TC_DAY, subject_of("v0@x", "192.0.2.1", "CN", 1, "A"));
    find_one(&b, &medium, TC_DAY, subject_of("w0@x", "198.51.100.1", "VN", 2, "B"));
    for (int i = 0; i < 4; i++) {
        snprintf(name, sizeof(name), "v%d@x", i);
        session(&b, TC_DAY + TC_HOUR, subject_of(name, "192.0.2.1", "CN", 1, "A"));
        session(&b, TC_DAY + 2 * TC_HOUR, subject_of(name, "198.51.100.1", "VN", 2, "B"));
    }
    cr_assert(!tc_failed(tc_incidents_advance(b.all, 2 * TC_DAY, &b.sink)));
    cr_expect_eq(open_incidents(&b), 1, "%s", tc_str_cstr(&b.log));
    cr_expect_eq(tc_bench_count(&b, "merged medium"), 1);
    tc_bench_stop(&b);
}

/* -- drawing in ----------------------------------------------------------------------------- */

Test(incident_gate, a_country_draws_nothing_in)
{
    tc_incident_bench b;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    start(&b);
    session(&b, TC_HOUR, subject_of("a@x", "198.51.100.1", "CN", 2, "B"));
    session(&b, TC_HOUR, subject_of("a@x", "203.0.113.1", "US", 1, "B"));
    find_one(&b, &high, TC_DAY, subject_of("a@x", "192.0.2.1", "CN", 1, "A"));
    session(&b, 2 * TC_DAY, subject_of("a@x", "198.51.100.9", "CN", 3, "C"));
    tc_bench_finish(&b);
    cr_expect_eq(b.sources, 2, "its own, and one of its system: %s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

Test(incident_gate, a_block_that_is_new_to_the_mailbox_is_enough_at_the_campaigns_address)
{
    for (int before = 0; before < 2; before++) {
        tc_incident_bench b;
        tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
        tc_subject s = subject_of("b@x", "192.0.2.1", "BE", 1, "A");
        s.novel = false;
        s.new_block = true;
        start(&b);
        if (before) session(&b, TC_HOUR, s);
        find_one(&b, &high, TC_DAY, subject_of("a@x", "192.0.2.1", "BE", 1, "A"));
        if (!before) session(&b, 2 * TC_DAY, s);
        tc_bench_finish(&b);
        cr_expect_eq(b.mailboxes, 2, "%s", tc_str_cstr(&b.log));
        tc_bench_stop(&b);
    }
}

Test(incident_gate, neighbours_of_a_source_need_its_client)
{
    tc_incident_bench b;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    start(&b);
    session(&b, TC_HOUR, subject_of("b@x", "192.0.2.7", "CN", 1, "A"));
    session(&b, TC_HOUR, subject_of("c@x", "192.0.2.8", "CN", 1, "other"));
    find_one(&b, &high, TC_DAY, subject_of("a@x", "192.0.2.1", "CN", 1, "A"));
    session(&b, 2 * TC_DAY, subject_of("d@x", "192.0.2.9", "CN", 1, "A"));
    session(&b, 2 * TC_DAY, subject_of("e@x", "192.0.2.10", "CN", 1, "other"));
    tc_bench_finish(&b);
    cr_expect_eq(b.mailboxes, 3, "a, b and d: %s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

/* The owner travels, and somebody else opens this and other mailboxes. */
Test(incident_gate, of_the_sources_of_one_mailbox_those_shared_with_others_enter)
{
    tc_incident_bench b;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    start(&b);
    const tc_subject s[] = {subject_of("a@x", "198.51.100.1", "US", 2, "home"),
                            subject_of("a@x", "192.0.2.1", "CN", 1, "A")};
    session(&b, TC_HOUR, subject_of("b@x", "192.0.2.1", "CN", 1, "A"));
    session(&b, TC_HOUR, s[0]);
    session(&b, 2 * TC_HOUR, s[1]);
    find(&b, &high, TC_DAY, s, 2);
    tc_bench_finish(&b);
    cr_expect_eq(b.sources, 1, "%s", tc_str_cstr(&b.log));
    cr_expect_eq(b.mailboxes, 2);
    cr_expect_eq(tc_bench_count(&b, " 192.0.2.1(2 A)"), 2, "opened and final");
    tc_bench_stop(&b);
}
