#include "detector/derive/familiar.h"

#include <criterion/criterion.h>

static uint64_t given_up(const tc_familiars *f)
{
    tc_bounds bounds = {.count = 0};
    tc_familiars_bounds(f, "places", 0, &bounds);
    return bounds.count ? bounds.items[0].given_up : 0;
}

Test(familiar, three_mailboxes_make_it_so_from_the_third_on)
{
    tc_familiars *f = tc_familiars_new(8);
    cr_expect_eq(tc_familiars_note(f, 1, 10, 100), TC_TIME_NONE);
    cr_expect_eq(tc_familiars_note(f, 1, 10, 200), TC_TIME_NONE);
    cr_expect_eq(tc_familiars_note(f, 1, 11, 300), TC_TIME_NONE);
    cr_expect_eq(tc_familiars_note(f, 1, 12, 400), 400);
    cr_expect_eq(tc_familiars_note(f, 1, 13, 500), 400);
    cr_expect_eq(tc_familiars_note(f, 2, 10, 500), TC_TIME_NONE, "another system");
    tc_familiars_free(f);
}

/* A stranger with many systems pushes out strangers' systems. */
Test(familiar, what_is_known_stays_when_many_strange_ones_come)
{
    tc_familiars *f = tc_familiars_new(64);
    for (uint64_t key = 0; key < 20; key++)
        for (uint64_t mailbox = 1; mailbox <= 3; mailbox++)
            (void)tc_familiars_note(f, key, mailbox, 1);
    for (uint64_t key = 1000; key < 11000; key++)
        (void)tc_familiars_note(f, key, 9, 2);
    for (uint64_t key = 0; key < 20; key++)
        cr_expect_eq(tc_familiars_note(f, key, 9, 3), 1, "system %" PRIu64, key);
    cr_expect_eq(given_up(f), 10000 - 44);
    tc_familiars_free(f);
}

Test(familiar, when_all_are_known_the_next_makes_room)
{
    tc_familiars *f = tc_familiars_new(4);
    for (uint64_t key = 0; key < 5; key++)
        for (uint64_t mailbox = 1; mailbox <= 3; mailbox++)
            (void)tc_familiars_note(f, key, mailbox, (tc_time)key);
    cr_expect_eq(given_up(f), 1);
    cr_expect_eq(tc_familiars_note(f, 4, 9, 9), 4);
    tc_familiars_free(f);
}
