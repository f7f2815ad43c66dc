/*
 * w3c_row: which column is which, for a row that does not simply have the header's width.
 *
 * A header describes its rows (tc_w3c_form). A row is tried, in this order, as: the header's width,
 * split at every separator; the same split at runs of blanks and tabs; the same with values in
 * quotes; what the source's head showed rows of its width to be (tc_w3c_learned), by any of those
 * splits, if no header is in force or the row is narrower than it; the header's columns anchored by
 * their shapes, if that can be done in one way only. What fits nothing is no row: it is never
 * stretched. The answer depends on the row and the forms alone, never on other rows.
 */
#ifndef TC_TEXT_W3C_ROW_H
#define TC_TEXT_W3C_ROW_H

#include "parsers/parser.h"
#include "parsers/text/split.h"
#include "parsers/text/w3c_columns.h"

#define TC_W3C_ROOM (TC_SCHEMA_MAX_COLUMNS + 64) /* cells that a row may be split into */
#define TC_W3C_NO_COLUMN UINT16_MAX

/* A header line understood; zeroed = no usable header. */
typedef struct tc_w3c_form {
    const tc_schema *schema; /* NULL: there is no usable header */
    uint16_t width;
    uint16_t date; /* TC_W3C_NO_COLUMN: the date comes from #Date */
    uint16_t time;
    /* Column of cs-uri, where no column is cs-uri-stem: both its parts are then columns behind the
     * others. TC_W3C_NO_COLUMN: no such. */
    uint16_t uri;
    uint16_t coded; /* column of a user agent with percent signs in place of blanks, or no column */
    uint8_t separator;
    bool local;  /* the time is local to the server */
    bool quoted; /* values may stand in quotes (IIS Advanced Logging, other makers) */
} tc_w3c_form;

/* Reads the value of a #Fields line, its first `room` names (< TC_W3C_ROOM); false (and a zeroed
 * form) if they name no time. The caller makes the schema of them. */
bool tc_w3c_form_read(tc_slice fields, tc_slice *names, size_t room, tc_w3c_form *ret) TC_MUST_USE;

#define TC_W3C_LEARNED_MAX TC_COLUMN_LISTS /* widths of rows that a source's head may show */
#define TC_W3C_LEARNED_WIDTH 64            /* columns of such a row */
#define TC_W3C_BY_HEADER (-1)

/* What rows of one width are where no header says so. */
typedef struct tc_w3c_learned {
    tc_w3c_form form;
    uint8_t shapes[TC_W3C_LEARNED_WIDTH]; /* tc_w3c_shape of each column */
} tc_w3c_learned;

/* The form's columns must have a schema, and be no more than TC_W3C_LEARNED_WIDTH. */
tc_w3c_learned tc_w3c_learned_of(const tc_w3c_form *form);

/* What rows are held against. */
typedef struct tc_w3c_forms {
    const tc_w3c_form *header; /* in force; width 0 if none is */
    const tc_w3c_learned *learned;
    size_t learned_count;
} tc_w3c_forms;

/* Splits the line (without its line end) into `cells` (TC_W3C_ROOM of them), which are then the
 * columns of the learned form in *ret_learned, or the header's if that is TC_W3C_BY_HEADER. False:
 * no reading fits. */
bool tc_w3c_row_fit(const tc_w3c_forms *forms, tc_slice line, tc_cell *cells,
                    int *ret_learned) TC_MUST_USE;

/* Splits at runs of blanks and tabs; with `quotes`, a value that begins with a quote ends with the
 * next lone quote before a blank. Returns the number of cells (at most room + 1). */
size_t tc_w3c_split_runs(tc_slice line, bool quotes, tc_cell *cells, size_t room);

#endif
