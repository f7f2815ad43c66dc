#include "detector/derive/resets.h"

#include "parsers/base/alloc.h"
#include "tests/support/stateful.h"

#include <criterion/criterion.h>

enum { AGENT = 50, HELPDESK = 100, CONNECTOR, HOTEL = 900, CAFE, OFFICE };

static tc_time at(int hour)
{
    return 100 * TC_DAY + hour * TC_HOUR;
}

static void note(tc_resets *r, uint64_t target, uint64_t actor, int hour)
{
    tc_resets_note(r, target, actor, TC_LIT("helpdesk"), false, at(hour));
}

Test(resets, a_reset_is_known_for_a_day)
{
    tc_resets *r = tc_resets_new(10, 10);
    tc_reset_entry e;
    note(r, 1, HELPDESK, 0);
    cr_expect_eq(tc_resets_of(r, 1, at(24)), at(0));
    cr_expect_eq(tc_resets_of(r, 1, at(24) + 1), TC_TIME_NONE);
    cr_expect_eq(tc_resets_of(r, 2, at(1)), TC_TIME_NONE);
    cr_expect_not(tc_resets_entered(r, 1, HOTEL, AGENT, at(25), &e));
    cr_expect(tc_resets_entered(r, 1, HOTEL, AGENT, at(24), &e));
    cr_expect(tc_slice_equal(e.actor, TC_LIT("helpdesk")));
    cr_expect_eq(e.reset, at(0));
    cr_expect_not(tc_resets_entered(r, 1, HOTEL, AGENT, at(24), &e), "once from each network");
    tc_resets_free(r);
}

Test(resets, what_else_the_actor_reset_is_counted)
{
    tc_resets *r = tc_resets_new(20, 10);
    tc_reset_entry e;
    for (uint64_t target = 1; target <= 5; target++)
        note(r, target, HELPDESK, 1);
    note(r, 5, HELPDESK, 2);
    note(r, 6, CONNECTOR, 2);
    cr_assert(tc_resets_entered(r, 1, HOTEL, AGENT, at(3), &e));
    cr_expect_eq(e.by_actor, 5, "an account counts once: %u", e.by_actor);
    cr_expect_eq(e.entered, 1);
    cr_expect_eq(e.same_hand, 1);
    cr_assert(tc_resets_entered(r, 2, CAFE, AGENT, at(3), &e));
    cr_expect_eq(e.entered, 2);
    cr_expect_eq(e.same_hand, 1);
    cr_assert(tc_resets_entered(r, 6, HOTEL, AGENT, at(3), &e));
    cr_expect_eq(e.by_actor, 1);
    cr_expect_eq(e.same_hand, 1, "by another actor");
    cr_assert(tc_resets_entered(r, 4, HOTEL, AGENT + 1, at(3), &e));
    cr_expect_eq(e.same_hand, 1, "with another agent");
    cr_assert(tc_resets_entered(r, 3, HOTEL, AGENT, at(3), &e));
    cr_expect_eq(e.same_hand, 2);
    cr_expect_eq(e.entered, 4);
    tc_resets_free(r);
}

Test(resets, the_actors_own_new_source_is_told)
{
    tc_resets *r = tc_resets_new(20, 10);
    tc_reset_entry e;
    tc_resets_novel(r, HELPDESK, HOTEL, at(0));
    note(r, 1, HELPDESK, 1);
    note(r, 2, HELPDESK, 1);
    cr_assert(tc_resets_entered(r, 1, HOTEL, AGENT, at(2), &e));
    cr_expect(e.actor_novel && e.actor_network);
    cr_assert(tc_resets_entered(r, 2, CAFE, AGENT, at(2), &e));
    cr_expect(e.actor_novel && !e.actor_network);
    note(r, 3, HELPDESK, 7 * 24);
    cr_assert(tc_resets_entered(r, 3, HOTEL, AGENT, at(7 * 24 + 1), &e));
    cr_expect_not(e.actor_novel, "seven days are over");
    cr_expect_eq(tc_resets_novel_of(r, HELPDESK), at(0));
    cr_expect_eq(tc_resets_novel_of(r, 1), TC_TIME_NONE);
    tc_resets_free(r);
}

Test(resets, the_eldest_makes_room_and_is_counted)
{
    tc_resets *r = tc_resets_new(4, 4);
    tc_bounds bounds = {.count = 0};
    for (uint64_t target = 1; target <= 9; target++)
        note(r, target, HELPDESK, 1);
    cr_expect_eq(tc_resets_of(r, 5, at(1)), TC_TIME_NONE);
    cr_expect_eq(tc_resets_of(r, 6, at(1)), at(1));
    tc_resets_bounds(r, &bounds);
    cr_assert_eq(bounds.count, 1);
    cr_expect_eq(bounds.items[0].given_up, 5);
    tc_resets_free(r);
}

Test(resets, a_busy_account_is_remembered_once_a_day_and_network)
{
    tc_resets *r = tc_resets_new(4, 4);
    tc_bounds bounds = {.count = 0};
    tc_resets_novel(r, 7, CAFE, at(0));
    for (int i = 0; i < 20; i++)
        tc_resets_novel(r, HELPDESK, HOTEL, at(1) + i);
    cr_expect_eq(tc_resets_novel_of(r, 7), at(0));
    cr_expect_eq(tc_resets_novel_of(r, HELPDESK), at(1));
    tc_resets_bounds(r, &bounds);
    cr_expect_eq(bounds.count, 0);
    tc_resets_free(r);
}

/* -- saved state ---------------------------------------------------------------------------- */

STATEFUL_BENCH(resets, 12, 9);

static void step(void *object, size_t n, tc_str *log)
{
    tc_resets *r = ((bench *)object)->of;
    tc_time now = at(0) + (tc_time)n * 70 * TC_MINUTE;
    uint64_t account = 1 + stateful_roll(n, 0, 12), network = stateful_roll(n, 1, 4);
    char name[140];
    tc_reset_entry e;
    tc_bounds bounds = {.count = 0};
    snprintf(name, sizeof(name), "%0*zu", (int)stateful_roll(n, 2, 130), n);
    if (stateful_roll(n, 3, 2))
        tc_resets_note(r, account, 1 + stateful_roll(n, 4, 3), tc_slice_of(name), n % 5 == 0, now);
    if (stateful_roll(n, 5, 4) == 0) tc_resets_novel(r, account, network, now);
    if (tc_resets_entered(r, 1 + stateful_roll(n, 6, 12), network, AGENT, now, &e)) {
        tc_str_addf(log, "%" PRId64 " %d %u %u %u %d %d ", e.reset, e.routine, e.by_actor,
                    e.entered, e.same_hand, e.actor_novel, e.actor_network);
        tc_str_add(log, e.actor);
    }
    tc_resets_bounds(r, &bounds);
    tc_str_addf(log, " %" PRId64 " %" PRId64 " %" PRIu64 "\n", tc_resets_of(r, account, now),
                tc_resets_novel_of(r, account), bounds.count ? bounds.items[0].given_up : 0);
}

static const stateful resets = {make, drop, renew, visit, step};

STATEFUL_TESTS(resets, resets, 2000, 1, 200, 300, 3000, 200);
