#include "parsers/audit/export.h"

#include "parsers/audit/export_record.h"
#include "parsers/audit/export_rows.h"
#include "parsers/windows/windows_deliver.h"

#define BID 88
#define SCRATCH_MAX (1u << 22)
#define HEAD_SCRATCH (1u << 18)

/* -- parse ----------------------------------------------------------------------------------- */

typedef struct walk {
    const tc_parser *self;
    const tc_export_carry *state;
    const tc_parse_options *options;
    tc_arena *arena;
    tc_audit_walk *audit;   /* of a format with a payload */
    tc_export_walk *events; /* of Windows events */
    tc_export_record *record;
    tc_export_schemas schemas;
    tc_cell *cells;
    size_t key;   /* column of the time or the payload */
    size_t clock; /* of the time of day; the number of columns: there is none */
} walk;

static size_t column_named(const tc_schema *schema, tc_slice name)
{
    size_t at = 0;
    while (at < schema->column_count && !tc_slice_equal_ascii(schema->names[at], name))
        at++;
    return at;
}

static tc_slice field_name(const tc_export *format, const char *written)
{
    for (const tc_export_name *n = format->names; n && n->written; n++)
        if (strcmp(n->written, written) == 0) return tc_slice_of(n->field);
    return tc_slice_of(written);
}

static bool windows_init(walk *w, tc_arena *arena)
{
    w->schemas = (tc_export_schemas){.windows = w->state->windows};
    w->events = tc_arena_get(arena, 1, sizeof *w->events);
    w->record = tc_arena_get(arena, 1, sizeof *w->record);
    return w->events && w->record &&
           tc_export_walk_init(w->events, w->options, &w->schemas, arena, 0);
}

static bool walk_init(walk *w, const tc_parser *self, const tc_export_carry *state,
                      const tc_parse_options *options, tc_arena *arena, size_t length)
{
    const tc_export *format = tc_export_of(self);
    *w = (walk){.self = self, .state = state, .options = options, .arena = arena};
    w->cells = tc_arena_get(arena, TC_EXPORT_COLUMNS, sizeof(tc_cell));
    if (!w->cells) return false;
    if (state->table.header) {
        w->key = column_named(state->table.header,
                              field_name(format, format->payload ? format->payload : format->time));
        w->clock = format->clock ? column_named(state->table.header, tc_slice_of(format->clock))
                                 : state->table.header->column_count;
    }
    if (format->windows) return windows_init(w, arena);
    if (!format->payload) return true;
    w->audit = tc_arena_get(arena, 1, sizeof *w->audit);
    return w->audit && tc_audit_walk_init(w->audit, options, &state->schemas, arena, length);
}

static tc_slice text_at(const walk *w, size_t column)
{
    if (column >= w->state->table.header->column_count) return TC_EMPTY_SLICE;
    return tc_slice_trim(tc_cell_value(w->cells[column], w->arena).text);
}

/* The date and the time of day in one text. Either may come with a dummy of the other (Log Parser:
 * "2024-05-02", "2000-01-01 06:00:20"). */
static tc_slice join_clock(const walk *w, tc_slice date)
{
    tc_slice clock = text_at(w, w->clock), none;
    if (clock.len == 0) return date;
    date = tc_slice_split(date, ' ', &none);
    clock = tc_slice_sub(clock, tc_slice_rfind(clock, ' ') + 1, clock.len);
    uint8_t *out = tc_arena_get(w->arena, date.len + clock.len + 1, 1);
    if (!out) return date;
    if (date.len) memcpy(out, date.ptr, date.len);
    out[date.len] = ' ';
    if (clock.len) memcpy(out + date.len + 1, clock.ptr, clock.len);
    return tc_slice_make(out, date.len + clock.len + 1);
}

/* Columns that hold all values of an event in one text. */
static bool is_payload(const walk *w, tc_slice name)
{
    static const char *const names[] = {"Payload", "EventData", "ParameterXml"};
    return tc_export_of(w->self)->members && tc_slice_is_one_of(name, names, TC_COUNT_OF(names));
}

static tc_reason read_event(const walk *w, tc_time *ret)
{
    const tc_schema *header = w->state->table.header;
    w->record->count = 0;
    for (size_t i = 0; i < header->column_count; i++)
        tc_export_record_add(w->record, header->names[i], w->cells[i]);
    for (size_t i = 0; i < header->column_count; i++)
        if (is_payload(w, header->names[i]))
            tc_export_record_payload(w->record, w->arena,
                                     tc_cell_value(w->cells[i], w->arena).text);
    tc_reason reason = tc_export_read_event(w->events, tc_export_of(w->self), w->record);
    *ret = w->events->time;
    return reason;
}

/* Whether the row's cells are a record; then its time. */
static tc_reason understand(const walk *w, tc_time *ret)
{
    if (w->events) return read_event(w, ret);
    tc_slice text = text_at(w, w->key);
    if (w->audit) {
        if (text.len == 0) return TC_REASON_NOT_EVENT;
        tc_reason reason = tc_audit_walk_object(w->audit, text);
        *ret = w->audit->time;
        return reason;
    }
    bool zoned;
    if (!tc_export_time(join_clock(w, text), w->options->columns, ret, &zoned))
        return TC_REASON_BAD_TIME;
    if (!zoned && tc_export_of(w->self)->local)
        *ret = tc_time_sub(*ret, w->options->zone_offset_ns);
    return TC_REASON_COUNT;
}

static TC_STATUS deliver(const walk *w, tc_time time, tc_place place, tc_slice raw,
                         const tc_sink *sink)
{
    if (w->audit) return tc_audit_deliver(w->audit, place, raw, sink);
    if (w->events)
        return tc_windows_deliver(&w->state->windows, w->options->names, &w->events->row,
                                  (tc_windows_found){.time = time, .place = place, .raw = raw},
                                  sink);
    tc_event event = {.schema = w->state->table.header,
                      .cells = w->cells,
                      .time = time,
                      .place = place,
                      .raw = raw,
                      .arena = w->arena};
    return sink->event(sink->context, &event);
}

/* Whether the line, met before there is a header, is one. */
static bool is_header(const walk *w, tc_slice line)
{
    tc_slice names[TC_EXPORT_COLUMNS];
    size_t count;
    uint8_t separator;
    return !w->state->table.header &&
           tc_export_names(tc_export_of(w->self), line, w->arena, names, &count, &separator);
}

static TC_STATUS take(walk *w, const tc_table_row *row, tc_place place, tc_slice raw,
                      tc_ledger *ledger, const tc_sink *sink)
{
    tc_table_kind kind = row->kind;
    tc_reason reason = tc_table_reason(kind, w->state->table.header != NULL);
    tc_time time = TC_TIME_NONE;
    if (kind == TC_TABLE_BLANK) {
        ledger->records.blank++;
        ledger->bytes.blank += row->length;
        return TC_SUCCESS;
    }
    if (kind == TC_TABLE_NAMES || (kind == TC_TABLE_WIDTH && is_header(w, raw))) {
        ledger->records.header++;
        ledger->bytes.header += row->length;
        return TC_SUCCESS;
    }
    if (kind == TC_TABLE_ROW) reason = understand(w, &time);
    if (reason != TC_REASON_COUNT) {
        ledger->records.rejected[reason]++;
        tc_ledger_reject(ledger, tc_slice_make(raw.ptr, row->length));
        if (sink->reject) sink->reject(sink->context, reason, place, raw);
        return TC_SUCCESS;
    }
    ledger->records.accepted++;
    ledger->bytes.parsed += row->length;
    return deliver(w, time, place, raw, sink);
}

TC_STATUS tc_export_parse(const tc_parser *self, const tc_carry *carry,
                          const tc_parse_options *options, tc_slice block, tc_arena *arena,
                          tc_ledger *ledger, const tc_sink *sink)
{
    walk w;
    const tc_export_carry *state = TC_CARRY_OF(tc_export_carry, carry);
    if (!walk_init(&w, self, state, options, arena, block.len)) return (tc_status){TC_ENOMEM};
    const tc_table table = tc_table_of(&state->table, false);
    tc_arena_mark mark = tc_arena_save(arena);
    uint64_t record = 0;
    for (size_t at = 0; at < block.len; record++) {
        tc_slice rest = tc_slice_sub(block, at, block.len);
        tc_table_row row =
            tc_table_next(&table, rest, true, options->record_max + 1, w.cells, TC_EXPORT_COLUMNS);
        if (row.length == 0) row.length = row.text = rest.len;
        tc_place place = {at, row.text, record};
        TC_TRY(take(&w, &row, place, tc_slice_sub(rest, 0, row.text), ledger, sink));
        at += row.length;
        tc_arena_rewind(arena, mark);
    }
    return TC_SUCCESS;
}

/* -- samples --------------------------------------------------------------------------------- */

/* The bytes begin anywhere: the first line is passed over. */
static bool sample(walk *w, const tc_export_carry *state, const tc_parse_options *options,
                   tc_slice bytes, tc_time *ret)
{
    const tc_table table = tc_table_of(&state->table, false);
    size_t at = tc_slice_find(bytes, '\n');
    tc_arena_mark mark = tc_arena_save(w->arena);
    at = at == TC_NPOS ? bytes.len : at + 1;
    while (at < bytes.len) {
        tc_table_row row = tc_table_next(&table, tc_slice_sub(bytes, at, bytes.len), true,
                                         options->record_max, w->cells, TC_EXPORT_COLUMNS);
        if (row.kind == TC_TABLE_ROW && understand(w, ret) == TC_REASON_COUNT) return true;
        if (row.length == 0) break;
        at += row.length;
        tc_arena_rewind(w->arena, mark);
    }
    return false;
}

bool tc_export_sample_time(const tc_parser *self, const tc_carry *carry,
                           const tc_parse_options *options, tc_slice bytes, tc_time *ret)
{
    const tc_export_carry *state = TC_CARRY_OF(tc_export_carry, carry);
    walk w;
    if (!state->table.header || state->failed != TC_OK) return false;
    tc_arena *arena = tc_arena_new(SCRATCH_MAX);
    bool found = arena && walk_init(&w, self, state, options, arena, 0) &&
                 sample(&w, state, options, bytes, ret);
    tc_arena_free(arena);
    return found;
}

int tc_export_probe(const tc_parser *self, tc_slice head, tc_slice name)
{
    tc_slice line, names[TC_EXPORT_COLUMNS];
    size_t count;
    uint8_t separator;
    (void)name;
    if (!tc_table_first_line(head, &line)) return 0;
    tc_arena *arena = tc_arena_new(HEAD_SCRATCH);
    if (!arena) return TC_PROBE_NO_MEMORY;
    bool found = tc_export_names(tc_export_of(self), line, arena, names, &count, &separator);
    tc_arena_free(arena);
    return found ? BID : 0;
}
