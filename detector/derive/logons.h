/*
 * logons: forms logons whose outcome is awaited.
 *
 * A POST to the logon page says nothing of its outcome; the page that the same address and agent
 * get within ten seconds does. Texts are kept inline and cut to fit: whoever sprays chooses them.
 * Found by address and agent, so that a spray costs each answer nothing. At the bound the oldest is
 * given up undecided, which is counted.
 *
 * The table is kept under a key of the run, which decides nothing; saved are the logons in their
 * order, and the table is made anew.
 */
#ifndef TC_DERIVE_LOGONS_H
#define TC_DERIVE_LOGONS_H

#include "detector/bound.h"
#include "detector/memory/kept_observation.h"

#define TC_LOGON_WAIT (10 * TC_SECOND)
#define TC_LOGONS_MAX 4096

typedef struct tc_logon {
    tc_kept_observation request;
    uint64_t agent_hash; /* of the whole agent */
    uint32_t next;       /* of those with the same place in the table, from 1 */
    bool open;
} tc_logon;

typedef struct tc_logons tc_logons;

tc_logons *tc_logons_new(void) TC_MUST_USE;
void tc_logons_free(tc_logons *logons);
/* Logons come in total order. */
void tc_logons_wait(tc_logons *logons, const tc_observation *o, tc_slice heap);
/* Another log knows more of the logon of that time: it takes from `o` what it has not. False if it
 * does not wait any more. */
bool tc_logons_amend(tc_logons *logons, const tc_observation *o, tc_slice heap, tc_time time);
/* The earliest open logon of the address and agent, which is then decided; NULL if there is none.
 * Valid until the next call. */
const tc_logon *tc_logons_answer(tc_logons *logons, const tc_observation *o, tc_slice heap);
/* Takes out the next logon whose wait has ended before `time`; false if there is none. */
bool tc_logons_end(tc_logons *logons, tc_time time, tc_logon *ret);
/* Whether a wait has ended before `time` that nobody took out. */
bool tc_logons_overdue(const tc_logons *logons, tc_time time);
void tc_logons_bounds(const tc_logons *logons, tc_bounds *bounds);
/* Into an empty one. */
void tc_logons_visit(tc_logons *logons, tc_visit *visit, tc_references *references);

#endif
