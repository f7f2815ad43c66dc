/*
 * delimited_time: the time column of delimited logs, decoded once per second.
 *
 * "2022-09-19T15:00:01.234Z" or, local to the server, "2022-09-19 15:00:01.234": consecutive
 * records mostly lie in the same second, so the last one is remembered and only the fraction is
 * read.
 */
#ifndef TC_TEXT_DELIMITED_TIME_H
#define TC_TEXT_DELIMITED_TIME_H

#include "parsers/base/time.h"
#include "parsers/text/csv.h"

#define TC_DELIMITED_SECOND 19 /* bytes of YYYY-MM-DDTHH:MM:SS */

typedef struct tc_delimited_clock {
    uint8_t text[TC_DELIMITED_SECOND]; /* zeroed: no second */
    uint8_t length;                    /* of a time with three digits of fraction */
    tc_time second;
    int64_t zone_offset_ns; /* taken off times without a zone */
} tc_delimited_clock;

/* `zone_offset_ns` is the server's, for dialects in local time. */
static inline tc_delimited_clock tc_delimited_clock_of(const tc_csv_dialect *dialect,
                                                       int64_t zone_offset_ns)
{
    bool local = dialect->time == TC_CSV_TIME_LOCAL;
    return (tc_delimited_clock){.length = local ? 23 : 24,
                                .zone_offset_ns = local ? zone_offset_ns : 0};
}

/* Any other form than that of the dialect, with three digits of fraction. */
static inline bool tc_delimited_any_time(const tc_delimited_clock *clock, tc_cell cell,
                                         tc_time *ret)
{
    bool zoned;
    if (cell.len <= 10 || !tc_time_parse_iso(tc_slice_make(cell.ptr, cell.len), ret, &zoned))
        return false;
    if (!zoned) *ret = tc_time_sub(*ret, clock->zone_offset_ns);
    return true;
}

static inline bool tc_delimited_time(tc_delimited_clock *clock, tc_cell cell, tc_time *ret)
{
    const uint8_t *at = cell.ptr;
    if (TC_UNLIKELY(cell.len != clock->length || at[19] != '.' ||
                    (clock->length == 24 && at[23] != 'Z')))
        return tc_delimited_any_time(clock, cell, ret);
    if (memcmp(clock->text, at, TC_DELIMITED_SECOND) != 0) {
        tc_time second;
        if (!tc_time_parse_iso(tc_slice_make(at, TC_DELIMITED_SECOND), &second, NULL)) return false;
        memcpy(clock->text, at, TC_DELIMITED_SECOND);
        clock->second = tc_time_sub(second, clock->zone_offset_ns);
    }
    int64_t fraction = 0;
    for (size_t i = 20; i < 23; i++) {
        if ((uint8_t)(at[i] - '0') > 9) return false;
        fraction = 10 * fraction + (at[i] - '0');
    }
    *ret = tc_time_add(clock->second, fraction * (TC_SECOND / 1000));
    return true;
}

#endif
