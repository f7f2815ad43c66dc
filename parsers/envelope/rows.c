#include "parsers/envelope/rows.h"

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

void tc_rows_init(tc_rows *rows, const tc_envelope *envelope, const tc_table_state *state)
{
    *rows = (tc_rows){.table = tc_table_of(state, true)};
    if (rows->table.names) (void)find_columns(rows, envelope);
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

static bool read_names(const void *of, tc_slice line, tc_arena *arena,
                       tc_slice names[TC_TABLE_COLUMNS], size_t *ret_count, uint8_t *ret_separator)
{
    tc_rows rows;
    if (!tc_rows_header(&rows, of, line, arena)) return false;
    *ret_count = rows.table.count;
    *ret_separator = rows.table.separator;
    memcpy(names, rows.table.names, rows.table.count * sizeof *names);
    return true;
}

static tc_table_form form_of(const tc_parser *self)
{
    return (tc_table_form){
        .format = self->name, .names = read_names, .of = self->data, .hashes = true};
}

TC_STATUS tc_rows_frame(const tc_parser *self, tc_table_state *state,
                        const tc_parse_options *options, tc_slice bytes, bool last, tc_frame *ret)
{
    const tc_table_form form = form_of(self);
    return tc_table_frame(&form, state, options, bytes, last, ret);
}

void tc_rows_visit(const tc_parser *self, tc_table_state *state, const tc_parse_options *options,
                   tc_visit *visit)
{
    const tc_table_form form = form_of(self);
    tc_table_visit(&form, state, options, visit);
}
