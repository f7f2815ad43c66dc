/*
 * w3c_time: the time of a W3C row, decoded once per date and once per second.
 *
 * Rows without a date column take their day from #Date and roll it over when the clock falls back
 * by more than twelve hours. A row that then still shows the last hour of the day before (servers
 * write out of order) counts for that day and does not roll twice. The clock is what must
 * be known of earlier rows; the cache is not.
 */
#ifndef TC_TEXT_W3C_TIME_H
#define TC_TEXT_W3C_TIME_H

#include "parsers/base/time.h"
#include "parsers/text/w3c_row.h"

typedef struct tc_w3c_clock {
    tc_time day;  /* midnight; TC_TIME_NONE = no #Date seen */
    tc_time last; /* since midnight */
    bool rolled;  /* since #Date */
} tc_w3c_clock;

typedef struct tc_w3c_cache {
    uint8_t date[10], clock[8]; /* begin zeroed: nothing decoded yet */
    tc_time midnight, since_midnight;
} tc_w3c_cache;

/* A #Date line: the day, and the clock that the next row is held against. */
void tc_w3c_clock_set(tc_w3c_clock *clock, tc_time instant);
/* The instant of the next row, which shows this clock. False without a day. */
bool tc_w3c_clock_next(tc_w3c_clock *clock, tc_time since_midnight, tc_time *ret) TC_MUST_USE;

/* Reads the cells of a row of that form; false (and an unchanged clock) if they show no time.
 * `zone_offset_ns` is taken off local times. */
static inline bool tc_w3c_row_time(tc_w3c_cache *cache, tc_w3c_clock *clock,
                                   const tc_w3c_form *form, const tc_cell *cells,
                                   int64_t zone_offset_ns, tc_time *ret)
{
    tc_cell time = cells[form->time];
    if (TC_LIKELY(time.len == 8)) {
        if (memcmp(cache->clock, time.ptr, 8) != 0) {
            tc_time decoded;
            if (!tc_time_fixed_clock(time.ptr, &decoded)) return false;
            cache->since_midnight = decoded;
            memcpy(cache->clock, time.ptr, 8);
        }
        *ret = cache->since_midnight;
    } else if (!tc_time_parse_clock(tc_slice_make(time.ptr, time.len), ret)) {
        return false;
    }
    if (form->date == TC_W3C_NO_COLUMN) {
        if (!tc_w3c_clock_next(clock, *ret, ret)) return false;
    } else {
        tc_cell date = cells[form->date];
        if (date.len != 10) return false;
        if (TC_UNLIKELY(memcmp(cache->date, date.ptr, 10) != 0)) {
            tc_time decoded;
            if (!tc_time_fixed_date(date.ptr, &decoded)) return false;
            cache->midnight = decoded;
            memcpy(cache->date, date.ptr, 10);
        }
        *ret = tc_time_add(cache->midnight, *ret);
    }
    if (form->local) *ret = tc_time_sub(*ret, zone_offset_ns);
    return true;
}

#endif
