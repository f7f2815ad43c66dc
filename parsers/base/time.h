/*
 * time: instants as nanoseconds since 1970-01-01T00:00:00Z in an int64 (years 1677 to 2262).
 *
 * Parsers of the written forms that logs use and printers of the ones that tocsin writes. No clock,
 * no locale, no TZ variable. A form without a zone is taken as UTC; the caller subtracts the
 * source's offset. Impossible dates (month 13, 30 February, 24:00) are refused; second 60 is read
 * as the following instant. TC_TIME_NONE means "not known".
 */
#ifndef TC_BASE_TIME_H
#define TC_BASE_TIME_H

#include "parsers/base/cursor.h"

typedef int64_t tc_time;
#define TC_TIME_NONE INT64_MIN
#define TC_TIME_MAX INT64_MAX
#define TC_SECOND INT64_C(1000000000)
#define TC_MINUTE (60 * TC_SECOND)
#define TC_HOUR (60 * TC_MINUTE)
#define TC_DAY (24 * TC_HOUR)

/* Sum and difference of times and spans, at the ends of the range instead of beyond: logs may write
 * any year. TC_TIME_NONE is no time: the caller looks for it first. A sum or difference is never
 * TC_TIME_NONE. tests/lint/times.py refuses '+' and '-' on times elsewhere. */
static inline tc_time tc_time_add(tc_time time, int64_t span)
{
    tc_time sum;
    if (__builtin_add_overflow(time, span, &sum)) return span < 0 ? INT64_MIN + 1 : INT64_MAX;
    return sum == INT64_MIN ? INT64_MIN + 1 : sum;
}
static inline tc_time tc_time_sub(tc_time time, int64_t span)
{
    tc_time rest;
    if (__builtin_sub_overflow(time, span, &rest)) return span < 0 ? INT64_MAX : INT64_MIN + 1;
    return rest == INT64_MIN ? INT64_MIN + 1 : rest;
}
/* The span from `earlier` to `later`; negative if they stand the other way round. */
static inline int64_t tc_time_between(tc_time earlier, tc_time later)
{
    return tc_time_sub(later, earlier);
}
/* The whole millisecond that the time lies in. */
static inline tc_time tc_time_whole_ms(tc_time time)
{
    int64_t rest = time % 1000000;
    return tc_time_sub(time, rest < 0 ? rest + 1000000 : rest);
}

/* YYYY-MM-DD[T or blanks]hh:mm:ss[. or , fraction][blanks][Z, UTC, GMT, +hh, +hh:mm or +hhmm], the
 * whole slice; also YYYY-MM-DD alone (midnight). ISO 8601 / RFC 3339 and Exchange's and IIS's
 * forms. *ret_zoned (may be NULL) says whether a zone was written. */
bool tc_time_parse_iso(tc_slice s, tc_time *ret, bool *ret_zoned) TC_MUST_USE;
/* W3C extended log: separate YYYY-MM-DD and hh:mm:ss[.fraction] columns, UTC. */
bool tc_time_parse_date(tc_slice s, tc_time *ret_midnight) TC_MUST_USE;
bool tc_time_parse_clock(tc_slice s, tc_time *ret_since_midnight) TC_MUST_USE;
/* The fixed forms "YYYY-MM-DD" (10 bytes) and "hh:mm:ss" (8 bytes) by position, for hot loops: the
 * callers guarantee that the bytes are readable; false if they are not of that form. A date that
 * these two and tc_time_parse_date give can take a clock and a zone on top without overflow. */
bool tc_time_fixed_date(const uint8_t *ten, tc_time *ret_midnight) TC_MUST_USE;
bool tc_time_fixed_clock(const uint8_t *eight, tc_time *ret_since_midnight) TC_MUST_USE;
/* The number of a month by the three letters that English has for it, case aside; 0: it is none. */
int tc_time_month(const uint8_t three[3]);
/* Epoch seconds, milliseconds, microseconds or nanoseconds, told apart by magnitude (1e11, 1e14,
 * 1e17); seconds may have a fraction; negative allowed. */
bool tc_time_parse_epoch(tc_slice s, tc_time *ret) TC_MUST_USE;
/* Windows FILETIME: 100 ns since 1601-01-01 UTC. False outside the int64 range. */
bool tc_time_from_filetime(uint64_t filetime, tc_time *ret) TC_MUST_USE;
bool tc_time_from_civil(int year, int month, int day, int hour, int minute, int second,
                        tc_time *ret) TC_MUST_USE;
/* What a person types: ISO forms, with or without seconds; "now", "today", "yesterday" (midnights
 * of UTC); or a span before `now`: "7d", "12h", "30m", "2w", "7 days", "2 weeks ago". */
bool tc_time_parse_user(tc_slice s, tc_time now, tc_time *ret) TC_MUST_USE;
/* "90s", "15m", "6h", "30d", "2w", "1M" (2629746 s), "1y" (31556952 s): one number, one unit. */
bool tc_time_parse_span(tc_slice s, int64_t *ret_ns) TC_MUST_USE;

#define TC_TIME_TEXT 36
/* "2011-03-09T07:12:03Z", with 3, 6 or 9 fraction digits only when not zero; NUL-terminated;
 * TC_TIME_NONE gives "unknown". Returns out. */
const char *tc_time_format(tc_time t, char out[TC_TIME_TEXT]);
/* Always three fraction digits: "2011-03-09T07:12:03.000Z". */
const char *tc_time_format_ms(tc_time t, char out[TC_TIME_TEXT]);
/* For people: "2011-03-09 07:12:03". */
const char *tc_time_format_human(tc_time t, char out[TC_TIME_TEXT]);
/* Midnight (UTC) of the day of t; TC_TIME_NONE where that is before the first instant. */
tc_time tc_time_midnight(tc_time t);

#endif
