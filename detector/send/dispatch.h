/*
 * dispatch: one thread for each receiver takes rows out of its outbox and sends them.
 *
 * The outbox is an interface: a table of a database, or memory in a test. A row is taken, composed,
 * sent, and marked when its receiver has it; until then it stays, so a crash costs a second message
 * under the same id and never the first. Rows of a receiver arrive in their order, but for those
 * that are refused, and that critical ones go before a backlog of others. A receiver that hangs, is
 * gone or refuses stalls nobody else. Stopping takes two seconds at most; what was not settled by
 * then is sent again at the next start.
 *
 * Owns its threads and connections; receivers, rows, clock and hooks are borrowed and outlive it.
 */
#ifndef TC_SEND_DISPATCH_H
#define TC_SEND_DISPATCH_H

#include "detector/send/delivery.h"
#include "detector/send/message.h"

/* A row of an outbox: pending until it is sent or dead. Texts are valid until the next call. */
typedef struct tc_send_row {
    uint64_t sequence; /* from 1, ascending within a receiver */
    tc_slice id;
    tc_level level;
    uint32_t refusals; /* so many times before: what retry has counted */
    tc_slice payload;  /* of tc_teller */
} tc_send_row;

/* Called by the receiver's thread only. A failure is the store's (full, busy): it is told in the
 * counts, and tried again later. */
typedef struct tc_send_rows {
    void *context;
    /* The first pending row behind that sequence of at least that level; sequence 0: there is none.
     */
    TC_STATUS (*next)(void *context, uint64_t behind, tc_level least, tc_send_row *, tc_error *);
    /* The receiver has them: in one transaction, if that can be. */
    TC_STATUS (*sent)(void *context, const uint64_t *sequences, size_t count, tc_error *);
    /* It was refused and will be tried again: counts, and keeps why. */
    TC_STATUS (*retry)(void *context, uint64_t sequence, const char *why, tc_error *);
    /* It is given up and kept for a person to look at. */
    TC_STATUS (*dead)(void *context, uint64_t sequence, const char *why, tc_error *);
} tc_send_rows;

typedef struct tc_dispatch_options {
    const tc_send_clock *clock; /* NULL: the machine's */
    tc_delivery_options delivery;
    uint32_t poll_ms; /* looks for rows this often without being woken: 1,000 */
} tc_dispatch_options;

typedef enum tc_receiver_state {
    TC_RECEIVER_IDLE = 0, /* nothing to send */
    TC_RECEIVER_SENDING,
    TC_RECEIVER_WAITING, /* after a failure */
    TC_RECEIVER_STOPPED,
    TC_RECEIVER_STATE_COUNT
} tc_receiver_state;

typedef struct tc_receiver_counts {
    tc_receiver_state state;
    uint64_t sent;     /* settled and marked */
    uint64_t resent;   /* messages sent again because the way broke before they were settled */
    uint64_t refused;  /* answers */
    uint64_t dead;     /* rows */
    uint64_t failures; /* of the way */
    uint64_t store_failures;
    uint64_t bytes;
    uint32_t in_flight;
    tc_time last_sent;     /* TC_TIME_NONE: never */
    tc_time failing_since; /* TC_TIME_NONE: it does not */
    char why[384];         /* the last failure; empty: none yet */
} tc_receiver_counts;

typedef struct tc_dispatch tc_dispatch;

/* Starts a thread for each of the receivers; rows[i] are those of receivers[i]. */
TC_STATUS tc_dispatch_start(const tc_receiver *const *receivers, const tc_send_rows *rows,
                            size_t count, const tc_dispatch_options *options, tc_dispatch **ret,
                            tc_error *reterr);
/* There may be new rows. Any thread. */
void tc_dispatch_wake(tc_dispatch *dispatch);
/* A copy of what is counted. Any thread. */
void tc_dispatch_counts(const tc_dispatch *dispatch, size_t receiver, tc_receiver_counts *ret);
const char *tc_receiver_state_name(tc_receiver_state state);
/* Ends all threads, within two seconds, and frees. NULL is fine. */
void tc_dispatch_stop(tc_dispatch *dispatch);

#endif
