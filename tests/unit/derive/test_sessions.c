#include "detector/derive/sessions.h"

#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

#define IDLE (30 * TC_MINUTE)

static uint64_t given_up(const tc_sessions *s)
{
    tc_bounds bounds = {.count = 0};
    tc_sessions_bounds(s, "sessions", &bounds);
    return bounds.count ? bounds.items[0].given_up : 0;
}

Test(sessions, silence_ends_one_and_not_a_moment_earlier)
{
    tc_sessions *s = tc_sessions_new(8, IDLE);
    cr_expect(tc_sessions_note(s, 5, 0, TC_MINUTE));
    cr_expect_not(tc_sessions_note(s, 5, TC_MINUTE + IDLE, TC_MINUTE + IDLE));
    cr_expect(tc_sessions_note(s, 5, TC_MINUTE + 2 * IDLE + 1, TC_MINUTE + 2 * IDLE + 1));
    cr_expect(tc_sessions_note(s, 0, 0, 0), "a hash of 0 is one like any other");
    cr_expect_not(tc_sessions_note(s, 0, 1, 1));
    tc_sessions_free(s);
}

/* A piece that ends earlier does not shorten what is known. */
Test(sessions, is_the_union_of_what_was_told)
{
    tc_sessions *s = tc_sessions_new(8, IDLE);
    cr_expect(tc_sessions_note(s, 5, 0, 4 * TC_HOUR));
    cr_expect_not(tc_sessions_note(s, 5, TC_HOUR, TC_HOUR));
    cr_expect_not(tc_sessions_note(s, 5, 4 * TC_HOUR + IDLE, 4 * TC_HOUR + IDLE));
    tc_sessions_free(s);
}

Test(sessions, the_one_that_began_first_makes_room_and_only_a_living_one_is_a_loss)
{
    tc_sessions *s = tc_sessions_new(4, IDLE);
    for (uint64_t hash = 1; hash <= 4; hash++)
        cr_expect(tc_sessions_note(s, hash, 0, 0));
    cr_expect(tc_sessions_note(s, 9, TC_HOUR, TC_HOUR));
    cr_expect_eq(given_up(s), 0, "it was over");
    cr_expect(tc_sessions_note(s, 10, TC_HOUR, TC_HOUR));
    cr_expect(tc_sessions_note(s, 11, TC_HOUR, TC_HOUR));
    cr_expect(tc_sessions_note(s, 12, TC_HOUR, TC_HOUR));
    cr_expect_not(tc_sessions_note(s, 9, TC_HOUR, TC_HOUR));
    cr_expect(tc_sessions_note(s, 13, TC_HOUR, TC_HOUR));
    cr_expect_eq(given_up(s), 1);
    cr_expect(tc_sessions_note(s, 9, TC_HOUR, TC_HOUR), "it begins anew");
    tc_sessions_free(s);
}

/* However long the same ones come again, places are found. */
Test(sessions, goes_round_for_ever)
{
    tc_sessions *s = tc_sessions_new(16, IDLE);
    for (int64_t i = 0; i < 10000; i++) {
        tc_time now = i * TC_HOUR;
        for (uint64_t hash = 1; hash <= 10; hash++) {
            cr_assert(tc_sessions_note(s, hash, now, now));
            cr_assert_not(tc_sessions_note(s, hash, now, now + TC_MINUTE));
        }
    }
    cr_expect_eq(given_up(s), 0);
    tc_sessions_free(s);
}

Test(sessions, lack_of_memory_is_told)
{
    for (uint64_t n = 1; n <= 2; n++) {
        tc_alloc_fail_after(n);
        cr_expect_null(tc_sessions_new(8, IDLE));
    }
    tc_alloc_fail_after(0);
    tc_sessions *s = tc_sessions_new(8, IDLE);
    tc_alloc_fail_after(1);
    cr_expect(tc_sessions_note(s, 5, 0, 0));
    tc_alloc_fail_after(0);
    cr_expect_eq(given_up(s), 1);
    tc_sessions_free(s);
}
