/* One try to log on in the logs of the web server, of the server asked and of the controller. */
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

TestSuite(refusal, .init = setup, .fini = teardown);

#define LOG tc_str_cstr(&b.log)

static tc_time at(int64_t ms)
{
    return tc_derive_bench_at(1, 8, 0, 0) + ms * (TC_SECOND / 1000);
}

static void windows(int64_t ms, uint32_t id, const char *user, const char *ip)
{
    tc_observation *o = tc_derive_bench_begin(&b, TC_OBS_ACCOUNT, at(ms));
    o->status = id;
    o->flags = TC_OBS_FLAG_FAILED;
    if (ip) cr_assert(tc_ip_parse(tc_slice_of(ip), &o->ip));
    if (ip) o->address_class = tc_ip_is_private(o->ip) ? TC_ADDRESS_PRIVATE : TC_ADDRESS_REMOTE;
    tc_derive_bench_set_text(&b, o, TC_OBS_TEXT_TARGET, user);
    tc_derive_bench_feed(&b, o);
}

static void web(int64_t ms, tc_observation_kind kind, const char *user)
{
    tc_observation *o = tc_derive_bench_begin(&b, kind, at(ms));
    cr_assert(tc_ip_parse(TC_LIT("203.0.113.9"), &o->ip));
    o->address_class = TC_ADDRESS_REMOTE;
    o->status = kind == TC_OBS_WEB_LOGON ? 302 : 401;
    tc_derive_bench_set_text(&b, o, TC_OBS_TEXT_USER, user);
    tc_derive_bench_feed(&b, o);
}

static size_t told_until(int64_t ms)
{
    cr_assert(!tc_failed(tc_deriver_advance(b.deriver, at(ms), &b.sink)));
    return tc_derive_bench_count(&b, "logon_failed");
}

Test(refusal, a_controller_waits_for_the_server)
{
    windows(0, TC_ACCOUNT_REFUSED_NTLM, "ana", NULL);
    windows(40, TC_ACCOUNT_REFUSED, "CORP\\ana", "203.0.113.9");
    windows(500, TC_ACCOUNT_REFUSED_KERBEROS, "bea", "10.0.0.5");
    cr_expect_eq(told_until(600), 1, "%s", LOG);
    cr_expect_eq(tc_derive_bench_count(&b, "user=CORP\\ana"), 1, "%s", LOG);
    cr_expect_eq(told_until(20000), 2, "%s", LOG);
    cr_expect_eq(tc_derive_bench_count(&b, "user=bea"), 1, "%s", LOG);
}

Test(refusal, a_form_that_nobody_answers_is_the_same_try)
{
    windows(0, TC_ACCOUNT_REFUSED_NTLM, "ana", NULL);
    web(200, TC_OBS_WEB_LOGON, "ana");
    cr_expect_eq(told_until(30000), 1, "%s", LOG);
    cr_expect_eq(tc_derive_bench_count(&b, "user=ana ip=203.0.113.9"), 1, "%s", LOG);
}

Test(refusal, all_three_in_any_order)
{
    web(0, TC_OBS_WEB_REFUSED, "ana");
    windows(300, TC_ACCOUNT_REFUSED_NTLM, "ana", NULL);
    windows(350, TC_ACCOUNT_REFUSED, "CORP\\ana", "203.0.113.9");
    windows(60000, TC_ACCOUNT_REFUSED, "CORP\\ana", "203.0.113.9");
    windows(60010, TC_ACCOUNT_REFUSED_NTLM, "ana", NULL);
    web(60900, TC_OBS_WEB_REFUSED, "ana");
    cr_expect_eq(told_until(90000), 2, "%s", LOG);
}

Test(refusal, tries_are_not_lost)
{
    for (int i = 0; i < 30; i++) {
        windows(i * 10, TC_ACCOUNT_REFUSED_NTLM, "ana", NULL);
        if (i % 3 == 0) windows(i * 10 + 5, TC_ACCOUNT_REFUSED, "ana", "203.0.113.9");
    }
    windows(400, TC_ACCOUNT_REFUSED, "bea", "203.0.113.9");
    cr_expect_eq(told_until(30000), 31, "%s", LOG);
}

Test(refusal, more_than_fit_are_told_at_once)
{
    char user[32];
    for (int i = 0; i < 3000; i++) {
        snprintf(user, sizeof(user), "user%d", i);
        windows(i, TC_ACCOUNT_REFUSED_NTLM, user, NULL);
    }
    cr_expect_eq(tc_derive_bench_count(&b, "logon_failed"), 3000 - 2048);
    cr_expect_eq(told_until(60000), 3000);
}
