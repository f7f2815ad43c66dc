/* OpenTelemetry protocol, JSON encoding: opentelemetry-proto, common.proto (AnyValue, KeyValue);
 * numbers of 64 bits are texts there. */
#include "parsers/envelope/otlp.h"

#include "parsers/base/json_writer.h"
#include "parsers/open/json_cells.h"

typedef struct writing {
    tc_arena *arena;
    tc_json r;
    tc_json_writer out;
    unsigned depth;
} writing;

static bool is_scalar(uint8_t first)
{
    return first != '{' && first != '[';
}

bool tc_otlp_scalar(tc_json *r, tc_json_value *ret)
{
    tc_json_value value;
    tc_slice key;
    *ret = (tc_json_value){.type = TC_JSON_NULL};
    if (!tc_json_value_next(r, &value)) return false;
    if (value.type == TC_JSON_ARRAY) {
        while (tc_json_element_next(r))
            if (!tc_json_skip(r, NULL)) return false;
        return !tc_json_failed(r);
    }
    if (value.type != TC_JSON_OBJECT) return true;
    while (tc_json_key_next(r, &key)) {
        bool bytes = tc_slice_equal(key, TC_LIT("bytesValue"));
        bool fine = is_scalar(tc_json_peek(r)) && !bytes ? tc_json_value_next(r, ret)
                                                         : tc_json_skip(r, NULL);
        if (!fine) return false;
    }
    return !tc_json_failed(r);
}

static void write_scalar(writing *w, const tc_json_value *value)
{
    if (value->type == TC_JSON_STRING) /* with its quotes */
        tc_json_raw(&w->out, tc_slice_make(value->raw.ptr - 1, value->raw.len + 2));
    else if (value->type == TC_JSON_NUMBER)
        tc_json_raw(&w->out, value->raw);
    else if (value->type == TC_JSON_NULL)
        tc_json_null(&w->out);
    else
        tc_json_bool(&w->out, value->type == TC_JSON_TRUE);
}

static bool write_any(writing *w);

/* The element of a list of pairs: {"key": ..., "value": ...}. */
static bool write_pair(writing *w)
{
    tc_json_value value;
    tc_slice key, name = TC_EMPTY_SLICE;
    bool named = false, written = false;
    if (tc_json_peek(&w->r) != '{') return tc_json_skip(&w->r, NULL);
    if (!tc_json_value_next(&w->r, &value)) return false;
    while (tc_json_key_next(&w->r, &key)) {
        if (tc_slice_equal(key, TC_LIT("key")) && tc_json_peek(&w->r) == '"') {
            if (!tc_json_value_next(&w->r, &value)) return false;
            if (!tc_json_decode(w->arena, value.raw, &name)) return false;
            named = true;
        } else if (tc_slice_equal(key, TC_LIT("value")) && named && !written) {
            written = true;
            tc_json_key_slice(&w->out, name);
            if (!write_any(w)) return false;
        } else if (!tc_json_skip(&w->r, NULL)) {
            return false;
        }
    }
    return !tc_json_failed(&w->r);
}

/* {"values": [...]}: an object of pairs, or a list. */
static bool write_values(writing *w, bool pairs)
{
    tc_json_value value;
    tc_slice key;
    if (pairs)
        tc_json_object_open(&w->out);
    else
        tc_json_array_open(&w->out);
    if (!tc_json_value_next(&w->r, &value)) return false;
    while (value.type == TC_JSON_OBJECT && tc_json_key_next(&w->r, &key)) {
        if (!tc_slice_equal(key, TC_LIT("values")) || tc_json_peek(&w->r) != '[') {
            if (!tc_json_skip(&w->r, NULL)) return false;
            continue;
        }
        if (!tc_json_value_next(&w->r, &value)) return false;
        while (tc_json_element_next(&w->r))
            if (!(pairs ? write_pair(w) : write_any(w))) return false;
        value.type = TC_JSON_OBJECT;
    }
    if (pairs)
        tc_json_object_close(&w->out);
    else
        tc_json_array_close(&w->out);
    return !tc_json_failed(&w->r);
}

static bool write_list(writing *w, bool pairs)
{
    if (w->depth == TC_OTLP_DEPTH || tc_json_peek(&w->r) != '{') {
        tc_json_null(&w->out);
        return tc_json_skip(&w->r, NULL);
    }
    w->depth++;
    bool fine = write_values(w, pairs);
    w->depth--;
    return fine;
}

/* An AnyValue: an object with one member, called after its type. */
static bool write_any(writing *w)
{
    tc_json_value value = {.type = TC_JSON_NULL};
    tc_json ahead = w->r;
    tc_slice key;
    if (tc_json_peek(&w->r) == '{' && tc_json_value_next(&ahead, &value) &&
        tc_json_key_next(&ahead, &key)) {
        bool pairs = tc_slice_equal(key, TC_LIT("kvlistValue"));
        if (pairs || tc_slice_equal(key, TC_LIT("arrayValue"))) {
            w->r = ahead;
            if (!write_list(w, pairs)) return false;
            while (tc_json_key_next(&w->r, &key))
                if (!tc_json_skip(&w->r, NULL)) return false;
            return !tc_json_failed(&w->r);
        }
    }
    if (!tc_otlp_scalar(&w->r, &value)) return false;
    write_scalar(w, &value);
    return true;
}

bool tc_otlp_plain(tc_slice list, tc_arena *arena, tc_slice *ret)
{
    writing w = {.arena = arena};
    tc_str text;
    tc_str_init(&text, 2 * list.len + 64);
    tc_json_init(&w.r, list);
    tc_json_writer_init(&w.out, &text);
    bool fine = write_list(&w, true) && tc_json_at_end(&w.r) && !tc_failed(tc_str_status(&text)) &&
                tc_arena_copy(arena, tc_str_view(&text), ret);
    tc_str_done(&text);
    return fine;
}
