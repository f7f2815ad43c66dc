/*
 * spray_hours: a count by the hour, and what is usual at this hour of the day.
 *
 * The last 28 days are kept hour by hour. Median and median absolute deviation are over the same
 * hour of those days. All zero is empty.
 */
#ifndef TC_CORRELATE_SPRAY_HOURS_H
#define TC_CORRELATE_SPRAY_HOURS_H

#include "parsers/base/visit.h"

#define TC_SPRAY_HOURS_DAYS 28

typedef struct tc_spray_hours {
    bool begun;
    int64_t hour; /* since 1970 */
    uint32_t count, extra;
    uint32_t past[TC_SPRAY_HOURS_DAYS * 24]; /* the hour before first */
    uint32_t kept;
} tc_spray_hours;

/* Counts one, and `extra` of a second sort, in the hour of `now`; an earlier hour counts as this.
 */
void tc_spray_hours_count(tc_spray_hours *hours, tc_time now, uint32_t extra);
/* Over the same hour of the days before; how many days those are. */
uint32_t tc_spray_hours_usual(const tc_spray_hours *hours, double *ret_median, double *ret_mad);
void tc_spray_hours_visit(tc_spray_hours *hours, tc_visit *visit);

#endif
