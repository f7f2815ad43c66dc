/* What is known of streams. */
#include "detector/live/live_context.h"

#include <criterion/criterion.h>

Test(live_context, a_later_place_of_a_key_replaces_the_one_before)
{
    tc_live_context c = {.known = tc_map_new(16)};
    cr_assert(c.known);
    cr_assert_eq(tc_live_context_know(&c, 7, 1, TC_LIT("first")).code, TC_OK);
    cr_assert_eq(tc_live_context_know(&c, 8, 2, TC_LIT("other")).code, TC_OK);
    for (int i = 0; i < 100; i++)
        cr_assert_eq(tc_live_context_know(&c, 7, 3, TC_LIT("later")).code, TC_OK);
    cr_expect_eq(c.place_count, 2u);
    const uint64_t *at = tc_live_context_find(&c, 7);
    cr_assert(at);
    cr_expect_eq(c.places[*at].source, 3u);
    cr_expect(tc_slice_equal(c.places[*at].place, TC_LIT("later")));
    at = tc_live_context_find(&c, 8);
    cr_assert(at);
    cr_expect(tc_slice_equal(c.places[*at].place, TC_LIT("other")));
    tc_live_context_done(&c);
}
