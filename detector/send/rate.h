/*
 * rate: how many within the last span, never less than there were.
 *
 * Thirteen slots of a twelfth of the span each: whatever span of that length one looks at, it lies
 * within the slots that are summed, so a limit on the sum is a limit on every such span.
 */
#ifndef TC_SEND_RATE_H
#define TC_SEND_RATE_H

#include "parsers/base/visit.h"

enum { TC_RATE_SLOTS = 13 };

typedef struct tc_rate {
    uint32_t counts[TC_RATE_SLOTS];
    int64_t newest; /* the number of the newest slot */
} tc_rate;

/* Within the span that ends at `now`; times do not go back. */
uint32_t tc_rate_sum(tc_rate *rate, int64_t span, tc_time now);
/* One more, at the time last asked for. */
void tc_rate_add(tc_rate *rate);
void tc_rate_visit(tc_rate *rate, tc_visit *visit);

#endif
