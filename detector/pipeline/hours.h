/*
 * hours: how many records of a block fall into each hour.
 *
 * A plain value of a fixed size, for six weeks before and after its first record: exports may begin
 * with the newest. Counts stop at 255, which is as much as anybody asks. What lies beyond is only
 * said to exist.
 */
#ifndef TC_PIPELINE_HOURS_H
#define TC_PIPELINE_HOURS_H

#include "parsers/base/time.h"

#define TC_HOURS_MAX 2048

typedef struct tc_hours {
    int64_t base; /* the hour, since 1970, of the first count */
    bool known;   /* there is a record */
    bool beyond;  /* ... and one outside */
    uint8_t of[TC_HOURS_MAX];
} tc_hours;

/* The hour that an instant falls into, since 1970. */
static inline int64_t tc_hour_of(tc_time time)
{
    int64_t hour = time / TC_HOUR;
    return time % TC_HOUR < 0 ? hour - 1 : hour;
}

static inline void tc_hours_note(tc_hours *h, tc_time time)
{
    int64_t hour = tc_hour_of(time);
    if (!h->known) {
        h->known = true;
        h->base = hour - TC_HOURS_MAX / 2;
    }
    uint64_t at = (uint64_t)(hour - h->base);
    if (at >= TC_HOURS_MAX)
        h->beyond = true;
    else
        h->of[at] = (uint8_t)(h->of[at] + (h->of[at] < UINT8_MAX));
}

#endif
