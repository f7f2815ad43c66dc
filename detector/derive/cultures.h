/*
 * cultures: requests for a display language that name nobody, until it is known whose they are.
 *
 * A browser may ask for a static file seconds before or after the page that it belongs to. Requests
 * wait so long and are taken out in the order in which they came; whoever takes one asks visits.h
 * whose it is. Texts are kept inline and cut to fit, for anybody can ask for a file. At the bound
 * the eldest is given up, which is counted.
 */
#ifndef TC_DERIVE_CULTURES_H
#define TC_DERIVE_CULTURES_H

#include "detector/bound.h"
#include "detector/memory/kept_observation.h"

#define TC_CULTURE_WAIT TC_MINUTE
#define TC_CULTURES_MAX 1024

typedef struct tc_cultures tc_cultures;

tc_cultures *tc_cultures_new(void) TC_MUST_USE;
void tc_cultures_free(tc_cultures *cultures);
/* Requests come in total order. */
void tc_cultures_wait(tc_cultures *cultures, const tc_observation *o, tc_slice heap);
/* The next request whose wait has ended before `time`; NULL if there is none. */
const tc_kept_observation *tc_cultures_ended(const tc_cultures *cultures, tc_time time);
/* Drops that one. */
void tc_cultures_drop(tc_cultures *cultures);
void tc_cultures_bounds(const tc_cultures *cultures, tc_bounds *bounds);
/* Into an empty one. */
void tc_cultures_visit(tc_cultures *cultures, tc_visit *visit, tc_references *references);

#endif
