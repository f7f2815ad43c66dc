/* Objects of PowerShell as JSON (ConvertTo-Json) that are no Windows events: the audit logs of
 * Exchange, message tracking, message traces (of the reporting web service, too). */
#include "parsers/audit/export_record.h"
#include "parsers/base/json_reader.h"
#include "parsers/open/json_cells.h"
#include "parsers/open/json_objects.h"
#include "parsers/registered.h"

#define FORMAT "exchange-json"

struct carry {
    tc_export_schemas schemas;
    tc_json_state json;
};

static void begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options)
{
    (void)self;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    *own = (struct carry){.json = {0}};
    tc_export_schemas_init(&own->schemas, options, FORMAT);
}

static TC_STATUS frame(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                       tc_slice bytes, bool last, tc_frame *ret)
{
    (void)self;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    if (own->schemas.failed != TC_OK) return (tc_status){own->schemas.failed};
    tc_json_frame(&own->json, bytes, last, options->record_max, ret);
    return TC_SUCCESS;
}

static void carry_visit(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                        tc_visit *visit)
{
    (void)self;
    (void)options;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    tc_json_state_visit(&own->json, visit);
}

/* -- one object ------------------------------------------------------------------------------ */

typedef struct walk {
    tc_export_walk events;
    tc_export_record record;
    tc_arena *arena;
} walk;

static bool walk_init(walk *w, const tc_export_schemas *schemas, const tc_parse_options *options,
                      tc_arena *arena, size_t length)
{
    w->arena = arena;
    return tc_export_walk_init(&w->events, options, schemas, arena, length);
}

/* {"Name": "Identity", "Value": "anna"} */
static bool take_parameter(walk *w, tc_json *r)
{
    tc_json_value value;
    tc_slice key, name = TC_EMPTY_SLICE;
    tc_cell cell, said = tc_cell_text(TC_EMPTY_SLICE);
    if (!tc_json_value_next(r, &value)) return false;
    while (tc_json_key_next(r, &key)) {
        if (!tc_json_take_cell(r, w->arena, &cell)) return false;
        if (tc_slice_equal(key, TC_LIT("Name"))) name = tc_cell_value(cell, w->arena).text;
        if (tc_slice_equal(key, TC_LIT("Value"))) said = cell;
    }
    if (tc_json_failed(r)) return false;
    tc_export_record_parameter(&w->record, w->arena, name, said);
    return true;
}

static bool take_parameters(walk *w, tc_json *r)
{
    tc_json_value value;
    if (!tc_json_value_next(r, &value)) return false;
    while (tc_json_element_next(r)) {
        bool object = tc_json_peek(r) == '{';
        if (object ? !take_parameter(w, r) : !tc_json_skip(r, NULL)) return false;
    }
    return !tc_json_failed(r);
}

static bool take_members(walk *w, tc_json *r)
{
    tc_json_value value;
    tc_slice key;
    tc_cell cell;
    if (!tc_json_value_next(r, &value) || value.type != TC_JSON_OBJECT) return false;
    while (tc_json_key_next(r, &key)) {
        uint8_t first = tc_json_peek(r);
        if (first == '[' && tc_slice_equal(key, TC_LIT("CmdletParameters"))) {
            if (!take_parameters(w, r)) return false;
        } else if (first == '{') {
            if (!tc_json_skip(r, NULL)) return false;
        } else {
            if (!tc_json_take_cell(r, w->arena, &cell)) return false;
            tc_export_record_add(&w->record, key, cell);
        }
    }
    return !tc_json_failed(r);
}

static tc_reason read_object(void *context, tc_slice object)
{
    walk *w = context;
    tc_json r;
    w->record.count = 0;
    tc_json_init(&r, object);
    if (!take_members(w, &r)) return TC_REASON_BAD_JSON;
    return tc_export_walk_record(&w->events, &w->record);
}

static TC_STATUS deliver(void *context, tc_place place, tc_slice object, const tc_sink *sink)
{
    walk *w = context;
    return tc_export_deliver(&w->events, place, object, sink);
}

static tc_time time_of(const void *context)
{
    return ((const walk *)context)->events.time;
}

static const tc_json_form form = {read_object, deliver, time_of};

static TC_STATUS parse(const tc_parser *self, const tc_carry *carry,
                       const tc_parse_options *options, tc_slice block, tc_arena *arena,
                       tc_ledger *ledger, const tc_sink *sink)
{
    (void)self;
    const struct carry *own = TC_CARRY_OF(struct carry, carry);
    walk *w = tc_arena_get(arena, 1, sizeof *w);
    if (!w || !walk_init(w, &own->schemas, options, arena, block.len))
        return (tc_status){TC_ENOMEM};
    tc_json_records records;
    tc_json_records_init(&records, &own->json, block, options->record_max, ledger, sink);
    return tc_json_objects_parse(&form, w, &records, arena);
}

static bool sample_time(const tc_parser *self, const tc_carry *carry,
                        const tc_parse_options *options, tc_slice bytes, tc_time *ret)
{
    (void)self;
    const struct carry *own = TC_CARRY_OF(struct carry, carry);
    if (own->schemas.failed != TC_OK) return false;
    tc_json_sample sample;
    bool opened = tc_json_sample_open(&sample, options, TC_JSON_ANYWHERE, bytes);
    walk *w = opened ? tc_arena_get(sample.arena, 1, sizeof *w) : NULL;
    bool found = w && walk_init(w, &own->schemas, options, sample.arena, 0) &&
                 tc_json_objects_time(&form, w, &sample, ret);
    tc_json_sample_close(&sample);
    return found;
}

/* Whether all these names stand there as members. */
static bool names_all(tc_slice head, const char *const *names)
{
    for (size_t i = 0; names[i]; i++)
        if (tc_slice_search_ascii(head, tc_slice_of(names[i])) == TC_NPOS) return false;
    return true;
}

static int probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    static const char *const kinds[][5] = {
        {"\"CmdletName\"", "\"RunDate\"", "\"Caller\"", "\"ObjectModified\"", NULL},
        {"\"LastAccessed\"", "\"LogonType\"", "\"Operation\"", "\"MailboxOwnerUPN\"", NULL},
        {"\"MessageSubject\"", "\"EventId\"", "\"Timestamp\"", "\"Sender\"", NULL},
        {"\"Received\"", "\"SenderAddress\"", "\"RecipientAddress\"", "\"MessageTraceId\"", NULL},
        {"\"receivedDateTime\"", "\"senderAddress\"", "\"recipientAddress\"", "\"messageId\"",
         NULL},
    };
    tc_slice start = tc_slice_trim(tc_slice_sub(head, 0, 64));
    (void)self;
    (void)name;
    if (!tc_slice_starts(start, TC_LIT("{")) && !tc_slice_starts(start, TC_LIT("["))) return 0;
    for (size_t i = 0; i < TC_COUNT_OF(kinds); i++)
        if (names_all(head, kinds[i])) return 84;
    return 0;
}

const tc_parser tc_parser_exchange_json = {
    .name = FORMAT,
    .summary = "Exchange audit logs, message tracking and traces, exported as JSON",
    .spec = "Microsoft Learn: Office 365 Reporting web service",
    .unit_of_loss = "one object",
    .gives = "Exchange management, system messages; access, for rules",
    .evidence = TC_EVIDENCE_MANAGEMENT | TC_EVIDENCE_MESSAGES,
    .limits = tc_export_limits_any,
    .first = "{[",
    .lateness_ns = TC_HOUR,
    .probe = probe,
    .begin = begin,
    .frame = frame,
    .parse = parse,
    .sample_time = sample_time,
    .identity = tc_export_identity,
    .show = tc_export_show,
    .carry_visit = carry_visit,
    .carry_version = 1,
};
