/* What the deriver withholds from learning, and learns at last. */
#include "tests/support/derive_bench.h"

#include <criterion/criterion.h>

enum { PEOPLE = 20, FOUND_AT = 40 };

static tc_derive_bench b;

static void setup(void)
{
    tc_derive_bench_start(&b);
}

static void teardown(void)
{
    tc_derive_bench_stop(&b);
}

TestSuite(derive_withheld, .init = setup, .fini = teardown);

#define LOG tc_str_cstr(&b.log)

static const char *user(int who)
{
    static char name[32];
    snprintf(name, sizeof(name), "user%02d@corp.example", who);
    return name;
}

static void session(int day, int hour, int who, const char *ip, const char *agent)
{
    tc_time time = tc_derive_bench_at(day, hour, who, 0);
    tc_derive_bench_web(&b, TC_OBS_WEB_SPAN, time, time, user(who), ip, agent);
}

static void work(int days)
{
    for (int day = 1; day <= days; day += 2)
        for (int who = 0; who < PEOPLE; who++) {
            char ip[32], agent[32];
            snprintf(ip, sizeof(ip), "81.2.%d.7", who);
            snprintf(agent, sizeof(agent), "Browser %d", who);
            session(day, 8, who, ip, agent);
        }
}

static void found(int day, int who)
{
    tc_deriver_found(b.deriver, tc_identity_find(b.identity, tc_slice_of(user(who))),
                     tc_derive_bench_at(day, 0, 0, 0));
}

static uint32_t users_on(int day)
{
    session(day, 12, 19, "81.2.19.7", "Browser 19");
    return tc_deriver_agent_users(b.deriver, TC_LIT("Strange"));
}

Test(derive_withheld, a_strangers_agent_is_a_habit_when_nobody_has_minded)
{
    work(21);
    session(22, 3, 1, "5.9.1.1", "Strange");
    cr_expect_eq(users_on(49), 0u);
    cr_expect_eq(users_on(51), 1u);
}

Test(derive_withheld, a_finding_keeps_it_from_being_one)
{
    work(21);
    session(22, 3, 1, "5.9.1.1", "Strange");
    found(FOUND_AT, 1);
    found(FOUND_AT + 9, 2);
    cr_expect_eq(users_on(51), 0u);
    cr_expect_eq(users_on(FOUND_AT + 27), 0u);
    cr_expect_eq(users_on(FOUND_AT + 29), 1u);
}

static void say(int day, int who, const char *language)
{
    char id[32];
    snprintf(id, sizeof(id), "m-%d-%d", day, who);
    tc_derive_bench_message(&b, tc_derive_bench_at(day, 9, who, 0), user(who), language, id);
}

static void speak_dutch(int days)
{
    for (int day = 1; day <= days; day += 3)
        for (int who = 0; who < PEOPLE; who++)
            say(day, who, "nl");
}

Test(derive_withheld, a_foreign_language_is_the_mailboxs_own_when_nobody_has_minded)
{
    speak_dutch(21);
    say(22, 1, "zh-Hans");
    say(49, 1, "zh-Hans");
    cr_expect_eq(tc_derive_bench_count(&b, "language=zh-Hans foreign=true"), 2, "%s", LOG);
    cr_expect_eq(tc_derive_bench_count(&b, "new=true"), PEOPLE + 2, "%s", LOG);
    say(51, 1, "zh-Hans");
    cr_expect_eq(tc_derive_bench_count(&b, "new=true"), PEOPLE + 2, "%s", LOG);
    /* ... and nobody else's. */
    say(52, 2, "zh-Hans");
    cr_expect_eq(tc_derive_bench_count(&b, "new=true"), PEOPLE + 3, "%s", LOG);
}

Test(derive_withheld, a_finding_keeps_it_foreign)
{
    speak_dutch(21);
    say(22, 1, "zh-Hans");
    found(FOUND_AT, 1);
    say(51, 1, "zh-Hans");
    cr_expect_eq(tc_derive_bench_count(&b, "new=true"), PEOPLE + 2, "%s", LOG);
    say(FOUND_AT + 29, 1, "zh-Hans");
    cr_expect_eq(tc_derive_bench_count(&b, "new=true"), PEOPLE + 2, "%s", LOG);
}

Test(derive_withheld, the_own_language_again_behind_a_foreign_one)
{
    speak_dutch(21);
    say(22, 1, "nl");
    cr_expect_eq(tc_derive_bench_count(&b, "back=true"), 0u, "%s", LOG);
    say(23, 1, "zh-Hans");
    say(24, 1, "nl");
    cr_expect_eq(tc_derive_bench_count(&b, "back=true"), 1u, "%s", LOG);
    say(25, 1, "nl");
    cr_expect_eq(tc_derive_bench_count(&b, "back=true"), 1u, "%s", LOG);
    /* Two in a row establish it; back it is all the same. */
    say(26, 1, "zh-Hans");
    say(27, 1, "zh-Hans");
    cr_expect_eq(tc_derive_bench_count(&b, "back=true"), 1u, "%s", LOG);
    say(28, 1, "nl");
    cr_expect_eq(tc_derive_bench_count(&b, "back=true"), 2u, "%s", LOG);
}

static uint32_t most_on(int day)
{
    tc_derive_usual usual;
    tc_entity out[1];
    tc_derive_bench_account(&b, tc_derive_bench_at(day, 10, 0, 0), user(0), user(0), 0);
    (void)tc_deriver_changers(b.deriver, out, 1, &usual);
    return usual.most;
}

static void change_passwords(int day, int entered)
{
    for (int who = 0; who < entered; who++)
        session(day, 8, who, "203.0.113.9", "T");
    for (int who = 0; who < PEOPLE; who++)
        tc_derive_bench_account(&b, tc_derive_bench_at(day, 9, who, 0), user(who), user(who), 0);
}

Test(derive_withheld, a_day_of_a_suspicious_wave_is_no_measure_until_nobody_has_minded)
{
    work(21);
    change_passwords(23, 12);
    cr_expect_gt(tc_derive_bench_count(&b, "class=attack-suspect"), 5u, "%s", LOG);
    cr_expect_eq(most_on(24), 0u);
    cr_expect_eq(most_on(50), 1u);
    cr_expect_eq(most_on(54), (uint32_t)PEOPLE);
}

Test(derive_withheld, another_wave_is_learned_at_once)
{
    work(21);
    change_passwords(23, 0);
    cr_expect_eq(tc_derive_bench_count(&b, "class=unknown"), PEOPLE, "%s", LOG);
    cr_expect_eq(most_on(24), (uint32_t)PEOPLE);
}

static size_t routine_on(int day, int resets)
{
    size_t before = tc_derive_bench_count(&b, "routine=true");
    for (int i = 0; i < resets; i++)
        tc_derive_bench_account(&b, tc_derive_bench_at(day, 9, i, 0), "CORP\\MSOL_1", user(i),
                                TC_OBS_FLAG_RESET | TC_OBS_FLAG_CLAIMS);
    return tc_derive_bench_count(&b, "routine=true") - before;
}

Test(derive_withheld, what_was_too_much_of_routine_is_usual_when_nobody_has_minded)
{
    for (int day = 1; day < 17; day++)
        routine_on(day, 2);
    cr_expect_eq(routine_on(17, 20), 10u, "so much is always allowed");
    cr_expect_eq(routine_on(40, 20), 10u);
    cr_expect_eq(routine_on(70, 20), 20u);
}
