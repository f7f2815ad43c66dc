/* Parameters of remote calls, in every layout, and those that end too early. */
#include "parsers/packet/ndr.h"

#include <criterion/criterion.h>

static tc_ndr over(const void *bytes, size_t length, bool big, bool wide)
{
    return (tc_ndr){.bytes = tc_slice_make(bytes, length), .big = big, .wide = wide};
}

Test(ndr, numbers_stand_at_their_alignment_in_either_order)
{
    static const uint8_t little[] = {1, 0, 9, 9, 2, 0, 0, 0, 3, 0, 9, 9, 4, 0, 0, 0};
    static const uint8_t big[] = {0, 1, 9, 9, 0, 0, 0, 2, 0, 3, 9, 9, 0, 0, 0, 4};
    for (int order = 0; order < 2; order++) {
        tc_ndr n = over(order ? big : little, 16, order, false);
        cr_expect_eq(tc_ndr_u16(&n), 1);
        cr_expect_eq(tc_ndr_u32(&n), 2u);
        cr_expect_eq(tc_ndr_enum(&n), 3u);
        cr_expect_eq(tc_ndr_size(&n), 4u);
        cr_expect_not(n.failed);
        cr_expect_eq(tc_ndr_u16(&n), 0);
        cr_expect(n.failed);
    }
}

Test(ndr, the_wide_layout_has_counts_of_eight_bytes)
{
    static const uint8_t bytes[] = {1, 0, 0, 0, 9, 9, 9, 9, 2, 0, 0, 0,
                                    0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0};
    tc_ndr n = over(bytes, sizeof bytes, false, true);
    cr_expect_eq(tc_ndr_enum(&n), 1u);
    cr_expect_eq(tc_ndr_size(&n), 2u);
    cr_expect_eq(tc_ndr_size(&n), UINT32_MAX, "beyond 32 bits");
    cr_expect_not(n.failed);
}

Test(ndr, a_text_that_says_more_than_is_there_is_none)
{
    static const uint8_t whole[] = {4, 0, 4, 0, 1, 0, 0, 0, 2,   0, 0,   0,
                                    0, 0, 0, 0, 2, 0, 0, 0, 'a', 0, 'b', 0};
    for (size_t length = 0; length <= sizeof whole; length++) {
        tc_ndr n = over(whole, length, false, false);
        bool follows = tc_ndr_string_head(&n);
        tc_slice text = tc_ndr_string_body(&n, 2);
        cr_expect_eq(follows, length >= 8);
        cr_expect_eq(n.failed, length < sizeof whole);
        cr_expect_eq(text.len, n.failed ? 0u : 4u);
    }
    static const uint8_t huge[] = {0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 'a', 0};
    tc_ndr n = over(huge, sizeof huge, false, false);
    cr_expect_eq(tc_ndr_string_body(&n, 2).len, 0u);
    cr_expect(n.failed);
}
