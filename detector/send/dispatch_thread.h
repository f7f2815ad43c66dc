/*
 * dispatch_thread: one receiver's thread, from row to receiver. For dispatch.c.
 *
 * Rows under way are known by their sequence only: when the way breaks they are taken from the
 * outbox once more. Rows put behind wait in a short list of their own.
 */
#ifndef TC_SEND_DISPATCH_THREAD_H
#define TC_SEND_DISPATCH_THREAD_H

#include "detector/send/dispatch.h"

#include <pthread.h>

#define TC_FLIGHT_MAX 2048
#define TC_BEHIND_MAX 64

typedef struct tc_behind {
    uint64_t sequence;
    uint64_t not_before; /* milliseconds of the steady clock */
    uint32_t refusals;
} tc_behind;

typedef struct tc_dispatch_thread {
    const tc_receiver *receiver;
    tc_send_rows rows;
    const tc_send_clock *clock;
    uint32_t poll_ms;
    tc_patience patience; /* its descriptor stops all threads */
    int wake;             /* an eventfd */
    pthread_t thread;
    bool is_started;
    pthread_mutex_t lock; /* of the counts */
    tc_receiver_counts counts;
    /* The thread's own from here on. */
    void *way;
    tc_delivery delivery;
    tc_str message;
    uint64_t lane;      /* critical rows up to this one were taken before their turn */
    bool lane_is_empty; /* in this turn */
    uint64_t behind;    /* rows up to this one were taken, or put behind */
    uint64_t flights[TC_FLIGHT_MAX];
    size_t first, flying; /* a ring */
    uint64_t arrived[TC_FLIGHT_MAX];
    size_t arrived_count; /* and not marked yet */
    tc_behind put_behind[TC_BEHIND_MAX];
    size_t behind_count;
} tc_dispatch_thread;

/* The function of the thread. */
void *tc_dispatch_run(void *thread);

/* The counts, under their lock. dispatch_counts.c */
void tc_count_state(tc_dispatch_thread *t, tc_receiver_state state);
/* Of the way: what is under way has to be sent again. */
void tc_count_failure(tc_dispatch_thread *t, const tc_error *error, bool of_store);
void tc_count_taken(tc_dispatch_thread *t, size_t bytes);
void tc_count_sent(tc_dispatch_thread *t, size_t rows);
void tc_count_refused(tc_dispatch_thread *t, const tc_error *error, bool is_dead);

/* Rows. dispatch_rows.c */
/* What may be sent now: a row put behind whose time has come, else the next one. False: none. */
bool tc_dispatch_take(tc_dispatch_thread *t, tc_send_row *ret);
/* Marks what has arrived; false while the store cannot. */
bool tc_dispatch_mark(tc_dispatch_thread *t);
/* The row will be tried later; false: there are too many such rows. */
bool tc_dispatch_put_behind(tc_dispatch_thread *t, uint64_t sequence, uint32_t refusals,
                            uint64_t not_before);
/* Gives the row up. */
void tc_dispatch_give_up(tc_dispatch_thread *t, uint64_t sequence, const tc_error *why);
/* The eldest `n` rows under way have arrived. */
void tc_dispatch_arrived(tc_dispatch_thread *t, size_t n);
/* None is under way any more. */
void tc_dispatch_return(tc_dispatch_thread *t);

#endif
