/*
 * table_frame: how a source that is a table is cut into blocks of rows (table.h), and how far that
 * has come is saved.
 *
 * The first line that is neither blank nor "#TYPE" names the columns, in the words of the format's
 * table_form, or is refused with all that follows; it is a block of its own, because what is in
 * force for a block stood before it. Column names become a schema of the source.
 */
#ifndef TC_TEXT_TABLE_FRAME_H
#define TC_TEXT_TABLE_FRAME_H

#include "parsers/parser.h"
#include "parsers/text/table.h"

/* What the reading of a source goes on with; begins zeroed. Part of a carry. */
typedef struct tc_table_state {
    const tc_schema *header; /* NULL: not met yet */
    uint8_t separator;
    bool skipping; /* inside a line that is too long */
} tc_table_state;

typedef struct tc_table_form {
    const char *format; /* of the schema, and its labels */
    const tc_logsource *labels;
    size_t label_count;
    /* Whether the line names the columns of such a table; then the names, the arena's, and the
     * separator. */
    bool (*names)(const void *of, tc_slice line, tc_arena *arena, tc_slice names[TC_TABLE_COLUMNS],
                  size_t *ret_count, uint8_t *ret_separator);
    const void *of;
    bool hashes; /* as of a tc_table */
} tc_table_form;

static inline tc_table tc_table_of(const tc_table_state *state, bool hashes)
{
    if (!state->header) return (tc_table){.names = NULL};
    return (tc_table){state->separator, state->header->column_count, state->header->names, hashes};
}

/* As of tc_parser; *ret begins empty. */
TC_STATUS tc_table_frame(const tc_table_form *form, tc_table_state *state,
                         const tc_parse_options *options, tc_slice bytes, bool last, tc_frame *ret);
void tc_table_visit(const tc_table_form *form, tc_table_state *state,
                    const tc_parse_options *options, tc_visit *visit);
/* Why a row of that kind is refused; TC_REASON_COUNT: it is not. `known`: the columns are. */
tc_reason tc_table_reason(tc_table_kind kind, bool known);

#endif
