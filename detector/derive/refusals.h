/*
 * refusals: logons that a domain controller refused, held until it is known who had been asked.
 *
 * A controller tells of a try that a server brought before it, and knows the server at best. The
 * server's own record of the same try, or the request in the web log, knows the client; it comes a
 * moment later, or when a form's outcome is decided. So what a controller tells waits for it, and
 * is told for itself when nothing came. Texts are kept inline and cut to fit. At the bound the
 * eldest is to be told at once: nothing is lost.
 */
#ifndef TC_DERIVE_REFUSALS_H
#define TC_DERIVE_REFUSALS_H

#include "detector/derive/logons.h"
#include "detector/derive/twins.h"
#include "detector/memory/kept_observation.h"

#define TC_REFUSAL_WAIT (TC_LOGON_WAIT + TC_TWINS_NEAR)
#define TC_REFUSALS_MAX 2048

typedef struct tc_refusal {
    tc_kept_observation kept; /* USER is who was refused */
    uint64_t who;             /* content key of the name */
    bool open;
} tc_refusal;

typedef struct tc_refusals tc_refusals;

/* NULL without memory. */
tc_refusals *tc_refusals_new(void) TC_MUST_USE;
void tc_refusals_free(tc_refusals *refusals);
/* Refusals come in total order; there must be room. */
void tc_refusals_wait(tc_refusals *refusals, uint64_t who, const tc_observation *o, tc_slice heap);
/* Somebody else tells of the try of that name at that time; false if it does not wait any more. */
bool tc_refusals_drop(tc_refusals *refusals, uint64_t who, tc_time time);
/* The eldest, if its wait has ended before `time` or there is no room for another: to be told, then
 * taken out. NULL if there is none. Valid until the next call. */
const tc_refusal *tc_refusals_ended(tc_refusals *refusals, tc_time time);
const tc_refusal *tc_refusals_crowded(tc_refusals *refusals);
void tc_refusals_take(tc_refusals *refusals);
/* Into empty ones. */
void tc_refusals_visit(tc_refusals *refusals, tc_visit *visit, tc_references *references);

#endif
