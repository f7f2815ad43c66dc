/* Bounds: whoever fills one costs himself, it is counted, and lack of memory is said. */
#include "parsers/base/alloc.h"
#include "tests/support/incident_bench.h"

#include <criterion/criterion.h>

enum { SMALL = 2 << 20 };

static uint64_t given_up(const tc_incident_bench *b, const char *what)
{
    tc_bounds bounds = {0};
    tc_incidents_bounds(b->all, &bounds);
    for (size_t i = 0; i < bounds.count; i++)
        if (strcmp(bounds.items[i].what, what) == 0) return bounds.items[i].given_up;
    return 0;
}

static tc_subject flooder(uint32_t n, char agent[600])
{
    memset(agent, 'x', 500);
    snprintf(agent + 480, 24, "%u", n);
    tc_subject s = tc_bench_subject("flood@x", "203.0.113.66");
    s.country = TC_EMPTY_SLICE;
    s.agent = tc_slice_make((const uint8_t *)agent, 500);
    return s;
}

/* What one mailbox owner sends costs nobody else. */
Test(incident_bounds, one_mailbox_with_many_agents_pushes_nobody_out)
{
    tc_incident_bench b;
    char agent[600], name[16];
    tc_rule critical = tc_bench_rule("critical", TC_LEVEL_CRITICAL, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, SMALL));
    for (int i = 0; i < 12; i++) {
        snprintf(name, sizeof(name), "v%d@x", i);
        tc_bench_session(&b, TC_HOUR, name, "192.0.2.1");
    }
    for (uint32_t i = 0; i < 25000; i++) {
        tc_subject s = flooder(i, agent);
        cr_assert(!tc_failed(tc_bench_session_of(&b, 2 * TC_HOUR, &s)));
    }
    cr_expect_gt(given_up(&b, "sessions kept for incidents"), 10000);
    tc_bench_find(&b, &critical, 3 * TC_HOUR, "v0@x", "192.0.2.1");
    tc_bench_finish(&b);
    cr_expect_eq(b.mailboxes, 12, "%s", tc_str_cstr(&b.log));
    cr_expect_eq(b.degraded, false, "nothing of the incident was lost");
    tc_bench_stop(&b);
}

Test(incident_bounds, who_lost_sessions_makes_the_incident_degraded)
{
    tc_incident_bench b;
    char agent[600];
    tc_rule critical = tc_bench_rule("critical", TC_LEVEL_CRITICAL, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, SMALL));
    for (uint32_t i = 0; i < 25000; i++) {
        tc_subject s = flooder(i, agent);
        cr_assert(!tc_failed(tc_bench_session_of(&b, 2 * TC_HOUR, &s)));
    }
    tc_bench_find(&b, &critical, 3 * TC_HOUR, "flood@x", NULL);
    cr_expect(b.degraded, "the mailbox");
    tc_bench_find(&b, &critical, 3 * TC_HOUR, "v0@x", "203.0.113.66");
    cr_expect(b.degraded, "the address");
    tc_bench_find(&b, &critical, 3 * TC_HOUR, "v1@x", "192.0.2.1");
    cr_expect_not(b.degraded, "neither");
    tc_bench_stop(&b);
}

/* As few sessions per name as can be: the address has the most. */
Test(incident_bounds, one_address_with_many_names_pushes_nobody_out)
{
    tc_incident_bench b;
    char name[40];
    tc_rule critical = tc_bench_rule("critical", TC_LEVEL_CRITICAL, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, SMALL));
    for (int i = 0; i < 12; i++) {
        snprintf(name, sizeof(name), "v%d@x", i);
        tc_bench_session(&b, TC_HOUR, name, "192.0.2.1");
    }
    for (uint32_t i = 0; i < 25000; i++) {
        snprintf(name, sizeof(name), "invented%u@x", i);
        tc_bench_session(&b, 2 * TC_HOUR, name, "203.0.113.66");
    }
    tc_bench_find(&b, &critical, 3 * TC_HOUR, "v0@x", "192.0.2.1");
    tc_bench_finish(&b);
    cr_expect_eq(b.mailboxes, 12);
    tc_bench_stop(&b);
}

Test(incident_bounds, members_that_do_not_fit_degrade_the_incident)
{
    tc_incident_bench b;
    char name[32];
    tc_rule rule = tc_bench_rule("rule", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 256 << 10));
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof(name), "m%d@x", i);
        tc_bench_find(&b, &rule, i * TC_SECOND, name, "192.0.2.1");
    }
    tc_bench_finish(&b);
    cr_expect(b.degraded);
    cr_expect_gt(b.mailboxes, 100);
    cr_expect_lt(b.mailboxes, 1000);
    cr_expect_eq(given_up(&b, "members of incidents"), 1000 - b.mailboxes);
    tc_bench_stop(&b);
}

Test(incident_bounds, an_endless_incident_leaves_room_for_another)
{
    tc_incident_bench b;
    char name[32];
    tc_rule rule = tc_bench_rule("rule", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 256 << 10));
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof(name), "m%d@x", i);
        tc_bench_find(&b, &rule, i * TC_SECOND, name, "192.0.2.1");
    }
    tc_bench_find(&b, &rule, 2000 * TC_SECOND, "other@x", "198.51.100.1");
    cr_expect_eq(b.mailboxes, 1);
    cr_expect_not(b.degraded);
    tc_bench_stop(&b);
}

Test(incident_bounds, incidents_that_do_not_fit_are_counted_and_their_alerts_told)
{
    tc_incident_bench b;
    char name[32];
    tc_rule rule = tc_bench_rule("rule", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 256 << 10));
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof(name), "m%d@x", i);
        tc_bench_find(&b, &rule, i * TC_SECOND, name, NULL);
    }
    size_t count = tc_incidents_count(b.all, TC_LEVEL_LOW);
    cr_expect_lt(count, 1000);
    cr_expect_eq(given_up(&b, "incidents under way, closed to make room"), 1000 - count);
    cr_expect_eq(tc_bench_count(&b, "alert high"), 1000);
    tc_bench_stop(&b);
}

/* Neither everything nor nothing is told when the table is full of invented names. */
Test(incident_bounds, what_was_told_is_remembered_through_a_flood)
{
    tc_incident_bench b;
    char name[32];
    tc_rule note = tc_bench_rule("note", TC_LEVEL_INFORMATIONAL, TC_RULE_DETECTION);
    cr_assert(tc_bench_start(&b, 256 << 10));
    tc_bench_find(&b, &note, TC_DAY, "real@x", NULL);
    b.newcomers = true;
    for (int i = 0; i < 5000; i++) {
        snprintf(name, sizeof(name), "m%d@x", i);
        tc_bench_find(&b, &note, TC_DAY + TC_HOUR, name, NULL);
    }
    b.newcomers = false;
    tc_bench_find(&b, &note, TC_DAY + 2 * TC_HOUR, "real@x", NULL);
    cr_expect_eq(tc_bench_count(&b, " real@x("), 1, "told once");
    cr_expect_eq(tc_bench_count(&b, "alert informational"), 5001, "each of the others, too");
    cr_expect_gt(given_up(&b, "findings told lately"), 4000);
    tc_bench_stop(&b);
}

Test(incident_bounds, that_were_not_reached_are_not_told)
{
    tc_incident_bench b;
    tc_bounds bounds = {0};
    tc_rule rule = tc_bench_rule("rule", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 0));
    tc_bench_session(&b, TC_HOUR, "b@x", "192.0.2.1");
    tc_bench_find(&b, &rule, TC_DAY, "a@x", "192.0.2.1");
    tc_incidents_bounds(b.all, &bounds);
    cr_expect_eq(bounds.count, 0);
    tc_bench_stop(&b);
}

/* Everything once, with memory for `n` allocations; what fails says so. */
static bool run(tc_incident_bench *b, uint64_t n)
{
    tc_rule rule = tc_bench_rule("rule", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    tc_rule low = tc_bench_rule("low", TC_LEVEL_LOW, TC_RULE_DETECTION);
    bool whole = tc_bench_start(b, 0);
    tc_alloc_fail_after(n);
    if (whole) {
        tc_subject s[] = {tc_bench_subject("a@x", "192.0.2.1"),
                          tc_bench_subject("b@x", "192.0.2.1"),
                          tc_bench_subject("c@x", "198.51.100.1")};
        for (size_t i = 0; i < TC_COUNT_OF(s); i++) {
            s[i].entity = (uint32_t)i + 1;
            s[i].as_org = TC_LIT("organisation");
            s[i].actor = TC_LIT("adm");
            s[i].asn = 64500;
        }
        tc_evidence e = {.order = {.time = TC_DAY}, .text = TC_LIT("line")};
        tc_finding f = tc_bench_finding(&rule, TC_DAY, TC_LIT("a"), &s[0]);
        tc_finding g = tc_bench_finding(&low, TC_DAY, TC_LIT("c"), &s[2]);
        f.evidence = &e;
        f.evidence_count = 1;
        whole &= !tc_failed(tc_bench_session_of(b, TC_DAY, &s[1]));
        whole &= !tc_failed(tc_bench_tell(b, &g));
        whole &= !tc_failed(tc_bench_tell(b, &f));
        f.subject_count = 3;
        whole &= !tc_failed(tc_bench_tell(b, &f));
        whole &= !tc_failed(tc_bench_go_on(b, &f));
        whole &= !tc_failed(tc_incidents_unite(b->all, 1, 2));
        whole &= !tc_failed(tc_incidents_finish(b->all, &b->sink));
    }
    tc_alloc_fail_after(0);
    return whole;
}

Test(incident_bounds, lack_of_memory_at_any_point_is_said)
{
    tc_incident_bench b, reference;
    cr_assert(run(&reference, 0));
    uint64_t n = 1;
    for (bool whole = false; !whole; n++) {
        whole = run(&b, n);
        bool complete = tc_str_status(&b.log).code == TC_OK &&
                        strcmp(tc_str_cstr(&b.log), tc_str_cstr(&reference.log)) == 0;
        cr_expect(!whole || complete, "with %" PRIu64 " allocations something is missing", n);
        tc_bench_stop(&b);
    }
    cr_expect_gt(n, 10);
    tc_bench_stop(&reference);
    for (n = 1; n < 12; n++) {
        tc_alloc_fail_after(n);
        bool made = tc_bench_start(&b, 0);
        tc_alloc_fail_after(0);
        tc_bench_stop(&b);
        if (made) break;
    }
    cr_expect_gt(n, 3);
}

/* Invented mailboxes fill their half of an incident; the others are named whole. */
Test(incident_bounds, newcomers_leave_room_for_who_is_known)
{
    tc_incident_bench b;
    char name[32];
    tc_rule rule = tc_bench_rule("rule", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 256 << 10));
    b.newcomers = true;
    for (int i = 0; i < 3000; i++) {
        snprintf(name, sizeof(name), "ghost%d@x", i);
        tc_bench_find(&b, &rule, TC_HOUR, name, "203.0.113.1");
    }
    b.newcomers = false;
    for (int i = 0; i < 12; i++) {
        snprintf(name, sizeof(name), "real%d@x", i);
        tc_bench_find(&b, &rule, 2 * TC_HOUR, name, "203.0.113.1");
    }
    tc_bench_finish(&b);
    cr_expect_eq(tc_incidents_count(b.all, TC_LEVEL_LOW), 1);
    for (int i = 0; i < 12; i++) {
        snprintf(name, sizeof(name), " real%d@x(", i);
        cr_expect_gt(tc_bench_count(&b, name), 0, "%s", name);
    }
    cr_expect_gt(given_up(&b, "members of incidents"), 2000);
    tc_bench_stop(&b);
}

Test(incident_bounds, incidents_of_newcomers_leave_room_for_others)
{
    tc_incident_bench b;
    char name[32];
    tc_rule low = tc_bench_rule("low", TC_LEVEL_LOW, TC_RULE_CORRELATION);
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 256 << 10));
    b.newcomers = true;
    for (int i = 0; i < 3000; i++) {
        snprintf(name, sizeof(name), "ghost%d@x", i);
        tc_bench_find(&b, i % 2 ? &high : &low, TC_HOUR, name, NULL);
    }
    b.newcomers = false;
    tc_bench_find(&b, &low, 2 * TC_HOUR, "real1@x", NULL);
    tc_bench_find(&b, &high, 2 * TC_HOUR, "real2@x", NULL);
    tc_bench_finish(&b);
    cr_expect_eq(tc_bench_count(&b, "final low 1/0 real1@x("), 1, "%s", tc_str_cstr(&b.log));
    cr_expect_eq(tc_bench_count(&b, "final high 1/0 real2@x("), 1);
    /* Whoever had to go was told in its final state, too: none is lost without a word. */
    cr_expect_eq(tc_bench_count(&b, "opened"), tc_bench_count(&b, "final"));
    tc_bench_stop(&b);
}

/* A year of small incidents: those that are over make room and that is no loss. */
Test(incident_bounds, what_is_over_makes_room_and_is_no_loss)
{
    tc_incident_bench b;
    char name[32];
    tc_rule low = tc_bench_rule("low", TC_LEVEL_LOW, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 256 << 10));
    for (int i = 0; i < 5000; i++) {
        snprintf(name, sizeof(name), "m%d@x", i);
        tc_bench_find(&b, &low, i * TC_DAY, name, NULL);
    }
    tc_bench_finish(&b);
    cr_expect_eq(tc_bench_count(&b, "final low 1/0"), 5000);
    cr_expect_eq(given_up(&b, "incidents at once"), 0);
    cr_expect_eq(given_up(&b, "members of incidents"), 0);
    tc_bench_stop(&b);
}

/* More things to be told within a day than are remembered: not every one every time. */
Test(incident_bounds, a_cycle_of_more_than_is_remembered_is_not_told_again_and_again)
{
    tc_incident_bench b;
    char name[32];
    tc_rule note = tc_bench_rule("note", TC_LEVEL_INFORMATIONAL, TC_RULE_DETECTION);
    cr_assert(tc_bench_start(&b, 256 << 10));
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 1000; i++) {
            snprintf(name, sizeof(name), "m%d@x", i);
            tc_bench_find(&b, &note, TC_DAY + round * TC_MINUTE, name, NULL);
        }
    }
    size_t told = tc_bench_count(&b, "alert informational");
    cr_expect(told > 100 && told < 1000, "%zu", told);
    cr_expect_gt(given_up(&b, "findings told lately"), 0);
    tc_bench_stop(&b);
}
