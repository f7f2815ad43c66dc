/*
 * patience: every wait of a sender thread, so that none is longer than it may be.
 *
 * A wait ends when the descriptor is ready, the time is over, or the program stops. The clock is
 * given; what is counted is milliseconds of a clock that nobody sets.
 */
#ifndef TC_SEND_PATIENCE_H
#define TC_SEND_PATIENCE_H

#include "parsers/base/time.h"

typedef struct tc_send_clock {
    void *context;
    uint64_t (*ms)(void *context);               /* steady, never back */
    tc_time (*now)(void *context);               /* of the calendar */
    int64_t (*zone)(void *context, tc_time now); /* local time minus UTC, in nanoseconds */
    uint64_t (*random)(void *context);
} tc_send_clock;

/* The machine's. */
extern const tc_send_clock tc_send_clock_machine;

typedef struct tc_patience {
    const tc_send_clock *clock;
    int stop; /* readable from the moment on at which the program stops; -1: it never does */
} tc_patience;

typedef enum tc_wait {
    TC_WAIT_READY = 0,
    TC_WAIT_OVER,    /* the time is */
    TC_WAIT_STOPPED, /* or the program */
} tc_wait;

uint64_t tc_patience_ms(const tc_patience *patience);
/* Waits for poll's `events` on the descriptor (-1: only for time to pass) until `deadline`. An
 * error or end of it counts as ready. */
tc_wait tc_patience_wait(const tc_patience *patience, int descriptor, short events,
                         uint64_t deadline);
bool tc_patience_stopped(const tc_patience *patience);

#endif
