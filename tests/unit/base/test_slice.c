#include "parsers/base/slice.h"

#include <criterion/criterion.h>
#include <float.h>
#include <math.h>
#include <signal.h>

#define S(text) tc_slice_of(text)

static bool is(tc_slice s, const char *text)
{
    return tc_slice_equal(s, tc_slice_of(text));
}

Test(slice, the_empty_slice_is_accepted_everywhere)
{
    tc_slice none = TC_EMPTY_SLICE;
    tc_slice rest;
    uint64_t u = 7;
    int64_t i = 7;
    double d = 7;
    char out[2] = "x";
    cr_expect_null(tc_slice_of(NULL).ptr);
    cr_expect_eq(tc_slice_of(NULL).len, 0);
    cr_expect_eq(tc_slice_sub(none, 0, 5).len, 0);
    cr_expect_eq(tc_slice_sub(none, 3, SIZE_MAX).len, 0);
    cr_expect(tc_slice_equal(none, TC_LIT("")));
    cr_expect(tc_slice_equal(TC_LIT(""), none));
    cr_expect(tc_slice_equal_ascii(none, none));
    cr_expect_eq(tc_slice_compare(none, none), 0);
    cr_expect_eq(tc_slice_compare(none, TC_LIT("a")), -1);
    cr_expect_eq(tc_slice_compare(TC_LIT("a"), none), 1);
    cr_expect(tc_slice_starts(none, none) && tc_slice_starts_ascii(none, none));
    cr_expect(tc_slice_ends(none, none) && tc_slice_ends_ascii(none, none));
    cr_expect(tc_slice_starts(TC_LIT("a"), none) && tc_slice_starts_ascii(TC_LIT("a"), none));
    cr_expect(tc_slice_ends(TC_LIT("a"), none) && tc_slice_ends_ascii(TC_LIT("a"), none));
    cr_expect_not(tc_slice_starts(none, TC_LIT("a")));
    cr_expect_not(tc_slice_ends(none, TC_LIT("a")));
    cr_expect_not(tc_slice_starts_ascii(none, TC_LIT("a")));
    cr_expect_not(tc_slice_ends_ascii(none, TC_LIT("a")));
    cr_expect_eq(tc_slice_find(none, 0), TC_NPOS);
    cr_expect_eq(tc_slice_rfind(none, 0), TC_NPOS);
    cr_expect_eq(tc_slice_search(none, none), 0);
    cr_expect_eq(tc_slice_search_ascii(none, none), 0);
    cr_expect_eq(tc_slice_search(none, TC_LIT("a")), TC_NPOS);
    cr_expect_eq(tc_slice_search_ascii(none, TC_LIT("a")), TC_NPOS);
    cr_expect_eq(tc_slice_trim(none).len, 0);
    cr_expect_eq(tc_slice_split(none, ',', &rest).len, 0);
    cr_expect_null(rest.ptr);
    cr_expect_not(tc_slice_to_u64(none, &u) || tc_slice_to_i64(none, &i));
    cr_expect_not(tc_slice_hex_to_u64(none, &u) || tc_slice_to_double(none, &d));
    cr_expect(u == 7 && i == 7 && d > 6.5);
    cr_expect_str_empty(tc_slice_to_cstr(none, out, sizeof(out)));
}

Test(slice, a_literal_has_its_length_without_the_nul)
{
    cr_expect_eq(TC_LIT("a\0b").len, 3);
    cr_expect_eq(TC_LIT("").len, 0);
    cr_expect_eq(tc_slice_make("abc", 2).len, 2);
}

Test(slice, sub_clamps_both_ends)
{
    tc_slice s = TC_LIT("abcdef");
    cr_expect(is(tc_slice_sub(s, 0, 6), "abcdef"));
    cr_expect(is(tc_slice_sub(s, 2, 3), "cde"));
    cr_expect(is(tc_slice_sub(s, 2, SIZE_MAX), "cdef"));
    cr_expect(is(tc_slice_sub(s, 6, 1), ""));
    cr_expect(is(tc_slice_sub(s, SIZE_MAX, SIZE_MAX), ""));
    cr_expect_eq(tc_slice_sub(s, SIZE_MAX, 1).ptr, s.ptr + 6);
}

Test(slice, equality_is_on_bytes)
{
    cr_expect(tc_slice_equal(TC_LIT("a\0b"), TC_LIT("a\0b")));
    cr_expect_not(tc_slice_equal(TC_LIT("a\0b"), TC_LIT("a\0c")));
    cr_expect_not(tc_slice_equal(TC_LIT("a"), TC_LIT("A")));
    cr_expect_not(tc_slice_equal(TC_LIT("a"), TC_LIT("aa")));
}

Test(slice, ascii_equality_folds_a_to_z_and_nothing_else)
{
    /* At every place of a run long enough for whole words and a tail, every pair of bytes. */
    uint8_t left[19], right[19];
    memset(left, 'x', sizeof(left));
    memset(right, 'X', sizeof(right));
    for (size_t at = 0; at < sizeof(left); at += 3) {
        for (unsigned a = 0; a < 256; a++) {
            for (unsigned b = 0; b < 256; b++) {
                bool letters = (a | 0x20) >= 'a' && (a | 0x20) <= 'z' && a < 128;
                bool want = a == b || (letters && (a ^ b) == 0x20);
                left[at] = (uint8_t)a;
                right[at] = (uint8_t)b;
                cr_assert_eq(tc_slice_equal_ascii(tc_slice_make(left, sizeof(left)),
                                                  tc_slice_make(right, sizeof(right))),
                             want, "at %zu: %02x %02x", at, a, b);
            }
        }
        left[at] = 'x';
        right[at] = 'X';
    }
    cr_expect_not(tc_slice_equal_ascii(TC_LIT("abc"), TC_LIT("ABCD")));
}

Test(slice, order_is_that_of_bytes_and_shorter_first)
{
    static const char *const sorted[] = {"", "A", "AB", "B", "a", "\x7F", "\x80", "\xFF"};
    for (size_t i = 0; i < TC_COUNT_OF(sorted); i++) {
        for (size_t j = 0; j < TC_COUNT_OF(sorted); j++) {
            int want = (i > j) - (i < j);
            cr_expect_eq(tc_slice_compare(S(sorted[i]), S(sorted[j])), want, "%zu %zu", i, j);
        }
    }
}

Test(slice, prefixes_and_suffixes)
{
    tc_slice s = TC_LIT("Message-ID: <x@y>");
    cr_expect(tc_slice_starts(s, TC_LIT("Message-ID")));
    cr_expect_not(tc_slice_starts(s, TC_LIT("message-id")));
    cr_expect(tc_slice_starts_ascii(s, TC_LIT("message-id")));
    cr_expect_not(tc_slice_starts_ascii(s, TC_LIT("message_id")));
    cr_expect(tc_slice_ends(s, TC_LIT("<x@y>")));
    cr_expect_not(tc_slice_ends(s, TC_LIT("<X@y>")));
    cr_expect(tc_slice_ends_ascii(s, TC_LIT("<X@Y>")));
    cr_expect(tc_slice_starts(s, s) && tc_slice_ends(s, s));
    cr_expect_not(tc_slice_starts(TC_LIT("ab"), TC_LIT("abc")));
    cr_expect_not(tc_slice_ends(TC_LIT("bc"), TC_LIT("abc")));
}

Test(slice, finding_bytes_and_texts)
{
    tc_slice s = TC_LIT("abcabc\0x");
    cr_expect_eq(tc_slice_find(s, 'b'), 1);
    cr_expect_eq(tc_slice_rfind(s, 'b'), 4);
    cr_expect_eq(tc_slice_find(s, 0), 6);
    cr_expect_eq(tc_slice_find(s, 'z'), TC_NPOS);
    cr_expect_eq(tc_slice_rfind(s, 'z'), TC_NPOS);
    cr_expect_eq(tc_slice_search(s, TC_LIT("ca")), 2);
    cr_expect_eq(tc_slice_search(s, TC_LIT("")), 0);
    cr_expect_eq(tc_slice_search(s, TC_LIT("c\0x")), 5);
    cr_expect_eq(tc_slice_search(s, TC_LIT("cA")), TC_NPOS);
    cr_expect_eq(tc_slice_search(TC_LIT("ab"), TC_LIT("abc")), TC_NPOS);
}

Test(slice, searching_in_any_ascii_case)
{
    const struct {
        const char *in, *text;
        size_t want;
    } rows[] = {
        {"xxNTLMyy", "ntlm", 2}, {"xxntlmyy", "NTLM", 2},
        {"nnNNntlm", "NTLM", 4}, {"NnNnNtL", "ntlm", TC_NPOS},
        {"aB", "ab", 0},         {"xAb", "aB", 1},
        {"1=2", "=2", 1},        {"@`", "`", 1},
        {"[{", "{", 1},          {"abc", "C", 2},
        {"abc", "", 0},          {"ABC", "abcd", TC_NPOS},
        {"aaAaB", "AAB", 2},     {"XaxcXb", "xb", 4},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        cr_expect_eq(tc_slice_search_ascii(S(rows[i].in), S(rows[i].text)), rows[i].want, "row %zu",
                     i);
    }
}

Test(slice, trimming)
{
    cr_expect(is(tc_slice_trim(TC_LIT(" \t\r\n a b \r\n")), "a b"));
    cr_expect(is(tc_slice_trim(TC_LIT(" \t ")), ""));
    cr_expect(is(tc_slice_trim(TC_LIT("\v x")), "\v x"));
    cr_expect(is(tc_slice_trim(TC_LIT("x")), "x"));
}

Test(slice, splitting_tells_an_empty_rest_from_none)
{
    tc_slice rest;
    cr_expect(is(tc_slice_split(TC_LIT("a,b,c"), ',', &rest), "a"));
    cr_expect(is(rest, "b,c"));
    cr_expect(is(tc_slice_split(TC_LIT("a,"), ',', &rest), "a"));
    cr_expect_eq(rest.len, 0);
    cr_expect_not_null(rest.ptr);
    cr_expect(is(tc_slice_split(TC_LIT("a"), ',', &rest), "a"));
    cr_expect_null(rest.ptr);
    cr_expect(is(tc_slice_split(TC_LIT(",a"), ',', &rest), ""));
    cr_expect(is(rest, "a"));
    /* The source may be the rest. */
    rest = TC_LIT("x,y");
    cr_expect(is(tc_slice_split(rest, ',', &rest), "x"));
    cr_expect(is(rest, "y"));
}

Test(slice, unsigned_numbers)
{
    const struct {
        const char *text;
        bool ok;
        uint64_t want;
    } rows[] = {
        {"0", true, 0},
        {"007", true, 7},
        {"18446744073709551615", true, UINT64_MAX},
        {"18446744073709551616", false, 0},
        {"18446744073709551620", false, 0},
        {"28446744073709551615", false, 0},
        {"99999999999999999999", false, 0},
        {"9999999999999999999", true, UINT64_C(9999999999999999999)},
        {"000000000000000000000000018446744073709551615", true, UINT64_MAX},
        {"+1", false, 0},
        {"-1", false, 0},
        {" 1", false, 0},
        {"1 ", false, 0},
        {"1a", false, 0},
        {"/", false, 0},
        {":", false, 0},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        uint64_t n = 42;
        cr_expect_eq(tc_slice_to_u64(S(rows[i].text), &n), rows[i].ok, "%s", rows[i].text);
        cr_expect_eq(n, rows[i].ok ? rows[i].want : 42, "%s", rows[i].text);
    }
}

Test(slice, signed_numbers)
{
    const struct {
        const char *text;
        bool ok;
        int64_t want;
    } rows[] = {
        {"0", true, 0},
        {"-0", true, 0},
        {"-7", true, -7},
        {"9223372036854775807", true, INT64_MAX},
        {"9223372036854775808", false, 0},
        {"-9223372036854775808", true, INT64_MIN},
        {"-9223372036854775809", false, 0},
        {"-18446744073709551616", false, 0},
        {"-", false, 0},
        {"--1", false, 0},
        {"+1", false, 0},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        int64_t n = 42;
        cr_expect_eq(tc_slice_to_i64(S(rows[i].text), &n), rows[i].ok, "%s", rows[i].text);
        cr_expect_eq(n, rows[i].ok ? rows[i].want : 42, "%s", rows[i].text);
    }
}

Test(slice, hexadecimal_numbers)
{
    const struct {
        const char *text;
        bool ok;
        uint64_t want;
    } rows[] = {
        {"0", true, 0},
        {"0xC000006A", true, 0xC000006A},
        {"0Xff", true, 255},
        {"aBcDeF", true, 0xABCDEF},
        {"ffffffffffffffff", true, UINT64_MAX},
        {"0x0000000ffffffffffffffff", true, UINT64_MAX},
        {"10000000000000000", false, 0},
        {"0x", false, 0},
        {"0x0x1", false, 0},
        {"g", false, 0},
        {"@", false, 0},
        {"`", false, 0},
        {"-1", false, 0},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        uint64_t n = 42;
        cr_expect_eq(tc_slice_hex_to_u64(S(rows[i].text), &n), rows[i].ok, "%s", rows[i].text);
        cr_expect_eq(n, rows[i].ok ? rows[i].want : 42, "%s", rows[i].text);
    }
}

Test(slice, numbers_become_digits_and_bytes_hexadecimal)
{
    uint8_t digits[TC_U64_DIGITS];
    char hex[9] = "........";
    cr_expect(tc_slice_equal(tc_slice_of_u64(0, digits), S("0")));
    cr_expect(tc_slice_equal(tc_slice_of_u64(9, digits), S("9")));
    cr_expect(tc_slice_equal(tc_slice_of_u64(10, digits), S("10")));
    cr_expect(tc_slice_equal(tc_slice_of_u64(105, digits), S("105")));
    cr_expect(tc_slice_equal(tc_slice_of_u64(65535, digits), S("65535")));
    cr_expect(tc_slice_equal(tc_slice_of_u64(UINT64_MAX, digits), S("18446744073709551615")));
    tc_slice_write_hex(tc_slice_make("\x00\x9f\xe8", 3), hex);
    cr_expect_str_eq(hex, "009fe8..");
}

Test(slice, one_of_some_endings)
{
    static const char *const endings[] = {".log", ".gz"};
    cr_expect(tc_slice_ends_one_of(S("a.log"), endings, 2));
    cr_expect(tc_slice_ends_one_of(S("A.GZ"), endings, 2));
    cr_expect_not(tc_slice_ends_one_of(S("a.gz"), endings, 1));
    cr_expect_not(tc_slice_ends_one_of(S("log"), endings, 2));
}

static uint64_t bits_of(double d)
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof(bits));
    return bits;
}

Test(slice, doubles_are_rounded_as_the_c_library_rounds_them)
{
    static const char *const texts[] = {
        "0",
        "-0",
        "1",
        "+1",
        "-1",
        "0.1",
        "007.50",
        "1e22",
        "1e23",
        "1e-22",
        "1e-23",
        "123456789012345",
        "1234567890123456",
        "999999999999999e22",
        "9007199254740993",
        "9007199254740992.99999",
        "0.1e1",
        "1E5",
        "1e+5",
        "1e-5",
        "12.75e-3",
        "1.7976931348623157e308",
        "4.9406564584124654e-324",
        "2.4703282292062327e-324",
        "2.2250738585072011e-308",
        "2.2250738585072014e-308",
        "1e-400",
        "0e999999999999999999999",
        "1e-99999999999999999999999",
        "0.000000000000000000000000000000000000001",
        "100000000000000000000000000000000000000000e-40",
        "3.14159265358979323846264338327950288",
    };
    for (size_t i = 0; i < TC_COUNT_OF(texts); i++) {
        double got = 42;
        cr_expect(tc_slice_to_double(S(texts[i]), &got), "%s", texts[i]);
        cr_expect_eq(bits_of(got), bits_of(strtod(texts[i], NULL)), "%s: %.17g", texts[i], got);
    }
}

Test(slice, doubles_round_right_past_any_number_of_digits)
{
    /* Halfway between 1 and the next double: a digit far behind decides. */
    static const char half[] = "1.00000000000000011102230246251565404236316680908203125";
    char text[2000];
    double got = 0;
    memset(text, '0', sizeof(text));
    memcpy(text, half, sizeof(half) - 1);
    cr_expect(tc_slice_to_double(tc_slice_make(text, sizeof(text)), &got));
    cr_expect_eq(bits_of(got), bits_of(1.0));
    text[sizeof(text) - 1] = '1';
    cr_expect(tc_slice_to_double(tc_slice_make(text, sizeof(text)), &got));
    cr_expect_eq(bits_of(got), bits_of(1.0 + DBL_EPSILON));
    /* The same before the point: 2000 digits and an exponent that brings them back. */
    char large[2100];
    memset(large, '0', 2000);
    memcpy(large, "100000000000000011102230246251565404236316680908203125", 54);
    memcpy(large + 2000, "e-1999", 6);
    cr_expect(tc_slice_to_double(tc_slice_make(large, 2006), &got));
    cr_expect_eq(bits_of(got), bits_of(1.0));
    large[1999] = '3';
    cr_expect(tc_slice_to_double(tc_slice_make(large, 2006), &got));
    cr_expect_eq(bits_of(got), bits_of(1.0 + DBL_EPSILON));
}

Test(slice, random_doubles_survive_being_written)
{
    uint64_t state = 12345;
    for (int i = 0; i < 20000; i++) {
        state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        uint64_t bits = state ^ state >> 29;
        double want, got = 0;
        char text[64];
        memcpy(&want, &bits, sizeof(want));
        if (!isfinite(want)) continue;
        snprintf(text, sizeof(text), i % 2 ? "%.17g" : "%.25e", want);
        cr_assert(tc_slice_to_double(S(text), &got), "%s", text);
        cr_assert_eq(bits_of(got), bits, "%s", text);
    }
}

Test(slice, what_is_no_number_is_refused)
{
    static const char *const texts[] = {
        "",     "-",       "+",     "+-1",    ".5",   "1.",    "1.e5", "e5",  "1e",
        "1e+",  "1e5.0",   "0x1",   "inf",    "nan",  "NaN",   "1,5",  "1 ",  " 1",
        "1e5x", "1e99999", "1e309", "-1e309", "1..2", "1.2.3", "1ee5", "--1", "1_000",
    };
    for (size_t i = 0; i < TC_COUNT_OF(texts); i++) {
        double got = 42;
        cr_expect_not(tc_slice_to_double(S(texts[i]), &got), "%s", texts[i]);
        cr_expect_eq(bits_of(got), bits_of(42), "%s", texts[i]);
    }
}

Test(slice, c_strings_are_cut_to_the_size)
{
    char out[4];
    cr_expect_eq(tc_slice_to_cstr(TC_LIT("abcdef"), out, sizeof(out)), out);
    cr_expect_str_eq(out, "abc");
    cr_expect_str_eq(tc_slice_to_cstr(TC_LIT("ab"), out, sizeof(out)), "ab");
    cr_expect_str_empty(tc_slice_to_cstr(TC_LIT("ab"), out, 1));
}

Test(slice, a_c_string_needs_room_for_its_nul, .signal = SIGABRT)
{
    char out[1];
    tc_slice_to_cstr(TC_LIT("ab"), out, 0);
}
