#include "parsers/base/json_reader.h"

#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

static tc_arena *arena;

static void open_arena(void)
{
    arena = tc_arena_new((size_t)1 << 20);
    cr_assert_not_null(arena);
}

static void close_arena(void)
{
    tc_arena_free(arena);
}

TestSuite(json_reader, .init = open_arena, .fini = close_arena);

static bool is(tc_slice s, const char *text)
{
    return tc_slice_equal(s, tc_slice_of(text));
}

/* A copy that ends where its memory ends, so that ASan sees a read behind it. */
static tc_slice exact(const void *text, size_t length)
{
    uint8_t *copy = tc_alloc(length, 1);
    cr_assert_not_null(copy);
    memcpy(copy, text, length);
    return tc_slice_make(copy, length);
}

static void drop(tc_slice s)
{
    tc_free((void *)(uintptr_t)s.ptr);
}

/* Takes the value at the reader with all it contains; counts the scalars. */
static bool take_all(tc_json *r, size_t *scalars)
{
    tc_json_value value;
    if (!tc_json_value_next(r, &value)) return false;
    tc_slice text;
    if (value.type == TC_JSON_OBJECT) {
        while (tc_json_key_next(r, &text))
            if (!take_all(r, scalars)) return false;
    } else if (value.type == TC_JSON_ARRAY) {
        while (tc_json_element_next(r))
            if (!take_all(r, scalars)) return false;
    } else {
        ++*scalars;
        if (value.type == TC_JSON_STRING && !tc_json_decode(arena, value.raw, &text)) return false;
    }
    return !tc_json_failed(r);
}

/* Is this one JSON text, whole, and nothing else? */
static bool accepted(tc_slice text)
{
    tc_json r;
    size_t scalars = 0;
    tc_json_init(&r, text);
    return take_all(&r, &scalars) && tc_json_at_end(&r);
}

/* The length that skipping finds; TC_NPOS when it fails. */
static size_t skipped(tc_slice text)
{
    tc_json r;
    tc_json_init(&r, text);
    return tc_json_skip(&r, NULL) ? tc_json_offset(&r) : TC_NPOS;
}

Test(json_reader, takes_scalars_with_their_type_and_text)
{
    static const struct {
        const char *text;
        tc_json_type type;
        const char *raw;
        bool escaped;
    } rows[] = {
        {"null", TC_JSON_NULL, "null", false},
        {" true", TC_JSON_TRUE, "true", false},
        {"\r\n\tfalse ", TC_JSON_FALSE, "false", false},
        {"-12.50e+3", TC_JSON_NUMBER, "-12.50e+3", false},
        {"0", TC_JSON_NUMBER, "0", false},
        {"\"\"", TC_JSON_STRING, "", false},
        {"\"a b\"", TC_JSON_STRING, "a b", false},
        {"\"a\\\"b\"", TC_JSON_STRING, "a\\\"b", true},
        {"\"\xc3\xa9\xff\"", TC_JSON_STRING, "\xc3\xa9\xff", false},
        {"{", TC_JSON_OBJECT, "{", false},
        {"[", TC_JSON_ARRAY, "[", false},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_json r;
        tc_json_value v;
        tc_json_init(&r, tc_slice_of(rows[i].text));
        cr_expect(tc_json_value_next(&r, &v), "row %zu", i);
        cr_expect(v.type == rows[i].type && is(v.raw, rows[i].raw), "row %zu", i);
        cr_expect(v.escaped == rows[i].escaped, "row %zu", i);
    }
}

Test(json_reader, walks_members_and_elements_in_order)
{
    tc_json r;
    tc_json_value v;
    tc_slice key;
    tc_json_init(&r, TC_LIT(" { \"a\" : [ 1 , {} , [] ] , \"b\" : { \"c\" : null } } "));
    cr_assert(tc_json_value_next(&r, &v) && v.type == TC_JSON_OBJECT);
    cr_assert(tc_json_key_next(&r, &key) && is(key, "a"));
    cr_assert(tc_json_value_next(&r, &v) && v.type == TC_JSON_ARRAY);
    cr_assert(tc_json_element_next(&r));
    cr_assert(tc_json_value_next(&r, &v) && is(v.raw, "1"));
    cr_assert(tc_json_element_next(&r));
    cr_assert(tc_json_value_next(&r, &v) && v.type == TC_JSON_OBJECT);
    cr_assert_not(tc_json_key_next(&r, &key));
    cr_assert(tc_json_element_next(&r));
    cr_assert(tc_json_value_next(&r, &v) && v.type == TC_JSON_ARRAY);
    cr_assert_not(tc_json_element_next(&r));
    cr_assert_not(tc_json_element_next(&r));
    cr_assert(tc_json_key_next(&r, &key) && is(key, "b"));
    cr_assert(tc_json_value_next(&r, &v) && v.type == TC_JSON_OBJECT);
    cr_assert_not(tc_json_at_end(&r));
    cr_assert(tc_json_key_next(&r, &key) && is(key, "c"));
    cr_assert(tc_json_value_next(&r, &v) && v.type == TC_JSON_NULL);
    cr_assert_not(tc_json_key_next(&r, &key));
    cr_assert_not(tc_json_key_next(&r, &key));
    cr_assert(tc_json_at_end(&r));
    cr_assert_not(tc_json_failed(&r));
}

Test(json_reader, skips_a_value_and_shows_its_text)
{
    static const char *const values[] = {
        "null",      "-0.5",        "\"\"",
        "\"a\\\\\"", "\"\\\"]}\"",  "[]",
        "{}",        "[[[\"]\"]]]", "{\"k\":\"}\\\"}\",\"l\":[{}]}"};
    for (size_t i = 0; i < TC_COUNT_OF(values); i++) {
        char text[128];
        snprintf(text, sizeof text, "{\"x\" : %s , \"y\":7}", values[i]);
        tc_json r;
        tc_json_value v;
        tc_slice key;
        tc_slice whole;
        tc_json_init(&r, tc_slice_of(text));
        cr_assert(tc_json_value_next(&r, &v) && tc_json_key_next(&r, &key));
        cr_expect(tc_json_skip(&r, &whole) && is(whole, values[i]), "%s", values[i]);
        cr_expect(tc_json_key_next(&r, &key) && is(key, "y"), "%s", values[i]);
        cr_expect(tc_json_value_next(&r, &v) && is(v.raw, "7"), "%s", values[i]);
    }
}

Test(json_reader, accepts_what_the_grammar_allows)
{
    static const char *const rows[] = {"0",
                                       "-0",
                                       "10",
                                       "1.0",
                                       "1e5",
                                       "1E-5",
                                       "0.1e+05",
                                       "\"\\u0041\\/\\b\\f\\n\\r\\t\"",
                                       "[]",
                                       "[ ]",
                                       "{ }",
                                       "[1,2]",
                                       "{\"\":0}",
                                       "{\"a\":{\"a\":{}}}",
                                       "[null,true,false]",
                                       "\"\x7f\"",
                                       "{\"a\":1,\"a\":2}"};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_slice text = exact(rows[i], strlen(rows[i]));
        cr_expect(accepted(text), "%s", rows[i]);
        cr_expect_eq(skipped(text), text.len, "%s", rows[i]);
        drop(text);
    }
}

Test(json_reader, refuses_what_the_grammar_does_not_allow)
{
    static const char *const rows[] = {"",
                                       " ",
                                       "nul",
                                       "nulll",
                                       "True",
                                       "tru",
                                       "NaN",
                                       "Infinity",
                                       "+1",
                                       "-",
                                       "01",
                                       "-01",
                                       "1.",
                                       ".5",
                                       "1.e5",
                                       "1e",
                                       "1e+",
                                       "0x10",
                                       "1a",
                                       "'a'",
                                       "\"",
                                       "\"a",
                                       "\"\\\"",
                                       "\"\\x41\"",
                                       "\"\\u12\"",
                                       "\"\\u12g4\"",
                                       "\"\\U0041\"",
                                       "\"\t\"",
                                       "\"\n\"",
                                       "\"\x1f\"",
                                       "[",
                                       "]",
                                       "[1",
                                       "[1,",
                                       "[1,]",
                                       "[,1]",
                                       "[1 2]",
                                       "[1}",
                                       "{",
                                       "}",
                                       "{\"a\"",
                                       "{\"a\":",
                                       "{\"a\":1",
                                       "{\"a\":1,",
                                       "{\"a\":1,}",
                                       "{\"a\"}",
                                       "{\"a\" 1}",
                                       "{,}",
                                       "{a:1}",
                                       "{1:1}",
                                       "{\"a\":1]",
                                       "{\"a\":,}",
                                       "{\"a\"::1}",
                                       "{\"a\":1,,\"b\":2}",
                                       "{\"a\x01\":1}",
                                       "{\"\\q\":1}",
                                       "1 2",
                                       "{} {}",
                                       "\xef\xbb\xbf{}",
                                       "[1]x",
                                       "/**/1",
                                       "[1,//\n2]"};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_slice text = exact(rows[i], strlen(rows[i]));
        cr_expect_not(accepted(text), "row %zu: %s", i, rows[i]);
        drop(text);
    }
    cr_expect_not(accepted(TC_EMPTY_SLICE));
    cr_expect_not(accepted(tc_slice_make("1\0", 2)), "NUL is no white space");
}

static const char sample[] =
    "\n {\"EventID\":4724,\"Path\":\"C:\\\\Windows\\\\System32\\\\\",\"n\":[-1.5e-3,true,null,"
    "{\"deep\":[[],{},\"\\u00e9\\ud83d\\ude00 ]}\"]}],\"Message\":\"line\\r\\n\\tnext "
    "\\\"quoted\\\" "
    "and long enough to cross several steps of the scan\",\"last\":\"\xe4\xb8\xad\xff\"}";

Test(json_reader, fails_on_the_sample_cut_at_any_byte)
{
    size_t whole = sizeof sample - 1;
    for (size_t length = 0; length < whole; length++) {
        tc_slice cut = exact(sample, length);
        cr_expect_not(accepted(cut), "cut at %zu", length);
        cr_expect_eq(skipped(cut), TC_NPOS, "cut at %zu", length);
        cr_expect_eq(tc_json_extent(cut), 0, "cut at %zu", length);
        drop(cut);
    }
    tc_slice text = exact(sample, whole);
    cr_expect(accepted(text));
    cr_expect_eq(skipped(text), whole);
    cr_expect_eq(tc_json_extent(text), whole);
    drop(text);
}

Test(json_reader, survives_any_byte_anywhere)
{
    size_t whole = sizeof sample - 1;
    tc_slice text = exact(sample, whole);
    uint8_t *bytes = (uint8_t *)(uintptr_t)text.ptr;
    for (size_t at = 0; at < whole; at++) {
        uint8_t original = bytes[at];
        for (unsigned byte = 0; byte < 256; byte++) {
            bytes[at] = (uint8_t)byte;
            bool good = accepted(text);
            size_t skip = skipped(text);
            size_t extent = tc_json_extent(text);
            cr_assert(!good || skip == whole, "taken but not skipped: %zu %u", at, byte);
            cr_assert(skip == TC_NPOS || skip <= whole);
            bool container = skip != TC_NPOS && extent != TC_NPOS;
            cr_assert(!container || skip == extent, "skip %zu extent %zu", skip, extent);
            tc_arena_reset(arena);
        }
        bytes[at] = original;
    }
    drop(text);
}

Test(json_reader, a_failure_sticks_and_says_where)
{
    tc_json r;
    tc_json_value v;
    tc_slice key;
    tc_json_init(&r, TC_LIT("{\"a\": tru, \"b\": 1}"));
    cr_assert(tc_json_value_next(&r, &v) && tc_json_key_next(&r, &key));
    cr_assert_not(tc_json_value_next(&r, &v));
    cr_assert(tc_json_failed(&r));
    cr_assert_eq(tc_json_offset(&r), 6);
    cr_assert_not(tc_json_value_next(&r, &v));
    cr_assert_not(tc_json_key_next(&r, &key));
    cr_assert_not(tc_json_element_next(&r));
    cr_assert_not(tc_json_skip(&r, NULL));
    cr_assert_not(tc_json_at_end(&r));
    cr_assert_eq(tc_json_offset(&r), 6);
}

Test(json_reader, a_member_without_its_value_taken_is_no_member)
{
    tc_json r;
    tc_json_value v;
    tc_slice key;
    tc_json_init(&r, TC_LIT("{\"a\":1,\"b\":2}"));
    cr_assert(tc_json_value_next(&r, &v) && tc_json_key_next(&r, &key));
    cr_assert_not(tc_json_key_next(&r, &key));
    cr_assert(tc_json_failed(&r));
}

Test(json_reader, control_characters_fail_when_taken_and_pass_when_skipped)
{
    tc_slice text = TC_LIT("{\"a\":\"x\ty\",\"b\":1}");
    cr_assert_not(accepted(text));
    cr_assert_eq(skipped(text), text.len);
    cr_assert_eq(skipped(TC_LIT("\"x\ty\"")), 5);
}

/* n opening brackets, a value, n closing brackets. */
static tc_slice nested(size_t depth)
{
    char text[2 * 300 + 1];
    cr_assert_leq(depth, 300);
    memset(text, '[', depth);
    text[depth] = '1';
    memset(text + depth + 1, ']', depth);
    return exact(text, 2 * depth + 1);
}

Test(json_reader, nesting_ends_at_the_limit)
{
    static const struct {
        size_t depth;
        bool good;
    } rows[] = {{1, true}, {64, true}, {127, true}, {128, true}, {129, false}, {300, false}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_slice text = nested(rows[i].depth);
        cr_expect_eq(accepted(text), rows[i].good, "%zu", rows[i].depth);
        cr_expect_eq(skipped(text) == text.len, rows[i].good, "%zu", rows[i].depth);
        cr_expect_eq(tc_json_extent(text), rows[i].good ? text.len : TC_NPOS, "%zu", rows[i].depth);
        drop(text);
    }
}

Test(json_reader, skipping_counts_the_depth_already_entered)
{
    tc_slice text = nested(TC_JSON_DEPTH + 1);
    for (size_t entered = 0; entered <= TC_JSON_DEPTH; entered++) {
        tc_json r;
        tc_json_value v;
        tc_json_init(&r, text);
        for (size_t i = 0; i < entered; i++)
            cr_assert(tc_json_value_next(&r, &v) && tc_json_element_next(&r));
        cr_expect_not(tc_json_skip(&r, NULL), "%zu", entered);
        cr_expect_eq(tc_json_offset(&r), TC_JSON_DEPTH, "%zu", entered);
    }
    drop(text);
}

Test(json_reader, a_million_brackets_are_refused_at_once)
{
    size_t length = 1000000;
    uint8_t *bomb = tc_alloc(length, 1);
    cr_assert_not_null(bomb);
    memset(bomb, '[', length);
    tc_slice text = tc_slice_make(bomb, length);
    cr_assert_not(accepted(text));
    cr_assert_eq(skipped(text), TC_NPOS);
    cr_assert_eq(tc_json_extent(text), TC_NPOS);
    tc_free(bomb);
}

Test(json_reader, strings_end_right_at_every_alignment)
{
    for (size_t pad = 0; pad < 140; pad++) {
        char text[400];
        int length =
            snprintf(text, sizeof text, "{\"%.*s\\\\\":\"%.*s\\\"\\\\\",\"z\":\"\"}", (int)pad,
                     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                     (int)pad / 2,
                     "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[");
        tc_slice s = exact(text, (size_t)length);
        cr_expect(accepted(s), "pad %zu", pad);
        cr_expect_eq(skipped(s), s.len, "pad %zu", pad);
        tc_json r;
        tc_json_value v;
        tc_slice key;
        tc_json_init(&r, s);
        cr_assert(tc_json_value_next(&r, &v) && tc_json_key_next(&r, &key));
        cr_expect_eq(key.len, pad + 2, "pad %zu", pad);
        cr_expect(tc_json_skip(&r, &key) && key.len == pad / 2 + 6, "pad %zu", pad);
        drop(s);
    }
}

Test(json_reader, decodes_escapes)
{
    static const struct {
        const char *raw;
        const char *text;
    } rows[] = {
        {"", ""},
        {"plain", "plain"},
        {"\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t"},
        {"C:\\\\Windows\\\\x", "C:\\Windows\\x"},
        {"\\u0041\\u00e9\\u4E2d", "A\xc3\xa9\xe4\xb8\xad"},
        {"\\ud83d\\ude00!", "\xf0\x9f\x98\x80!"},
        {"\\uDBFF\\uDFFF", "\xf4\x8f\xbf\xbf"},
        {"\\ud83d", "\xef\xbf\xbd"},
        {"\\ud83dx", "\xef\xbf\xbdx"},
        {"\\ude00\\ud83d", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"\\ud83d\\u0041", "\xef\xbf\xbd"
                           "A"},
        {"\\ud83d\\ud83d\\ude00", "\xef\xbf\xbd\xf0\x9f\x98\x80"},
        {"\\ud83d\\n", "\xef\xbf\xbd\n"},
        {"a\\u202eb", "a\xe2\x80\xae"
                      "b"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_slice raw = exact(rows[i].raw, strlen(rows[i].raw));
        tc_slice text;
        cr_expect(tc_json_decode(arena, raw, &text) && is(text, rows[i].text), "%s", rows[i].raw);
        drop(raw);
    }
    tc_slice text;
    cr_expect(tc_json_decode(arena, TC_LIT("a\\u0000b"), &text));
    cr_expect(tc_slice_equal(text, tc_slice_make("a\0b", 3)));
    cr_expect(tc_json_decode(arena, TC_EMPTY_SLICE, &text) && text.len == 0);
}

Test(json_reader, decoding_copies_nothing_without_need)
{
    tc_slice raw = TC_LIT("nothing to decode");
    tc_slice text;
    cr_assert(tc_json_decode(arena, raw, &text));
    cr_assert_eq(text.ptr, raw.ptr);
    cr_assert_eq(tc_arena_used(arena), 0);
}

Test(json_reader, refuses_bad_escapes_cut_anywhere)
{
    static const char *const rows[] = {"\\",    "\\x41",   "\\u",       "\\u0",
                                       "\\u00", "\\u004",  "\\u004g",   "a\\",
                                       "\\n\\", "\\u+041", "\\ud83d\\", "\\ud83d\\u12"};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_slice raw = exact(rows[i], strlen(rows[i]));
        tc_slice text;
        cr_expect_not(tc_json_decode(arena, raw, &text), "%s", rows[i]);
        drop(raw);
    }
}

Test(json_reader, decoding_stops_at_the_limit_of_the_arena)
{
    tc_arena *small = tc_arena_new(16);
    cr_assert_not_null(small);
    tc_slice text;
    cr_expect_not(tc_json_decode(small, TC_LIT("\\n and more than sixteen bytes"), &text));
    cr_expect(tc_json_decode(small, TC_LIT("\\nshort"), &text) && is(text, "\nshort"));
    tc_arena_free(small);
}
