#include "tests/unit/parsers/event_run.h"

#include "tests/support/memory_sink.h"

#include <criterion/criterion.h>

#define PLENTY ((size_t)64 << 20)
#define TEXT_MAX ((size_t)64 << 20)

struct context {
    tc_event_run *run;
    tc_memory_sink memory;
};

static TC_STATUS take(void *context, tc_event *event)
{
    struct context *own = context;
    tc_event_run *run = own->run;
    run->events++;
    run->last_record = event->place.record;
    if (run->events == run->stop_at) return (tc_status){TC_ELIMIT};
    tc_sink memory = tc_memory_sink_view(&own->memory);
    cr_assert_not(tc_failed(memory.event(memory.context, event)));
    const tc_schema *schema = event->schema;
    for (size_t i = 0; i < schema->label_count; i++) {
        const tc_logsource *label = &schema->labels[i];
        tc_str_addf(&own->memory.text, "[%s/%s]\n", label->product ? label->product : "",
                    label->service ? label->service : "");
    }
    cr_expect(run->parser->binary ||
              tc_slice_equal(event->raw, tc_slice_sub(own->memory.block, event->place.offset,
                                                      event->place.length)));
    return TC_SUCCESS;
}

static void parse_all(struct context *own, const tc_parse_options *options, tc_carry *carry,
                      tc_slice text, tc_arena *arena)
{
    tc_event_run *run = own->run;
    const tc_sink sink = {own, take, NULL};
    for (size_t at = 0; at < text.len && !tc_failed(run->status);) {
        tc_carry before = *carry;
        tc_frame frame;
        tc_slice rest = tc_slice_sub(text, at, text.len);
        run->status = run->parser->frame(run->parser, carry, options, rest, true, &frame);
        if (tc_failed(run->status)) return;
        cr_assert(frame.length > 0 && !frame.rejected);
        tc_slice block = tc_slice_sub(rest, 0, frame.length);
        tc_memory_sink_at(&own->memory, block, at);
        run->status =
            run->parser->parse(run->parser, &before, options, block, arena, &run->ledger, &sink);
        at += frame.length;
    }
}

void tc_event_run_text(tc_event_run *run, tc_slice text)
{
    tc_names *names = tc_names_new();
    tc_arena *arena = tc_arena_new(run->arena_max ? run->arena_max : PLENTY);
    cr_assert(names && arena);
    tc_field field;
    for (size_t i = 0; run->names && run->names[i]; i++)
        cr_assert_not(tc_failed(tc_names_add(names, tc_slice_of(run->names[i]), &field)));
    tc_names_freeze(names);
    tc_schemas *schemas = tc_schemas_new(names, 16);
    cr_assert(schemas);
    const tc_parse_options options = {.names = names,
                                      .schemas = schemas,
                                      .zone_offset_ns = run->zone_offset_ns,
                                      .all = run->all,
                                      .record_max = TC_RECORD_MAX};
    struct context own = {.run = run};
    tc_memory_sink_init(&own.memory);
    tc_carry carry;
    run->parser->begin(run->parser, &carry, &options);
    run->has_sample = run->parser->sample_time(run->parser, &carry, &options, text, &run->sample);
    parse_all(&own, &options, &carry, text, arena);
    run->text = own.memory.text;
    tc_schemas_free(schemas);
    tc_arena_free(arena);
    tc_names_free(names);
}

void tc_event_run_done(tc_event_run *run)
{
    tc_str_done(&run->text);
}

bool tc_event_run_has(const tc_event_run *run, const char *piece)
{
    return tc_slice_search(tc_str_view(&run->text), tc_slice_of(piece)) != TC_NPOS;
}
