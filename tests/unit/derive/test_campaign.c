/* Campaigns as the deriver tells them. */
#include "tests/support/derive_bench.h"

#include <criterion/criterion.h>

enum { PEOPLE = 40 };

static void visit_of(tc_derive_bench *b, tc_time time, int who, const char *ip, const char *agent)
{
    char user[16];
    snprintf(user, sizeof(user), "user%02d", who);
    tc_derive_bench_web(b, TC_OBS_WEB_SPAN, time, time, user, ip, agent);
}

/* Three weeks in which everybody comes from home with an own browser. */
static void learn(tc_derive_bench *b)
{
    tc_derive_bench_start(b);
    for (int day = 1; day <= 21; day += 4)
        for (int who = 0; who < PEOPLE; who++) {
            char ip[32], agent[32];
            snprintf(ip, sizeof(ip), "81.2.%d.7", who);
            snprintf(agent, sizeof(agent), "Browser %d", who);
            visit_of(b, tc_derive_bench_at(day, 8, who, 0), who, ip, agent);
        }
}

Test(campaign, strangers_of_several_mailboxes_are_told_together)
{
    tc_derive_bench b;
    learn(&b);
    visit_of(&b, tc_derive_bench_at(22, 3, 0, 0), 1, "5.9.1.1", "Strange");
    cr_expect_eq(tc_derive_bench_count(&b, " campaign "), 0);
    visit_of(&b, tc_derive_bench_at(22, 4, 0, 0), 2, "5.9.1.1", "Strange");
    visit_of(&b, tc_derive_bench_at(22, 5, 0, 0), 3, "5.9.1.9", "Strange");
    cr_expect_geq(tc_derive_bench_count(&b, " campaign mailbox=user01 ip=5.9.1.1"), 1, "%s",
                  tc_str_cstr(&b.log));
    cr_expect_geq(tc_derive_bench_count(&b, " campaign mailbox=user02"), 1);
    cr_expect_geq(tc_derive_bench_count(&b, " campaign mailbox=user03 ip=5.9.1.9"), 1);
    tc_derive_bench_stop(&b);
}

Test(campaign, who_travels_with_his_own_browser_is_no_stranger)
{
    tc_derive_bench b;
    learn(&b);
    for (int who = 0; who < 10; who++) {
        char agent[32];
        snprintf(agent, sizeof(agent), "Browser %d", who);
        visit_of(&b, tc_derive_bench_at(22, 9, who, 0), who, "5.9.1.1", agent);
    }
    cr_expect_eq(tc_derive_bench_count(&b, " campaign "), 0, "%s", tc_str_cstr(&b.log));
    tc_derive_bench_stop(&b);
}

Test(campaign, nobody_is_a_stranger_before_a_fortnight)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    for (int who = 0; who < 10; who++)
        visit_of(&b, tc_derive_bench_at(1, 8, who, 0), who, "81.2.1.7", "Browser");
    for (int who = 0; who < 10; who++)
        visit_of(&b, tc_derive_bench_at(14, 8, who, 0), who, "5.9.1.1", "Strange");
    cr_expect_eq(tc_derive_bench_count(&b, " campaign "), 0);
    tc_derive_bench_stop(&b);
}

static void refuse(tc_derive_bench *b, tc_time time, const char *user, const char *ip)
{
    tc_observation *o = tc_derive_bench_begin(b, TC_OBS_WEB_REFUSED, time);
    cr_assert(tc_ip_parse(tc_slice_of(ip), &o->ip));
    o->address_class = TC_ADDRESS_REMOTE;
    o->status = 401;
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_USER, user);
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_AGENT, "Strange");
    tc_derive_bench_feed(b, o);
}

/* Ten refusals from its address, nine, or a reset by another: what speaks against a stranger. */
Test(campaign, guesses_and_a_reset_before_it_speak_against_a_stranger)
{
    for (int tries = 9; tries <= 11; tries++) {
        tc_derive_bench b;
        learn(&b);
        if (tries == 11)
            tc_derive_bench_account(&b, tc_derive_bench_at(22, 1, 30, 0), "desk", "user01",
                                    TC_OBS_FLAG_RESET);
        for (int i = 0; i < TC_MIN(tries, 10); i++)
            refuse(&b, tc_derive_bench_at(22, 2, i, 0), "user01", "5.9.1.1");
        visit_of(&b, tc_derive_bench_at(22, 3, 0, 0), 1, "5.9.1.1", "Strange");
        visit_of(&b, tc_derive_bench_at(22, 4, 0, 0), 2, "5.9.1.1", "Strange");
        visit_of(&b, tc_derive_bench_at(22, 5, 0, 0), 3, "5.9.1.1", "Strange");
        const char *said = tries == 9 ? "evidence=0" : tries == 10 ? "evidence=1" : "evidence=2";
        cr_expect_geq(tc_derive_bench_count(&b, said), 1, "%d: %s", tries, tc_str_cstr(&b.log));
        tc_derive_bench_stop(&b);
    }
}

Test(campaign, a_stranger_that_moves_on_is_followed)
{
    tc_derive_bench b;
    learn(&b);
    visit_of(&b, tc_derive_bench_at(22, 3, 0, 0), 1, "5.9.1.1", "Strange");
    visit_of(&b, tc_derive_bench_at(22, 4, 0, 0), 2, "5.9.1.1", "Strange");
    visit_of(&b, tc_derive_bench_at(22, 5, 0, 0), 3, "5.9.1.1", "Strange");
    visit_of(&b, tc_derive_bench_at(23, 5, 0, 0), 1, "6.6.6.6", "Strange");
    cr_expect_geq(tc_derive_bench_count(&b, " campaign mailbox=user01 ip=6.6.6.6"), 1, "%s",
                  tc_str_cstr(&b.log));
    tc_derive_bench_stop(&b);
}

static void through_exit(tc_derive_bench *b, tc_time time, int who, const char *agent)
{
    char user[16];
    snprintf(user, sizeof(user), "user%02d", who);
    tc_observation *o = tc_derive_bench_begin(b, TC_OBS_WEB_SPAN, time);
    cr_assert(tc_ip_parse(TC_LIT("192.0.2.5"), &o->ip));
    o->address_class = TC_ADDRESS_EGRESS;
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_USER, user);
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_AGENT, agent);
    o->session_hash = (uint64_t)time;
    tc_derive_bench_feed(b, o);
}

/* A declared exit tells nothing of the place, and excuses no client. */
Test(campaign, an_own_exit_hides_no_strange_client)
{
    tc_derive_bench b;
    learn(&b);
    for (int who = 0; who < 6; who++)
        through_exit(&b, tc_derive_bench_at(22, 9, who, 0), who, "Strange");
    cr_expect_geq(tc_derive_bench_count(&b, " campaign mailbox=user05"), 1, "%s",
                  tc_str_cstr(&b.log));
    tc_derive_bench_stop(&b);
}

Test(campaign, an_update_behind_an_own_exit_is_no_stranger)
{
    tc_derive_bench b;
    learn(&b);
    for (int who = 0; who < PEOPLE; who++)
        through_exit(&b, tc_derive_bench_at(21, 20, who, 0), who, "Mozilla Chrome/88.0.1");
    for (int who = 0; who < PEOPLE; who++)
        through_exit(&b, tc_derive_bench_at(37, 9, who, 0), who, "Mozilla Chrome/89.7.1");
    /* Sessions, and for every ten of them that they come through an exit. */
    cr_expect_eq(tc_derive_bench_count(&b, "T09"), (size_t)PEOPLE + PEOPLE / 10, "%s",
                 tc_str_cstr(&b.log));
    tc_derive_bench_stop(&b);
}

/* A phone or a poll by name: the same stranger. */
Test(campaign, who_calls_himself_a_program_is_a_stranger_all_the_same)
{
    tc_derive_bench b;
    learn(&b);
    for (int who = 1; who <= 4; who++) {
        char user[16];
        tc_time time = tc_derive_bench_at(22, 3, who, 0);
        snprintf(user, sizeof(user), "user%02d", who);
        tc_derive_bench_web(&b, TC_OBS_WEB_USE, time, time, user, "5.9.1.1", "Outlook/16.0");
    }
    cr_expect_geq(tc_derive_bench_count(&b, " campaign mailbox=user04"), 1, "%s",
                  tc_str_cstr(&b.log));
    tc_derive_bench_stop(&b);
}
