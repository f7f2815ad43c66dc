/*
 * w3c_reading: the one reading of many rows that have no header, or why there is none.
 *
 * A server writes the fields that are selected in an order of its own. Columns that can be told in
 * any order (dates, methods, paths, addresses, numbers...) show whether the rows are in such an
 * order; if chance would hardly have put them so, the order names what the values leave open. Rows
 * in no known order are read only by what their values prove.
 *
 * Refused is what leaves two fields open for a column that the detections lean on, or fits no
 * reading. Other columns that stay open have no name. So a row is read right or not at all.
 */
#ifndef TC_TEXT_W3C_READING_H
#define TC_TEXT_W3C_READING_H

#include "parsers/text/w3c_assign.h"

typedef enum tc_w3c_verdict {
    TC_W3C_READ = 0,
    TC_W3C_OPEN,    /* some column that is leant on can be more than one field */
    TC_W3C_NONE,    /* no field fits column `column`, or no reading all of them (column = width) */
    TC_W3C_UNTIMED, /* no column is the date, or none the time */
    TC_W3C_FEW      /* too few rows to tell an order that no server keeps */
} tc_w3c_verdict;

typedef struct tc_w3c_reading {
    tc_w3c_verdict verdict;
    size_t width;
    tc_w3c_fields can[TC_W3C_WIDTH_MAX]; /* of READ and OPEN: what each column can be */
    size_t column;
} tc_w3c_reading;

/* Reads the rows; `profiles` are of the table (tc_w3c_profile_all). */
void tc_w3c_read_rows(const tc_w3c_profile *profiles, size_t rows, size_t width,
                      tc_w3c_reading *ret);

/* The column's field; OTHER if it stays without a name. */
tc_w3c_field tc_w3c_reading_field(const tc_w3c_reading *reading, size_t column);
/* Whether it stays open which of several fields, one of them leant on, the column is. */
bool tc_w3c_reading_is_open(const tc_w3c_reading *reading, size_t column);

#endif
