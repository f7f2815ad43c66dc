/*
 * webmail: one visit to the webmail, by whoever it is.
 *
 * The lines are the server's and the browser's, so owners and intruders share this module: they
 * differ in what they ask for. It also does what a visit does to the mailbox's language, and labels
 * what an intruder's visit leaves (where its lines are delivered).
 */
#ifndef TC_SIMULATE_WEBMAIL_H
#define TC_SIMULATE_WEBMAIL_H

#include "tests/simulate/organisation/people.h"

typedef enum disguise { /* of the requests of a visit, not of its client */
                        DISGUISE_NONE = 0,
                        DISGUISE_REMINDERS = 1, /* every request looks like the background's */
                        DISGUISE_MAPI = 2,      /* through the path of desktop clients */
                        DISGUISE_EWS = 4,       /* through web services */
                        DISGUISE_EAS = 8 /* begins with a phone's request under another's name */
} disguise;

typedef struct visit {
    tc_time at;
    uint32_t mailbox;
    const char *ip, *agent, *pretended;
    const char *typed; /* NULL: as its owner does */
    const culture *browser;
    uint32_t minutes, reads, attachments;
    uint32_t opens; /* another's mailbox; UINT32_MAX none */
    bool writes_language, fetches_resources, names_market;
    uint32_t disguise;
    int campaign; /* -1: harmless */
} visit;

/* Returns when the first page was there. */
tc_time webmail_visit(org *o, const visit *v, rng *r);
/* Attempts with a wrong password; follows: the browser shows the form again. */
bool webmail_failure(org *o, tc_time t, const char *typed, const char *ip, const char *agent,
                     bool follows, const char *sub, rng *r);

#endif
