#include "detector/send/rate.h"

uint32_t tc_rate_sum(tc_rate *rate, int64_t span, tc_time now)
{
    int64_t slot = now / (span / (TC_RATE_SLOTS - 1));
    uint64_t sum = 0;
    int64_t passed = slot > rate->newest ? slot - rate->newest : 0;
    for (int64_t i = 1; i <= TC_MIN(passed, (int64_t)TC_RATE_SLOTS); i++)
        rate->counts[(uint64_t)(rate->newest + i) % TC_RATE_SLOTS] = 0;
    rate->newest = TC_MAX(rate->newest, slot);
    for (size_t i = 0; i < TC_RATE_SLOTS; i++)
        sum += rate->counts[i];
    return (uint32_t)TC_MIN(sum, (uint64_t)UINT32_MAX);
}

void tc_rate_add(tc_rate *rate)
{
    uint32_t *count = &rate->counts[(uint64_t)rate->newest % TC_RATE_SLOTS];
    if (*count < UINT32_MAX) ++*count;
}

void tc_rate_visit(tc_rate *rate, tc_visit *visit)
{
    for (size_t i = 0; i < TC_RATE_SLOTS; i++)
        tc_visit_u32(visit, &rate->counts[i]);
    tc_visit_i64(visit, &rate->newest);
    /* Slots are numbered from 1970 on; of a hostile number nothing may overflow. */
    if (rate->newest < 0 || rate->newest > INT64_MAX / 2)
        tc_visit_refuse(visit, "a rate of no time");
}
