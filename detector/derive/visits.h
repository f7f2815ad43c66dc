/*
 * visits: who lately began to use webmail from one address with one agent.
 *
 * Browsers ask for static files without a name; whose they are is told by the sessions that the
 * same address and agent have. A visit is the beginning of a session (sessions.h): whose it is, by
 * the written name, what was held of its source, and what it showed of language. Names stay right
 * when mailboxes are united, and are known to be gone when identity forgets them. Visits come in
 * total order; at the bound the eldest makes room, which is counted if it was recent enough to be
 * asked for. Nothing that a client chooses is kept as text.
 */
#ifndef TC_DERIVE_VISITS_H
#define TC_DERIVE_VISITS_H

#include "detector/bound.h"
#include "detector/enrich/observation.h"
#include "parsers/base/visit.h"

#define TC_VISITS_MAX 16384
/* A request is of a visit that began so long before it, if there is one. */
#define TC_VISIT_NEAR (5 * TC_MINUTE)

typedef struct tc_visitor {
    uint64_t client;  /* of address and agent */
    uint64_t session; /* the hash it is known by in sessions.h */
    tc_time began;
    uint64_t before;       /* number of the client's visit before this one; 0 = none that is kept */
    uint32_t name, serial; /* of the mailbox, in identity */
    bool judged : 1;       /* it is known whether the source is new */
    bool novel : 1;        /* the source is new to the mailbox */
    bool stranger : 1;     /* ... and so is the agent */
    bool new_block : 1;    /* the mailbox never used its network before */
    bool wrote : 1;        /* its language was set */
} tc_visitor;

typedef struct tc_visits tc_visits;

tc_visits *tc_visits_new(void) TC_MUST_USE;
void tc_visits_free(tc_visits *visits);
/* The client of an observation; 0 if it has no address. */
uint64_t tc_visits_client(const tc_observation *o, tc_slice heap);
/* Keeps a visit; `before` is set here. Clients of 0 are not kept. */
void tc_visits_add(tc_visits *visits, const tc_visitor *visit);
/* The client's last visit; NULL if there is none. Valid until the next is added. */
tc_visitor *tc_visits_last(tc_visits *visits, uint64_t client);
/* The same client's visit before that one. */
tc_visitor *tc_visits_before(tc_visits *visits, const tc_visitor *visit);
void tc_visits_bounds(const tc_visits *visits, tc_bounds *bounds);
/* Into an empty one. */
void tc_visits_visit(tc_visits *visits, tc_visit *visit);

#endif
