#include "parsers/text/delimited.h"
#include "parsers/text/csv.h"
#include "parsers/text/delimited_time.h"
#include "parsers/text/directive.h"
#include "parsers/text/framing.h"

#define CELLS TC_SCHEMA_MAX_COLUMNS

typedef struct delimited_carry {
    tc_framing framing;
    bool no_memory; /* begin could not make the schemas */
    bool limited;   /* the header in force could not be made a schema */
    uint16_t time;  /* column of the header in force */
    const tc_schema *header;
    const tc_schema *layouts[TC_DELIMITED_LAYOUTS];
} delimited_carry;

_Static_assert(sizeof(delimited_carry) <= TC_CARRY_SIZE, "the carry must hold it");

static delimited_carry *state_of(tc_carry *carry)
{
    return (delimited_carry *)(void *)carry->bytes;
}
static const delimited_carry *const_state_of(const tc_carry *carry)
{
    return (const delimited_carry *)(const void *)carry->bytes;
}

static size_t split_names(tc_slice list, tc_slice *names, size_t room)
{
    size_t count = 0;
    tc_slice rest = list, name;
    for (; tc_directive_name(&rest, TC_LIT(","), &name); count++)
        if (count < room) names[count] = tc_slice_trim(name);
    return count;
}

/* The schema of these columns, or NULL when the list is beyond what a run may hold. */
static TC_STATUS get_schema(const tc_delimited *format, const tc_parse_options *options,
                            const tc_slice *names, size_t count, const tc_schema **ret)
{
    *ret = NULL;
    tc_status status = tc_schemas_get(options->schemas, format->name, format->labels,
                                      format->label_count, names, count, ret);
    return status.code == TC_ELIMIT ? TC_SUCCESS : status;
}

void tc_delimited_begin(const tc_delimited *format, tc_carry *carry,
                        const tc_parse_options *options)
{
    tc_slice names[CELLS];
    memset(carry, 0, sizeof *carry);
    delimited_carry *state = state_of(carry);
    for (size_t i = 0; options->schemas && format->layouts[i]; i++) {
        size_t count = split_names(tc_slice_of(format->layouts[i]), names, CELLS);
        if (tc_failed(get_schema(format, options, names, count, &state->layouts[i])))
            state->no_memory = true;
    }
}

/* -- framing ----------------------------------------------------------------------------------- */

static tc_framing_answer ends(tc_slice bytes, size_t feed, bool last)
{
    tc_slice rest = tc_slice_sub(bytes, feed + 1, bytes.len);
    if (rest.len == 0) return last ? TC_FRAMING_YES : TC_FRAMING_UNKNOWN;
    switch (tc_csv_begins(rest)) {
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

static size_t forward(tc_slice bytes)
{
    tc_ledger nobody_asks = {0};
    tc_units units = {bytes, 0, 0, &nobody_asks, NULL};
    size_t end = 0;
    while (tc_units_record(&units)) {
        end = line_start(bytes, units.at);
        tc_csv_record record;
        tc_csv_read(bytes.ptr + units.at, bytes.ptr + bytes.len, NULL, NULL, 0, &record);
        units.at = (size_t)(record.next - bytes.ptr);
        if (!record.ended || (record.open && units.at == bytes.len)) return end;
        end = units.at;
    }
    /* What is left are lines that are no records; those before the last line end are whole, too.
     * How far they reach must not depend on how much of the next line is in sight. */
    size_t feed = tc_slice_rfind(bytes, '\n');
    return feed == TC_NPOS ? end : feed + 1;
}

static bool is_header(tc_slice line)
{
    return tc_csv_begins(line) == TC_CSV_YES;
}

static TC_STATUS take_header(const void *context, tc_carry *carry, const tc_parse_options *options,
                             tc_slice line)
{
    const tc_delimited *format = context;
    delimited_carry *state = state_of(carry);
    tc_directive directive = tc_directive_parse(line);
    /* What is_header would not see between records must not count between blocks either. */
    if (directive.key != TC_DIRECTIVE_FIELDS || !is_header(line)) return TC_SUCCESS;
    tc_slice names[CELLS];
    size_t count = split_names(directive.value, names, CELLS);
    size_t time = 0;
    while (time < count && time < CELLS &&
           !tc_slice_equal_ascii(names[time], tc_slice_of(format->time)))
        time++;
    state->header = NULL;
    state->limited = count > CELLS;
    if (state->limited || time == count) return TC_SUCCESS;
    state->time = (uint16_t)time;
    TC_TRY(get_schema(format, options, names, count, &state->header));
    state->limited = state->header == NULL;
    return TC_SUCCESS;
}

TC_STATUS tc_delimited_frame(const tc_delimited *format, tc_carry *carry,
                             const tc_parse_options *options, tc_slice bytes, bool last,
                             tc_frame *ret)
{
    const tc_framing_rules rules = {ends, forward, is_header, take_header, format};
    delimited_carry *state = state_of(carry);
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
    *ret_time = 0;
    for (size_t i = 0; i < TC_DELIMITED_LAYOUTS && state->layouts[i]; i++)
        if (state->layouts[i]->column_count == count) return state->layouts[i];
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
    return record->count > 1 &&
           tc_slice_equal_ascii(tc_slice_make(first.ptr, first.len), tc_slice_of(w->format->time));
}

/* Reads the record at `at`. One that ends inside quotes, with its line complete, is read once more
 * without that quote, and sound only if it then is as wide as the header says. */
static bool read_record(walk *w, const uint8_t *at, tc_csv_record *ret)
{
    const uint8_t *end = w->units.block.ptr + w->units.block.len;
    tc_csv_read(at, end, NULL, w->cells, CELLS, ret);
    if (TC_LIKELY(!ret->open)) return !ret->nul;
    if (!ret->ended || ret->nul || !w->state->header) return false;
    tc_csv_record again;
    tc_csv_read(at, ret->next, ret->open, w->cells, CELLS, &again);
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

TC_STATUS tc_delimited_parse(const tc_delimited *format, const tc_carry *carry, tc_slice block,
                             tc_arena *arena, tc_ledger *ledger, const tc_sink *sink)
{
    walk w = {.format = format,
              .state = const_state_of(carry),
              .units = {block, 0, 0, ledger, sink},
              .cells = tc_arena_get(arena, CELLS, sizeof(tc_cell)),
              .arena = arena};
    if (!w.cells) return (tc_status){TC_ENOMEM};
    while (tc_units_record(&w.units))
        TC_TRY(take_record(&w));
    return TC_SUCCESS;
}
