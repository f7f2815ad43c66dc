/*
 * binxml_value: the typed values of binary XML as text (binxml.h). Private to it.
 *
 * Numbers are little-endian. What is shorter than its type, or of a type that nobody knows, is
 * written as hexadecimal digits: a value is never lost for its form.
 */
#ifndef TC_WINDOWS_BINXML_VALUE_H
#define TC_WINDOWS_BINXML_VALUE_H

#include "parsers/base/str.h"
#include "parsers/base/time.h"

enum {
    TC_BINXML_NULL = 0x00,
    TC_BINXML_STRING = 0x01,
    TC_BINXML_BINXML = 0x21,
    TC_BINXML_ARRAY = 0x80 /* bit: several of them */
};

/* Appends the value, escaped for content and attributes alike. Not of nested binary XML. */
void tc_binxml_value_write(uint8_t type, tc_slice data, tc_str *out);
/* What that text means, not escaped, has so many bytes at most. */
#define TC_BINXML_PLAIN_MAX(length) (4 * (size_t)(length))
/* Writes it into so much room; what is behind it. Nested binary XML is written as bytes. */
uint8_t *tc_binxml_value_put(uint8_t type, tc_slice data, uint8_t *out);
/* The time that the value is; false: its text has to be read. */
bool tc_binxml_value_time(uint8_t type, tc_slice data, tc_time *ret) TC_MUST_USE;
/* Takes the first item of an array off *rest; false at its end. Strings end with NUL, other items
 * have the size of their type. */
bool tc_binxml_value_next(uint8_t type, tc_slice *rest, tc_slice *ret);
/* UTF-16LE without the NULs at its end: appended, escaped; or written like a value. */
void tc_binxml_text_write(tc_slice utf16, tc_str *out);
uint8_t *tc_binxml_text_put(tc_slice utf16, uint8_t *out);
/* Of a code page that is not known: as Latin-1, so that nothing is lost. */
void tc_binxml_ansi_write(tc_slice bytes, tc_str *out);
uint8_t *tc_binxml_ansi_put(tc_slice bytes, uint8_t *out);

#endif
