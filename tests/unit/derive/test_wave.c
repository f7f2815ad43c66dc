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

TestSuite(wave, .init = setup, .fini = teardown);

#define LOG tc_str_cstr(&b.log)

static const char *user(int i)
{
    static char name[32];
    snprintf(name, sizeof(name), "CORP\\user%d", i);
    return name;
}

static void change(int day, int hour, int who)
{
    tc_derive_bench_account(&b, tc_derive_bench_at(day, hour, who % 60, 0), user(who), user(who),
                            0);
}

static void session(tc_time time, int who, const char *ip, const char *agent)
{
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, time, time, user(who), ip, agent);
}

/* Everybody works by day, at home. */
static void work(int days)
{
    for (int day = 1; day <= days; day++)
        for (int who = 0; who < 20; who++)
            session(tc_derive_bench_at(day, 8 + who / 2, who, 0), who, "192.0.2.1", "A");
}

Test(wave, many_changes_alone_are_not_called_anything)
{
    work(12);
    for (int who = 0; who < 20; who++)
        change(13, 10, who);
    cr_expect_eq(tc_derive_bench_count(&b, "class=unknown"), 20, "%s", LOG);
}

/* Thirty trainees, one person at the help desk, and everybody changes what they were given. */
Test(wave, a_help_desks_work_is_no_attack)
{
    work(12);
    for (int who = 0; who < 30; who++)
        tc_derive_bench_account(&b, tc_derive_bench_at(13, 9, who, 0), "CORP\\desk", user(who),
                                TC_OBS_FLAG_RESET);
    for (int who = 0; who < 20; who++)
        change(13, 10, who);
    cr_expect_eq(tc_derive_bench_count(&b, "class=unknown"), 20, "%s", LOG);
    cr_expect_eq(tc_derive_bench_count(&b, "actor_share=0.6 "), 1, "%s", LOG);
}

/* Every n-th mailbox is entered at that hour; all change their passwords in the next. */
static void strangers(int n, int hour)
{
    for (int who = 0; who < 20; who += n)
        session(tc_derive_bench_at(13, hour, who, 0), who, "203.0.113.9", "T");
    for (int who = 0; who < 20; who++)
        change(13, hour + 1, who);
}

Test(wave, strangers_beside_the_changes_make_it_suspect)
{
    work(12);
    strangers(3, 9);
    cr_expect_eq(tc_derive_bench_count(&b, "class=attack-suspect"), 14, "%s", LOG);
    cr_expect_eq(tc_derive_bench_count(&b, "entered_share=0.35 "), 1, "%s", LOG);
}

Test(wave, fewer_strangers_do_when_one_actor_resets_or_it_is_night)
{
    work(12);
    strangers(5, 2);
    cr_expect_eq(tc_derive_bench_count(&b, "entered_share=0.2 actor_share=0 off_share=1"), 4, "%s",
                 LOG);
    cr_expect_eq(tc_derive_bench_count(&b, "class=attack-suspect"), 10, "%s", LOG);
    tc_derive_bench_stop(&b);
    tc_derive_bench_start(&b);
    work(12);
    strangers(5, 9);
    cr_expect_eq(tc_derive_bench_count(&b, "class=unknown"), 20, "by day it is not enough: %s",
                 LOG);
}

static void start_with(const tc_derive_options *options)
{
    tc_derive_bench_stop(&b);
    tc_derive_bench_start_with(&b, options, (size_t)8 << 20);
}

Test(wave, a_declared_response_is_one_for_a_week)
{
    start_with(&(tc_derive_options){.response_since = tc_derive_bench_at(13, 9, 0, 0)});
    work(12);
    change(13, 8, 0);
    change(13, 10, 1);
    change(20, 8, 2);
    change(20, 10, 3);
    cr_expect_eq(tc_derive_bench_count(&b, "class=response"), 2, "%s", LOG);
    cr_expect_eq(tc_derive_bench_count(&b, "class=unknown"), 2, "%s", LOG);
}

Test(wave, sessions_after_a_declared_response_say_how_long_after)
{
    start_with(&(tc_derive_options){.response_since = tc_derive_bench_at(13, 9, 0, 0)});
    work(13);
    session(tc_derive_bench_at(20, 8, 0, 0), 1, "192.0.2.1", "A");
    cr_expect_eq(tc_derive_bench_count(&b, "response=0"), 18, "%s", LOG);
    cr_expect_eq(tc_derive_bench_count(&b, "response=6"), 1, "%s", LOG);
    cr_expect_eq(tc_derive_bench_count(&b, "response="), 19, "%s", LOG);
}

Test(wave, passwords_as_old_as_they_may_grow_expire)
{
    start_with(&(tc_derive_options){.password_days = 30});
    for (int who = 0; who < 20; who++)
        change(1, 10, who);
    for (int who = 0; who < 20; who++)
        change(30, 10, who);
    cr_expect_eq(tc_derive_bench_count(&b, "class=unknown"), 20, "%s", LOG);
    cr_expect_eq(tc_derive_bench_count(&b, "class=expiry aged_share=1"), 20, "%s", LOG);
    for (int who = 0; who < 20; who++)
        change(40, 10, who);
    cr_expect_eq(tc_derive_bench_count(&b, "class=unknown"), 40, "%s", LOG);
}

Test(wave, how_old_they_grow_is_learned)
{
    for (int month = 0; month < 3; month++)
        for (int who = 0; who < 20; who++)
            change(1 + 45 * month, 10, who);
    cr_expect_eq(tc_derive_bench_count(&b, "class=expiry"), 20, "%s", LOG);
}
