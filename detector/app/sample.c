/* Samples of rules: reading a line. */
#include "detector/app/sample.h"

#include "parsers/base/json_reader.h"

#define STORY_START (INT64_C(1767571200) * TC_SECOND) /* 2026-01-05T00:00:00Z, a Monday */

static TC_STATUS wrong(tc_error *error, const char *what)
{
    return tc_fail(error, TC_ESYNTAX, "%s", what);
}

/* Strings lose their quotes, other values stand as written. */
static tc_slice bare(tc_slice value)
{
    if (value.len < 2 || value.ptr[0] != '"') return value;
    return tc_slice_sub(value, 1, value.len - 2);
}

static size_t elements(tc_slice array)
{
    tc_json r;
    tc_json_value v;
    size_t count = 0;
    tc_json_init(&r, array);
    if (!tc_json_value_next(&r, &v) || v.type != TC_JSON_ARRAY) return TC_NPOS;
    while (tc_json_element_next(&r)) {
        if (!tc_json_skip(&r, NULL)) return TC_NPOS;
        count++;
    }
    return tc_json_failed(&r) ? TC_NPOS : count;
}

static TC_STATUS read_list(tc_slice array, tc_arena *arena, tc_sample_list *ret, tc_error *error)
{
    tc_json r;
    tc_json_value v;
    size_t count = elements(array);
    if (count == TC_NPOS) return wrong(error, "events, fires, silent and each are lists");
    ret->items = tc_arena_get(arena, TC_MAX(count, (size_t)1), sizeof(*ret->items));
    if (ret->items == NULL) return tc_fail(error, TC_ENOMEM, "no memory for a sample");
    tc_json_init(&r, array);
    (void)!tc_json_value_next(&r, &v);
    for (ret->count = 0; tc_json_element_next(&r); ret->count++) {
        tc_slice value = TC_EMPTY_SLICE;
        if (!tc_json_skip(&r, &value)) break;
        ret->items[ret->count] = bare(tc_slice_trim(value));
    }
    return TC_SUCCESS;
}

static TC_STATUS read_member(tc_slice key, tc_slice value, tc_arena *arena, tc_sample *ret,
                             tc_error *error)
{
    if (tc_slice_equal(key, TC_LIT("events"))) return read_list(value, arena, &ret->events, error);
    if (tc_slice_equal(key, TC_LIT("fires"))) return read_list(value, arena, &ret->fires, error);
    if (tc_slice_equal(key, TC_LIT("silent"))) return read_list(value, arena, &ret->silent, error);
    if (tc_slice_equal(key, TC_LIT("each"))) return read_list(value, arena, &ret->each, error);
    if (tc_slice_equal(key, TC_LIT("why"))) {
        ret->why = bare(value);
    } else if (tc_slice_equal(key, TC_LIT("logsource"))) {
        ret->logsource = value;
    } else if (tc_slice_equal(key, TC_LIT("start"))) {
        if (!tc_time_parse_iso(bare(value), &ret->start, NULL))
            return wrong(error, "start is no time");
    } else {
        return tc_fail(error, TC_ESYNTAX, "'%.*s' is no member of a sample",
                       (int)TC_MIN(key.len, (size_t)60), (const char *)key.ptr);
    }
    return TC_SUCCESS;
}

static TC_STATUS check(const tc_sample *s, tc_error *error)
{
    if (s->why.len == 0) return wrong(error, "a sample says why");
    if (s->events.count == 0) return wrong(error, "a sample has events");
    if (s->fires.count + s->silent.count == 0)
        return wrong(error, "a sample says what fires or what is silent");
    if (s->each.count == 0) return wrong(error, "each is empty");
    return TC_SUCCESS;
}

TC_STATUS tc_sample_read(tc_slice line, tc_arena *arena, tc_sample *ret, tc_error *reterr)
{
    static tc_slice none = {(const uint8_t *)"", 0};
    tc_json r;
    tc_json_value v;
    tc_slice key;
    *ret = (tc_sample){.start = STORY_START, .each = {&none, 1}};
    tc_json_init(&r, line);
    if (!tc_json_value_next(&r, &v) || v.type != TC_JSON_OBJECT)
        return wrong(reterr, "not a JSON object");
    while (tc_json_key_next(&r, &key)) {
        tc_slice value = TC_EMPTY_SLICE;
        if (!tc_json_skip(&r, &value)) break;
        TC_TRY(read_member(key, tc_slice_trim(value), arena, ret, reterr));
    }
    if (tc_json_failed(&r) || !tc_json_at_end(&r)) return wrong(reterr, "not a JSON object");
    return check(ret, reterr);
}
