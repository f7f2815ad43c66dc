/*
 * rows: envelopes that are tables: what people export as CSV from where logs are kept.
 *
 * The first line names the columns, and by the names of members (envelope_json.h), any case of
 * letters, it is told which of them holds the line that was shipped, and which its path and host.
 * Rows are cut as text/table_frame.h says. Private to parsers/envelope.
 */
#ifndef TC_ENVELOPE_ROWS_H
#define TC_ENVELOPE_ROWS_H

#include "parsers/envelope/envelope_json.h"
#include "parsers/text/table_frame.h"

typedef struct tc_rows {
    tc_table table;
    uint16_t columns[TC_SHIP_ROLE_COUNT]; /* number + 1; 0: there is none */
} tc_rows;

/* The rows of a source. */
void tc_rows_init(tc_rows *rows, const tc_envelope *envelope, const tc_table_state *state);
/* Whether the line names the columns of such a table, which `rows` then are of; the names are the
 * arena's, or NULL at its limit. */
bool tc_rows_header(tc_rows *rows, const tc_envelope *envelope, tc_slice line, tc_arena *arena);
void tc_rows_open(const tc_rows *rows, const tc_cell *cells, tc_arena *arena, tc_unwrapped *ret);

/* As of tc_parser. */
TC_STATUS tc_rows_frame(const tc_parser *self, tc_table_state *state,
                        const tc_parse_options *options, tc_slice bytes, bool last, tc_frame *ret);
void tc_rows_visit(const tc_parser *self, tc_table_state *state, const tc_parse_options *options,
                   tc_visit *visit);

#endif
