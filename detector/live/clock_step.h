/*
 * clock_step: whether somebody set the clock. Pure: both clocks are given.
 *
 * Held against one that only ever goes on; what is less than two seconds between two looks is
 * nobody's hand.
 */
#ifndef TC_LIVE_CLOCK_STEP_H
#define TC_LIVE_CLOCK_STEP_H

#include "parsers/base/time.h"

typedef struct tc_clock_step {
    tc_time wall;
    int64_t steady;
    bool looked;
} tc_clock_step;

/* By how much the clock was set since the last look; 0: it was not. */
int64_t tc_clock_step_look(tc_clock_step *step, tc_time wall, int64_t steady);

#endif
