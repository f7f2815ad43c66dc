#include "detector/app/horizon.h"

#include "parsers/base/alloc.h"

#define DAYS ((size_t)106752) /* from 1970 to the end of a tc_time */
#define STRAGGLERS 64         /* records that may stand alone */
#define ALONE 3               /* days without any before them */

typedef struct day {
    uint64_t records;
    tc_time newest;
} day;

struct tc_horizon {
    day *days;
    size_t top; /* the last day with records; 0 if there are none behind 1970-01-01 */
};

tc_horizon *tc_horizon_new(void)
{
    tc_horizon *h = tc_alloc(1, sizeof(*h));
    if (h == NULL) return NULL;
    h->days = tc_alloc(DAYS, sizeof(day));
    if (h->days) return h;
    tc_horizon_free(h);
    return NULL;
}

void tc_horizon_free(tc_horizon *h)
{
    if (h == NULL) return;
    tc_free(h->days);
    tc_free(h);
}

void tc_horizon_clear(tc_horizon *h)
{
    memset(h->days, 0, (h->top + 1) * sizeof(day));
    h->top = 0;
}

void tc_horizon_note(tc_horizon *h, tc_time time)
{
    if (time < TC_DAY) return;
    size_t at = TC_MIN((size_t)(time / TC_DAY), DAYS - 1);
    day *d = &h->days[at];
    d->records++;
    d->newest = TC_MAX(d->newest, time);
    h->top = TC_MAX(h->top, at);
}

/* The last day with records before `at`; 0 if there is none. */
static size_t day_before(const tc_horizon *h, size_t at)
{
    while (at > 0 && h->days[--at].records == 0)
        continue;
    return at;
}

static size_t last_of_all(const tc_horizon *h)
{
    size_t last = h->top;
    uint64_t behind = h->days[last].records;
    for (size_t at = last; at > 0 && behind <= STRAGGLERS; behind += h->days[at].records) {
        size_t before = day_before(h, at);
        if (before == 0) break;
        if (at - before > ALONE) last = before;
        at = before;
    }
    return last;
}

tc_time tc_horizon_until(const tc_horizon *h, tc_time now, tc_time least)
{
    size_t last = last_of_all(h);
    if (last == 0) return least;
    tc_time until = tc_time_sub(TC_MIN(h->days[last].newest, now), TC_HORIZON_OVERLAP);
    return TC_MAX(tc_time_whole_ms(until), least);
}
