#include "parsers/base/json_writer.h"

#include "parsers/base/json_reader.h"
#include "parsers/base/utf8.h"

#include <criterion/criterion.h>
#include <signal.h>

static tc_str out;
static tc_json_writer w;

static void open_writer(void)
{
    tc_str_init(&out, (size_t)1 << 20);
    tc_json_writer_init(&w, &out);
}

static void close_writer(void)
{
    tc_str_done(&out);
}

TestSuite(json_writer, .init = open_writer, .fini = close_writer);

static void expect(const char *text)
{
    cr_expect(!tc_failed(tc_str_status(&out)));
    cr_expect_str_eq(tc_str_cstr(&out), text);
}

static void restart(void)
{
    tc_str_clear(&out);
    tc_json_writer_init(&w, &out);
}

Test(json_writer, keeps_commas_and_nesting)
{
    tc_json_object_open(&w);
    tc_json_key(&w, "a");
    tc_json_u64(&w, 1);
    tc_json_key_slice(&w, TC_LIT("b\"c"));
    tc_json_array_open(&w);
    tc_json_null(&w);
    tc_json_bool(&w, true);
    tc_json_bool(&w, false);
    tc_json_object_open(&w);
    tc_json_object_close(&w);
    tc_json_array_open(&w);
    tc_json_array_close(&w);
    tc_json_raw(&w, TC_LIT("1e400"));
    tc_json_array_close(&w);
    tc_json_key(&w, "d");
    tc_json_object_open(&w);
    tc_json_key(&w, "e");
    tc_json_cstring(&w, "f");
    tc_json_object_close(&w);
    tc_json_key(&w, "");
    tc_json_string(&w, TC_EMPTY_SLICE);
    tc_json_object_close(&w);
    expect("{\"a\":1,\"b\\\"c\":[null,true,false,{},[],1e400],\"d\":{\"e\":\"f\"},\"\":\"\"}");
}

Test(json_writer, escapes_what_could_act)
{
    static const struct {
        const char *text;
        const char *json;
    } rows[] = {
        {"plain / text", "\"plain / text\""},
        {"\"\\", "\"\\\"\\\\\""},
        {"\b\t\n\v\f\r", "\"\\b\\t\\n\\u000b\\f\\r\""},
        {"\x01\x1b[31m\x1f\x7f", "\"\\u0001\\u001b[31m\\u001f\\u007f\""},
        {"\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0", "\"\\u0080\\u009b\\u009f\xc2\xa0\""},
        {"\xe2\x80\xa8\xe2\x80\xa9", "\"\\u2028\\u2029\""},
        {"a\xe2\x80\xae"
         "b\xe2\x81\xa6\xd8\x9c",
         "\"a\\u202eb\\u2066\\u061c\""},
        {"\xe4\xb8\xad\xf0\x9f\x98\x80", "\"\xe4\xb8\xad\xf0\x9f\x98\x80\""},
        {"\xff", "\"\xef\xbf\xbd\""},
        {"a\xc3", "\"a\xef\xbf\xbd\""},
        {"\xe4\xb8x", "\"\xef\xbf\xbd\xef\xbf\xbdx\""},
        {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        restart();
        tc_json_cstring(&w, rows[i].text);
        cr_expect_str_eq(tc_str_cstr(&out), rows[i].json, "row %zu", i);
    }
    restart();
    tc_json_string(&w, tc_slice_make("a\0b", 3));
    expect("\"a\\u0000b\"");
}

Test(json_writer, every_code_point_is_inert_and_reads_back)
{
    tc_arena *arena = tc_arena_new(4096);
    cr_assert_not_null(arena);
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        uint8_t bytes[4];
        size_t length = tc_utf8_encode(code, bytes);
        if (length == 0) continue;
        restart();
        tc_json_string(&w, tc_slice_make(bytes, length));
        tc_slice json = tc_str_view(&out);
        for (size_t i = 0, step; i < json.len; i += step)
            cr_assert_not(tc_utf8_is_active(tc_utf8_next(tc_slice_sub(json, i, json.len), &step)),
                          "U+%04X", code);
        tc_json r;
        tc_json_value v;
        tc_slice text;
        tc_json_init(&r, json);
        cr_assert(tc_json_value_next(&r, &v) && tc_json_at_end(&r), "U+%04X", code);
        cr_assert(tc_json_decode(arena, v.raw, &text), "U+%04X", code);
        cr_assert(tc_slice_equal(text, tc_slice_make(bytes, length)), "U+%04X", code);
        tc_arena_reset(arena);
    }
    tc_arena_free(arena);
}

Test(json_writer, integers_reach_their_ends)
{
    tc_json_array_open(&w);
    tc_json_u64(&w, 0);
    tc_json_u64(&w, UINT64_MAX);
    tc_json_i64(&w, INT64_MIN);
    tc_json_i64(&w, -1);
    tc_json_i64(&w, INT64_MAX);
    tc_json_array_close(&w);
    expect("[0,18446744073709551615,-9223372036854775808,-1,9223372036854775807]");
}

Test(json_writer, doubles_are_as_short_as_they_can_be)
{
    static const struct {
        double number;
        const char *json;
    } rows[] = {
        {0, "0"},
        {-0.0, "-0"},
        {1, "1"},
        {0.1, "0.1"},
        {-2.5, "-2.5"},
        {1e22, "1e+22"},
        {1e-7, "1e-07"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {123456789012345680.0, "1.2345678901234568e+17"},
        {__builtin_nan(""), "null"},
        {__builtin_inf(), "null"},
        {-__builtin_inf(), "null"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        restart();
        tc_json_double(&w, rows[i].number);
        double back = 0;
        cr_expect_str_eq(tc_str_cstr(&out), rows[i].json, "row %zu", i);
        if (tc_slice_to_double(tc_str_view(&out), &back))
            cr_expect_eq(back, rows[i].number, "row %zu", i);
    }
}

Test(json_writer, doubles_read_back_equal)
{
    uint64_t bits = 88172645463325252u;
    for (size_t i = 0; i < 20000; i++) {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        double number;
        double back = 0;
        memcpy(&number, &bits, sizeof number);
        restart();
        tc_json_double(&w, number);
        if (tc_slice_equal(tc_str_view(&out), TC_LIT("null"))) continue;
        cr_assert(tc_slice_to_double(tc_str_view(&out), &back), "%s", tc_str_cstr(&out));
        cr_assert_eq(back, number, "%a", number);
    }
}

Test(json_writer, past_the_maximum_the_text_stays_whole_and_says_so)
{
    tc_str small;
    tc_str_init(&small, 8);
    tc_json_writer_init(&w, &small);
    tc_json_array_open(&w);
    tc_json_cstring(&w, "too long for eight");
    tc_json_array_close(&w);
    cr_expect_eq(tc_str_status(&small).code, TC_ELIMIT);
    cr_expect_leq(tc_str_view(&small).len, 8);
    tc_str_done(&small);
}

Test(json_writer, nests_to_its_depth)
{
    for (size_t i = 0; i < TC_JSON_WRITER_DEPTH; i++)
        tc_json_array_open(&w);
    for (size_t i = 0; i < TC_JSON_WRITER_DEPTH; i++)
        tc_json_array_close(&w);
    cr_expect_eq(tc_str_view(&out).len, 2 * TC_JSON_WRITER_DEPTH);
}

Test(json_writer, aborts_beyond_its_depth, .signal = SIGABRT)
{
    for (size_t i = 0; i <= TC_JSON_WRITER_DEPTH; i++)
        tc_json_array_open(&w);
}

Test(json_writer, aborts_on_a_value_without_a_key, .signal = SIGABRT)
{
    tc_json_object_open(&w);
    tc_json_u64(&w, 1);
}

Test(json_writer, aborts_on_a_key_in_an_array, .signal = SIGABRT)
{
    tc_json_array_open(&w);
    tc_json_key(&w, "a");
}

Test(json_writer, aborts_on_two_keys_in_a_row, .signal = SIGABRT)
{
    tc_json_object_open(&w);
    tc_json_key(&w, "a");
    tc_json_key(&w, "b");
}

Test(json_writer, aborts_on_a_key_without_its_value, .signal = SIGABRT)
{
    tc_json_object_open(&w);
    tc_json_key(&w, "a");
    tc_json_object_close(&w);
}

Test(json_writer, aborts_on_the_wrong_bracket, .signal = SIGABRT)
{
    tc_json_object_open(&w);
    tc_json_array_close(&w);
}

Test(json_writer, aborts_on_closing_what_is_not_open, .signal = SIGABRT)
{
    tc_json_object_close(&w);
}
