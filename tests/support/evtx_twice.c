#include "tests/support/evtx_twice.h"

#include "parsers/base/alloc.h"
#include "parsers/windows/binxml.h"
#include "parsers/windows/evtx_chunk.h"
#include "parsers/windows/evtx_take.h"
#include "parsers/windows/windows_xml_walk.h"

#define ARENA_MAX ((size_t)64 << 20)

typedef struct twice {
    tc_arena *arena;
    tc_slice chunk;
    tc_evtx_plans *plans;
    tc_windows_xml_walk *planned, *read;
    tc_str text;
} twice;

static bool same_cell(tc_cell a, tc_cell b, tc_arena *arena)
{
    tc_value x = tc_cell_value(a, arena), y = tc_cell_value(b, arena);
    if (x.kind != y.kind || x.item_count != y.item_count || !tc_slice_equal(x.text, y.text))
        return false;
    for (size_t i = 0; i < x.item_count; i++)
        if (!same_cell(x.items[i], y.items[i], arena)) return false;
    return true;
}

static bool same_fill(const tc_windows_fill *a, const tc_windows_fill *b, tc_arena *arena)
{
    if (a->time != b->time || a->row.extra_count != b->row.extra_count) return false;
    for (size_t i = 0; i < a->schema->column_count; i++)
        if (!same_cell(a->row.cells[i], b->row.cells[i], arena)) return false;
    for (size_t i = 0; i < a->row.extra_count; i++)
        if (!tc_slice_equal(a->row.extra[i].name, b->row.extra[i].name) ||
            !same_cell(a->row.extra[i].cell, b->row.extra[i].cell, arena))
            return false;
    return true;
}

static bool same_as_xml(twice *t, size_t from, size_t to)
{
    tc_reason reason = tc_windows_fill_end(&t->planned->fill);
    tc_str_clear(&t->text);
    if (tc_binxml_write(t->chunk, from, to, t->arena, &t->text) != TC_BINXML_WRITTEN) return false;
    tc_reason read = tc_windows_xml_walk_element(t->read, tc_str_view(&t->text));
    return read == reason &&
           (reason != TC_REASON_COUNT || same_fill(&t->planned->fill, &t->read->fill, t->arena));
}

static void take_record(twice *t, const tc_evtx_item *item, tc_evtx_twice *ret)
{
    size_t from = item->at + TC_EVTX_RECORD_HEAD, to = item->at + item->length - 4;
    tc_arena_mark mark = tc_arena_save(t->arena);
    ret->records++;
    if (tc_evtx_take(t->plans, from, to, TC_RECORD_MAX, t->arena)) {
        ret->planned++;
        ret->differ += !same_as_xml(t, from, to);
    }
    tc_arena_rewind(t->arena, mark);
}

static void read_all(twice *t, const tc_parse_options *options, tc_evtx_twice *ret)
{
    tc_windows_schemas schemas;
    tc_evtx_item item;
    tc_evtx_chunk chunk = tc_evtx_chunk_of(t->chunk);
    tc_windows_schemas_init(&schemas, options, "evtx");
    t->planned = tc_arena_get(t->arena, 1, sizeof *t->planned);
    t->read = tc_arena_get(t->arena, 1, sizeof *t->read);
    t->plans = tc_arena_get(t->arena, 1, sizeof *t->plans);
    TC_ASSERT(schemas.failed == TC_OK && t->planned && t->read && t->plans);
    bool made = tc_windows_xml_walk_init(t->planned, options, &schemas, t->arena) &&
                tc_windows_xml_walk_init(t->read, options, &schemas, t->arena) &&
                tc_evtx_plans_init(t->plans, &t->planned->fill, t->arena);
    TC_ASSERT(made);
    tc_evtx_plans_begin(t->plans, t->chunk);
    while (tc_evtx_next(&chunk, &item))
        if (item.kind == TC_EVTX_RECORD) take_record(t, &item, ret);
}

tc_evtx_twice tc_evtx_read_twice(tc_slice chunk, bool all)
{
    tc_evtx_twice found = {0, 0, 0};
    tc_names *names = tc_names_new();
    TC_ASSERT(names);
    tc_names_freeze(names);
    tc_schemas *schemas = tc_schemas_new(names, 4);
    twice t = {.arena = tc_arena_new(ARENA_MAX), .chunk = chunk};
    TC_ASSERT(schemas && t.arena);
    const tc_parse_options options = {
        .names = names, .schemas = schemas, .all = all, .record_max = TC_RECORD_MAX};
    tc_str_init(&t.text, TC_RECORD_MAX);
    read_all(&t, &options, &found);
    tc_str_done(&t.text);
    tc_arena_free(t.arena);
    tc_schemas_free(schemas);
    tc_names_free(names);
    return found;
}
