/* Datagrams out of their pieces. */
#include "parsers/packet/fragments.h"

#include <criterion/criterion.h>

static bool add(tc_fragments *f, uint32_t id, uint32_t offset, const char *text, bool more,
                tc_slice *ret)
{
    tc_fragment piece = {.id = id,
                         .protocol = 17,
                         .offset = offset,
                         .more = more,
                         .bytes = tc_slice_of(text),
                         .time = TC_SECOND};
    return tc_fragments_add(f, &piece, ret);
}

Test(fragments, come_in_any_order)
{
    tc_fragments *f = tc_fragments_new();
    tc_slice whole;
    cr_assert(f);
    cr_expect_not(add(f, 1, 16, "end", false, &whole));
    cr_expect_not(add(f, 1, 8, "bbbbbbbb", true, &whole));
    cr_expect_not(add(f, 1, 8, "bbbbbbbb", true, &whole));
    cr_assert(add(f, 1, 0, "aaaaaaaa", true, &whole));
    cr_expect(tc_slice_equal(whole, TC_LIT("aaaaaaaabbbbbbbbend")));
    cr_expect_eq(tc_fragments_counts(f).conflicts, 0);
    tc_fragments_free(f);
}

Test(fragments, the_first_of_two_counts)
{
    tc_fragments *f = tc_fragments_new();
    tc_slice whole;
    cr_assert(f);
    cr_expect_not(add(f, 1, 0, "aaaaaaaabbbbbbbb", true, &whole));
    cr_assert(add(f, 1, 8, "XXXXXXXXend", false, &whole));
    cr_expect(tc_slice_equal(whole, TC_LIT("aaaaaaaabbbbbbbbend")));
    cr_expect_eq(tc_fragments_counts(f).conflicts, 1);
    tc_fragments_free(f);
}

Test(fragments, impossible_pieces_are_refused)
{
    tc_fragments *f = tc_fragments_new();
    tc_slice whole;
    cr_assert(f);
    cr_expect_not(add(f, 1, 65528, "aaaaaaaabbbbbbbb", true, &whole));
    cr_expect_not(add(f, 2, 0, "odd", true, &whole));
    cr_expect_not(add(f, 3, 0, "", true, &whole));
    cr_expect_not(add(f, 4, 8, "end", false, &whole));
    cr_expect_not(add(f, 4, 16, "behind the end..", true, &whole));
    cr_expect_eq(tc_fragments_counts(f).refused, 4);
    tc_fragments_free(f);
}

/* Whatever is handed on was sent, every byte of it. */
Test(fragments, ends_that_contradict_one_another_leave_no_hole)
{
    tc_fragments *f = tc_fragments_new();
    tc_slice whole;
    cr_assert(f);
    cr_expect_not(add(f, 1, 800, "far away", true, &whole));
    cr_expect_not(add(f, 1, 8, "end", false, &whole), "the first unit has not come");
    cr_expect_not(add(f, 2, 16, "far away", false, &whole));
    cr_expect_not(add(f, 2, 8, "end", false, &whole), "it would cut a unit short");
    cr_expect_not(add(f, 2, 0, "aaaaaaaa", true, &whole));
    cr_assert(add(f, 2, 8, "bbbbbbbb", true, &whole));
    cr_expect(tc_slice_equal(whole, TC_LIT("aaaaaaaabbbbbbbbfar away")));
    cr_expect_eq(tc_fragments_counts(f).refused, 2);
    tc_fragments_free(f);
}

Test(fragments, the_oldest_gives_way)
{
    tc_fragments *f = tc_fragments_new();
    tc_slice whole;
    cr_assert(f);
    for (uint32_t id = 0; id < 10000; id++)
        cr_expect_not(add(f, id, 0, "aaaaaaaa", true, &whole));
    cr_expect_eq(tc_fragments_counts(f).evicted, 10000 - TC_FRAGMENTS_OPEN);
    cr_expect_not(add(f, 0, 8, "end", false, &whole), "it was given up");
    cr_expect(add(f, 9999, 8, "end", false, &whole), "it is still open");
    tc_fragments_end(f);
    cr_expect_eq(tc_fragments_counts(f).incomplete, TC_FRAGMENTS_OPEN - 1);
    tc_fragments_free(f);
}
