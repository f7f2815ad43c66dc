/*
 * escape: text made inert, and cut without breaking it.
 *
 * "Escaped" text is what tc_escape_text makes of raw bytes; its units are a code point, `\\`,
 * `\xNN` and `\uNNNN`. Text is cut between units only, so that what is left can still be read back
 * and holds no half character. On top of that a medium guards the bytes that mean something to it.
 */
#ifndef TC_OUTPUT_ESCAPE_H
#define TC_OUTPUT_ESCAPE_H

#include "parsers/base/utf8.h"

/* No single value is told longer than this many raw bytes outside JSON. */
#define TC_VALUE_MAX ((size_t)16 << 10)

/* Appends the escaped form of at most TC_VALUE_MAX bytes of raw, cut at a character. */
void tc_escape_value(tc_str *out, tc_slice raw);
/* The same for people's eyes: a backslash stands alone where nobody can take it for the beginning
 * of an escape ("EXAMPLE\anna"), and is doubled elsewhere. */
void tc_escape_plain(tc_str *out, tc_slice raw);
/* Bytes of the first unit of escaped text (not empty). */
size_t tc_escaped_unit(tc_slice escaped);
/* The longest start of escaped text, in whole units, of at most `columns` terminal columns. */
tc_slice tc_escaped_columns(tc_slice escaped, size_t columns);

/* How a medium protects bytes of a value: by a backslash before them or, where it knows no escape,
 * as \xNN, which is read back like the other units of escaped text. */
typedef struct tc_medium {
    const char *guarded;
    bool by_backslash;
} tc_medium;

/* Appends escaped text guarded for the medium, at most `max` bytes of it: cut between units, or in
 * a list (items apart by ',') between items where one fits whole. False if it was cut. */
bool tc_medium_add(tc_str *out, const tc_medium *medium, tc_slice escaped, size_t max, bool list);

#endif
