#include "parsers/text/delimited.h"
#include "parsers/text/delimited_time.h"
#include "parsers/text/directive.h"
#include "parsers/text/framing.h"

#define CELLS TC_SCHEMA_MAX_COLUMNS

typedef struct delimited_carry {
    tc_framing framing;
    bool no_memory;                       /* begin could not make the schemas */
    bool limited;                         /* the header in force could not be made a schema */
    uint16_t time;                        /* column of the header in force */
    uint16_t times[TC_DELIMITED_LAYOUTS]; /* of the layouts */
    const tc_schema *header;
    const tc_schema *layouts[TC_DELIMITED_LAYOUTS];
} delimited_carry;

static const tc_delimited *format_of(const tc_parser *self)
{
    return self->data;
}

static size_t split_names(tc_slice list, uint8_t separator, tc_slice *names, size_t room)
{
    size_t count = 0;
    tc_slice rest = list, name;
    for (; tc_directive_name(&rest, tc_slice_make(&separator, 1), &name); count++)
        if (count < room) names[count] = tc_slice_trim(name);
    return count;
}

/* The schema of these columns, or NULL when the list is beyond what a run may hold. */
static TC_STATUS get_schema(const tc_parser *self, const tc_parse_options *options,
                            const tc_slice *names, size_t count, const tc_schema **ret)
{
    const tc_delimited *format = format_of(self);
    *ret = NULL;
    tc_status status = tc_schemas_get(options->schemas, self->name, format->labels,
                                      format->label_count, names, count, ret);
    return status.code == TC_ELIMIT ? TC_SUCCESS : status;
}

/* The column of the time; `count` if none is. */
static size_t time_column(const tc_delimited *format, const tc_slice *names, size_t count)
{
    size_t time = 0;
    while (time < count && !tc_slice_equal_ascii(names[time], tc_slice_of(format->time)))
        time++;
    return time;
}

void tc_delimited_begin(const tc_parser *self, tc_carry *carry, const tc_parse_options *options)
{
    const tc_delimited *format = format_of(self);
    tc_slice names[CELLS];
    memset(carry, 0, sizeof *carry);
    delimited_carry *state = TC_CARRY_OF(delimited_carry, carry);
    for (size_t i = 0; options->schemas && format->layouts[i]; i++) {
        size_t count = split_names(tc_slice_of(format->layouts[i]), ',', names, CELLS);
        size_t time = time_column(format, names, count);
        TC_ASSERT(time < count);
        state->times[i] = (uint16_t)time;
        if (tc_failed(get_schema(self, options, names, count, &state->layouts[i])))
            state->no_memory = true;
    }
}

/* -- framing ----------------------------------------------------------------------------------- */

static tc_framing_answer ends(const void *context, tc_slice bytes, size_t feed, bool last)
{
    tc_slice rest = tc_slice_sub(bytes, feed + 1, bytes.len);
    if (rest.len == 0) return last ? TC_FRAMING_YES : TC_FRAMING_UNKNOWN;
    switch (tc_csv_begins(&format_of(context)->dialect, rest)) {
    case TC_CSV_YES:
        return TC_FRAMING_YES;
    case TC_CSV_UNKNOWN:
        return last ? TC_FRAMING_NO : TC_FRAMING_UNKNOWN;
    case TC_CSV_NO:
        break;
    }
    return TC_FRAMING_NO;
}

/* A frame ends behind a line end only, so that what follows a line end inside quotes is never cut
 * off from it. */
static size_t line_start(tc_slice bytes, size_t at)
{
    while (at > 0 && bytes.ptr[at - 1] == 0)
        at--;
    return at;
}

static size_t forward(const void *context, tc_slice bytes)
{
    const tc_csv_dialect *dialect = &format_of(context)->dialect;
    tc_ledger nobody_asks = {0};
    tc_units units = {bytes, 0, 0, &nobody_asks, NULL};
    size_t end = 0;
    while (tc_units_record(&units)) {
        end = line_start(bytes, units.at);
        tc_csv_record record;
        tc_csv_read(dialect, bytes.ptr + units.at, bytes.ptr + bytes.len, NULL, NULL, 0, &record);
        units.at = (size_t)(record.next - bytes.ptr);
        if (!record.ended || (record.open && units.at == bytes.len)) return end;
        end = units.at;
    }
    /* What is left are lines that are no records; those before the last line end are whole, too.
     * How far they reach must not depend on how much of the next line is in sight. */
    size_t feed = tc_slice_rfind(bytes, '\n');
    return feed == TC_NPOS ? end : feed + 1;
}

static bool is_header(const void *context, tc_slice line)
{
    return tc_csv_begins(&format_of(context)->dialect, line) == TC_CSV_YES;
}

static TC_STATUS take_header(const void *context, tc_carry *carry, const tc_parse_options *options,
                             tc_slice line)
{
    const tc_parser *self = context;
    const tc_delimited *format = format_of(self);
    delimited_carry *state = TC_CARRY_OF(delimited_carry, carry);
    tc_directive directive = tc_directive_parse(line);
    /* What is_header would not see between records must not count between blocks either. */
    if (directive.key != TC_DIRECTIVE_FIELDS || !is_header(context, line)) return TC_SUCCESS;
    tc_slice names[CELLS];
    size_t count = split_names(directive.value, format->dialect.separator, names, CELLS);
    size_t time = time_column(format, names, TC_MIN(count, CELLS));
    state->header = NULL;
    state->limited = count > CELLS;
    if (state->limited || time == count) return TC_SUCCESS;
    state->time = (uint16_t)time;
    TC_TRY(get_schema(self, options, names, count, &state->header));
    state->limited = state->header == NULL;
    return TC_SUCCESS;
}

TC_STATUS tc_delimited_frame(const tc_parser *self, tc_carry *carry,
                             const tc_parse_options *options, tc_slice bytes, bool last,
                             tc_frame *ret)
{
    const tc_framing_rules rules = {ends, forward, is_header, take_header, self};
    delimited_carry *state = TC_CARRY_OF(delimited_carry, carry);
    if (state->no_memory) return (tc_status){TC_ENOMEM};
    return tc_framing_next(&rules, &state->framing, carry, options, bytes, last, ret);
}

/* -- parsing ----------------------------------------------------------------------------------- */

typedef struct walk {
    const tc_delimited *format;
    const delimited_carry *state;
    tc_units units;
    tc_cell *cells;
    tc_delimited_clock clock;
    tc_arena *arena;
} walk;

static const tc_schema *schema_of_width(const delimited_carry *state, size_t count,
                                        uint16_t *ret_time)
{
    *ret_time = state->time;
    if (TC_LIKELY(state->header && state->header->column_count == count)) return state->header;
    for (size_t i = 0; i < TC_DELIMITED_LAYOUTS && state->layouts[i]; i++) {
        *ret_time = state->times[i];
        if (state->layouts[i]->column_count == count) return state->layouts[i];
    }
    return NULL;
}

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
    const tc_schema *schema = schema_of_width(w->state, record.count, &column);
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
    const tc_delimited *format = format_of(self);
    walk w = {.format = format,
              .state = TC_CARRY_OF(delimited_carry, carry),
              .units = {block, 0, 0, ledger, sink},
              .cells = tc_arena_get(arena, CELLS, sizeof(tc_cell)),
              .clock = tc_delimited_clock_of(&format->dialect, options->zone_offset_ns),
              .arena = arena};
    if (!w.cells) return (tc_status){TC_ENOMEM};
    while (tc_units_record(&w.units))
        TC_TRY(take_record(&w));
    return TC_SUCCESS;
}

/* -- samples ----------------------------------------------------------------------------------- */

/* The time of a row, which may have been cut off: then of any column that times stand in. */
static bool row_time(const delimited_carry *state, tc_delimited_clock *clock, const tc_cell *cells,
                     size_t count, tc_time *ret)
{
    uint16_t column;
    if (schema_of_width(state, count, &column)) return tc_delimited_time(clock, cells[column], ret);
    for (size_t i = 0; i < TC_DELIMITED_LAYOUTS && state->layouts[i]; i++)
        if (state->times[i] < count && tc_delimited_time(clock, cells[state->times[i]], ret))
            return true;
    return false;
}

bool tc_delimited_sample_time(const tc_parser *self, const tc_carry *carry,
                              const tc_parse_options *options, tc_slice bytes, tc_time *ret)
{
    const tc_csv_dialect *dialect = &format_of(self)->dialect;
    tc_delimited_clock clock = tc_delimited_clock_of(dialect, options->zone_offset_ns);
    tc_cell cells[CELLS];
    for (size_t at = 0; at < bytes.len;) {
        tc_slice line = tc_framing_line(bytes, at, &at);
        tc_csv_record record;
        if (line.len == 0 || line.ptr[0] == '#') continue;
        tc_csv_read(dialect, line.ptr, line.ptr + line.len, NULL, cells, CELLS, &record);
        size_t count = TC_MIN(record.count, CELLS);
        if (row_time(TC_CARRY_OF(delimited_carry, carry), &clock, cells, count, ret)) return true;
    }
    return false;
}
