/*
 * tracking: messages as the rows of the message tracking log.
 */
#ifndef TC_SIMULATE_TRACKING_H
#define TC_SIMULATE_TRACKING_H

#include "tests/simulate/organisation/people.h"
#include "tests/simulate/organisation/sink.h"

typedef struct message {
    tc_time t;
    const char *sender, *recipient, *subject, *class, *client; /* client: OWA, MOMT, AirSync ... */
    const char *return_path;                                   /* NULL: the sender */
    const char *rule;        /* NULL, or the source of what a server writes: MAILBOXRULE, DSN */
    const person *from, *to; /* ours, or NULL */
    const char *ip;          /* of the other side, for mail from outside */
} message;

/* The rows of a message on its way; false: none is delivered. */
bool tracking_message(org *o, const message *m);

#endif
