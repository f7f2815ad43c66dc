/* What an incident costs grows with what is new, not with what it has. */
#include "tests/support/incident_bench.h"

#include <criterion/criterion.h>

static tc_ip address_of(uint32_t number)
{
    char text[32];
    tc_ip ip;
    snprintf(text, sizeof(text), "198.%u.%u.%u", 18 + number / 65536, number / 256 % 256,
             number % 256);
    cr_assert(tc_ip_parse(tc_slice_of(text), &ip));
    return ip;
}

/* Each address in a site, a network and a country of its own, or all alike. */
static tc_subject subject_of(uint32_t mailbox, uint32_t address, bool alike)
{
    return (tc_subject){.mailbox = TC_LIT("label"),
                        .entity = mailbox + 1,
                        .ip = address_of(alike ? address : address * 256),
                        .asn = alike ? 64500 : 64500 + address,
                        .agent = TC_LIT("X"),
                        .remote = true,
                        .novel = true};
}

static uint32_t mix(uint32_t n)
{
    return (uint32_t)((n + UINT64_C(1)) * UINT64_C(0x9E3779B97F4A7C15) >> 33);
}

static void show(tc_incident_bench *b, tc_time time, uint32_t mailbox, uint32_t address, bool alike)
{
    tc_subject s = subject_of(mailbox, address, alike);
    cr_assert(!tc_failed(tc_bench_session_of(b, time, &s)));
}

static void find(tc_incident_bench *b, const tc_rule *rule, tc_time time, uint32_t mailbox,
                 uint32_t address, bool alike)
{
    tc_subject s = subject_of(mailbox, address, alike);
    tc_finding f = tc_bench_finding(rule, time, TC_LIT("entity"), &s);
    cr_assert(!tc_failed(tc_bench_tell(b, &f)));
}

/* `mailboxes` used from a quarter as many addresses, half of it before the finding. */
static uint64_t work_of_campaign(uint32_t mailboxes, tc_incident_bench *b)
{
    tc_rule rule = tc_bench_rule("rule", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    uint32_t sessions = mailboxes * 5, addresses = mailboxes / 4;
    cr_assert(tc_bench_start(b, 0));
    b->quiet = true;
    for (uint32_t i = 0; i < sessions; i++) {
        if (i == sessions / 2) find(b, &rule, i * TC_SECOND, 0, 0, true);
        show(b, i * TC_SECOND, mix(i) % mailboxes, mix(i + 7777777) % addresses, true);
    }
    find(b, &rule, sessions * TC_SECOND, 0, 0, true);
    tc_bench_finish(b);
    return tc_incidents_work(b->all);
}

Test(incident_growth, a_campaign_costs_as_much_as_it_has_sessions)
{
    tc_incident_bench small, large;
    uint64_t once = work_of_campaign(1000, &small), twice = work_of_campaign(2000, &large);
    cr_expect_eq(small.all_mailboxes, 1000);
    cr_expect_eq(large.all_mailboxes, 2000);
    cr_expect_eq(large.mailboxes, 2000, "the final state names all");
    cr_expect_eq(large.sources, 500);
    cr_expect_lt(twice, once * 5 / 2, "%" PRIu64 " then %" PRIu64, once, twice);
    cr_expect_lt(twice, 10 * 2000 * 5, "%" PRIu64, twice);
    tc_bench_stop(&small);
    tc_bench_stop(&large);
}

/* One victim has many kept sessions that nothing draws in; sources come that look like nothing. */
static uint64_t work_of_sources(uint32_t count)
{
    tc_incident_bench b;
    tc_rule rule = tc_bench_rule("rule", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 0));
    for (uint32_t i = 0; i < count; i++)
        show(&b, i * TC_SECOND, 0, 100 + i, false);
    for (uint32_t i = 0; i < count; i++)
        find(&b, &rule, (count + i) * TC_SECOND, 0, 10000 + i, false);
    cr_expect_eq(tc_incidents_count(b.all, TC_LEVEL_LOW), 1);
    uint64_t work = tc_incidents_work(b.all);
    tc_bench_stop(&b);
    return work;
}

Test(incident_growth, new_sources_do_not_walk_what_they_cannot_draw_in)
{
    uint64_t once = work_of_sources(1000), twice = work_of_sources(2000);
    cr_expect_lt(twice, once * 5 / 2, "%" PRIu64 " then %" PRIu64, once, twice);
}

/* Incidents of a victim each, joined one by one from the youngest on: the elder is the smaller. */
static uint64_t work_of_merging(uint32_t count)
{
    tc_incident_bench b;
    tc_rule rule = tc_bench_rule("rule", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 0));
    for (uint32_t i = 0; i < count; i++)
        find(&b, &rule, i * TC_SECOND, i, i, false);
    for (uint32_t i = count - 1; i-- > 0;)
        find(&b, &rule, (2 * count - i) * TC_SECOND, i, i + 1, false);
    tc_bench_finish(&b);
    cr_expect_eq(tc_incidents_count(b.all, TC_LEVEL_LOW), 1);
    cr_expect_eq(b.mailboxes, count);
    cr_expect_eq(b.sources, count);
    uint64_t work = tc_incidents_work(b.all);
    tc_bench_stop(&b);
    return work;
}

Test(incident_growth, merging_moves_the_fewer_to_the_more)
{
    uint64_t once = work_of_merging(400), twice = work_of_merging(800);
    cr_expect_lt(twice, once * 5 / 2, "%" PRIu64 " then %" PRIu64, once, twice);
}

Test(incident_growth, a_grown_transition_carries_only_who_is_new)
{
    tc_incident_bench b;
    tc_rule rule = tc_bench_rule("rule", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 0));
    for (uint32_t i = 0; i < 1000; i++)
        find(&b, &rule, i * TC_SECOND, i, 0, true);
    cr_expect_leq(b.told_mailboxes, 1000, "%zu told", b.told_mailboxes);
    cr_expect_gt(b.told_mailboxes, 600);
    cr_expect_lt(tc_bench_count(&b, "grown"), 20);
    cr_expect_gt(b.all_mailboxes, (double)b.mailboxes, "the fact counts all");
    tc_bench_finish(&b);
    cr_expect_eq(b.mailboxes, 1000);
    tc_bench_stop(&b);
}

Test(incident_growth, a_raised_transition_carries_all)
{
    tc_incident_bench b;
    tc_rule low = tc_bench_rule("low", TC_LEVEL_LOW, TC_RULE_CORRELATION);
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 0));
    find(&b, &low, TC_SECOND, 1, 0, true);
    find(&b, &low, 2 * TC_SECOND, 2, 0, true);
    find(&b, &high, 3 * TC_SECOND, 3, 0, true);
    cr_expect_eq(tc_bench_count(&b, "raised high 3/1"), 1, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

Test(incident_growth, a_merged_incident_lists_nobody_twice_and_loses_nobody)
{
    tc_incident_bench b;
    tc_rule rule = tc_bench_rule("rule", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    cr_assert(tc_bench_start(&b, 0));
    find(&b, &rule, TC_SECOND, 1, 1, false);
    for (uint32_t i = 2; i < 12; i++)
        find(&b, &rule, i * TC_SECOND, i, 2, false);
    find(&b, &rule, 20 * TC_SECOND, 1, 2, false);
    cr_expect_eq(tc_bench_count(&b, "merged high"), 1);
    tc_bench_finish(&b);
    cr_expect_eq(tc_bench_count(&b, "final high 11/2"), 1, "%s", tc_str_cstr(&b.log));
    tc_bench_stop(&b);
}

/* Records of one instant may come in any order. */
Test(incident_growth, the_order_of_what_happened_at_one_instant_does_not_matter)
{
    tc_incident_bench b[2];
    tc_rule rule = tc_bench_rule("rule", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    for (uint32_t order = 0; order < 2; order++) {
        cr_assert(tc_bench_start(&b[order], 0));
        for (uint32_t i = 0; i < 60; i++) {
            uint32_t n = order ? 59 - i : i;
            char name[16], ip[24];
            snprintf(name, sizeof(name), "m%u@x", n % 13);
            snprintf(ip, sizeof(ip), "192.0.2.%u", 1 + n % 7);
            tc_bench_session(&b[order], TC_HOUR, name, ip);
        }
        tc_bench_find(&b[order], &rule, 2 * TC_HOUR, "m0@x", "192.0.2.1");
        tc_bench_finish(&b[order]);
    }
    cr_expect_str_eq(tc_str_cstr(&b[0].log), tc_str_cstr(&b[1].log));
    cr_expect_eq(tc_bench_count(&b[0], "final high 13/7"), 1, "%s", tc_str_cstr(&b[0].log));
    tc_bench_stop(&b[0]);
    tc_bench_stop(&b[1]);
}

static TC_STATUS count_shown(void *context, const tc_alert *a)
{
    size_t *shown = context;
    cr_expect_eq(a->transition, TC_TRANSITION_FINAL);
    *shown += a->mailbox_count;
    return TC_SUCCESS;
}

/* The same incident, looked at after every step or never. */
static void grow(tc_incident_bench *b, bool looks, size_t *shown)
{
    tc_rule rule = tc_bench_rule("rule", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    tc_alert_sink sink = {shown, count_shown};
    cr_assert(tc_bench_start(b, 0));
    for (uint32_t i = 0; i < 20; i++) {
        find(b, &rule, i * TC_MINUTE, i, i % 3, true);
        if (looks) cr_assert(!tc_failed(tc_incidents_show(b->all, b->last_incident, &sink)));
    }
    tc_bench_finish(b);
}

Test(incident_growth, who_looks_at_an_incident_changes_nothing_of_what_is_told)
{
    tc_incident_bench looked, left;
    size_t shown = 0, none = 0;
    grow(&looked, true, &shown);
    grow(&left, false, &none);
    cr_expect_eq(none, 0u);
    cr_expect_eq(shown, 20u * 21u / 2, "all that it has at each step, not only what is new");
    cr_expect(tc_slice_equal(tc_str_view(&looked.log), tc_str_view(&left.log)));
    cr_expect_eq(tc_incidents_work(looked.all), tc_incidents_work(left.all));
    tc_bench_stop(&looked);
    tc_bench_stop(&left);
}
