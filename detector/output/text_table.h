/*
 * text_table: columns that line up and fit the width.
 *
 * Rows of escaped cells are gathered, then printed at once. Where the table is wider than the page,
 * columns are left out in the order of their `drop` number (1 first; 0 = never), then flexible ones
 * are narrowed and their cells shortened with "...". At most TC_TABLE_ROWS rows are held; what
 * begins after them is counted, for the caller to say so.
 */
#ifndef TC_OUTPUT_TEXT_TABLE_H
#define TC_OUTPUT_TEXT_TABLE_H

#include "parsers/base/str.h"

#define TC_TABLE_COLUMNS 8
#define TC_TABLE_ROWS 200

typedef struct tc_table_column {
    const char *title;
    bool right;    /* numbers */
    bool flexible; /* may be narrowed */
    uint8_t drop;
} tc_table_column;

typedef struct tc_table {
    const tc_table_column *columns;
    size_t column_count;
    tc_str text;                                   /* all cells, one behind the other */
    size_t ends[TC_TABLE_COLUMNS * TC_TABLE_ROWS]; /* where each ends */
    size_t cells, rows_left_out;
} tc_table;

void tc_table_init(tc_table *table);
void tc_table_done(tc_table *table);
TC_STATUS tc_table_status(const tc_table *table);
void tc_table_clear(tc_table *table);

/* Begins a table of these columns (at most TC_TABLE_COLUMNS). */
void tc_table_open(tc_table *table, const tc_table_column *columns, size_t count);
/* The next row; false (and counted) when the table is full. */
bool tc_table_row(tc_table *table);
/* The next cell of the row: raw text, escaped here. Every row needs one for each column. */
void tc_table_cell(tc_table *table, tc_slice raw);
void tc_table_cellf(tc_table *table, const char *format, ...) TC_PRINTF(2, 3);
/* Whether a page of that width has room for the column. */
bool tc_table_shows(const tc_table *table, size_t column, size_t indent, size_t width);
/* Prints the titles and the rows, indented, in at most `width` columns; how many columns were left
 * out. */
size_t tc_table_print(const tc_table *table, size_t indent, size_t width, tc_str *out);

#endif
