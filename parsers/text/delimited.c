#include "parsers/text/delimited_carry.h"
#include "parsers/text/delimited_time.h"

#define CELLS TC_SCHEMA_MAX_COLUMNS

/* -- parsing ----------------------------------------------------------------------------------- */

typedef struct walk {
    const tc_delimited *format;
    const tc_delimited_carry *state;
    tc_units units;
    tc_cell *cells;
    tc_delimited_clock clock;
    tc_arena *arena;
} walk;

/* Why a record is none. */
static tc_reason why_not(const walk *w, const tc_csv_record *record, bool width_fits)
{
    if (record->nul) return TC_REASON_NUL_BYTES;
    if (!record->ended && (record->open || !width_fits)) return TC_REASON_TRUNCATED;
    if (record->open) return TC_REASON_BAD_QUOTE;
    if (width_fits) return TC_REASON_BAD_TIME;
    if (w->state->limited) return TC_REASON_LIMIT;
    return w->state->header ? TC_REASON_COLUMN_COUNT : TC_REASON_NO_HEADER;
}

static TC_STATUS deliver(walk *w, const tc_schema *schema, tc_time time, size_t text, size_t length)
{
    tc_units *units = &w->units;
    tc_event event = {
        .schema = schema,
        .cells = w->cells,
        .time = time,
        .place = {units->at, text, units->record},
        .raw = {units->block.ptr + units->at, text},
        .arena = w->arena,
    };
    units->ledger->bytes.parsed += length;
    units->ledger->records.accepted++;
    units->at += length;
    units->record++;
    tc_arena_mark mark = tc_arena_save(w->arena);
    TC_TRY(units->sink->event(units->sink->context, &event));
    tc_arena_rewind(w->arena, mark);
    return TC_SUCCESS;
}

/* The column names once more, as some versions write them without a '#'. */
static bool repeats_names(const walk *w, const tc_csv_record *record)
{
    tc_cell first = w->cells[0];
    const tc_schema *schema = w->state->header ? w->state->header : w->state->layouts[0];
    return record->count > 1 && schema &&
           tc_slice_equal_ascii(tc_slice_make(first.ptr, first.len), schema->names[0]);
}

/* Reads the record at `at`. One that ends inside quotes, with its line complete, is read once more
 * without that quote, and sound only if it then is as wide as the header says. */
static bool read_record(walk *w, const uint8_t *at, tc_csv_record *ret)
{
    const uint8_t *end = w->units.block.ptr + w->units.block.len;
    tc_csv_read(&w->format->dialect, at, end, NULL, w->cells, CELLS, ret);
    if (TC_LIKELY(!ret->open)) return !ret->nul;
    if (!ret->ended || ret->nul || !w->state->header) return false;
    tc_csv_record again;
    tc_csv_read(&w->format->dialect, at, ret->next, ret->open, w->cells, CELLS, &again);
    ret->count = again.count;
    return !again.open && again.next == ret->next && again.count == w->state->header->column_count;
}

static TC_STATUS take_record(walk *w)
{
    tc_units *units = &w->units;
    const uint8_t *at = units->block.ptr + units->at;
    tc_csv_record record;
    bool sound = read_record(w, at, &record);
    size_t length = (size_t)(record.next - at);
    uint16_t column = 0;
    const tc_schema *schema = tc_delimited_schema(w->state, record.count, &column);
    tc_time time;
    if (TC_LIKELY(sound && schema && tc_delimited_time(&w->clock, w->cells[column], &time)))
        return deliver(w, schema, time, record.length, length);
    if (sound && repeats_names(w, &record)) {
        units->ledger->bytes.header += length;
        units->ledger->records.header++;
        units->at += length;
        units->record++;
    } else {
        tc_units_reject(units, why_not(w, &record, schema != NULL), record.length, length);
    }
    return TC_SUCCESS;
}

TC_STATUS tc_delimited_parse(const tc_parser *self, const tc_carry *carry,
                             const tc_parse_options *options, tc_slice block, tc_arena *arena,
                             tc_ledger *ledger, const tc_sink *sink)
{
    const tc_delimited *format = tc_delimited_of(self);
    walk w = {.format = format,
              .state = TC_CARRY_OF(tc_delimited_carry, carry),
              .units = {block, 0, 0, ledger, sink},
              .cells = tc_arena_get(arena, CELLS, sizeof(tc_cell)),
              .clock = tc_delimited_clock_of(&format->dialect, options->zone_offset_ns),
              .arena = arena};
    if (!w.cells) return (tc_status){TC_ENOMEM};
    while (tc_units_record(&w.units))
        TC_TRY(take_record(&w));
    return TC_SUCCESS;
}

/* -- identity ---------------------------------------------------------------------------------- */

uint64_t tc_delimited_identity(const tc_parser *self, const tc_event *event)
{
    const tc_field_static *columns = tc_delimited_of(self)->identity;
    if (!columns || tc_event_text(event, (tc_field)columns[0]).len == 0)
        return tc_record_id_of_line(event->raw);
    uint64_t id = tc_record_id_begin(self->name);
    id = tc_record_id_add_number(id, (uint64_t)tc_time_whole_ms(event->time));
    for (; *columns != TC_FIELD_NONE; columns++) {
        if (tc_schema_column(event->schema, (tc_field)*columns) < 0)
            return tc_record_id_of_line(event->raw);
        id = tc_record_id_add(id, tc_event_text(event, (tc_field)*columns));
    }
    return id;
}

/* -- samples ----------------------------------------------------------------------------------- */

/* The time of a row, which may have been cut off: then of any column that times stand in. */
static bool row_time(const tc_delimited_carry *state, tc_delimited_clock *clock,
                     const tc_cell *cells, size_t count, tc_time *ret)
{
    uint16_t column;
    if (tc_delimited_schema(state, count, &column))
        return tc_delimited_time(clock, cells[column], ret);
    for (size_t i = 0; i < TC_DELIMITED_LAYOUTS && state->layouts[i]; i++)
        if (state->times[i] < count && tc_delimited_time(clock, cells[state->times[i]], ret))
            return true;
    return false;
}

bool tc_delimited_sample_time(const tc_parser *self, const tc_carry *carry,
                              const tc_parse_options *options, tc_slice bytes, tc_time *ret)
{
    const tc_csv_dialect *dialect = &tc_delimited_of(self)->dialect;
    tc_delimited_clock clock = tc_delimited_clock_of(dialect, options->zone_offset_ns);
    tc_cell cells[CELLS];
    for (size_t at = 0; at < bytes.len;) {
        tc_slice line = tc_framing_line(bytes, at, &at);
        tc_csv_record record;
        if (line.len == 0 || line.ptr[0] == '#') continue;
        tc_csv_read(dialect, line.ptr, line.ptr + line.len, NULL, cells, CELLS, &record);
        size_t count = TC_MIN(record.count, CELLS);
        if (row_time(TC_CARRY_OF(tc_delimited_carry, carry), &clock, cells, count, ret))
            return true;
    }
    return false;
}
