/* Who is a victim, and who was only at the same place. */
#include "tests/support/incident_bench.h"

#include <criterion/criterion.h>

#define HOTEL "192.0.2.1"

static void start(tc_incident_bench *b)
{
    cr_assert(tc_bench_start(b, 0));
}

/* Somebody at the hotel, with a device that he had before. */
static tc_subject guest(const char *mailbox)
{
    tc_subject s = tc_bench_subject(mailbox, HOTEL);
    s.own = true;
    return s;
}

static void session(tc_incident_bench *b, tc_time time, tc_subject s)
{
    cr_assert(!tc_failed(tc_bench_session_of(b, time, &s)));
}

/* The session that shows what the hotel is. */
static void settle(tc_incident_bench *b, tc_time time, const char *mailbox, tc_settled place)
{
    tc_subject s = guest(mailbox);
    s.place = (uint8_t)place;
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

/* A victim whose intruder sits in the hotel, then two guests. */
static void three_at_the_hotel(tc_incident_bench *b, const tc_rule *high, bool own)
{
    tc_subject other = guest("c@x");
    other.own = own;
    start(b);
    find_one(b, high, TC_DAY, tc_bench_subject("a@x", HOTEL));
    session(b, TC_DAY + TC_HOUR, guest("b@x"));
    session(b, TC_DAY + 2 * TC_HOUR, other);
}

Test(incident_aside, guests_of_a_place_are_named_apart)
{
    tc_incident_bench b;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    three_at_the_hotel(&b, &high, true);
    settle(&b, 2 * TC_DAY, "d@x", TC_SETTLED_SURE);
    tc_bench_finish(&b);
    cr_expect_eq(b.mailboxes, 1, "%s", tc_str_cstr(&b.log));
    cr_expect_eq(b.all_mailboxes, 1);
    cr_expect_eq(b.guests, 2, "b and c; d came later: %s", tc_str_cstr(&b.log));
    cr_expect_eq(tc_bench_count(&b, " also b@x also c@x"), 1);
    tc_bench_stop(&b);
}

Test(incident_aside, of_a_place_that_is_not_sure_all_are_victims)
{
    for (int place = TC_SETTLED_NOT; place < TC_SETTLED_SURE; place++) {
        tc_incident_bench b;
        tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
        three_at_the_hotel(&b, &high, true);
        settle(&b, 2 * TC_DAY, "d@x", (tc_settled)place);
        tc_bench_finish(&b);
        cr_expect_eq(b.mailboxes, 4, "%s", tc_str_cstr(&b.log));
        cr_expect_eq(b.guests, 0);
        tc_bench_stop(&b);
    }
}

Test(incident_aside, a_client_that_is_new_to_the_mailbox_leaves_it_a_victim)
{
    tc_incident_bench b;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    three_at_the_hotel(&b, &high, false);
    settle(&b, 2 * TC_DAY, "d@x", TC_SETTLED_SURE);
    tc_bench_finish(&b);
    cr_expect_eq(b.mailboxes, 2, "a and c: %s", tc_str_cstr(&b.log));
    cr_expect_eq(tc_bench_count(&b, " also b@x"), 1);
    tc_bench_stop(&b);
}

Test(incident_aside, who_was_met_elsewhere_too_is_a_victim)
{
    tc_incident_bench b;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    tc_subject elsewhere = tc_bench_subject("b@x", "198.51.100.1");
    elsewhere.own = true;
    three_at_the_hotel(&b, &high, true);
    find_one(&b, &high, TC_DAY + 3 * TC_HOUR, tc_bench_subject("a@x", "198.51.100.1"));
    session(&b, TC_DAY + 4 * TC_HOUR, elsewhere);
    settle(&b, 2 * TC_DAY, "d@x", TC_SETTLED_SURE);
    tc_bench_finish(&b);
    cr_expect_eq(b.mailboxes, 2, "a and b: %s", tc_str_cstr(&b.log));
    cr_expect_eq(b.guests, 1);
    tc_bench_stop(&b);
}

Test(incident_aside, of_whom_more_is_told_he_is_a_victim_again)
{
    tc_incident_bench b;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    tc_rule medium = tc_bench_rule("medium", TC_LEVEL_MEDIUM, TC_RULE_DETECTION);
    three_at_the_hotel(&b, &high, true);
    find_one(&b, &medium, TC_DAY + 3 * TC_HOUR, tc_bench_subject("a@x", NULL));
    settle(&b, 2 * TC_DAY, "d@x", TC_SETTLED_SURE);
    tc_subject changed[] = {tc_bench_subject("a@x", NULL), tc_bench_subject("b@x", NULL)};
    changed[1].language = TC_LIT("zh-CN");
    find(&b, &medium, 2 * TC_DAY + TC_HOUR, changed, 2);
    tc_bench_finish(&b);
    cr_expect_eq(b.mailboxes, 2, "a and b: %s", tc_str_cstr(&b.log));
    cr_expect_eq(b.guests, 1);
    tc_bench_stop(&b);
}

Test(incident_aside, where_all_are_guests_they_are_whom_it_is_about)
{
    tc_incident_bench b;
    tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
    const tc_subject both[] = {guest("a@x"), guest("b@x")};
    start(&b);
    find(&b, &high, TC_DAY, both, 2);
    settle(&b, 2 * TC_DAY, "d@x", TC_SETTLED_SURE);
    tc_bench_finish(&b);
    cr_expect_eq(b.mailboxes, 2, "%s", tc_str_cstr(&b.log));
    cr_expect_eq(b.guests, 0);
    tc_bench_stop(&b);
}

Test(incident_aside, a_place_draws_nobody_in)
{
    for (int place = TC_SETTLED_NOT; place < TC_SETTLED_COUNT; place++) {
        tc_incident_bench b;
        tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
        start(&b);
        settle(&b, TC_HOUR, "b@x", (tc_settled)place);
        find_one(&b, &high, TC_DAY, tc_bench_subject("a@x", HOTEL));
        settle(&b, TC_DAY + TC_HOUR, "c@x", (tc_settled)place);
        tc_bench_finish(&b);
        cr_expect_eq(b.mailboxes + b.guests, place == TC_SETTLED_SURE ? 1 : 3, "%s",
                     tc_str_cstr(&b.log));
        tc_bench_stop(&b);
    }
}

/* Of the guests of a hotel one is in another story: that is not the others'. */
Test(incident_aside, guests_are_no_bridge)
{
    for (int place = TC_SETTLED_NOT; place < TC_SETTLED_COUNT; place++) {
        tc_incident_bench b;
        tc_rule medium = tc_bench_rule("medium", TC_LEVEL_MEDIUM, TC_RULE_CORRELATION);
        tc_rule high = tc_bench_rule("high", TC_LEVEL_HIGH, TC_RULE_CORRELATION);
        const tc_subject guests[] = {guest("a@x"), guest("b@x"), guest("c@x"), guest("d@x")};
        start(&b);
        for (size_t i = 0; i < TC_COUNT_OF(guests); i++)
            session(&b, TC_HOUR, guests[i]);
        find(&b, &medium, TC_DAY, guests, 4);
        settle(&b, TC_DAY + TC_HOUR, "e@x", (tc_settled)place);
        find_one(&b, &high, 2 * TC_DAY, tc_bench_subject("a@x", NULL));
        cr_expect_eq(tc_incidents_count(b.all, TC_LEVEL_LOW), place == TC_SETTLED_NOT ? 1 : 2, "%s",
                     tc_str_cstr(&b.log));
        tc_bench_stop(&b);
    }
}
