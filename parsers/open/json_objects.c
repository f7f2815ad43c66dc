#include "parsers/open/json_objects.h"

#include "parsers/base/json_reader.h"

/* *ret empty: it is not whole. */
static tc_reason read(const tc_json_form *form, void *walk, tc_slice text, tc_slice *ret)
{
    size_t length = tc_json_extent(text);
    *ret = tc_slice_sub(text, 0, length == TC_NPOS ? 0 : length);
    return ret->len == 0 ? TC_REASON_BAD_JSON : form->read(walk, *ret);
}

static TC_STATUS take(const tc_json_form *form, void *walk, tc_json_records *records)
{
    tc_slice object;
    tc_reason reason = read(form, walk, records->text, &object);
    if (object.len == 0) {
        tc_json_records_broken(records);
        return TC_SUCCESS;
    }
    if (reason != TC_REASON_COUNT) {
        tc_json_records_reject(records, reason, object.len);
        return TC_SUCCESS;
    }
    tc_place place = tc_json_records_accept(records, object.len);
    return form->deliver(walk, place, object, records->sink);
}

TC_STATUS tc_json_objects_parse(const tc_json_form *form, void *walk, tc_json_records *records,
                                tc_arena *arena)
{
    tc_arena_mark mark = tc_arena_save(arena);
    while (tc_json_records_next(records)) {
        TC_TRY(take(form, walk, records));
        tc_arena_rewind(arena, mark);
    }
    return TC_SUCCESS;
}

bool tc_json_objects_next(const tc_json_form *form, void *walk, tc_json_sample *sample,
                          tc_reason *ret)
{
    tc_slice text, object;
    if (!tc_json_sample_next(sample, &text)) return false;
    *ret = read(form, walk, text, &object);
    tc_json_sample_seen(sample, object.len);
    return true;
}

bool tc_json_objects_time(const tc_json_form *form, void *walk, tc_json_sample *sample,
                          tc_time *ret)
{
    tc_reason reason;
    for (size_t i = 0; i < TC_JSON_SAMPLE_TRIES; i++) {
        if (!tc_json_objects_next(form, walk, sample, &reason)) return false;
        if (reason != TC_REASON_COUNT) continue;
        *ret = form->time(walk);
        return true;
    }
    return false;
}
