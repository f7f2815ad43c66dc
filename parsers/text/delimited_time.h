/*
 * delimited_time: the time column of Exchange logs, decoded once per second.
 *
 * "2022-09-19T15:00:01.234Z": consecutive records mostly lie in the same second, so the last one is
 * remembered and only the fraction is read.
 */
#ifndef TC_TEXT_DELIMITED_TIME_H
#define TC_TEXT_DELIMITED_TIME_H

#include "parsers/base/time.h"
#include "parsers/event/cell.h"

#define TC_DELIMITED_SECOND 19 /* bytes of YYYY-MM-DDTHH:MM:SS */

typedef struct tc_delimited_clock {
    uint8_t text[TC_DELIMITED_SECOND]; /* begins zeroed: no second */
    tc_time second;
} tc_delimited_clock;

/* Any other form than "....fffZ" goes to tc_time_parse_iso. */
static inline bool tc_delimited_time(tc_delimited_clock *clock, tc_cell cell, tc_time *ret)
{
    const uint8_t *at = cell.ptr;
    if (TC_UNLIKELY(cell.len != 24 || at[19] != '.' || at[23] != 'Z'))
        return cell.len > 10 && tc_time_parse_iso(tc_slice_make(at, cell.len), ret, NULL);
    if (memcmp(clock->text, at, TC_DELIMITED_SECOND) != 0) {
        tc_time second;
        if (!tc_time_parse_iso(tc_slice_make(at, TC_DELIMITED_SECOND), &second, NULL)) return false;
        memcpy(clock->text, at, TC_DELIMITED_SECOND);
        clock->second = second;
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
