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

TestSuite(spray, .init = setup, .fini = teardown);

static void refused(tc_time time, const char *user, const char *ip, const char *agent)
{
    tc_observation *o = tc_derive_bench_begin(&b, TC_OBS_WEB_REFUSED, time);
    cr_assert(tc_ip_parse(tc_slice_of(ip), &o->ip));
    o->address_class = tc_ip_is_private(o->ip) ? TC_ADDRESS_PRIVATE : TC_ADDRESS_REMOTE;
    o->status = 401;
    tc_derive_bench_set_text(&b, o, TC_OBS_TEXT_USER, user);
    tc_derive_bench_set_text(&b, o, TC_OBS_TEXT_AGENT, agent);
    tc_derive_bench_feed(&b, o);
}

static void session(tc_time time, const char *user, const char *ip, const char *agent)
{
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, time, time, user, ip, agent);
}

/* From one address, or each name from another block. */
static void spray(int day, int count, bool spread, const char *agent)
{
    char user[32], ip[32];
    for (int i = 0; i < count; i++) {
        snprintf(user, sizeof(user), "CORP\\user%d", i);
        snprintf(ip, sizeof(ip), "203.0.%d.9", spread ? i : 113);
        refused(tc_derive_bench_at(day, 8, i / 4, i % 4 * 15), user, ip, agent);
    }
}

#define LOG tc_str_cstr(&b.log)

/* Lines of sessions that have the text. */
static size_t sessions_with(const char *text)
{
    size_t count = 0;
    tc_slice rest = tc_str_view(&b.log);
    while (rest.ptr != NULL) {
        tc_slice line = tc_slice_split(rest, '\n', &rest);
        count += tc_slice_search(line, TC_LIT("session_started")) != TC_NPOS &&
                 tc_slice_search(line, tc_slice_of(text)) != TC_NPOS;
    }
    return count;
}

/* Whoever was only tried is no victim, and no name is remembered for it. */
Test(spray, a_name_that_was_tried_is_nobody)
{
    session(tc_derive_bench_at(1, 8, 0, 0), "CORP\\anna", "192.0.2.1", "A");
    refused(tc_derive_bench_at(2, 8, 0, 0), "CORP\\anna", "203.0.113.9", "T");
    refused(tc_derive_bench_at(2, 8, 0, 1), "CORP\\nobody", "203.0.113.9", "T");
    refused(tc_derive_bench_at(2, 8, 0, 2), "", "203.0.113.9", "T");
    cr_expect_eq(tc_derive_bench_count(&b, "logon_failed"), 3, "%s", LOG);
    cr_expect_eq(tc_derive_bench_count(&b, "logon_failed user=CORP\\anna ip=203.0.113.9"), 1, "%s",
                 LOG);
    cr_expect_eq(tc_identity_count(b.identity), 1, "%s", LOG);
    cr_expect_eq(tc_derive_bench_count(&b, "source.failed=2"), 1, "%s", LOG);
}

Test(spray, a_session_is_told_with_what_failed_there)
{
    session(tc_derive_bench_at(1, 8, 0, 0), "CORP\\anna", "192.0.2.1", "A");
    spray(9, 12, false, "T");
    session(tc_derive_bench_at(9, 20, 0, 0), "CORP\\anna", "203.0.113.9", "B");
    cr_expect_eq(sessions_with("source.failed=12 source.failures=12 "
                               "source.users=0 network.failed=12"),
                 1, "%s", LOG);
    session(tc_derive_bench_at(10, 20, 0, 0), "CORP\\anna", "203.0.113.77", "B");
    cr_expect_eq(sessions_with("network.failed=12"), 2, "%s", LOG);
    session(tc_derive_bench_at(11, 20, 0, 0), "CORP\\anna", "198.51.100.7", "T");
    cr_expect_eq(sessions_with("agent.failed=12 agent.sources=1 agent.settled=0"), 1, "%s", LOG);
    session(tc_derive_bench_at(18, 20, 0, 0), "CORP\\anna", "203.0.113.9", "T");
    cr_expect_eq(
        sessions_with("18T20:00:00Z session_started mailbox=corp\\anna ip=203.0.113.9 novel=false"),
        1, "a week is over: %s", LOG);
}

Test(spray, the_owners_own_slip_is_nothing)
{
    session(tc_derive_bench_at(1, 8, 0, 0), "CORP\\anna", "192.0.2.1", "A");
    refused(tc_derive_bench_at(2, 8, 0, 0), "CORP\\anna", "203.0.113.9", "A");
    session(tc_derive_bench_at(2, 8, 1, 0), "CORP\\anna", "203.0.113.9", "A");
    session(tc_derive_bench_at(3, 8, 1, 0), "CORP\\anna", "203.0.113.9", "A");
    refused(tc_derive_bench_at(3, 9, 0, 0), "CORP\\anna", "203.0.113.9", "A");
    cr_expect_eq(tc_derive_bench_count(&b, "failed_logons"), 1, "%s", LOG);
    session(tc_derive_bench_at(5, 8, 1, 0), "CORP\\anna", "203.0.113.9", "A");
    cr_expect_eq(tc_derive_bench_count(&b, "source.failed"), 2, "up to the session: %s", LOG);
}

Test(spray, from_many_addresses_the_agent_gives_it_away)
{
    session(tc_derive_bench_at(1, 8, 0, 0), "CORP\\anna", "192.0.2.1", "A");
    spray(9, 30, true, "T");
    cr_expect_eq(tc_derive_bench_count(&b, "source.failed=2"), 0, "%s", LOG);
    cr_expect_eq(tc_derive_bench_count(&b, "agent.failed=30 agent.sources=30"), 1, "%s", LOG);
    session(tc_derive_bench_at(12, 8, 0, 0), "CORP\\anna", "198.51.100.7", "T");
    cr_expect_eq(sessions_with("agent.failed=30 agent.sources=30 agent.settled=0"), 1, "%s", LOG);
}

Test(spray, an_agent_that_people_use_is_known_by_them)
{
    for (int day = 1; day < 10; day++)
        session(tc_derive_bench_at(day, 7, 0, 0), "CORP\\anna", "192.0.2.1", "T");
    spray(10, 30, true, "T");
    session(tc_derive_bench_at(12, 8, 0, 0), "CORP\\bert", "198.51.100.7", "T");
    cr_expect_eq(tc_derive_bench_count(&b, "agent.failed=30 agent.sources=30 agent.settled=1"), 2,
                 "%s", LOG);
}

Test(spray, own_exits_and_loopback_are_no_place)
{
    tc_observation *o = NULL;
    for (int i = 0; i < 20; i++) {
        char user[32];
        snprintf(user, sizeof(user), "user%d", i);
        o = tc_derive_bench_begin(&b, TC_OBS_WEB_REFUSED, tc_derive_bench_at(1, 8, i, 0));
        cr_assert(tc_ip_parse(tc_slice_of(i % 2 ? "::1" : "198.51.100.1"), &o->ip));
        o->address_class = i % 2 ? TC_ADDRESS_PRIVATE : TC_ADDRESS_EGRESS;
        o->status = 401;
        tc_derive_bench_set_text(&b, o, TC_OBS_TEXT_USER, user);
        tc_derive_bench_feed(&b, o);
    }
    cr_expect_eq(tc_derive_bench_count(&b, "logon_failed"), 20, "%s", LOG);
    cr_expect_eq(tc_derive_bench_count(&b, "baseline"), 0, "%s", LOG);
}

Test(spray, the_mailbox_knows_from_where_it_is_tried)
{
    session(tc_derive_bench_at(1, 8, 0, 0), "CORP\\anna", "192.0.2.1", "A");
    refused(tc_derive_bench_at(9, 8, 0, 0), "CORP\\anna", "203.0.113.9", "T");
    refused(tc_derive_bench_at(9, 8, 0, 1), "CORP\\anna", "203.0.113.10", "T");
    refused(tc_derive_bench_at(9, 9, 0, 1), "CORP\\anna", "198.51.100.9", "U");
    session(tc_derive_bench_at(9, 20, 0, 0), "CORP\\anna", "192.0.2.200", "B");
    cr_expect_eq(sessions_with("mailbox.failed=2"), 1, "%s", LOG);
}

Test(spray, all_failures_of_an_hour_are_told_by_tens)
{
    spray(1, 40, true, "T");
    cr_expect_eq(tc_derive_bench_count(&b, "failed_logons_of_all"), 4, "%s", LOG);
    cr_expect_eq(tc_derive_bench_count(&b, "metric=failed_logons_of_all distinct=40 value=40"), 1,
                 "%s", LOG);
}

/* What Windows says of a logon is told like what the web log says, and names nobody either. */
Test(spray, a_logon_that_windows_refused)
{
    static const uint32_t ids[] = {TC_ACCOUNT_REFUSED, TC_ACCOUNT_REFUSED_KERBEROS,
                                   TC_ACCOUNT_REFUSED_NTLM};
    for (size_t i = 0; i < TC_COUNT_OF(ids); i++) {
        tc_observation *o =
            tc_derive_bench_begin(&b, TC_OBS_ACCOUNT, tc_derive_bench_at(1, 8, (int)i, 0));
        o->status = ids[i];
        o->flags = TC_OBS_FLAG_FAILED;
        tc_derive_bench_set_text(&b, o, TC_OBS_TEXT_TARGET, "CORP\\anna");
        tc_derive_bench_feed(&b, o);
    }
    cr_assert(!tc_failed(tc_deriver_advance(b.deriver, tc_derive_bench_at(1, 9, 0, 0), &b.sink)));
    cr_expect_eq(tc_derive_bench_count(&b, "logon_failed user=CORP\\anna"), 3, "%s", LOG);
    cr_expect_eq(tc_identity_count(b.identity), 0);
    tc_derive_coverage seen;
    tc_deriver_coverage(b.deriver, &seen);
    cr_expect_eq(seen.first_account, TC_TIME_NONE, "no sign of a domain controller's log");
    cr_expect_eq(seen.password_changes, 0);
}

Test(spray, a_lockout_is_of_an_account)
{
    tc_observation *o = tc_derive_bench_begin(&b, TC_OBS_ACCOUNT, tc_derive_bench_at(1, 8, 0, 0));
    o->status = TC_ACCOUNT_LOCKED;
    tc_derive_bench_set_text(&b, o, TC_OBS_TEXT_USER, "CORP\\DC01$");
    tc_derive_bench_set_text(&b, o, TC_OBS_TEXT_TARGET, "CORP\\anna");
    tc_derive_bench_feed(&b, o);
    cr_expect_eq(tc_derive_bench_count(&b, "account_locked mailbox=corp\\anna"), 1, "%s", LOG);
    cr_expect_eq(tc_derive_bench_count(&b, "password_change_wave"), 0, "%s", LOG);
}

/* Guessed right at the fourth name, before there was a spray to see. */
Test(spray, who_was_let_in_before_is_told_when_the_spray_is_there)
{
    session(tc_derive_bench_at(1, 8, 0, 0), "CORP\\anna", "192.0.2.1", "A");
    session(tc_derive_bench_at(1, 8, 0, 1), "CORP\\bert", "192.0.2.1", "A");
    session(tc_derive_bench_at(9, 7, 0, 0), "CORP\\anna", "198.51.100.7", "T");
    session(tc_derive_bench_at(9, 7, 0, 1), "CORP\\bert", "192.0.2.1", "T");
    spray(9, 25, true, "T");
    cr_expect_eq(tc_derive_bench_count(&b, "session_before_failures mailbox=corp\\anna novel=true "
                                           "agent.failed=20 agent.sources=20 agent.settled=0"),
                 1, "%s", LOG);
    cr_expect_eq(tc_derive_bench_count(&b, "session_before_failures"), 2, "%s", LOG);
}
