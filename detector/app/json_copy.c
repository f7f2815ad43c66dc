#include "detector/app/json_copy.h"

#include "parsers/base/json_reader.h"
#include "parsers/base/json_writer.h"

typedef struct copy {
    tc_json reader;
    tc_arena *arena;
    tc_str *out;
} copy;

static bool copy_value(copy *c);

static bool copy_string(copy *c, tc_slice raw)
{
    tc_json_writer w;
    tc_slice text;
    tc_arena_mark mark = tc_arena_save(c->arena);
    if (!tc_json_decode(c->arena, raw, &text)) return false;
    tc_json_writer_init(&w, c->out);
    tc_json_string(&w, text);
    tc_arena_rewind(c->arena, mark);
    return true;
}

static bool copy_object(copy *c)
{
    tc_slice key;
    bool first = true;
    tc_str_add_byte(c->out, '{');
    while (tc_json_key_next(&c->reader, &key)) {
        if (!first) tc_str_add_byte(c->out, ',');
        first = false;
        if (!copy_string(c, key)) return false;
        tc_str_add_byte(c->out, ':');
        if (!copy_value(c)) return false;
    }
    tc_str_add_byte(c->out, '}');
    return !tc_json_failed(&c->reader);
}

static bool copy_array(copy *c)
{
    bool first = true;
    tc_str_add_byte(c->out, '[');
    while (tc_json_element_next(&c->reader)) {
        if (!first) tc_str_add_byte(c->out, ',');
        first = false;
        if (!copy_value(c)) return false;
    }
    tc_str_add_byte(c->out, ']');
    return !tc_json_failed(&c->reader);
}

/* As deep as the reader goes, which is bounded. */
static bool copy_value(copy *c)
{
    tc_json_value v;
    if (!tc_json_value_next(&c->reader, &v)) return false;
    if (v.type == TC_JSON_OBJECT) return copy_object(c);
    if (v.type == TC_JSON_ARRAY) return copy_array(c);
    if (v.type == TC_JSON_STRING) return copy_string(c, v.raw);
    if (v.type == TC_JSON_NUMBER)
        tc_str_add(c->out, v.raw);
    else
        tc_str_addf(c->out, "%s",
                    v.type == TC_JSON_TRUE    ? "true"
                    : v.type == TC_JSON_FALSE ? "false"
                                              : "null");
    return true;
}

bool tc_json_copy(tc_arena *arena, tc_slice json, tc_str *out)
{
    copy c = {.arena = arena, .out = out};
    size_t before = out->len;
    tc_json_init(&c.reader, json);
    if (copy_value(&c) && tc_json_at_end(&c.reader)) return true;
    out->len = before;
    return false;
}
