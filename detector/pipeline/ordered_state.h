/*
 * ordered_state: what the ordered stage is made of, for ordered*.c alone.
 */
#ifndef TC_PIPELINE_ORDERED_STATE_H
#define TC_PIPELINE_ORDERED_STATE_H

#include "detector/derive/twins.h"
#include "detector/memory/dedupe.h"
#include "detector/memory/sorter.h"
#include "detector/pipeline/exempt.h"
#include "detector/pipeline/ordered.h"

struct tc_ordered {
    const tc_run *run;
    const tc_alert_sink *sink; /* the caller's, behind `alerts` */
    const tc_known_sources *known;
    const tc_observer *observer;
    tc_sorter *sorter;
    tc_dedupe *dedupe;
    tc_twins *twins; /* of requests */
    tc_identity *identity;
    tc_deriver *deriver;
    tc_matcher *matcher;
    tc_sight *sight; /* of the run's own rules; NULL without any */
    tc_correlator *correlator;
    tc_incidents *incidents;
    tc_exempt *exempt;
    tc_slice *routine; /* accounts declared to reset passwords by trade; NULL: none */
    tc_derived_sink derived;
    tc_firing_sink firings;
    tc_status declaring; /* what uniting by the account list failed with */
    uint64_t observations;
    double seconds;
    char join_doubt[160];
};

/* The sorter's visitor: one observation goes its way. `context` is the tc_ordered. */
TC_STATUS tc_ordered_observe(void *context, const tc_observation *obs, tc_slice heap);
/* Whether the statement was made already. Observations come in total order. */
bool tc_ordered_is_told(tc_ordered *o, const tc_observation *obs, tc_slice heap);
void tc_ordered_told_bounds(const tc_ordered *o, tc_bounds *bounds);
/* Tells the final state of the incidents, the rest having been worked off with that status. */
TC_STATUS tc_ordered_conclude(tc_ordered *o, tc_status status);
/* The deriver, told what the site says. */
TC_STATUS tc_ordered_make_deriver(tc_ordered *o, const tc_options *site, tc_error *reterr);
/* Answers what incidents ask, with what the stage knows. */
void tc_ordered_answer(tc_ordered *o, tc_incident_options *incidents);
/* Whose mailboxes weigh more; `site` may be NULL. */
void tc_ordered_say_vips(tc_incident_options *incidents, const struct tc_config *site);

#endif
