/*
 * w3c_columns: what the columns of a W3C extended log look like, and the layouts that servers are
 * known to write.
 *
 * A column's shape is a cheap test of one token. Hard shapes (a date, a clock, an address, a
 * method, a number) tell columns apart when the header is missing, damaged or does not fit the row;
 * soft shapes (a path, a URL) only prefer one reading over another. The test of an address looks at
 * its alphabet alone: anonymised logs hold addresses that are none.
 *
 * Layouts: Microsoft, "IIS log file formats", W3C Extended field order.
 */
#ifndef TC_TEXT_W3C_COLUMNS_H
#define TC_TEXT_W3C_COLUMNS_H

#include "parsers/event/cell.h"

typedef enum tc_w3c_shape {
    TC_W3C_ANY = 0,
    TC_W3C_DATE,
    TC_W3C_CLOCK,
    TC_W3C_ADDRESS,
    TC_W3C_ADDRESSES, /* X-Forwarded-For */
    TC_W3C_METHOD,
    TC_W3C_NUMBER,
    TC_W3C_STATUS,
    TC_W3C_VERSION,
    TC_W3C_SITE, /* W3SVC1 */
    TC_W3C_PATH,
    TC_W3C_URL,
    TC_W3C_HOST,
    TC_W3C_SHAPE_COUNT
} tc_w3c_shape;

static inline bool tc_w3c_shape_is_hard(tc_w3c_shape shape)
{
    return shape != TC_W3C_ANY && shape < TC_W3C_PATH;
}
bool tc_w3c_shape_fits(tc_w3c_shape shape, tc_cell cell);
/* The shape of the column of that name; ANY for names nobody knows. */
tc_w3c_shape tc_w3c_shape_of(tc_slice name);

#define TC_W3C_LAYOUTS 20
#define TC_W3C_LAYOUT_WIDTH 22

/* Layouts begin with date and time. Their number and order are fixed: the first that fits wins. */
size_t tc_w3c_layout_width(size_t layout);
/* Fills names[0 .. width-1]; returns the width. */
size_t tc_w3c_layout_names(size_t layout, tc_slice names[TC_W3C_LAYOUT_WIDTH]);
/* The first layout whose columns all fit the cells, or -1. */
int tc_w3c_layout_of(const tc_cell *cells, size_t count);

#endif
