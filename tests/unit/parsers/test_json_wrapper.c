#include "parsers/open/json_wrapper.h"

#include <criterion/criterion.h>

static const char *const wrappers[] = {
    "{\"events\":[",
    "{ \"records\" : [",
    "{\r\n\t\"@odata.context\": \"https://graph.example/$metadata#x\",\n \"value\": [",
    "{\"preview\":false,\"init_offset\":0,\"results\":[",
    "{\"took\":3,\"_shards\":{\"total\":1},\"hits\":{\"total\":{\"value\":2},\"hits\":[",
    "{\"resourceLogs\":[",
    "{\"resource\":{\"attributes\":[]},\"scopeLogs\":[",
    "{\"scope\":{\"name\":\"x\"},\"logRecords\":[",
};

static const char *const others[] = {
    "{\"EventID\":4724,\"value\":[",
    "{\"records\":{\"a\":1}}",
    "{\"parameters\":[{",
    "{\"count\":[1,2]}",
    "{\"total\":{\"value\":1}}",
    "{}",
    "[",
    "{\"value\":5,\"records\":[",
    "{\"took\":\"a\nb\",\"hits\":[",
    "{\"@odata.context\":\"x\"}",
    "{\"took\":nothing here,\"a\"",
    "{'records':[",
    "{\"took\":3,\"_shards\":\n{\"total\":1},\"hits\":{\"hits\":[",
};

/* What is said of a beginning must be what is said of the whole, or that more would tell. */
static void expect_at_any_cut(const char *text, size_t wanted)
{
    tc_slice whole = tc_slice_of(text);
    for (size_t n = 0; n <= whole.len; n++) {
        size_t got = tc_json_wrapper(tc_slice_sub(whole, 0, n), false);
        cr_expect(got == TC_NPOS || got == wanted, "%s cut at %zu: %zu", text, n, got);
        cr_expect_neq(tc_json_wrapper(tc_slice_sub(whole, 0, n), true), TC_NPOS);
    }
}

Test(json_wrapper, is_known_by_its_names)
{
    char text[256];
    for (size_t i = 0; i < TC_COUNT_OF(wrappers); i++) {
        size_t length = strlen(wrappers[i]);
        snprintf(text, sizeof text, "%s{\"EventID\":1}]}", wrappers[i]);
        cr_expect_eq(tc_json_wrapper(tc_slice_of(text), true), length, "%s", text);
        expect_at_any_cut(text, length);
    }
}

Test(json_wrapper, is_no_record)
{
    for (size_t i = 0; i < TC_COUNT_OF(others); i++) {
        cr_expect_eq(tc_json_wrapper(tc_slice_of(others[i]), true), 0, "%s", others[i]);
        expect_at_any_cut(others[i], 0);
    }
}

Test(json_wrapper, has_members_behind_its_records)
{
    cr_expect_eq(tc_json_wrapper_member(TC_LIT("\"@odata.nextLink\":\"https://x\"}"), true), 29);
    cr_expect_eq(tc_json_wrapper_member(TC_LIT("\"count\": 15}"), true), 11);
    cr_expect_eq(tc_json_wrapper_member(TC_LIT("\"count\": 1"), false), TC_NPOS);
    cr_expect_eq(tc_json_wrapper_member(TC_LIT("\"EventID\":15}"), true), 0);
    cr_expect_eq(tc_json_wrapper_member(TC_LIT("\"loose text"), true), 0);
}

Test(json_wrapper, is_short)
{
    char text[2 * TC_JSON_WRAPPER_MAX];
    memset(text, ' ', sizeof text);
    text[0] = '{';
    memcpy(text + TC_JSON_WRAPPER_MAX, "\"events\":[", 10);
    cr_expect_eq(tc_json_wrapper(tc_slice_make(text, sizeof text), false), 0);
}
