#include "detector/derive/resetters.h"

#include "parsers/base/alloc.h"
#include "tests/support/stateful.h"

#include <criterion/criterion.h>

Test(resetters, counts_days_and_the_busiest_of_them)
{
    tc_resetters *r = tc_resetters_new();
    for (int i = 0; i < 7; i++)
        tc_resetters_note(r, 1, TC_LIT("desk"), false, (tc_time)(i / 3) * TC_DAY);
    tc_resetters_note(r, 2, TC_LIT("MSOL_1"), true, 2 * TC_DAY);
    cr_assert_eq(tc_resetters_count(r), 2u);
    const tc_resetter *desk = tc_resetters_at(r, 0);
    cr_expect_str_eq(desk->name, "desk");
    cr_expect_eq(desk->days, 3u);
    cr_expect_eq(desk->resets, 7u);
    cr_expect_eq(desk->most, 3u);
    cr_expect_not(desk->connector);
    cr_expect(tc_resetters_at(r, 1)->connector);
    tc_resetters_free(r);
}

Test(resetters, who_was_seen_least_makes_room)
{
    tc_resetters *r = tc_resetters_new();
    for (uint64_t account = 1; account <= TC_RESETTERS_MAX; account++)
        for (int day = 0; day < 2 + (account != 5); day++)
            tc_resetters_note(r, account, TC_LIT("x"), false, day * TC_DAY);
    tc_resetters_note(r, 1000, TC_LIT("new"), false, 9 * TC_DAY);
    cr_expect_eq(tc_resetters_count(r), (size_t)TC_RESETTERS_MAX);
    cr_expect_eq(tc_resetters_at(r, 4)->account, 1000u);
    cr_expect_eq(tc_resetters_at(r, 4)->days, 1u);
    tc_resetters_free(r);
}

/* -- saved state ---------------------------------------------------------------------------- */

STATEFUL_BENCH(resetters);

static void step(void *object, size_t n, tc_str *log)
{
    tc_resetters *all = ((bench *)object)->of;
    uint64_t account = stateful_roll(n, 0, 300);
    tc_resetters_note(all, account, TC_LIT("somebody"), stateful_roll(n, 1, 2) == 1,
                      (tc_time)n * TC_HOUR);
    for (size_t i = 0; i < tc_resetters_count(all); i++) {
        const tc_resetter *one = tc_resetters_at(all, i);
        if (one->account == account)
            tc_str_addf(log, "%u %u %u %u\n", one->days, one->resets, one->today, one->most);
    }
}

static const stateful resetters_state = {make, drop, renew, visit, step};

STATEFUL_TESTS(resetters, resetters_state, 4000, 3, 300, 300, 3000, 300);
