/*
 * table: the rows of a table that was exported as CSV, one after the other.
 *
 * Cells may be quoted and hold lines. A row of several lines that is not as wide as the header
 * costs its first line, and reading goes on with the next: a quote that never closes costs no more.
 * Lines that begin with '#' ("#TYPE" of PowerShell) are the header's. Framers and workers must both
 * read rows here, to see the same ones. Which header is whose is not told here.
 */
#ifndef TC_TEXT_TABLE_H
#define TC_TEXT_TABLE_H

#include "parsers/text/csv.h"

#define TC_TABLE_COLUMNS 256
#define TC_TABLE_SEPARATORS ',', ';', '\t'

typedef struct tc_table {
    uint8_t separator;
    size_t count;          /* of columns */
    const tc_slice *names; /* NULL: not met yet */
    bool hashes;           /* rows may begin with '#', unless it is "#TYPE" */
} tc_table;

typedef enum tc_table_kind {
    TC_TABLE_MORE, /* its end is not in sight */
    TC_TABLE_LONG, /* its first line is longer than record_max */
    TC_TABLE_BLANK,
    TC_TABLE_NAMES, /* the names of the columns, or #TYPE */
    TC_TABLE_ROW,
    TC_TABLE_NUL, /* from here on refused, for what its first line is: it holds NUL bytes */
    TC_TABLE_WIDTH,
    TC_TABLE_QUOTE, /* leaves a quote open */
    TC_TABLE_CUT,   /* the input ends in it */
    TC_TABLE_KIND_COUNT
} tc_table_kind;

typedef struct tc_table_row {
    tc_table_kind kind;
    size_t text;   /* bytes without the line end */
    size_t length; /* bytes with it */
    size_t count;  /* cells that were written, of a row */
} tc_table_row;

/* The row at the beginning of bytes; cells may be NULL with room 0. */
tc_table_row tc_table_next(const tc_table *table, tc_slice bytes, bool last, size_t record_max,
                           tc_cell *cells, size_t room);
/* The cells of a line as names, with that separator; false if they are none. */
bool tc_table_names(tc_slice line, uint8_t separator, tc_arena *arena,
                    tc_slice names[TC_TABLE_COLUMNS], size_t *ret_count);
/* The first line that is not blank and no "#TYPE"; false if there is none. */
bool tc_table_first_line(tc_slice head, tc_slice *ret);

#endif
