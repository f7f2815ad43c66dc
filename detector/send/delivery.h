/*
 * delivery: what a failure means: wait and try again, try the next one first, or give a row up.
 *
 * The receiver cannot be reached: everything waits, for a span that doubles up to a minute, drawn
 * at random in its upper part, so that many senders do not come back at one instant. It starts
 * again from a second only when a message has arrived. However long that lasts, no row is given up.
 *
 * The receiver refuses a row in so many words: others go on; after three times that row is dead.
 * The connection breaks again and again with the same row under way, alone: that may be the row, or
 * the receiver. So the rows behind it are tried first; if they arrive and it breaks once more, it
 * is the row. Pure: time and chance are given. One receiver each.
 */
#ifndef TC_SEND_DELIVERY_H
#define TC_SEND_DELIVERY_H

#include "parsers/base/prelude.h"

typedef struct tc_delivery_options {
    uint32_t wait_min_ms, wait_max_ms; /* 1,000 and 60,000 */
    uint32_t refusals;                 /* of one row, then it is dead: 3 */
    uint32_t breaks;                   /* with one row under way, then it is suspected: 3 */
} tc_delivery_options;

typedef enum tc_delivery_verdict {
    TC_VERDICT_AGAIN = 0, /* it stays where it is */
    TC_VERDICT_BEHIND,    /* it is tried when one behind it has arrived */
    TC_VERDICT_DEAD
} tc_delivery_verdict;

typedef struct tc_delivery {
    tc_delivery_options options;
    uint32_t failures;   /* since something arrived */
    uint64_t wait_until; /* milliseconds of the steady clock; 0: now */
    uint64_t row;        /* that failed last, alone; 0: none */
    uint32_t row_breaks; /* so many times */
    bool careful; /* one row at a time, since it broke with rows under way, until one arrives */
    bool is_put_behind;  /* `row` waits for another one to arrive */
    bool others_arrived; /* while it did */
} tc_delivery;

/* Zeros in the options are the usual values. */
void tc_delivery_init(tc_delivery *delivery, const tc_delivery_options *options);
/* The receiver could not be reached, or broke with rows under way: `row` is the eldest of them,
 * `alone` if it was the only one; 0: none was. */
tc_delivery_verdict tc_delivery_broke(tc_delivery *delivery, uint64_t row, bool alone,
                                      uint64_t now_ms, uint64_t chance);
/* It was refused for the n-th time (from 1). */
tc_delivery_verdict tc_delivery_refused(tc_delivery *delivery, uint64_t row, uint32_t times);
/* A row has arrived. */
void tc_delivery_arrived(tc_delivery *delivery, uint64_t row);
/* The span before the n-th try (from 1), for a chance of 64 bits. */
uint64_t tc_delivery_wait(const tc_delivery_options *options, uint32_t failures, uint64_t chance);

#endif
