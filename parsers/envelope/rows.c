#include "parsers/envelope/rows.h"
#include "parsers/event/schema_visit.h"

#define SCRATCH_MAX (1u << 18)

/* -- columns --------------------------------------------------------------------------------- */

/* Of two columns with one role that counts whose name stands first in the table of members. */
static bool find_columns(tc_rows *rows, const tc_envelope *envelope)
{
    bool marks = false;
    memset(rows->columns, 0, sizeof rows->columns);
    for (const struct tc_envelope_member *m = envelope->members; m->name; m++) {
        marks = marks || m->role == TC_SHIP_MARK;
        if (rows->columns[m->role] > 0) continue;
        for (size_t i = 0; i < rows->table.count; i++)
            if (tc_slice_equal_ascii(rows->table.names[i], tc_slice_of(m->name)))
                rows->columns[m->role] = (uint16_t)(i + 1);
    }
    return rows->columns[TC_SHIP_PAYLOAD] > 0 && (!marks || rows->columns[TC_SHIP_MARK] > 0);
}

void tc_rows_init(tc_rows *rows, const tc_envelope *envelope, const tc_rows_state *state)
{
    const tc_schema *header = state->header;
    *rows = (tc_rows){.table.names = NULL};
    if (!header) return;
    rows->table = (tc_table){state->separator, header->column_count, header->names, true};
    (void)find_columns(rows, envelope);
}

bool tc_rows_header(tc_rows *rows, const tc_envelope *envelope, tc_slice line, tc_arena *arena)
{
    static const uint8_t separators[] = {TC_TABLE_SEPARATORS};
    tc_slice *names = tc_arena_get(arena, TC_TABLE_COLUMNS, sizeof *names);
    for (size_t s = 0; names && s < sizeof separators; s++) {
        size_t count;
        if (!tc_table_names(line, separators[s], arena, names, &count)) continue;
        rows->table = (tc_table){separators[s], count, names, true};
        if (find_columns(rows, envelope)) return true;
    }
    *rows = (tc_rows){.table.names = NULL};
    return false;
}

static tc_slice value_of(const tc_rows *rows, const tc_cell *cells, tc_ship_role role,
                         tc_arena *arena)
{
    if (rows->columns[role] == 0) return TC_EMPTY_SLICE;
    return tc_cell_value(cells[rows->columns[role] - 1], arena).text;
}

void tc_rows_open(const tc_rows *rows, const tc_cell *cells, tc_arena *arena, tc_unwrapped *ret)
{
    *ret = (tc_unwrapped){.payload = value_of(rows, cells, TC_SHIP_PAYLOAD, arena),
                          .path = value_of(rows, cells, TC_SHIP_PATH, arena),
                          .host = value_of(rows, cells, TC_SHIP_HOST, arena)};
    ret->sent = tc_envelope_time(value_of(rows, cells, TC_SHIP_TIME, arena));
    ret->placed = tc_slice_to_u64(value_of(rows, cells, TC_SHIP_OFFSET, arena), &ret->offset);
}

/* -- frames ---------------------------------------------------------------------------------- */

static TC_STATUS keep_names(const tc_parser *self, tc_rows_state *state,
                            const tc_parse_options *options, const tc_slice *names, size_t count)
{
    tc_status status =
        tc_schemas_get(options->schemas, self->name, NULL, 0, names, count, &state->header);
    return status.code == TC_ELIMIT ? TC_SUCCESS : status;
}

/* The first line of the source that is neither blank nor a comment; it is the header or refused. */
static TC_STATUS frame_first(const tc_parser *self, tc_rows_state *state,
                             const tc_parse_options *options, tc_slice line)
{
    tc_rows rows;
    tc_arena *arena = tc_arena_new(SCRATCH_MAX);
    if (!arena) return (tc_status){TC_ENOMEM};
    tc_status status = TC_SUCCESS;
    if (tc_rows_header(&rows, self->data, line, arena)) {
        state->separator = rows.table.separator;
        status = keep_names(self, state, options, rows.table.names, rows.table.count);
    }
    tc_arena_free(arena);
    return status;
}

/* Goes on in a line that is too long. */
static void frame_long(tc_rows_state *state, tc_slice bytes, bool last, tc_frame *ret)
{
    size_t feed = tc_slice_find(bytes, '\n');
    bool ended = feed != TC_NPOS || last;
    size_t length = feed != TC_NPOS ? feed + 1 : bytes.len - (last ? 0 : 1);
    state->skipping = !ended;
    *ret = (tc_frame){length, true, ended, TC_REASON_OVERSIZE, 0};
}

TC_STATUS tc_rows_frame(const tc_parser *self, tc_rows_state *state,
                        const tc_parse_options *options, tc_slice bytes, bool last, tc_frame *ret)
{
    tc_rows rows;
    tc_rows_init(&rows, self->data, state);
    if (bytes.len > 0 && state->skipping) {
        frame_long(state, bytes, last, ret);
        return TC_SUCCESS;
    }
    for (size_t at = 0; at < bytes.len;) {
        tc_slice rest = tc_slice_sub(bytes, at, bytes.len);
        tc_table_row row = tc_table_next(&rows.table, rest, last, options->record_max, NULL, 0);
        if (row.kind == TC_TABLE_MORE) break;
        if (row.kind == TC_TABLE_LONG) {
            if (at == 0) frame_long(state, bytes, last, ret);
            break;
        }
        /* What is in force for a block stood before it. */
        bool first = !state->header && row.kind == TC_TABLE_WIDTH;
        if (first && at > 0) break;
        at += row.length;
        ret->length = at;
        if (first) return frame_first(self, state, options, tc_slice_sub(rest, 0, row.text));
    }
    return TC_SUCCESS;
}

void tc_rows_visit(const tc_parser *self, tc_rows_state *state, const tc_parse_options *options,
                   tc_visit *visit)
{
    tc_column_names names;
    uint32_t separator = state->separator;
    tc_visit_bool(visit, &state->skipping);
    tc_visit_below(visit, &separator, 128);
    state->separator = (uint8_t)separator;
    tc_column_names_visit(visit, state->header, &names);
    if (tc_visit_loads(visit) && names.count > 0) {
        tc_status status = keep_names(self, state, options, names.names, names.count);
        if (tc_failed(status) || !state->header)
            tc_visit_fail(visit, tc_failed(status) ? status.code : TC_ESYNTAX,
                          "a header is too long");
        if (state->separator == 0) tc_visit_refuse(visit, "a header without a separator");
    }
    tc_column_names_done(&names);
}
