#include "parsers/base/cursor.h"

#include <criterion/criterion.h>

static bool is(tc_slice s, const char *text)
{
    return tc_slice_equal(s, tc_slice_of(text));
}

static tc_cursor on(const char *text)
{
    return tc_cursor_on(tc_slice_of(text));
}

Test(cursor, an_empty_input_gives_nothing)
{
    tc_cursor c = tc_cursor_on(TC_EMPTY_SLICE);
    tc_slice s;
    uint64_t u64;
    uint32_t u32;
    uint16_t u16;
    uint8_t u8;
    cr_expect(tc_cursor_at_end(&c));
    cr_expect_eq(tc_cursor_left(&c), 0);
    cr_expect_eq(tc_cursor_rest(&c).len, 0);
    cr_expect_eq(tc_cursor_peek(&c), -1);
    cr_expect_not(tc_cursor_byte(&c, 0));
    cr_expect(tc_cursor_text(&c, TC_LIT("")) && tc_cursor_text_ascii(&c, TC_EMPTY_SLICE));
    cr_expect_not(tc_cursor_text(&c, TC_LIT("a")) || tc_cursor_text_ascii(&c, TC_LIT("a")));
    cr_expect(tc_cursor_take(&c, 0, &s));
    cr_expect_not(tc_cursor_take(&c, 1, &s) || tc_cursor_take(&c, SIZE_MAX, &s));
    cr_expect_not(tc_cursor_until(&c, 0, 10, &s) || tc_cursor_line(&c, 10, &s));
    cr_expect_eq(tc_cursor_skip_run(&c, 0, SIZE_MAX), 0);
    cr_expect_not(tc_cursor_digits(&c, 3, &u64) || tc_cursor_fixed(&c, 3, &u32));
    cr_expect_not(tc_cursor_u8(&c, &u8) || tc_cursor_u16be(&c, &u16) || tc_cursor_u16le(&c, &u16));
    cr_expect_not(tc_cursor_u32be(&c, &u32) || tc_cursor_u32le(&c, &u32));
    cr_expect_not(tc_cursor_u64le(&c, &u64));
    cr_expect_null(c.at);
}

Test(cursor, bytes_and_texts_are_consumed_only_when_they_match)
{
    tc_cursor c = on("Abc-DEF");
    cr_expect_eq(tc_cursor_peek(&c), 'A');
    cr_expect_not(tc_cursor_byte(&c, 'a'));
    cr_expect(tc_cursor_byte(&c, 'A'));
    cr_expect_not(tc_cursor_text(&c, TC_LIT("bC")));
    cr_expect(tc_cursor_text(&c, TC_LIT("bc")));
    cr_expect(tc_cursor_text(&c, TC_EMPTY_SLICE));
    cr_expect_not(tc_cursor_text_ascii(&c, TC_LIT("-defg")));
    cr_expect(tc_cursor_text_ascii(&c, TC_LIT("-def")));
    cr_expect(tc_cursor_at_end(&c));
}

Test(cursor, peek_does_not_take_a_high_byte_for_the_end)
{
    tc_cursor c = on("\xFF");
    cr_expect_eq(tc_cursor_peek(&c), 0xFF);
}

Test(cursor, take_gives_exactly_so_many)
{
    tc_cursor c = on("abcd");
    tc_slice s = TC_EMPTY_SLICE;
    cr_expect_not(tc_cursor_take(&c, 5, &s));
    cr_expect_eq(tc_cursor_left(&c), 4);
    cr_expect(tc_cursor_take(&c, 3, &s));
    cr_expect(is(s, "abc"));
    cr_expect(is(tc_cursor_rest(&c), "d"));
}

Test(cursor, until_finds_the_stop_within_the_maximum)
{
    const struct {
        const char *text;
        size_t max;
        const char *want; /* NULL: refused */
        const char *rest;
    } rows[] = {
        {"abc,d", 3, "abc", "d"}, {"abc,d", 2, NULL, "abc,d"}, {"abc,d", SIZE_MAX, "abc", "d"},
        {",d", 0, "", "d"},       {"a,", 0, NULL, "a,"},       {"abc", 10, NULL, "abc"},
        {"abc", 3, NULL, "abc"},  {"ab,", 2, "ab", ""},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_cursor c = on(rows[i].text);
        tc_slice s = TC_EMPTY_SLICE;
        cr_expect_eq(tc_cursor_until(&c, ',', rows[i].max, &s), rows[i].want != NULL, "row %zu", i);
        cr_expect(is(s, rows[i].want), "row %zu", i);
        cr_expect(is(tc_cursor_rest(&c), rows[i].rest), "row %zu", i);
    }
}

Test(cursor, lines_end_at_lf_crlf_or_the_end)
{
    const struct {
        const char *text;
        size_t max;
        const char *want;
        const char *rest;
    } rows[] = {
        {"ab\ncd", 2, "ab", "cd"},
        {"ab\r\ncd", 2, "ab", "cd"},
        {"ab\r\ncd", SIZE_MAX, "ab", "cd"},
        {"ab\r\ncd", 1, NULL, "ab\r\ncd"},
        {"abc\n", 2, NULL, "abc\n"},
        {"abc\r\n", 2, NULL, "abc\r\n"},
        {"ab", 2, "ab", ""},
        {"abc", 2, NULL, "abc"},
        {"ab\r", 3, "ab\r", ""},
        {"ab\r", 2, NULL, "ab\r"},
        {"a\rb\n", 3, "a\rb", ""},
        {"\n", 0, "", ""},
        {"\r\n", 0, "", ""},
        {"\n\n", 5, "", "\n"},
        {"ab\r\r\n", 3, "ab\r", ""},
        {"a", 0, NULL, "a"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_cursor c = on(rows[i].text);
        tc_slice s = TC_EMPTY_SLICE;
        cr_expect_eq(tc_cursor_line(&c, rows[i].max, &s), rows[i].want != NULL, "row %zu", i);
        cr_expect(is(s, rows[i].want), "row %zu", i);
        cr_expect(is(tc_cursor_rest(&c), rows[i].rest), "row %zu", i);
    }
}

Test(cursor, a_long_line_is_not_searched_past_the_maximum)
{
    /* A line feed stands just behind what may be looked at. */
    tc_cursor c = on("aaaaaa\nb");
    tc_slice s;
    cr_expect_not(tc_cursor_line(&c, 4, &s));
    cr_expect_not(tc_cursor_line(&c, 5, &s));
    cr_expect(tc_cursor_line(&c, 6, &s));
    cr_expect(is(s, "aaaaaa"));
}

Test(cursor, runs_are_skipped_up_to_the_maximum)
{
    tc_cursor c = on("    x");
    cr_expect_eq(tc_cursor_skip_run(&c, ' ', 3), 3);
    cr_expect_eq(tc_cursor_skip_run(&c, ' ', 3), 1);
    cr_expect_eq(tc_cursor_skip_run(&c, ' ', 3), 0);
    cr_expect_eq(tc_cursor_skip_run(&c, 'x', SIZE_MAX), 1);
    cr_expect(tc_cursor_at_end(&c));
}

Test(cursor, digits_stop_at_the_maximum_or_another_byte)
{
    uint64_t n = 0;
    tc_cursor c = on("12345x");
    cr_expect(tc_cursor_digits(&c, 3, &n));
    cr_expect_eq(n, 123);
    cr_expect(tc_cursor_digits(&c, SIZE_MAX, &n));
    cr_expect_eq(n, 45);
    cr_expect_not(tc_cursor_digits(&c, 3, &n));
    cr_expect_eq(tc_cursor_peek(&c), 'x');
    cr_expect_not(tc_cursor_digits(&c, 0, &n));
    c = on("18446744073709551616");
    cr_expect_not(tc_cursor_digits(&c, 20, &n));
    cr_expect_eq(tc_cursor_left(&c), 20);
    cr_expect(tc_cursor_digits(&c, 19, &n));
    cr_expect_eq(n, UINT64_C(1844674407370955161));
}

Test(cursor, fixed_wants_exactly_so_many_digits)
{
    uint32_t n = 7;
    tc_cursor c = on("20110309");
    cr_expect_not(tc_cursor_fixed(&c, 9, &n));
    cr_expect(tc_cursor_fixed(&c, 4, &n));
    cr_expect_eq(n, 2011);
    cr_expect(tc_cursor_fixed(&c, 2, &n));
    cr_expect_eq(n, 3);
    c = on("1a");
    cr_expect_not(tc_cursor_fixed(&c, 2, &n));
    c = on("-1");
    cr_expect_not(tc_cursor_fixed(&c, 2, &n));
    c = on("4294967295");
    cr_expect(tc_cursor_fixed(&c, 10, &n));
    cr_expect_eq(n, UINT32_MAX);
    c = on("4294967296");
    cr_expect_not(tc_cursor_fixed(&c, 10, &n));
    cr_expect_eq(tc_cursor_left(&c), 10);
    cr_expect_not(tc_cursor_fixed(&c, 0, &n));
}

Test(cursor, integers_of_the_wire)
{
    static const uint8_t bytes[] = {0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88};
    tc_slice s = {bytes, sizeof(bytes)};
    tc_cursor c = tc_cursor_on(s);
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    cr_expect(tc_cursor_u8(&c, &u8) && u8 == 0x81);
    cr_expect(tc_cursor_u16be(&c, &u16) && u16 == 0x8283);
    cr_expect(tc_cursor_u16le(&c, &u16) && u16 == 0x8584);
    cr_expect_not(tc_cursor_u32be(&c, &u32) || tc_cursor_u32le(&c, &u32));
    cr_expect_not(tc_cursor_u64le(&c, &u64));
    cr_expect_eq(tc_cursor_left(&c), 3);
    c = tc_cursor_on(s);
    cr_expect(tc_cursor_u32be(&c, &u32) && u32 == 0x81828384);
    cr_expect(tc_cursor_u32le(&c, &u32) && u32 == 0x88878685);
    c = tc_cursor_on(s);
    cr_expect(tc_cursor_u64le(&c, &u64) && u64 == UINT64_C(0x8887868584838281));
    cr_expect(tc_cursor_at_end(&c));
}
