/*
 * live_receivers_state: what the receivers of a run are made of. For live_receivers*.c alone.
 */
#ifndef TC_LIVE_LIVE_RECEIVERS_STATE_H
#define TC_LIVE_LIVE_RECEIVERS_STATE_H

#include "detector/live/live_receivers.h"
#include "detector/send/dispatch.h"
#include "detector/store/outbox.h"

/* How the rows of one get to it. */
typedef struct tc_receiver_channel {
    tc_outbox *outbox; /* its thread's */
    tc_outbox *asked;  /* ours: to ask how much waits */
    tc_dispatch *dispatch;
} tc_receiver_channel;

struct tc_live_receivers {
    tc_receiver **items;
    tc_receiver_channel *channels;
    tc_send_rows *rows;
    size_t count, capacity;
    char host[256];
    char **domains; /* that are watched: no receiver may stand in one unasked */
    size_t domain_count;
};

/* Rows that wait for that one. */
uint64_t tc_live_receivers_waiting_of(const tc_live_receivers *receivers, size_t index);

#endif
