#include "detector/app/event_json.h"

#include "parsers/base/alloc.h"
#include "parsers/base/json_writer.h"

#define SEGMENTS_MAX 6

typedef struct ecs_row {
    tc_field field;
    tc_slice name;
} ecs_row;

/* ECS fields in byte order of their names, so that members of one object stand together. */
struct tc_event_json {
    const tc_names *names;
    ecs_row rows[TC_FIELD_ECS_END];
    size_t row_count;
};

static int by_name(const void *a, const void *b)
{
    return tc_slice_compare(((const ecs_row *)a)->name, ((const ecs_row *)b)->name);
}

tc_event_json *tc_event_json_new(const tc_names *names)
{
    tc_event_json *p = tc_alloc(1, sizeof(*p));
    if (p == NULL) return NULL;
    p->names = names;
    for (tc_field f = TC_FIELD_NONE + 1; f < TC_FIELD_ECS_END; f++)
        p->rows[p->row_count++] = (ecs_row){f, tc_names_text(names, f)};
    qsort(p->rows, p->row_count, sizeof(ecs_row), by_name);
    return p;
}

void tc_event_json_free(tc_event_json *p)
{
    tc_free(p);
}

static void print_value(tc_json_writer *w, tc_value value, bool as_text, tc_arena *arena)
{
    switch (value.kind) {
    case TC_KIND_MISSING:
    case TC_KIND_NULL:
        tc_json_null(w);
        return;
    case TC_KIND_BOOL:
        if (as_text)
            tc_json_string(w, value.text);
        else
            tc_json_bool(w, value.text.len == 4);
        return;
    case TC_KIND_NUMBER: {
        double number;
        if (!as_text && tc_slice_to_double(value.text, &number))
            tc_json_raw(w, value.text);
        else
            tc_json_string(w, value.text);
        return;
    }
    case TC_KIND_LIST:
        tc_json_array_open(w);
        for (size_t i = 0; i < value.item_count; i++)
            print_value(w, tc_cell_value(value.items[i], arena), as_text, arena);
        tc_json_array_close(w);
        return;
    case TC_KIND_STRING:
    case TC_KIND_COUNT:
        tc_json_string(w, value.text);
        return;
    }
}

static void print_native(const tc_event *event, tc_json_writer *w)
{
    tc_json_key(w, "native");
    tc_json_object_open(w);
    for (size_t i = 0; i < event->schema->column_count; i++) {
        tc_value value = tc_cell_value(event->cells[i], event->arena);
        if (value.kind == TC_KIND_MISSING || event->schema->names[i].len == 0) continue;
        tc_json_key_slice(w, event->schema->names[i]);
        print_value(w, value, true, event->arena);
    }
    for (size_t i = 0; i < event->extra_count; i++) {
        tc_json_key_slice(w, event->extra[i].name);
        print_value(w, tc_cell_value(event->extra[i].cell, event->arena), true, event->arena);
    }
    tc_json_object_close(w);
}

/* Our own plain names (protocol, mailbox...) stand under "tocsin". */
static void print_own(const tc_event_json *p, const tc_event *event, tc_json_writer *w)
{
    for (size_t i = 0; event->overlay && i < p->row_count; i++) {
        const ecs_row *row = &p->rows[i];
        if (tc_slice_find(row->name, '.') != TC_NPOS) continue;
        if (!tc_overlay_has(event->overlay, row->field)) continue;
        tc_json_key_slice(w, row->name);
        print_value(w, event->overlay->value[row->field], false, event->arena);
    }
}

static size_t split_name(tc_slice name, tc_slice out[SEGMENTS_MAX])
{
    size_t n = 0;
    while (n < SEGMENTS_MAX && name.ptr != NULL && name.len)
        out[n++] = tc_slice_split(name, '.', &name);
    return n;
}

static void print_ecs(const tc_event_json *p, const tc_event *event, tc_json_writer *w)
{
    tc_slice open[SEGMENTS_MAX], path[SEGMENTS_MAX];
    size_t depth = 0;
    for (size_t i = 0; event->overlay && i < p->row_count; i++) {
        const ecs_row *row = &p->rows[i];
        if (!tc_overlay_has(event->overlay, row->field)) continue;
        size_t n = split_name(row->name, path), same = 0;
        if (n < 2) continue;
        while (same < depth && same < n - 1 && tc_slice_equal(open[same], path[same]))
            same++;
        for (; depth > same; depth--)
            tc_json_object_close(w);
        for (; depth < n - 1; depth++) {
            open[depth] = path[depth];
            tc_json_key_slice(w, path[depth]);
            tc_json_object_open(w);
        }
        tc_json_key_slice(w, path[n - 1]);
        print_value(w, event->overlay->value[row->field], false, event->arena);
    }
    for (; depth > 0; depth--)
        tc_json_object_close(w);
}

void tc_event_json_print(const tc_event_json *p, const tc_event *event, tc_slice path,
                         uint64_t offset, tc_str *out)
{
    tc_json_writer w;
    char time[TC_TIME_TEXT];
    tc_json_writer_init(&w, out);
    tc_json_object_open(&w);
    tc_json_key(&w, "@timestamp");
    if (event->time == TC_TIME_NONE)
        tc_json_null(&w);
    else
        tc_json_cstring(&w, tc_time_format(event->time, time));
    tc_json_key(&w, "tocsin");
    tc_json_object_open(&w);
    tc_json_key(&w, "format");
    tc_json_cstring(&w, event->schema->format);
    print_native(event, &w);
    print_own(p, event, &w);
    tc_json_object_close(&w);
    tc_json_key(&w, "log");
    tc_json_object_open(&w);
    tc_json_key(&w, "file");
    tc_json_object_open(&w);
    tc_json_key(&w, "path");
    tc_json_string(&w, path);
    tc_json_object_close(&w);
    tc_json_key(&w, "offset");
    tc_json_u64(&w, offset);
    tc_json_object_close(&w);
    print_ecs(p, event, &w);
    tc_json_object_close(&w);
    tc_str_add_byte(out, '\n');
}
