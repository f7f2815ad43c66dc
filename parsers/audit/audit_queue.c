/* The queue of audit records that Exchange keeps for the cloud (Logging\CosmosQueue\audit): rows of
 * one of its logs, with a record of Microsoft 365's form in one cell.
 *
 * The record says when something was done by the server's clock and names no zone; its row says
 * when it was queued, in UTC, moments later. What is between them, to the next quarter of an hour,
 * is the zone. A row without a record is told as it stands. */
#include "parsers/audit/audit_record.h"
#include "parsers/registered.h"
#include "parsers/text/delimited_carry.h"
#include "parsers/text/directive.h"
#include "parsers/text/framing.h"

#define PAYLOAD "Data"
#define QUARTER (15 * TC_MINUTE)
#define ZONE_MAX (14 * TC_HOUR + QUARTER)
#define ROWS_ENOUGH 16 /* looked at for a record */

struct carry {
    tc_delimited_carry rows; /* first: what the delimited core takes the carry for */
    tc_audit_schemas audit;
};

static void begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options)
{
    tc_delimited_begin(self, carry, options);
    struct carry *own = TC_CARRY_OF(struct carry, carry);
    tc_audit_schemas_init(&own->audit, options, self->name);
}

static TC_STATUS frame(const tc_parser *self, tc_carry *carry, const tc_parse_options *options,
                       tc_slice bytes, bool last, tc_frame *ret)
{
    const struct carry *own = TC_CARRY_OF(struct carry, carry);
    if (own->audit.failed != TC_OK) return (tc_status){own->audit.failed};
    return tc_delimited_frame(self, carry, options, bytes, last, ret);
}

/* -- parsing ----------------------------------------------------------------------------------- */

/* Stands between the rows and whoever wants the records. */
struct opener {
    tc_audit_walk *walk;
    const tc_sink *sink;
};

static tc_slice payload_of(const tc_event *row)
{
    for (size_t i = 0; i < row->schema->column_count; i++)
        if (tc_slice_equal_ascii(row->schema->names[i], TC_LIT(PAYLOAD)))
            return tc_slice_trim(tc_cell_value(row->cells[i], row->arena).text);
    return TC_EMPTY_SLICE;
}

/* The instant of what was done, given when it was queued. */
static tc_time instant_of(tc_time written, tc_time queued)
{
    int64_t between = tc_time_between(queued, written);
    if (between > ZONE_MAX || between < -ZONE_MAX) return queued;
    int64_t half = between < 0 ? -QUARTER / 2 : QUARTER / 2;
    int64_t zone = (between + half) / QUARTER * QUARTER;
    return tc_time_sub(written, zone);
}

static TC_STATUS open_row(void *context, tc_event *row)
{
    struct opener *o = context;
    tc_slice payload = payload_of(row);
    if (!tc_slice_starts(payload, TC_LIT("{")) ||
        tc_audit_walk_object(o->walk, payload) != TC_REASON_COUNT)
        return o->sink->event(o->sink->context, row);
    o->walk->time = instant_of(o->walk->time, row->time);
    return tc_audit_deliver(o->walk, row->place, row->raw, o->sink);
}

static void pass_reject(void *context, tc_reason reason, tc_place place, tc_slice raw)
{
    const struct opener *o = context;
    if (o->sink->reject) o->sink->reject(o->sink->context, reason, place, raw);
}

static TC_STATUS parse(const tc_parser *self, const tc_carry *carry,
                       const tc_parse_options *options, tc_slice block, tc_arena *arena,
                       tc_ledger *ledger, const tc_sink *sink)
{
    const struct carry *own = TC_CARRY_OF(struct carry, carry);
    struct opener o = {tc_arena_get(arena, 1, sizeof(tc_audit_walk)), sink};
    if (!o.walk || !tc_audit_walk_init(o.walk, options, &own->audit, arena, block.len))
        return (tc_status){TC_ENOMEM};
    const tc_sink between = {&o, open_row, pass_reject};
    return tc_delimited_parse(self, carry, options, block, arena, ledger, &between);
}

/* -- probing ----------------------------------------------------------------------------------- */

static bool names_payload(tc_slice line)
{
    tc_directive directive = tc_directive_parse(line);
    tc_slice rest = directive.value, name;
    if (directive.key != TC_DIRECTIVE_FIELDS || tc_slice_find(rest, ',') == TC_NPOS) return false;
    while (tc_directive_name(&rest, TC_LIT(", "), &name))
        if (tc_slice_equal_ascii(name, TC_LIT(PAYLOAD))) return true;
    return false;
}

/* A header that names the cell, and a row that has in it what all records have. */
static int probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    bool named = false;
    size_t rows = 0;
    (void)self;
    (void)name;
    for (size_t at = 0; at < head.len && rows < ROWS_ENOUGH;) {
        tc_slice line = tc_framing_line(head, at, &at);
        if (line.len > 0 && line.ptr[0] == '#') {
            named = named || names_payload(line);
            continue;
        }
        rows++;
        if (named && tc_slice_search(line, TC_LIT("\"\"CreationTime\"\"")) != TC_NPOS &&
            tc_slice_search(line, TC_LIT("\"\"Operation\"\"")) != TC_NPOS)
            return 97;
    }
    return 0;
}

static const tc_logsource labels[] = {{NULL, "exchange", "auditqueue"}};

static const tc_delimited format = {
    .dialect = TC_CSV_EXCHANGE,
    .partial = true,
    .layouts = {PAYLOAD},
    .labels = labels,
    .label_count = TC_COUNT_OF(labels),
};

const tc_parser tc_parser_audit_queue = {
    .name = "exchange-audit-queue",
    .summary = "audit records that Exchange queued for the cloud (CosmosQueue)",
    .spec = "Microsoft Learn: Office 365 Management Activity API schema",
    .unit_of_loss = "one record",
    .gives = "mailbox access, logons, passwords, Exchange management",
    .evidence = TC_AUDIT_EVIDENCE,
    .order = TC_ORDER_WRITTEN,
    .lateness_ns = TC_HOUR,
    .data = &format,
    .probe = probe,
    .begin = begin,
    .frame = frame,
    .parse = parse,
    .sample_time = tc_delimited_sample_time,
    .identity = tc_audit_identity,
    .carry_visit = tc_delimited_carry_visit,
    .carry_version = 1,
};
