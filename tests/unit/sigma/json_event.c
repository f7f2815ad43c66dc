#include "tests/unit/sigma/json_event.h"

#include "parsers/base/json_reader.h"

#define COLUMNS_MAX 64

typedef struct columns {
    tc_arena *arena;
    tc_slice names[COLUMNS_MAX];
    tc_cell cells[COLUMNS_MAX];
    size_t count;
} columns;

static tc_cell scalar(tc_json_value v)
{
    static const tc_form forms[TC_JSON_TYPE_COUNT] = {[TC_JSON_NULL] = TC_FORM_NULL,
                                                      [TC_JSON_TRUE] = TC_FORM_TRUE,
                                                      [TC_JSON_FALSE] = TC_FORM_FALSE,
                                                      [TC_JSON_NUMBER] = TC_FORM_NUMBER,
                                                      [TC_JSON_STRING] = TC_FORM_JSON_STRING};
    return (tc_cell){v.raw.ptr, (uint32_t)v.raw.len, forms[v.type]};
}

static bool put(columns *c, tc_slice name, tc_cell cell)
{
    if (c->count == COLUMNS_MAX) return false;
    c->names[c->count] = name;
    c->cells[c->count++] = cell;
    return true;
}

static bool join(tc_arena *arena, tc_slice name, tc_slice key, tc_slice *ret)
{
    if (name.len == 0) return tc_arena_copy(arena, key, ret);
    uint8_t *out = tc_arena_get(arena, name.len + 1 + key.len, 1);
    if (!out) return false;
    memcpy(out, name.ptr, name.len);
    out[name.len] = '.';
    memcpy(out + name.len + 1, key.ptr, key.len);
    *ret = tc_slice_make(out, name.len + 1 + key.len);
    return true;
}

static bool read_list(columns *c, tc_json *json, tc_slice name)
{
    tc_cell *items = tc_arena_get(c->arena, COLUMNS_MAX, sizeof *items);
    uint32_t count = 0;
    tc_json_value v;
    while (items && tc_json_element_next(json)) {
        if (!tc_json_value_next(json, &v) || v.type == TC_JSON_OBJECT || v.type == TC_JSON_ARRAY ||
            count == COLUMNS_MAX)
            return false;
        items[count++] = scalar(v);
    }
    return items && !tc_json_failed(json) &&
           put(c, name, (tc_cell){(const uint8_t *)items, count, TC_FORM_LIST});
}

static bool read_value(columns *c, tc_json *json, tc_slice name)
{
    tc_json_value v;
    tc_slice key;
    if (!tc_json_value_next(json, &v)) return false;
    if (v.type == TC_JSON_ARRAY) return read_list(c, json, name);
    if (v.type != TC_JSON_OBJECT) return put(c, name, scalar(v));
    while (tc_json_key_next(json, &key))
        if (!join(c->arena, name, key, &key) || !read_value(c, json, key)) return false;
    return !tc_json_failed(json);
}

bool json_event_make(json_event *e, const tc_names *names, tc_slice json)
{
    *e = (json_event){.arena = tc_arena_new((size_t)64 << 20)};
    if (!e->arena) return false;
    columns *c = tc_arena_zero(e->arena, 1, sizeof *c);
    size_t slot_count = tc_names_count(names);
    uint16_t *slots = tc_arena_zero(e->arena, slot_count, sizeof *slots);
    tc_field *fields = tc_arena_zero(e->arena, COLUMNS_MAX, sizeof *fields);
    tc_json reader;
    tc_json_init(&reader, json);
    if (c) c->arena = e->arena;
    if (!c || !slots || !fields || !read_value(c, &reader, TC_EMPTY_SLICE)) {
        json_event_free(e);
        return false;
    }
    for (size_t i = 0; i < c->count; i++) {
        fields[i] = tc_names_find(names, c->names[i]);
        if (fields[i] && !slots[fields[i]]) slots[fields[i]] = (uint16_t)(i + 1);
    }
    e->schema = (tc_schema){.format = "json",
                            .column_count = c->count,
                            .fields = fields,
                            .names = c->names,
                            .slots = slots,
                            .slot_count = slot_count};
    e->event = (tc_event){
        .schema = &e->schema, .cells = c->cells, .time = TC_TIME_NONE, .arena = e->arena};
    return true;
}

void json_event_free(json_event *e)
{
    tc_arena_free(e->arena);
}
