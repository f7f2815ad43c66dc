/*
 * json_copy: a JSON value written again, on one line and inert.
 *
 * What stands in a log may be pretty-printed and may hold anything inside its strings: the copy has
 * no white space between its parts, and its strings are escaped like all that is written
 * (parsers/base/json_writer.h). Numbers stay as they were written.
 */
#ifndef TC_APP_JSON_COPY_H
#define TC_APP_JSON_COPY_H

#include "parsers/base/str.h"

#include "parsers/base/arena.h"

/* Appends the value that is all of `json`; nothing is appended if it is none, or nested deeper than
 * the reader goes. */
bool tc_json_copy(tc_arena *arena, tc_slice json, tc_str *out);

#endif
