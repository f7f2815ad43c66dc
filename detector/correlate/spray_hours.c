#include "detector/correlate/spray_hours.h"

#define HOURS (TC_SPRAY_HOURS_DAYS * 24)

static void next_hours(tc_spray_hours *h, int64_t hour)
{
    int64_t steps = hour - h->hour;
    if (steps > HOURS) {
        memset(h->past, 0, sizeof(h->past));
        h->kept = HOURS;
        h->count = h->extra = 0;
        h->hour = hour;
    }
    for (; h->hour < hour; h->hour++) {
        memmove(h->past + 1, h->past, (HOURS - 1) * sizeof(h->past[0]));
        h->past[0] = h->count;
        if (h->kept < HOURS) h->kept++;
        h->count = h->extra = 0;
    }
}

void tc_spray_hours_count(tc_spray_hours *h, tc_time now, uint32_t extra)
{
    int64_t hour = now / TC_HOUR;
    if (!h->begun) h->hour = hour;
    h->begun = true;
    if (hour > h->hour) next_hours(h, hour);
    h->count++;
    h->extra += extra;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_of(double *values, uint32_t count)
{
    if (count == 0) return 0;
    qsort(values, count, sizeof(double), by_size);
    uint32_t half = count / 2;
    return count % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

uint32_t tc_spray_hours_usual(const tc_spray_hours *h, double *ret_median, double *ret_mad)
{
    double values[TC_SPRAY_HOURS_DAYS];
    uint32_t days = h->kept / 24;
    for (uint32_t i = 0; i < days; i++)
        values[i] = h->past[24 * i + 23];
    *ret_median = median_of(values, days);
    for (uint32_t i = 0; i < days; i++)
        values[i] = values[i] > *ret_median ? values[i] - *ret_median : *ret_median - values[i];
    *ret_mad = median_of(values, days);
    return days;
}

void tc_spray_hours_visit(tc_spray_hours *h, tc_visit *v)
{
    if (!tc_visit_begin(v, "spray hours", 1)) return;
    tc_visit_bool(v, &h->begun);
    tc_visit_i64(v, &h->hour);
    tc_visit_u32(v, &h->count);
    tc_visit_u32(v, &h->extra);
    tc_visit_below(v, &h->kept, HOURS + 1);
    for (uint32_t i = 0; i < h->kept; i++)
        tc_visit_u32(v, &h->past[i]);
    if (h->hour > TC_TIME_MAX / TC_HOUR || h->hour < -(TC_TIME_MAX / TC_HOUR))
        tc_visit_refuse(v, "an hour that no clock shows");
    tc_visit_end(v);
}
