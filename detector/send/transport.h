/*
 * transport: a way to a receiver that is walked for years.
 *
 * What tc_sender is to a scan: one const row, one file, which carries text and knows no alert. It
 * differs because the receiver may be gone for days and nobody waits for it: opening reaches
 * nobody, a failure is an answer and not an end, every wait is cut short when the program stops,
 * and "accepted" and "arrived" are two things. Messages are settled in the order in which they were
 * taken: what is taken and not settled when a connection breaks has to be given again, and may then
 * arrive twice under one id. One thread.
 */
#ifndef TC_SEND_TRANSPORT_H
#define TC_SEND_TRANSPORT_H

#include "detector/send/patience.h"
#include "parsers/base/slice.h"
#include "parsers/base/str.h"

struct tc_receiver;

/* One message, cut to size, without framing or line end. */
typedef struct tc_parcel {
    tc_slice text; /* header and body */
    tc_slice body; /* the end of text: without the header */
    tc_slice id;   /* the same whenever the same thing is told */
    const char *kind;
    int severity; /* of syslog: 0 to 7 */
    int facility;
} tc_parcel;

typedef enum tc_answer {
    TC_TAKEN = 0, /* under way, to be settled */
    TC_LATER,     /* the receiver cannot be reached or takes nothing now: the error says why */
    TC_BROKE,     /* the way broke while this one was being sent */
    TC_REFUSED,   /* it takes others, but not this one */
    TC_ANSWER_COUNT
} tc_answer;

typedef struct tc_transport {
    const char *scheme; /* "tls" */
    uint16_t port;      /* the usual one; 0: the target has none */
    bool is_stream;     /* messages need framing */
    uint16_t window;    /* messages that may be under way */
    /* Makes the state; reaches nobody. The receiver and the patience outlive it. */
    TC_STATUS(*open)
    (const struct tc_receiver *receiver, tc_patience *patience, void **ret_state, tc_error *reterr);
    tc_answer (*send)(void *state, const tc_parcel *parcel, tc_error *reterr);
    /* How many more of the messages taken, from the eldest, are settled. False: the way is broken,
     * and what is not settled will not be; the error says why. */
    bool (*settle)(void *state, size_t *ret_more, tc_error *reterr);
    /* What to poll for a sign of life while nothing is sent; -1: nothing. */
    int (*watch)(void *state);
    /* Says good-bye and waits a moment for the answer; settle is asked once more behind it. */
    void (*finish)(void *state);
    void (*close)(void *state);
} tc_transport;

extern const tc_transport tc_transport_udp, tc_transport_tcp, tc_transport_tls, tc_transport_unix,
    tc_transport_journald, tc_transport_file, tc_transport_webhook, tc_transport_hook;

/* Appends ", libcurl 7.88.1" (transport_webhook.c). */
void tc_webhook_library(tc_str *out);

#endif
