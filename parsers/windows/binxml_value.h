/*
 * binxml_value: the typed values of binary XML as text (binxml.h). Private to it.
 *
 * Numbers are little-endian. What is shorter than its type, or of a type that nobody knows, is
 * written as hexadecimal digits: a value is never lost for its form.
 */
#ifndef TC_WINDOWS_BINXML_VALUE_H
#define TC_WINDOWS_BINXML_VALUE_H

#include "parsers/base/str.h"

enum {
    TC_BINXML_NULL = 0x00,
    TC_BINXML_STRING = 0x01,
    TC_BINXML_BINXML = 0x21,
    TC_BINXML_ARRAY = 0x80 /* bit: several of them */
};

/* Appends the value, escaped for content and attributes alike. Not of nested binary XML. */
void tc_binxml_value_write(uint8_t type, tc_slice data, tc_str *out);
/* Takes the first item of an array off *rest; false at its end. Strings end with NUL, other items
 * have the size of their type. */
bool tc_binxml_value_next(uint8_t type, tc_slice *rest, tc_slice *ret);
/* Appends UTF-16LE without the NULs at its end, escaped. */
void tc_binxml_text_write(tc_slice utf16, tc_str *out);

#endif
