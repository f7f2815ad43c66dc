/*
 * rates: how much there is of something in the whole organisation, against what is usual of it.
 *
 * Sessions of people in webmail by the hour, held against the same hour of the days before; resets
 * of passwords and what is exempt from being new by the day. For the present hour it is known
 * besides how many sessions were of other protocols, and which mailboxes came from a source new to
 * them, sixty-four at most. What is counted must be told once. One thread.
 */
#ifndef TC_DERIVE_RATES_H
#define TC_DERIVE_RATES_H

#include "parsers/base/visit.h"

#define TC_RATE_NOVEL_MAX 64

typedef enum tc_rate {
    TC_RATE_SESSIONS = 0,
    TC_RATE_RESETS,
    TC_RATE_EGRESS, /* sessions through declared exits */
    TC_RATE_PLACE,  /* sessions from networks that people come to with devices of their own */
    TC_RATE_COUNT
} tc_rate;

typedef struct tc_rate_usual {
    uint32_t value; /* in the present step */
    double median, mad;
    uint32_t days;
} tc_rate_usual;

typedef struct tc_rates tc_rates;

/* NULL without memory. */
tc_rates *tc_rates_new(void) TC_MUST_USE;
void tc_rates_free(tc_rates *rates);
/* One more, in the order of time; how many there are in the present step. */
uint32_t tc_rates_count(tc_rates *rates, tc_rate which, tc_time now);
void tc_rates_usual(const tc_rates *rates, tc_rate which, tc_rate_usual *ret);
/* Of the present hour of sessions: one of another protocol; one of a mailbox from a new source. */
void tc_rates_other(tc_rates *rates, tc_time now);
void tc_rates_novel(tc_rates *rates, uint64_t mailbox, tc_time now);
uint32_t tc_rates_others(const tc_rates *rates);
uint32_t tc_rates_novels(const tc_rates *rates);
/* Into empty ones. */
void tc_rates_visit(tc_rates *rates, tc_visit *visit);

#endif
