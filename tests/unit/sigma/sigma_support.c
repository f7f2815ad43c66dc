#include "tests/unit/sigma/sigma_support.h"

#include "parsers/base/json_reader.h"
#include "parsers/base/str.h"

#include <criterion/criterion.h>

#define COLUMNS_MAX 64

static void note(void *context, const tc_error *error, bool warning)
{
    loaded *l = context;
    char line[800];
    char *out = warning ? l->warnings : l->errors;
    size_t used = strlen(out);
    (void)tc_error_format(error, line, sizeof line);
    (void)snprintf(out + used, sizeof l->errors - used, "%s\n", line);
}

void load_begin(loaded *l)
{
    *l = (loaded){.rules = tc_ruleset_new(), .names = tc_names_new()};
    cr_assert(l->rules && l->names);
}

tc_status load_add(loaded *l, const char *file, const char *yaml)
{
    tc_rule_reporter reporter = {l, note};
    return tc_ruleset_add_text(l->rules, tc_slice_of(file), tc_slice_of(yaml), &reporter);
}

void load_end(loaded *l)
{
    tc_rule_reporter reporter = {l, note};
    if (tc_failed(tc_ruleset_compile(l->rules, l->names, &reporter))) return;
    tc_names_freeze(l->names);
    l->matcher = tc_matcher_new(l->rules);
    cr_assert(l->matcher);
}

void load(loaded *l, const char *yaml)
{
    load_begin(l);
    (void)load_add(l, "rule.yml", yaml);
    load_end(l);
}

void load_free(loaded *l)
{
    tc_matcher_free(l->matcher);
    tc_ruleset_free(l->rules);
    tc_names_free(l->names);
}

/* -- events ---------------------------------------------------------------------------------- */

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

static void put(columns *c, tc_slice name, tc_cell cell)
{
    cr_assert(c->count < COLUMNS_MAX);
    c->names[c->count] = name;
    c->cells[c->count++] = cell;
}

static void read_value(columns *c, tc_json *json, tc_slice name)
{
    tc_json_value v;
    tc_slice key;
    cr_assert(tc_json_value_next(json, &v));
    if (v.type == TC_JSON_OBJECT) {
        while (tc_json_key_next(json, &key)) {
            tc_str full;
            tc_str_init(&full, 1024);
            tc_str_add(&full, name);
            if (name.len > 0) tc_str_add_byte(&full, '.');
            tc_str_add(&full, key);
            cr_assert(tc_arena_copy(c->arena, tc_str_view(&full), &key));
            tc_str_done(&full);
            read_value(c, json, key);
        }
    } else if (v.type == TC_JSON_ARRAY) {
        tc_cell *items = tc_arena_get(c->arena, COLUMNS_MAX, sizeof *items);
        uint32_t count = 0;
        while (tc_json_element_next(json)) {
            cr_assert(tc_json_value_next(json, &v));
            items[count++] = scalar(v);
        }
        put(c, name, (tc_cell){(const uint8_t *)items, count, TC_FORM_LIST});
    } else {
        put(c, name, scalar(v));
    }
}

void event_make(json_event *e, const tc_names *names, const char *json)
{
    *e = (json_event){.arena = tc_arena_new((size_t)64 << 20)};
    columns *c = tc_arena_zero(e->arena, 1, sizeof *c);
    c->arena = e->arena;
    tc_json reader;
    tc_json_init(&reader, tc_slice_of(json));
    read_value(c, &reader, TC_EMPTY_SLICE);
    size_t slot_count = tc_names_count(names);
    tc_field *fields = tc_arena_zero(e->arena, c->count, sizeof *fields);
    uint16_t *slots = tc_arena_zero(e->arena, slot_count, sizeof *slots);
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
}

void event_free(json_event *e)
{
    tc_arena_free(e->arena);
}

const char *match_all(loaded *l, const char *json, char out[256])
{
    json_event e;
    const uint32_t *found;
    cr_assert(l->matcher, "%s", l->errors);
    event_make(&e, l->names, json);
    size_t count = tc_matcher_match_as(l->matcher, &e.event, NULL, 0, &found);
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        size_t used = strlen(out);
        (void)snprintf(out + used, 256 - used, "%s%" PRIu32, i ? " " : "", found[i]);
    }
    event_free(&e);
    return out;
}

/* -- single rules ---------------------------------------------------------------------------- */

static void load_detection(loaded *l, const char *detection)
{
    char yaml[8192];
    int length = snprintf(yaml, sizeof yaml,
                          "title: t\nlogsource: {product: test}\ndetection:\n%s\n", detection);
    cr_assert(length > 0 && (size_t)length < sizeof yaml);
    load(l, yaml);
}

bool matches(const char *detection, const char *json)
{
    loaded l;
    char found[256];
    load_detection(&l, detection);
    cr_assert(l.matcher, "%s\n%s", detection, l.errors);
    bool yes = match_all(&l, json, found)[0] != '\0';
    load_free(&l);
    return yes;
}

const char *errors_of(const char *detection, char out[4096])
{
    loaded l;
    load_detection(&l, detection);
    memcpy(out, l.errors, 4096);
    load_free(&l);
    return out;
}

const char *warnings_of(const char *detection, char out[4096])
{
    loaded l;
    load_detection(&l, detection);
    memcpy(out, l.warnings, 4096);
    load_free(&l);
    return out;
}
