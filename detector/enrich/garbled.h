/*
 * garbled: prefixes that whoever exported or stored a log has broken.
 *
 * Two ways are met. Bytes of UTF-8 were read as Windows-1252 and written once more, which can be
 * undone as long as no byte was lost; and characters were written to a charset that lacks them, so
 * that '?' or U+FFFD stands in their place, which cannot.
 */
#ifndef TC_ENRICH_GARBLED_H
#define TC_ENRICH_GARBLED_H

#include "parsers/base/slice.h"

/* The UTF-8 that the text was before it was read as Windows-1252, in `out`, of at least the text's
 * length; false if it is nothing of the kind. */
bool tc_garbled_undo(tc_slice text, uint8_t *out, tc_slice *ret) TC_MUST_USE;
/* Whether characters of the text are lost. */
bool tc_garbled_is(tc_slice text);

#endif
