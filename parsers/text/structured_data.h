/*
 * structured_data: the values in the elements of a syslog message (RFC 5424, 6.3).
 *
 * [ID NAME="VALUE" NAME="VALUE"][ID ...] is walked from left to right; what is handed out points
 * into the line. IDs say nothing here, names are as they are written. Nothing is kept.
 */
#ifndef TC_TEXT_STRUCTURED_DATA_H
#define TC_TEXT_STRUCTURED_DATA_H

#include "parsers/base/arena.h"

typedef enum tc_structured {
    TC_STRUCTURED_VALUE,
    TC_STRUCTURED_END,   /* `rest` is what stands behind the last element */
    TC_STRUCTURED_BROKEN /* an element or a value does not end */
} tc_structured;

typedef struct tc_structured_data {
    tc_slice rest; /* from the first '[' on, set by the caller */
    bool inside;   /* of an element; false at first */
} tc_structured_data;

/* The next name and its value, as it is written between its quotes. */
tc_structured tc_structured_next(tc_structured_data *data, tc_slice *ret_name, tc_slice *ret_value);
/* A value without its escapes, a backslash before a quote, a bracket or itself; in the arena if it
 * has any, as it is written without memory. */
tc_slice tc_structured_text(tc_slice value, tc_arena *arena);

#endif
