#include "parsers/text/json_lines.h"

#include "parsers/text/json_lines_walk.h"
#include "parsers/text/lines.h"

#define FORMAT "json-lines"
#define LOW_BID 25             /* any log of a known format is told by more than this */
#define SCRATCH_MAX (1u << 22) /* arena of a sample */

struct carry {
    const tc_schema *schema;
    tc_code failed; /* why there is none */
    bool skipping;  /* inside a line that is too long */
};
static void begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options)
{
    (void)self;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    *own = (struct carry){.failed = TC_EUNSUPPORTED};
    if (!options->schemas) return;
    own->failed = tc_schemas_get_open(options->schemas, FORMAT, NULL, 0, 1, &own->schema).code;
}

/* -- frame ----------------------------------------------------------------------------------- */

static TC_STATUS frame(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                       tc_slice bytes, bool last, tc_frame *ret)
{
    (void)self;
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    *ret = (tc_frame){0, false, false, TC_REASON_COUNT, 0};
    if (own->failed != TC_OK) return (tc_status){own->failed};
    tc_lines_frame(&own->skipping, bytes, last, options->record_max, ret);
    return TC_SUCCESS;
}

/* -- parse ----------------------------------------------------------------------------------- */

static tc_reason reason_of(tc_json_walk *walk, const tc_lines *lines, size_t record_max)
{
    if (lines->text.len > record_max) return TC_REASON_OVERSIZE;
    if (lines->text.ptr[0] == 0) return TC_REASON_NUL_BYTES;
    tc_reason reason = tc_json_walk_line(walk, lines->text);
    bool cut = reason == TC_REASON_BAD_JSON && !lines->ended && tc_json_extent(lines->text) == 0;
    return cut ? TC_REASON_TRUNCATED : reason;
}

static TC_STATUS take_line(tc_json_walk *walk, const tc_lines *lines, uint64_t record,
                           tc_ledger *ledger, const tc_sink *sink)
{
    size_t length = lines->next - lines->at;
    size_t record_max = walk->options->record_max;
    bool blank = tc_slice_trim(lines->text).len == 0 && lines->text.len <= record_max;
    if (blank) {
        ledger->records.blank++;
        ledger->bytes.blank += length;
        return TC_SUCCESS;
    }
    tc_place place = {lines->at, lines->text.len, record};
    tc_reason reason = reason_of(walk, lines, record_max);
    if (reason != TC_REASON_COUNT) {
        ledger->records.rejected[reason]++;
        tc_ledger_reject(ledger, tc_slice_sub(lines->block, lines->at, length));
        if (sink->reject) sink->reject(sink->context, reason, place, lines->text);
        return TC_SUCCESS;
    }
    ledger->records.accepted++;
    ledger->bytes.parsed += length;
    tc_event event = {.schema = walk->schema,
                      .cells = walk->row.cells,
                      .extra = walk->row.extra,
                      .extra_count = walk->row.extra_count,
                      .time = walk->time,
                      .place = place,
                      .raw = lines->text,
                      .arena = walk->row.arena};
    return sink->event(sink->context, &event);
}

static TC_STATUS parse(const tc_parser *self, const tc_carry *carry,
                       const tc_parse_options *options, tc_slice block, tc_arena *arena,
                       tc_ledger *ledger, const tc_sink *sink)
{
    (void)self;
    const struct carry *own = TC_CARRY_OF(struct carry, carry);
    tc_json_walk *walk = tc_arena_get(arena, 1, sizeof *walk);
    if (!walk || !tc_json_walk_init(walk, options, own->schema, arena, block.len))
        return (tc_status){TC_ENOMEM};
    tc_lines lines = {.block = block};
    tc_arena_mark mark = tc_arena_save(arena);
    for (uint64_t record = 0; tc_lines_next(&lines); record++) {
        TC_TRY(take_line(walk, &lines, record, ledger, sink));
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
    tc_visit_bool(visit, &own->skipping);
}

/* -- samples --------------------------------------------------------------------------------- */

static bool sample_time(const tc_parser *self, const tc_carry *carry,
                        const tc_parse_options *options, tc_slice bytes, tc_time *ret)
{
    (void)self;
    const struct carry *own = TC_CARRY_OF(struct carry, carry);
    if (own->failed != TC_OK) return false;
    tc_arena *arena = tc_arena_new(SCRATCH_MAX);
    tc_json_walk *walk = arena ? tc_arena_get(arena, 1, sizeof *walk) : NULL;
    bool found = false;
    if (walk && tc_json_walk_init(walk, options, own->schema, arena, 0)) {
        tc_arena_mark mark = tc_arena_save(arena);
        tc_lines lines = {.block = bytes};
        while (!found && tc_lines_next(&lines)) {
            found = lines.text.len <= options->record_max &&
                    tc_json_walk_line(walk, lines.text) == TC_REASON_COUNT &&
                    walk->time != TC_TIME_NONE;
            tc_arena_rewind(arena, mark);
        }
        if (found) *ret = walk->time;
    }
    tc_arena_free(arena);
    return found;
}

/* Whether the line is one JSON object. */
static bool is_object(tc_slice line)
{
    tc_json r;
    tc_json_init(&r, line);
    return tc_json_peek(&r) == '{' && tc_json_skip(&r, NULL) && tc_json_at_end(&r);
}

static int probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    (void)self;
    (void)name;
    tc_lines lines = {.block = head};
    size_t objects = 0;
    while (tc_lines_next(&lines) && objects < 4) {
        if (tc_slice_trim(lines.text).len == 0) continue;
        if (!is_object(lines.text)) {
            /* A head may end inside a line. */
            bool cut = !lines.ended && objects > 0;
            return cut ? LOW_BID : 0;
        }
        objects++;
    }
    return objects > 0 ? LOW_BID : 0;
}

const tc_parser tc_parser_json_lines = {
    .name = FORMAT,
    .summary = "JSON lines with any names: events for tocsin match",
    .spec = "https://jsonlines.org/",
    .unit_of_loss = "one line",
    .gives = "whatever rules ask for",
    .any = true,
    .first = "{",
    .lateness_ns = TC_HOUR,
    .probe = probe,
    .begin = begin,
    .frame = frame,
    .parse = parse,
    .sample_time = sample_time,
    .carry_visit = carry_visit,
    .carry_version = 1,
};
