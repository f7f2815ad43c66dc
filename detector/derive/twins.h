/*
 * twins: one deed that logs of several kinds tell of counts once.
 *
 * A request stands in the log of the web server and in that of Exchange's proxy in front of it; a
 * refused logon in the web log, on the server that was asked and at the domain controller. Deeds
 * are one when their logs are of different kinds and a server gave both the same id; where one has
 * no id, when what all logs say of it is alike and they lie within TC_TWINS_NEAR of each other. The
 * first that comes is told; each kind of log has it at most once, so that of what stands n times in
 * one log n are always told, whatever a client writes into its requests. Whoever comes later and
 * names a remote address or a user that the first did not have is not kept back.
 *
 * Deeds come in the order of `now`, which may lie behind their own time by what decided them. Kept
 * in a ring by `now`, found through chains, so the answer depends on the order alone. At the bound
 * the eldest is forgotten, which is counted: it may count twice.
 */
#ifndef TC_DERIVE_TWINS_H
#define TC_DERIVE_TWINS_H

#include "detector/enrich/observation.h"
#include "parsers/base/visit.h"

#define TC_TWINS_MAX 16384
/* Whole seconds of one log and milliseconds of another, and clocks that differ a little. */
#define TC_TWINS_NEAR (3 * TC_SECOND)
/* With the same id. */
#define TC_TWINS_BY_ID (60 * TC_SECOND)
/* What was decided later than so long after its time is a deed of its own. */
#define TC_TWINS_DELAY (15 * TC_SECOND)

typedef struct tc_twin {
    tc_time now, time; /* of its place in the order; when it was done */
    uint64_t alike;    /* content hash of what all logs say of it; 0: no other log has it */
    uint64_t id;       /* content hash of the id and of what else must agree; 0: none */
    uint64_t user;     /* content hash; 0: not known */
    uint64_t host;     /* the same */
    tc_ip ip;
    bool remote; /* the address is */
    uint8_t log; /* tc_twin_log */
} tc_twin;

typedef struct tc_twins tc_twins;

/* NULL without memory. */
tc_twins *tc_twins_new(void) TC_MUST_USE;
void tc_twins_free(tc_twins *twins);
typedef enum tc_twin_answer {
    TC_TWIN_NEW,  /* no other log has told of it */
    TC_TWIN_MORE, /* one has, and knew less of who it was */
    TC_TWIN_TOLD
} tc_twin_answer;
/* Notes a deed. *ret_first: what was told of it first, if it is not new. */
tc_twin_answer tc_twins_note(tc_twins *twins, const tc_twin *twin, tc_twin *ret_first);
/* Notes what an observation says. */
tc_twin_answer tc_twins_observed(tc_twins *twins, const tc_observation *o, tc_slice heap,
                                 tc_twin *ret_first);
/* A server as tc_twin.host. */
uint64_t tc_twins_host(tc_slice host);
uint64_t tc_twins_given_up(const tc_twins *twins);
/* Section `name`. Into empty ones. */
void tc_twins_visit(tc_twins *twins, const char *name, tc_visit *visit);

#endif
