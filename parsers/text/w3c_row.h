/*
 * w3c_row: which column is which, for a row that does not simply have the header's width.
 *
 * A header describes its rows (tc_w3c_form). A row is tried, in this order, as: the header's width,
 * split at every separator; the same split at runs of blanks and tabs; the same with values in
 * quotes; a layout that servers are known to write (by any of those splits); the header's columns
 * anchored by their shapes, free ones taking up the blanks that are too many. The answer depends on
 * the row and the form alone, never on other rows.
 */
#ifndef TC_TEXT_W3C_ROW_H
#define TC_TEXT_W3C_ROW_H

#include "parsers/event/schema.h"
#include "parsers/text/split.h"
#include "parsers/text/w3c_columns.h"

#define TC_W3C_ROOM (TC_SCHEMA_MAX_COLUMNS + 64) /* cells that a row may be split into */
#define TC_W3C_NO_COLUMN UINT16_MAX

/* A header line understood; zeroed = no usable header. */
typedef struct tc_w3c_form {
    const tc_schema *schema; /* NULL: only layouts can name the columns */
    uint16_t width;
    uint16_t date; /* TC_W3C_NO_COLUMN: the date comes from #Date */
    uint16_t time;
    uint8_t separator;
    bool local;  /* the time is local to the server */
    bool quoted; /* values may stand in quotes (IIS Advanced Logging, other makers) */
} tc_w3c_form;

/* Reads the value of a #Fields line, its first `room` names (< TC_W3C_ROOM); false (and a zeroed
 * form) if they name no time. The caller makes the schema of them. */
bool tc_w3c_form_read(tc_slice fields, tc_slice *names, size_t room, tc_w3c_form *ret) TC_MUST_USE;

/* Form of the rows of a known layout: date and time are its first two columns. */
tc_w3c_form tc_w3c_form_of_layout(size_t layout);

#define TC_W3C_NO_LAYOUT (-1)

/* Splits the line (without its line end) into `cells` (TC_W3C_ROOM of them), which are then the
 * columns of the layout in *ret_layout, or the header's if that is TC_W3C_NO_LAYOUT. False: no
 * reading fits. */
bool tc_w3c_row_fit(const tc_w3c_form *form, tc_slice line, tc_cell *cells,
                    int *ret_layout) TC_MUST_USE;

/* Splits at runs of blanks and tabs; with `quotes`, a value that begins with a quote ends with the
 * next lone quote before a blank. Returns the number of cells (at most room + 1). */
size_t tc_w3c_split_runs(tc_slice line, bool quotes, tc_cell *cells, size_t room);

#endif
