#include "detector/derive/withheld.h"

#include "parsers/base/alloc.h"
#include "tests/support/stateful.h"

#include <criterion/criterion.h>

static void add(tc_withheld *w, uint64_t who, uint64_t what, uint64_t value, tc_time now)
{
    tc_withheld_item item = {
        .kind = TC_WITHHELD_HABIT, .who = who, .what = what, .value = value, .entity = 3};
    tc_withheld_add(w, &item, now);
}

static size_t take(tc_withheld *w, tc_time now, tc_withheld_item *ret)
{
    size_t taken = 0;
    while (tc_withheld_due(w, now, ret))
        taken++;
    return taken;
}

Test(withheld, is_learned_when_an_incident_would_have_closed_unconfirmed)
{
    tc_withheld_item item;
    tc_withheld *w = tc_withheld_new();
    add(w, 1, 5, 9, TC_DAY);
    cr_expect_eq(take(w, 29 * TC_DAY - 1, &item), 0u);
    cr_assert_eq(take(w, 29 * TC_DAY, &item), 1u);
    cr_expect_eq(item.who, 1u);
    cr_expect_eq(item.what, 5u);
    cr_expect_eq(item.value, 9u);
    cr_expect_eq(item.entity, 3u);
    cr_expect_eq(take(w, 90 * TC_DAY, &item), 0u);
    tc_withheld_free(w);
}

Test(withheld, what_was_confirmed_is_never_learned_nor_what_comes_for_it)
{
    tc_withheld_item item;
    tc_withheld *w = tc_withheld_new();
    add(w, 1, 5, 0, 0);
    add(w, 2, 5, 0, 0);
    tc_withheld_confirm(w, 1, TC_DAY);
    add(w, 1, 6, 0, 2 * TC_DAY);
    tc_withheld_found(w, 1, 20 * TC_DAY);
    add(w, 1, 7, 0, 40 * TC_DAY);
    cr_assert_eq(take(w, 90 * TC_DAY, &item), 1u);
    cr_expect_eq(item.who, 2u);
    /* The incident is over: what is found then is another one's. */
    add(w, 1, 8, 0, 91 * TC_DAY);
    cr_assert_eq(take(w, 120 * TC_DAY, &item), 1u);
    cr_expect_eq(item.what, 8u);
    tc_withheld_free(w);
}

Test(withheld, what_was_cleared_is_learned_at_once)
{
    tc_withheld_item item;
    tc_withheld *w = tc_withheld_new();
    add(w, 1, 5, 0, 0);
    add(w, 2, 5, 0, 0);
    tc_withheld_confirm(w, 1, TC_DAY);
    tc_withheld_clear(w, 1);
    add(w, 1, 6, 0, TC_DAY);
    tc_withheld_clear(w, 1);
    cr_assert_eq(take(w, 2 * TC_DAY, &item), 1u);
    cr_expect_eq(item.what, 6u);
    cr_expect_eq(take(w, 29 * TC_DAY, &item), 1u);
    tc_withheld_free(w);
}

Test(withheld, a_finding_puts_off_what_it_is_about)
{
    tc_withheld_item item;
    tc_withheld *w = tc_withheld_new();
    add(w, 1, 5, 0, 0);
    add(w, 2, 5, 0, 0);
    tc_withheld_found(w, 1, 10 * TC_DAY);
    cr_assert_eq(take(w, 37 * TC_DAY, &item), 1u);
    cr_expect_eq(item.who, 2u);
    cr_assert_eq(take(w, 38 * TC_DAY, &item), 1u);
    cr_expect_eq(item.who, 1u);
    tc_withheld_free(w);
}

Test(withheld, a_thing_is_withheld_once_at_its_highest)
{
    tc_withheld_item item;
    tc_withheld *w = tc_withheld_new();
    add(w, 1, 5, 7, 0);
    add(w, 1, 5, 9, TC_DAY);
    add(w, 1, 5, 8, 2 * TC_DAY);
    cr_expect_eq(take(w, 30 * TC_DAY - 1, &item), 0u);
    cr_expect_eq(take(w, 30 * TC_DAY, &item), 1u);
    cr_expect_eq(item.value, 9u);
    tc_withheld_free(w);
}

Test(withheld, two_names_of_one_forgotten_ones_and_lost_kinds)
{
    tc_withheld_item item;
    tc_withheld *w = tc_withheld_new();
    add(w, 1, 5, 0, 0);
    add(w, 2, 6, 0, 0);
    add(w, 0, 7, 0, 0);
    tc_withheld_unite(w, 1, 4, 40);
    tc_withheld_forget(w, 2);
    tc_withheld_forget(w, 0);
    tc_withheld_drop(w, TC_WITHHELD_WAVE);
    cr_assert_eq(take(w, 28 * TC_DAY, &item), 2u);
    add(w, 1, 5, 0, 0);
    tc_withheld_unite(w, 1, 4, 40);
    cr_assert(tc_withheld_due(w, 28 * TC_DAY, &item));
    cr_expect_eq(item.who, 4u);
    cr_expect_eq(item.entity, 40u);
    add(w, 1, 5, 0, 0);
    tc_withheld_drop(w, TC_WITHHELD_HABIT);
    cr_expect_eq(take(w, 28 * TC_DAY, &item), 0u);
    tc_withheld_free(w);
}

Test(withheld, a_flood_pushes_out_itself)
{
    tc_withheld_item item;
    tc_bounds bounds = {.count = 0};
    tc_withheld *w = tc_withheld_new();
    add(w, 1, 1, 0, 0);
    for (uint64_t i = 0; i < TC_WITHHELD_MAX + 100; i++)
        add(w, 2, i, 0, TC_DAY);
    tc_withheld_bounds(w, &bounds);
    cr_assert_eq(bounds.count, 1u);
    cr_expect_eq(bounds.items[0].given_up, 101u);
    cr_assert_eq(take(w, 28 * TC_DAY, &item), 1u);
    cr_expect_eq(item.who, 1u);
    tc_withheld_free(w);
}

/* -- saved state ---------------------------------------------------------------------------- */

STATEFUL_BENCH(withheld);

static void step(void *object, size_t n, tc_str *log)
{
    tc_withheld_item item = {.kind = (uint8_t)stateful_roll(n, 0, TC_WITHHELD_KINDS),
                             .who = stateful_roll(n, 1, 40),
                             .what = stateful_roll(n, 2, 5),
                             .value = stateful_roll(n, 3, 9)};
    tc_withheld *all = ((bench *)object)->of;
    tc_time now = (tc_time)n * TC_HOUR;
    if (stateful_roll(n, 4, 3) == 0) tc_withheld_found(all, item.who, now);
    if (stateful_roll(n, 4, 9) == 1) tc_withheld_forget(all, item.who);
    if (stateful_roll(n, 4, 9) == 2) tc_withheld_unite(all, item.who, item.who + 1, 7);
    tc_withheld_add(all, &item, now);
    tc_str_add(log, TC_LIT("."));
    while (tc_withheld_due(all, now, &item))
        tc_str_addf(log, "%u %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", item.kind, item.who, item.what,
                    item.value);
}

static const stateful withheld_state = {make, drop, renew, visit, step};

STATEFUL_TESTS(withheld, withheld_state, 6000, 500, 200, 300, 1000, 300);
