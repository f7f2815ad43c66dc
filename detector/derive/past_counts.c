#include "detector/derive/past_counts.h"

bool tc_past_counts_turn(tc_past_counts *c, int64_t step, uint32_t room)
{
    TC_ASSERT(room <= TC_PAST_COUNTS_MAX);
    if (!c->begun) {
        c->begun = true;
        c->step = step;
        return true;
    }
    if (step <= c->step) return false;
    if (step - c->step > (int64_t)room) {
        memset(c->past, 0, sizeof(c->past));
        c->kept = room;
        c->count = 0;
        c->step = step;
    }
    for (; c->step < step; c->step++) {
        memmove(c->past + 1, c->past, (room - 1) * sizeof(c->past[0]));
        c->past[0] = c->count;
        if (c->kept < room) c->kept++;
        c->count = 0;
    }
    return true;
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
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

uint32_t tc_past_counts_usual(const tc_past_counts *c, uint32_t every, double *ret_median,
                              double *ret_distance)
{
    double values[TC_PAST_COUNTS_MAX];
    uint32_t count = c->kept / every;
    for (uint32_t i = 0; i < count; i++)
        values[i] = c->past[every * i + every - 1];
    *ret_median = median_of(values, count);
    if (ret_distance == NULL) return count;
    for (uint32_t i = 0; i < count; i++)
        values[i] = values[i] > *ret_median ? values[i] - *ret_median : *ret_median - values[i];
    *ret_distance = median_of(values, count);
    return count;
}

uint32_t tc_past_counts_most(const tc_past_counts *c, uint32_t *ret_steps)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < c->kept; i++)
        most = TC_MAX(most, c->past[i]);
    *ret_steps = c->kept;
    return most;
}

uint32_t tc_past_counts_correct(tc_past_counts *c, int64_t step, uint32_t count)
{
    if (step >= c->step || c->step - step > (int64_t)c->kept) return 0;
    uint32_t *place = &c->past[c->step - step - 1], before = *place;
    *place = count;
    return before;
}

void tc_past_counts_visit(tc_past_counts *c, tc_visit *v, uint32_t room, int64_t length)
{
    int64_t most = TC_TIME_MAX / length;
    tc_visit_bool(v, &c->begun);
    tc_visit_i64(v, &c->step);
    tc_visit_u32(v, &c->count);
    tc_visit_below(v, &c->kept, room + 1);
    for (uint32_t i = 0; i < c->kept; i++)
        tc_visit_u32(v, &c->past[i]);
    if (c->step > most || c->step < -most)
        tc_visit_refuse(v, "a moment that no clock or calendar shows");
}
