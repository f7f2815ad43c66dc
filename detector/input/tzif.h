/*
 * tzif: what a zone's clocks showed, from the bytes of a time zone file (RFC 9636, TZif).
 *
 * Reads versions 1 to 4, including the rule in the footer that holds after the last transition
 * (POSIX TZ string), which is all that a "slim" file has for the present. Pure; any bytes are
 * refused or answered, never misread beyond their end.
 */
#ifndef TC_INPUT_TZIF_H
#define TC_INPUT_TZIF_H

#include "parsers/base/slice.h"

#define TC_TZIF_MAX ((size_t)256 * 1024) /* no zone has more bytes */

/* Seconds that local time is ahead of UTC at an instant (seconds since 1970 UTC); false if the
 * bytes are no such file. */
bool tc_tzif_offset(tc_slice file, int64_t utc, int32_t *ret) TC_MUST_USE;
/* The same for a POSIX TZ string such as "CET-1CEST,M3.5.0,M10.5.0/3". */
bool tc_posix_tz_offset(tc_slice rule, int64_t utc, int32_t *ret) TC_MUST_USE;

#endif
