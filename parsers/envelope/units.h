/*
 * units: what the source of an envelope is cut into, each of which is opened by itself: its lines,
 * the objects of a stream of JSON (open/json_frame.h), however they are laid out, or rows (rows.h).
 *
 * Framer, workers and probe walk here, and see the same units however the source is cut. Private to
 * parsers/envelope.
 */
#ifndef TC_ENVELOPE_UNITS_H
#define TC_ENVELOPE_UNITS_H

#include "parsers/envelope/rows.h"
#include "parsers/open/json_items.h"
#include "parsers/text/lines.h"

/* What the reading of one block leaves to the next; begins zeroed. Part of a carry. */
typedef struct tc_units_state {
    bool skipping; /* inside a line that is too long */
    tc_json_state json;
    tc_table_state rows;
} tc_units_state;

/* Takes whole units, or a piece of one that cannot be read. The first row of a table, which names
 * its columns, is taken alone. */
TC_STATUS tc_units_frame(const tc_parser *self, tc_units_state *state,
                         const tc_parse_options *options, tc_slice bytes, bool last, tc_frame *ret);
/* The state behind the first so many bytes of what was just taken, which end with a unit or right
 * before one; `before` is the state before them. */
void tc_units_back(const tc_envelope *envelope, tc_units_state *state, const tc_units_state *before,
                   tc_slice bytes);
void tc_units_visit(const tc_parser *self, tc_units_state *state, const tc_parse_options *options,
                    tc_visit *visit);

typedef enum tc_units_kind {
    TC_UNITS_ONE,
    TC_UNITS_BETWEEN, /* structure of the stream: no unit, and no record */
    TC_UNITS_NAMES,   /* of a table's columns */
    TC_UNITS_DAMAGE   /* refused, for the reason given */
} tc_units_kind;

/* A walk over the units of a block. */
typedef struct tc_units {
    tc_slice block;
    size_t at;
    size_t next;   /* behind it, the end of its line included */
    tc_slice text; /* the unit, or all of what is none */
    tc_units_kind kind;
    tc_reason reason;
    bool ended; /* it does not just end because the block does */
    const tc_envelope *envelope;
    size_t record_max;
    tc_json_items items;
    tc_rows rows;
    tc_arena *arena; /* for names */
    tc_cell cells[TC_TABLE_COLUMNS];
} tc_units;

/* What the arena gives stays there as long as the walk goes on. */
void tc_units_init(tc_units *units, const tc_envelope *envelope, const tc_units_state *state,
                   tc_slice block, size_t record_max, tc_arena *arena);
/* Goes on to the next; false at the block's end. */
bool tc_units_next(tc_units *units);
/* Passes over units that end before that offset, if that costs less than to walk over them. */
void tc_units_seek(tc_units *units, size_t offset);

#endif
