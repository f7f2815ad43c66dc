#include "detector/follow/zeros.h"

#include <criterion/criterion.h>

#define TEN "\0\0\0\0\0\0\0\0\0\0"
#define FORTY TEN TEN TEN TEN

Test(zeros, trailing_and_long_ones_are_held_back)
{
    static const struct {
        tc_slice bytes;
        bool wide;
        size_t before;
    } rows[] = {
        {TC_LIT("line\n"), false, 5},
        {TC_LIT("line\n\0"), false, 5},
        {TC_LIT("line\n" FORTY), false, 5},
        {TC_LIT("line\n" FORTY "more\n"), false, 5},
        {TC_LIT("li\0ne\n"), false, 6},
        {TC_LIT("li" TEN "ne\n"), false, 15},
        {TC_LIT("li" TEN "ne\n" FORTY), false, 15},
        {TC_LIT("\0"), false, 0},
        {TC_LIT(FORTY "x"), false, 0},
        {TC_LIT("a\0\n\0"), true, 4},
        {TC_LIT("a\0\n\0\0\0"), true, 4},
        {TC_LIT("a\0\n\0\0\0\0"), true, 4},
        {TC_LIT("a\0\n"), true, 3},
        {TC_LIT("a\0\n\0" FORTY "b\0"), true, 4},
        {TC_LIT("\0a\0\n"), true, 4},
        {TC_LIT("\0a\0\n\0"), true, 5},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        cr_expect_eq(tc_zeros_before(rows[i].bytes, 0, rows[i].wide), rows[i].before,
                     "row %zu: %zu", i, tc_zeros_before(rows[i].bytes, 0, rows[i].wide));
    }
}

Test(zeros, wide_characters_stand_at_even_places_of_the_file)
{
    /* From an odd place on, the first byte is the second half of a character. */
    cr_expect_eq(tc_zeros_before(TC_LIT("\0b\0"), 1, true), 3);
    cr_expect_eq(tc_zeros_before(TC_LIT("\0b\0\0\0"), 1, true), 3);
}

Test(zeros, wide_files_are_known_by_their_mark_or_their_first_zero)
{
    static const struct {
        tc_slice bytes;
        bool wide;
    } rows[] = {
        {TC_LIT("\xFF\xFE"), true}, {TC_LIT("\xFE\xFF"), true}, {TC_LIT("a\0"), true},
        {TC_LIT("\0a"), true},      {TC_LIT("ab"), false},      {TC_LIT("\0\0"), false},
        {TC_LIT("a"), false},       {TC_LIT(""), false},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        cr_expect_eq(tc_zeros_wide(rows[i].bytes), rows[i].wide, "row %zu", i);
}

Test(zeros, are_counted_from_the_front)
{
    cr_expect_eq(tc_zeros_leading(TC_LIT("\0\0\0x"), false), 3);
    cr_expect_eq(tc_zeros_leading(TC_LIT("\0\0\0x"), true), 2);
    cr_expect_eq(tc_zeros_leading(TC_LIT("x"), false), 0);
}
