#include "tests/support/derive_bench.h"

#include <criterion/criterion.h>

static tc_derive_bench b;

static void setup(void)
{
    tc_derive_bench_start(&b);
}

static void teardown(void)
{
    tc_derive_bench_stop(&b);
}

TestSuite(reset, .init = setup, .fini = teardown);

#define LOG tc_str_cstr(&b.log)

static void session_in(tc_time time, const char *user, const char *ip, const char *country,
                       uint32_t asn)
{
    tc_observation *o = tc_derive_bench_begin(&b, TC_OBS_WEB_SPAN, time);
    cr_assert(tc_ip_parse(tc_slice_of(ip), &o->ip));
    o->address_class = tc_ip_is_private(o->ip) ? TC_ADDRESS_PRIVATE : TC_ADDRESS_REMOTE;
    snprintf(o->country, sizeof(o->country), "%s", country);
    o->asn = asn;
    o->session_hash = (uint64_t)time;
    tc_derive_bench_set_text(&b, o, TC_OBS_TEXT_USER, user);
    tc_derive_bench_set_text(&b, o, TC_OBS_TEXT_AGENT, "A");
    tc_derive_bench_feed(&b, o);
}

static void reset(tc_time time, const char *actor, const char *target)
{
    tc_derive_bench_account(&b, time, actor, target, TC_OBS_FLAG_RESET);
}

static void at_home(void)
{
    char user[32];
    for (int i = 0; i < 6; i++) {
        snprintf(user, sizeof(user), "CORP\\user%d", i);
        session_in(tc_derive_bench_at(1, 8, i, 0), user, "192.0.2.1", "NL", 1136);
    }
    session_in(tc_derive_bench_at(1, 9, 0, 0), "CORP\\desk", "192.0.2.1", "NL", 1136);
}

Test(reset, a_stranger_behind_a_reset_is_told_with_the_actor)
{
    at_home();
    reset(tc_derive_bench_at(20, 8, 0, 0), "CORP\\desk", "CORP\\user1");
    session_in(tc_derive_bench_at(20, 8, 30, 0), "CORP\\user1", "203.0.113.9", "CN", 4134);
    cr_expect_eq(tc_derive_bench_count(&b, "reset_then_access mailbox=corp\\user1 ip=203.0.113.9 "
                                           "novel=true actor=corp\\desk target=corp\\user1 "
                                           "routine=false"),
                 1, "%s", LOG);
    cr_expect_eq(tc_derive_bench_count(&b, "minutes=30 accounts=1 entered=1 here=1 "
                                           "actor.novel=false actor.here=false "
                                           "stranger=false place=false"),
                 1, "with an agent that it has: %s", LOG);
    session_in(tc_derive_bench_at(20, 12, 30, 0), "CORP\\user1", "203.0.113.10", "CN", 4134);
    cr_expect_eq(tc_derive_bench_count(&b, "reset_then_access"), 1, "once: %s", LOG);
}

Test(reset, the_usual_place_and_yesterdays_reset_are_nothing)
{
    at_home();
    reset(tc_derive_bench_at(20, 8, 0, 0), "CORP\\desk", "CORP\\user1");
    session_in(tc_derive_bench_at(20, 9, 0, 0), "CORP\\user1", "192.0.2.7", "NL", 1136);
    session_in(tc_derive_bench_at(20, 10, 0, 0), "CORP\\user1", "10.1.2.3", "", 0);
    session_in(tc_derive_bench_at(20, 11, 0, 0), "CORP\\user1", "192.0.77.7", "NL", 1136);
    session_in(tc_derive_bench_at(21, 9, 0, 0), "CORP\\user1", "203.0.113.9", "CN", 4134);
    cr_expect_eq(tc_derive_bench_count(&b, "reset_then_access"), 0, "%s", LOG);
}

/* Abroad for days, locked out there, and back from the same hotel. */
Test(reset, a_traveller_who_was_there_before_the_reset_is_no_stranger)
{
    at_home();
    session_in(tc_derive_bench_at(18, 9, 0, 0), "CORP\\user1", "203.0.113.9", "CN", 4134);
    reset(tc_derive_bench_at(20, 8, 0, 0), "CORP\\desk", "CORP\\user1");
    session_in(tc_derive_bench_at(20, 9, 0, 0), "CORP\\user1", "203.0.113.9", "CN", 4134);
    session_in(tc_derive_bench_at(20, 10, 0, 0), "CORP\\user1", "203.0.114.9", "CN", 4134);
    cr_expect_eq(tc_derive_bench_count(&b, "reset_then_access"), 0, "%s", LOG);
}

Test(reset, a_hijacked_help_desk_shows_in_the_figures)
{
    at_home();
    session_in(tc_derive_bench_at(20, 7, 0, 0), "CORP\\desk", "203.0.113.9", "CN", 4134);
    for (int i = 0; i < 3; i++) {
        char user[32];
        snprintf(user, sizeof(user), "CORP\\user%d", i);
        reset(tc_derive_bench_at(20, 8, 10 * i, 0), "CORP\\desk", user);
        session_in(tc_derive_bench_at(20, 8, 10 * i + 5, 0), user, "203.0.113.20", "CN", 4134);
    }
    cr_expect_eq(tc_derive_bench_count(&b, "minutes=5 accounts=3 entered=3 here=3 "
                                           "actor.novel=true actor.here=true"),
                 1, "%s", LOG);
}

Test(reset, a_change_of_ones_own_tells_of_a_new_source_before_it)
{
    at_home();
    tc_derive_bench_account(&b, tc_derive_bench_at(19, 8, 0, 0), "CORP\\user1", "CORP\\user1", 0);
    session_in(tc_derive_bench_at(20, 7, 0, 0), "CORP\\user1", "203.0.113.9", "CN", 4134);
    tc_derive_bench_account(&b, tc_derive_bench_at(20, 8, 0, 0), "CORP\\user1", "CORP\\user1", 0);
    cr_expect_eq(tc_derive_bench_count(&b, "password_changed mailbox=corp\\user1 novel=true"), 1,
                 "%s", LOG);
    cr_expect_eq(tc_derive_bench_count(&b, "password_changed"), 2, "%s", LOG);
}

static void connector_resets(int day, int count)
{
    for (int i = 0; i < count; i++) {
        char user[32];
        snprintf(user, sizeof(user), "CORP\\target%d", i);
        tc_derive_bench_account(&b, tc_derive_bench_at(day, 9, i, 0), "CORP\\MSOL_1", user,
                                TC_OBS_FLAG_RESET | TC_OBS_FLAG_CLAIMS);
    }
}

Test(reset, a_connectors_name_is_no_exemption_until_it_has_worked_for_two_weeks)
{
    connector_resets(1, 1);
    cr_expect_eq(tc_derive_bench_count(&b, "routine=true"), 0, "%s", LOG);
    for (int day = 2; day < 16; day++)
        connector_resets(day, 3);
    size_t believed = tc_derive_bench_count(&b, "routine=true");
    cr_expect_eq(believed, 3, "%s", LOG);
    connector_resets(16, 40);
    cr_expect_eq(tc_derive_bench_count(&b, "routine=true"), 3 + 12, "%s", LOG);
    tc_derive_coverage seen;
    tc_deriver_coverage(b.deriver, &seen);
    cr_expect_eq(seen.routine_resets, 15);
    cr_expect_eq(seen.password_resets, 1 + 14 * 3 + 40);
    cr_expect_eq(tc_derive_bench_count(&b, "metric=routine_resets value=10"), 1, "%s", LOG);
}
