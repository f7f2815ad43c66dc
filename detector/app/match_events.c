#include "detector/app/match_events.h"

#include "parsers/open/json_frame.h"
#include "parsers/text/json_lines_walk.h"
#include "parsers/windows/windows_json_walk.h"

#define FORMAT "json-events"

enum { RANK_MAPPED = 1 };

struct carry {
    const tc_schema *schema;
    tc_code failed; /* why there is none */
    tc_windows_schemas windows;
    tc_json_state json;
};

/* What one block is read with. */
typedef struct reading {
    tc_json_walk as_written, native;
    tc_windows_walk windows;
    tc_ledger *ledger;
    const tc_sink *sink;
} reading;

static void begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options)
{
    (void)self;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    *own = (struct carry){.failed = TC_EUNSUPPORTED};
    if (!options->schemas) return;
    own->failed = tc_schemas_get_open(options->schemas, FORMAT, NULL, 0, 1, &own->schema).code;
    tc_windows_schemas_init(&own->windows, options, FORMAT);
    if (own->failed == TC_OK) own->failed = own->windows.failed;
}

static TC_STATUS frame(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                       tc_slice bytes, bool last, tc_frame *ret)
{
    (void)self;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    if (own->failed != TC_OK) return (tc_status){own->failed};
    tc_json_frame(&own->json, bytes, last, options->record_max, ret);
    return TC_SUCCESS;
}

/* -- names that scan knows ------------------------------------------------------------------ */

/* Cells of columns that the record has not under their own name. */
static void fill(tc_json_walk *into, const tc_row *from, const tc_schema *schema)
{
    for (size_t i = 0; i < from->touched_count; i++) {
        uint16_t column = from->touched[i];
        int own = tc_schema_column(into->schema, schema->fields[column]);
        if (own < 0 || schema->fields[column] == 0) continue;
        tc_row_set(&into->row, (uint16_t)own, from->cells[column], RANK_MAPPED);
    }
}

static void fill_windows(reading *r, const struct carry *own, tc_slice object)
{
    size_t length;
    tc_windows_verdict verdict = tc_windows_walk_object(&r->windows, object, &length);
    if (verdict != TC_WINDOWS_WALK_EVENT) return;
    fill(&r->as_written, &r->windows.row, own->windows.of);
    if (r->as_written.time == TC_TIME_NONE) r->as_written.time = r->windows.time;
}

/* The value of a member of the object that begins the text; false if it has none of that name. */
static bool member(tc_slice object, tc_slice name, tc_slice *ret)
{
    tc_json json;
    tc_json_value value;
    tc_slice key;
    tc_json_init(&json, object);
    if (tc_json_peek(&json) != '{' || !tc_json_value_next(&json, &value)) return false;
    while (tc_json_key_next(&json, &key)) {
        if (!tc_json_skip(&json, ret)) return false;
        if (tc_slice_equal(key, name)) return true;
    }
    return false;
}

static void fill_native(reading *r, tc_slice object)
{
    tc_slice tocsin, native;
    if (!member(object, TC_LIT("tocsin"), &tocsin)) return;
    if (!member(tc_slice_trim(tocsin), TC_LIT("native"), &native)) return;
    if (tc_json_walk_line(&r->native, tc_slice_trim(native)) == TC_REASON_COUNT)
        fill(&r->as_written, &r->native.row, r->native.schema);
}

/* -- records -------------------------------------------------------------------------------- */

static TC_STATUS take(reading *r, const struct carry *own, tc_json_records *records)
{
    tc_json whole;
    tc_slice object;
    tc_json_init(&whole, records->text);
    if (!tc_json_skip(&whole, &object)) {
        tc_json_records_broken(records);
        return TC_SUCCESS;
    }
    tc_reason reason = tc_json_walk_line(&r->as_written, object);
    if (reason != TC_REASON_COUNT) {
        tc_json_records_reject(records, reason, object.len);
        return TC_SUCCESS;
    }
    fill_native(r, object);
    fill_windows(r, own, object);
    tc_event event = {.schema = r->as_written.schema,
                      .cells = r->as_written.row.cells,
                      .extra = r->as_written.row.extra,
                      .extra_count = r->as_written.row.extra_count,
                      .time = r->as_written.time,
                      .place = tc_json_records_accept(records, object.len),
                      .raw = object,
                      .arena = r->as_written.row.arena};
    return r->sink->event(r->sink->context, &event);
}

static TC_STATUS parse(const tc_parser *self, const tc_carry *carry,
                       const tc_parse_options *options, tc_slice block, tc_arena *arena,
                       tc_ledger *ledger, const tc_sink *sink)
{
    (void)self;
    const struct carry *own = TC_CARRY_OF(struct carry, carry);
    reading *r = tc_arena_get(arena, 1, sizeof *r);
    bool ready = r && tc_json_walk_init(&r->as_written, options, own->schema, arena, block.len) &&
                 tc_json_walk_init(&r->native, options, own->schema, arena, 0) &&
                 tc_windows_walk_init(&r->windows, options, &own->windows, arena);
    if (!ready) return (tc_status){TC_ENOMEM};
    r->ledger = ledger;
    r->sink = sink;
    tc_json_records records;
    tc_json_records_init(&records, &own->json, block, options->record_max, ledger, sink);
    tc_arena_mark mark = tc_arena_save(arena);
    while (tc_json_records_next(&records)) {
        TC_TRY(take(r, own, &records));
        tc_arena_rewind(arena, mark);
    }
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

static int probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    (void)self;
    (void)head;
    (void)name;
    return 0; /* nobody is asked: match reads everything as this */
}

static bool sample_time(const tc_parser *self, const tc_carry *carry,
                        const tc_parse_options *options, tc_slice bytes, tc_time *ret)
{
    (void)self;
    (void)carry;
    (void)options;
    (void)bytes;
    (void)ret;
    return false;
}

const tc_parser tc_match_events = {
    .name = FORMAT,
    .summary = "JSON events of any names",
    .spec = "https://www.rfc-editor.org/rfc/rfc8259",
    .unit_of_loss = "one object",
    .gives = "whatever rules ask for",
    .any = true,
    .first = "{[",
    .lateness_ns = TC_HOUR,
    .probe = probe,
    .begin = begin,
    .frame = frame,
    .parse = parse,
    .sample_time = sample_time,
    .carry_visit = carry_visit,
    .carry_version = 1,
};
