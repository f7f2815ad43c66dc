#include "tests/support/memory_sink.h"
#include "parsers/base/utf8.h"

#define TEXT_MAX ((size_t)256 << 20)

static const char *const forms[TC_FORM_COUNT] = {
    [TC_FORM_MISSING] = "missing", [TC_FORM_NULL] = "null",      [TC_FORM_TEXT] = "text",
    [TC_FORM_CSV] = "csv",         [TC_FORM_XML] = "xml",        [TC_FORM_JSON_STRING] = "json",
    [TC_FORM_NUMBER] = "number",   [TC_FORM_TRUE] = "true",      [TC_FORM_FALSE] = "false",
    [TC_FORM_LIST] = "list",       [TC_FORM_JSON] = "container",
};

static void write_cell(tc_str *text, tc_slice name, tc_cell cell, tc_arena *arena)
{
    if (cell.form == TC_FORM_MISSING) return;
    tc_str_add_byte(text, ' ');
    tc_escape_text(text, name);
    tc_str_addf(text, "=%s:", forms[cell.form]);
    tc_value value = tc_cell_value(cell, arena);
    for (size_t i = 0; i < value.item_count; i++)
        write_cell(text, TC_LIT("item"), value.items[i], arena);
    tc_escape_text(text, value.text);
}

static void write_event(tc_memory_sink *memory, const tc_event *event)
{
    char time[TC_TIME_TEXT];
    tc_str_addf(&memory->text, "%" PRIu64 "+%zu %s %s", memory->base + event->place.offset,
                event->place.length, tc_time_format(event->time, time), event->schema->format);
    for (size_t i = 0; i < event->schema->column_count; i++)
        write_cell(&memory->text, event->schema->names[i], event->cells[i], event->arena);
    for (size_t i = 0; i < event->extra_count; i++)
        write_cell(&memory->text, event->extra[i].name, event->extra[i].cell, event->arena);
    tc_str_add_byte(&memory->text, '\n');
}

static TC_STATUS take_event(void *context, tc_event *event)
{
    tc_memory_sink *memory = context;
    size_t offset = event->place.offset;
    if (memory->events > 0 && memory->base + offset < memory->last_offset)
        memory->monotonic = false;
    if (offset > memory->block.len || event->place.length > memory->block.len - offset)
        memory->monotonic = false;
    memory->last_offset = (size_t)memory->base + offset;
    memory->last_time = event->time;
    memory->events++;
    if (!memory->silent) write_event(memory, event);
    return TC_SUCCESS;
}

static void take_reject(void *context, tc_reason reason, tc_place place, tc_slice raw)
{
    tc_memory_sink *memory = context;
    (void)reason;
    if (place.offset > memory->block.len || raw.len > memory->block.len - place.offset)
        memory->monotonic = false;
    memory->rejects++;
}

void tc_memory_sink_init(tc_memory_sink *memory)
{
    *memory = (tc_memory_sink){.monotonic = true, .last_time = TC_TIME_NONE};
    tc_str_init(&memory->text, TEXT_MAX);
}

void tc_memory_sink_done(tc_memory_sink *memory)
{
    tc_str_done(&memory->text);
}

void tc_memory_sink_at(tc_memory_sink *memory, tc_slice block, uint64_t base)
{
    memory->block = block;
    memory->base = base;
}

tc_sink tc_memory_sink_view(tc_memory_sink *memory)
{
    return (tc_sink){memory, take_event, take_reject};
}
