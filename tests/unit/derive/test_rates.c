#include "detector/derive/rates.h"

#include "parsers/base/alloc.h"
#include "tests/support/derive_bench.h"
#include "tests/support/stateful.h"

#include <criterion/criterion.h>

Test(rates, sessions_are_held_against_the_same_hour_of_the_days_before)
{
    tc_rate_usual usual;
    tc_rates *r = tc_rates_new();
    for (int day = 0; day < 16; day++)
        for (int i = 0; i < (day == 15 ? 50 : 10); i++) {
            tc_rates_count(r, TC_RATE_SESSIONS, day * TC_DAY + 9 * TC_HOUR);
            if (i < 3) tc_rates_count(r, TC_RATE_EGRESS, day * TC_DAY + 9 * TC_HOUR);
        }
    tc_rates_usual(r, TC_RATE_SESSIONS, &usual);
    cr_expect_eq(usual.value, 50u);
    cr_expect_eq(usual.median, 10);
    cr_expect_eq(usual.mad, 0);
    cr_expect_eq(usual.days, 15u);
    tc_rates_usual(r, TC_RATE_EGRESS, &usual);
    cr_expect_eq(usual.value, 3u);
    cr_expect_eq(usual.median, 3);
    tc_rates_free(r);
}

Test(rates, others_and_novel_mailboxes_are_of_the_present_hour)
{
    tc_rates *r = tc_rates_new();
    for (uint64_t i = 0; i < 100; i++)
        tc_rates_novel(r, 1 + i % 70, TC_HOUR);
    tc_rates_other(r, TC_HOUR);
    tc_rates_other(r, TC_HOUR + 1);
    cr_expect_eq(tc_rates_novels(r), (uint32_t)TC_RATE_NOVEL_MAX);
    cr_expect_eq(tc_rates_others(r), 2u);
    cr_expect_eq(tc_rates_count(r, TC_RATE_SESSIONS, 2 * TC_HOUR), 1u);
    cr_expect_eq(tc_rates_novels(r), 0u);
    cr_expect_eq(tc_rates_others(r), 0u);
    tc_rates_novel(r, 1, 3 * TC_HOUR);
    cr_expect_eq(tc_rates_novels(r), 1u);
    tc_rates_free(r);
}

/* -- as the deriver tells them --------------------------------------------------------------- */

static void session(tc_derive_bench *b, int day, int who, const char *protocol, unsigned class)
{
    char user[32], ip[32];
    tc_time time = tc_derive_bench_at(day, 9, who / 2, who % 2);
    snprintf(user, sizeof(user), "CORP\\user%d", who);
    snprintf(ip, sizeof(ip), "81.2.%d.7", who);
    tc_observation *o = tc_derive_bench_begin(b, TC_OBS_WEB_SPAN, time);
    o->last = time;
    o->session_hash = (uint64_t)(day * 1000 + who);
    o->address_class = (uint8_t) class;
    cr_assert(tc_ip_parse(tc_slice_of(ip), &o->ip));
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_USER, user);
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_AGENT, "A");
    tc_derive_bench_set_text(b, o, TC_OBS_TEXT_PROTOCOL, protocol);
    tc_derive_bench_feed(b, o);
}

Test(rates, a_burst_of_peoples_sessions_is_told_for_every_ten)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    for (int day = 1; day <= 16; day++)
        for (int who = 0; who < (day == 16 ? 40 : 5); who++)
            session(&b, day, who, "owa", TC_ADDRESS_REMOTE);
    cr_expect_eq(tc_derive_bench_count(&b, "metric=webmail_sessions_of_all"), 4u, "%s",
                 tc_str_cstr(&b.log));
    cr_expect_eq(tc_derive_bench_count(&b, "metric=webmail_sessions_of_all distinct=35 value=40"),
                 1u, "%s", tc_str_cstr(&b.log));
    tc_derive_bench_stop(&b);
}

Test(rates, programs_are_none_and_exits_are_counted_for_themselves)
{
    tc_derive_bench b;
    tc_derive_bench_start(&b);
    for (int who = 0; who < 40; who++)
        session(&b, 1, who, "ews", TC_ADDRESS_REMOTE);
    for (int who = 0; who < 20; who++)
        session(&b, 2, who, "owa", TC_ADDRESS_EGRESS);
    cr_expect_eq(tc_derive_bench_count(&b, "webmail_sessions_of_all"), 0u);
    cr_expect_eq(tc_derive_bench_count(&b, "metric=exempt_sessions value=10"), 1u);
    cr_expect_eq(tc_derive_bench_count(&b, "metric=exempt_sessions value=20"), 1u);
    tc_derive_bench_stop(&b);
}

Test(rates, resets_are_counted_whoever_made_them_if_they_succeeded)
{
    tc_derive_bench b;
    char actor[32];
    tc_derive_bench_start(&b);
    for (int i = 0; i < 40; i++) {
        snprintf(actor, sizeof(actor), "CORP\\desk%d", i % 4);
        unsigned failed = i % 2 ? TC_OBS_FLAG_FAILED : 0;
        tc_derive_bench_account(&b, tc_derive_bench_at(3, 9, i, 0), actor, "CORP\\user",
                                TC_OBS_FLAG_RESET | failed);
    }
    cr_expect_eq(tc_derive_bench_count(&b, "metric=password_resets_of_all value=20"), 1u, "%s",
                 tc_str_cstr(&b.log));
    cr_expect_eq(tc_derive_bench_count(&b, "metric=password_resets_of_all"), 2u);
    tc_derive_bench_stop(&b);
}

/* -- saved state ---------------------------------------------------------------------------- */

STATEFUL_BENCH(rates);

static void step(void *object, size_t n, tc_str *log)
{
    tc_rate_usual usual;
    tc_rates *all = ((bench *)object)->of;
    tc_time now = (tc_time)n * 20 * TC_MINUTE;
    tc_rate which = (tc_rate)stateful_roll(n, 0, TC_RATE_COUNT);
    tc_rates_count(all, which, now);
    if (stateful_roll(n, 1, 3) == 0) tc_rates_novel(all, stateful_roll(n, 2, 9), now);
    if (stateful_roll(n, 3, 3) == 0) tc_rates_other(all, now);
    tc_rates_usual(all, which, &usual);
    tc_str_addf(log, "%u %.1f %.1f %u %u %u\n", usual.value, usual.median, usual.mad, usual.days,
                tc_rates_novels(all), tc_rates_others(all));
}

static const stateful rates_state = {make, drop, renew, visit, step};

STATEFUL_TESTS(rates, rates_state, 3000, 500, 200, 300, 500, 300);
