/*
 * w3c_columns: the columns that a W3C extended log may have, and what their values look like.
 *
 * A column's shape is a cheap test of one token. Hard shapes (a date, a clock, an address, a
 * method, a number) tell columns apart when the header is missing, damaged or does not fit the row;
 * soft shapes (a path, a URL) only prefer one reading over another. The test of an address looks at
 * its alphabet alone: anonymised logs hold addresses that are none.
 *
 * Fields stand in the order in which IIS 6 and later write those that are selected; fields of the
 * administrator's own (X-Forwarded-For among them) come behind. Microsoft, "IIS log file formats".
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

typedef enum tc_w3c_field {
    TC_W3C_FIELD_DATE = 0,
    TC_W3C_FIELD_TIME,
    TC_W3C_FIELD_SITE,
    TC_W3C_FIELD_COMPUTER,
    TC_W3C_FIELD_SERVER_IP,
    TC_W3C_FIELD_METHOD,
    TC_W3C_FIELD_STEM,
    TC_W3C_FIELD_QUERY,
    TC_W3C_FIELD_PORT,
    TC_W3C_FIELD_USER,
    TC_W3C_FIELD_CLIENT_IP,
    TC_W3C_FIELD_VERSION,
    TC_W3C_FIELD_AGENT,
    TC_W3C_FIELD_COOKIE,
    TC_W3C_FIELD_REFERER,
    TC_W3C_FIELD_HOST,
    TC_W3C_FIELD_STATUS,
    TC_W3C_FIELD_SUBSTATUS,
    TC_W3C_FIELD_WIN32,
    TC_W3C_FIELD_BYTES_SENT,
    TC_W3C_FIELD_BYTES_RECEIVED,
    TC_W3C_FIELD_TAKEN,
    TC_W3C_FIELD_FORWARDED,
    TC_W3C_FIELD_OTHER, /* of the administrator's own, its name is not known */
    TC_W3C_FIELD_COUNT
} tc_w3c_field;

/* The usual spelling of a column's name, whatever case it is written in; a name that nobody knows
 * as it is. */
tc_slice tc_w3c_column_name(tc_slice written);

/* The name in a #Fields line; "-" for OTHER. */
const char *tc_w3c_field_name(tc_w3c_field field);
/* Whether a column of that name is known: a wrong name in --fields must not pass for one. */
bool tc_w3c_column_known(tc_slice name);

#endif
