#include "detector/app/json_copy.h"

#include <criterion/criterion.h>

static void expect_copy(const char *json, const char *wanted)
{
    tc_arena *arena = tc_arena_new((size_t)1 << 20);
    tc_str out;
    tc_str_init(&out, (size_t)1 << 20);
    tc_str_add(&out, TC_LIT("before "));
    bool copied = tc_json_copy(arena, tc_slice_of(json), &out);
    cr_expect_eq(copied, wanted != NULL, "%s", json);
    tc_slice told = tc_slice_sub(tc_str_view(&out), 7, TC_NPOS);
    cr_expect(tc_slice_equal(told, tc_slice_of(wanted ? wanted : "")), "%s became %.*s", json,
              (int)told.len, (const char *)told.ptr);
    tc_str_done(&out);
    tc_arena_free(arena);
}

Test(json_copy, white_space_goes_and_values_stay)
{
    expect_copy("{ \"a\" : [ 1.50 , -2e3,\n\ttrue, false, null ],\r\n \"b\":{}, \"c\":[] } ",
                "{\"a\":[1.50,-2e3,true,false,null],\"b\":{},\"c\":[]}");
    expect_copy("\"x\"", "\"x\"");
    expect_copy("[[[{\"a\":[{}]}]]]", "[[[{\"a\":[{}]}]]]");
}

Test(json_copy, strings_are_inert)
{
    expect_copy("{\"a\\u001b\":\"\\u202e\\n\\u00e9\"}", "{\"a\\u001b\":\"\\u202e\\n\xC3\xA9\"}");
    expect_copy("[\"\xFF\"]", "[\"\xEF\xBF\xBD\"]");
}

Test(json_copy, what_is_no_json_leaves_nothing)
{
    static const char *const broken[] = {"",   "{", "{\"a\":}", "[1 2]", "{} x", "{\"a\":\"\\q\"}",
                                         "[1,"};
    for (size_t i = 0; i < TC_COUNT_OF(broken); i++)
        expect_copy(broken[i], NULL);
    char deep[600];
    memset(deep, '[', sizeof(deep));
    deep[sizeof(deep) - 1] = 0;
    expect_copy(deep, NULL);
}
