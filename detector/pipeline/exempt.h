/*
 * exempt: findings that the site has said beforehand are none, left out and counted.
 *
 * Between rules and incidents. Left out is
 *   what an exception fits that has not ended: neither by the machine's clock nor by the finding's
 *   time;
 *   a finding of a rule that says it is to be expected (tocsin.expected_in) while passwords or
 *   languages are changed (change_windows, and what was declared since), within seven days of a
 * declared response, or of an account that is declared a service. A finding about several is left
 * out when all of them fit, so that nobody hides behind another: each part of an exception must fit
 * somebody, and none may contradict. What a finding does not know (a message has no address)
 * contradicts nothing.
 *
 * Every one that is left out is counted for what left it out, and told at the end; so is an
 * exception that has ended. One thread.
 */
#ifndef TC_PIPELINE_EXEMPT_H
#define TC_PIPELINE_EXEMPT_H

#include "detector/enrich/identity.h"
#include "detector/incident/incident.h"
#include "detector/settings/options.h"
#include "detector/summary.h"
#include "parsers/base/arena.h"

typedef struct tc_exempt tc_exempt;

/* A change of the organisation's own that was declared while the run goes on. */
typedef struct tc_declared_window {
    tc_time from, until;
    tc_indicator what; /* TC_INDICATOR_PASSWORDS or TC_INDICATOR_LANGUAGE */
} tc_declared_window;

#define TC_DECLARED_WINDOWS 64

/* The options outlive it. NULL without memory. */
tc_exempt *tc_exempt_new(const tc_options *options, tc_time now) TC_MUST_USE;
void tc_exempt_free(tc_exempt *exempt);
/* From now on: a response since then, whatever was declared before; one more window (the one that
 * ended first makes room). */
void tc_exempt_declare_response(tc_exempt *exempt, tc_time since);
void tc_exempt_declare_window(tc_exempt *exempt, const tc_declared_window *window);
/* Whether the finding is left out. `counts`: it is a new one, and not the same going on. */
bool tc_exempt_hides(tc_exempt *exempt, const tc_finding *finding, tc_identity *identity,
                     bool counts);
/* Whether the finding, of which it is not certain yet who everybody is, might be left out at its
 * turn. Counts nothing. */
bool tc_exempt_may_hide(tc_exempt *exempt, const tc_finding *finding, tc_identity *identity);
/* What was left out, and by what, into the summary. */
TC_STATUS tc_exempt_tell(const tc_exempt *exempt, tc_arena *arena, tc_summary *summary);

#endif
