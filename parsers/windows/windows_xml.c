#include "parsers/windows/windows_xml.h"

#include "parsers/windows/windows_deliver.h"
#include "parsers/windows/windows_xml_frame.h"
#include "parsers/windows/windows_xml_walk.h"

#define FORMAT "windows-xml"
#define NAMESPACE "http://schemas.microsoft.com/win/2004/08/events/event"
#define SCRATCH_MAX (1u << 22) /* arena of a sample */

struct carry {
    tc_windows_schemas schemas;
    tc_windows_xml_state xml;
};
static void begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options)
{
    (void)self;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    *own = (struct carry){0};
    tc_windows_schemas_init(&own->schemas, options, FORMAT);
}

static TC_STATUS frame(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                       tc_slice bytes, bool last, tc_frame *ret)
{
    (void)self;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    if (own->schemas.failed != TC_OK) return (tc_status){own->schemas.failed};
    tc_windows_xml_cut(&own->xml, bytes, last, options->record_max, ret);
    return TC_SUCCESS;
}

static void carry_visit(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                        tc_visit *visit)
{
    (void)self;
    (void)options;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    tc_windows_xml_visit(&own->xml, visit);
}

static TC_STATUS parse(const tc_parser *self, const tc_carry *carry,
                       const tc_parse_options *options, tc_slice block, tc_arena *arena,
                       tc_ledger *ledger, const tc_sink *sink)
{
    (void)self;
    const struct carry *own = TC_CARRY_OF(struct carry, carry);
    tc_windows_xml_walk *walk = tc_arena_get(arena, 1, sizeof *walk);
    if (!walk || !tc_windows_xml_walk_init(walk, options, &own->schemas, arena))
        return (tc_status){TC_ENOMEM};
    tc_windows_elements elements;
    tc_windows_elements_init(&elements, block, options->record_max, ledger, sink);
    tc_arena_mark mark = tc_arena_save(arena);
    while (tc_windows_elements_next(&elements)) {
        tc_slice text = elements.text;
        tc_reason reason = tc_windows_xml_walk_element(walk, text);
        if (reason == TC_REASON_COUNT)
            TC_TRY(tc_windows_deliver(
                &own->schemas, options->names, &walk->fill.row,
                (tc_windows_found){.time = walk->fill.time,
                                   .place = tc_windows_elements_accept(&elements),
                                   .raw = text},
                sink));
        else
            tc_windows_elements_reject(&elements, reason);
        tc_arena_rewind(arena, mark);
    }
    return TC_SUCCESS;
}

static bool is_record(void *context, tc_slice element)
{
    tc_windows_xml_walk *walk = context;
    return tc_windows_xml_walk_element(walk, element) == TC_REASON_COUNT &&
           walk->fill.time != TC_TIME_NONE;
}

static bool sample_time(const tc_parser *self, const tc_carry *carry,
                        const tc_parse_options *options, tc_slice bytes, tc_time *ret)
{
    (void)self;
    const struct carry *own = TC_CARRY_OF(struct carry, carry);
    if (own->schemas.failed != TC_OK) return false;
    tc_arena *arena = tc_arena_new(SCRATCH_MAX);
    tc_windows_xml_walk *walk = arena ? tc_arena_get(arena, 1, sizeof *walk) : NULL;
    bool found = walk && tc_windows_xml_walk_init(walk, options, &own->schemas, arena) &&
                 tc_windows_elements_find(bytes, options->record_max, is_record, walk);
    if (found) *ret = walk->fill.time;
    tc_arena_free(arena);
    return found;
}

static int probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    (void)self;
    (void)name;
    size_t first = tc_windows_xml_opening(head);
    if (first == TC_NPOS) return 0;
    tc_slice start = tc_slice_sub(head, first, 4096);
    size_t system = tc_slice_search(start, TC_LIT("System"));
    if (system == TC_NPOS) return 0;
    if (tc_slice_search(start, TC_LIT(NAMESPACE)) < system) return 95;
    return tc_slice_search(start, TC_LIT("EventID")) == TC_NPOS ? 0 : 80;
}

const tc_parser tc_parser_windows_xml = {
    .name = FORMAT,
    .summary = "Windows events as XML: wevtutil, Event Viewer, PowerShell, converted EVTX",
    .spec = "https://learn.microsoft.com/windows/win32/wes/eventschema-schema",
    .unit_of_loss = "one <Event> element",
    .gives = "logons, passwords, account changes, Exchange management",
    .evidence = TC_WINDOWS_EVIDENCE,
    .first = "<",
    .lateness_ns = TC_HOUR,
    .probe = probe,
    .begin = begin,
    .frame = frame,
    .parse = parse,
    .sample_time = sample_time,
    .identity = tc_windows_identity,
    .show = tc_windows_show,
    .carry_visit = carry_visit,
    .carry_version = 1,
};
