/*
 * state: what a scan learned, carried on by the next one (--state FILE).
 *
 * A scan that goes on from a state judges as if it had read all that the earlier ones read, in one
 * go: names, habits, sessions under way, windows of correlations and open incidents are what they
 * were. What is older than the horizon of the state (horizon.h) was judged: records of a source
 * that an earlier scan has read are passed over there, others came too late and are counted as
 * that. Whole sources that hold nothing newer are not read again.
 *
 * What does not hold any more starts anew, and that is said: what was remembered for rules that are
 * gone or read otherwise, and everything if a part of the state was saved by a version with another
 * form of it. With other settings (--internal, --geo ...) what was learned stays as it was learned.
 *
 * The order of a run: open; take the key and mark the sources; load into each ordered stage that is
 * made; begin to save when the last has been read; commit when everything has been told.
 */
#ifndef TC_APP_STATE_H
#define TC_APP_STATE_H

#include "detector/app/horizon.h"
#include "detector/app/state_file.h"
#include "detector/pipeline/known_sources.h"
#include "detector/pipeline/ordered.h"
#include "detector/pipeline/sources.h"

typedef struct tc_state tc_state;

/* Reads what options->state names up to the part that the ordered stage reads; NULL in *ret without
 * the option. */
TC_STATUS tc_state_open(const tc_options *options, tc_state **ret, tc_error *reterr);
void tc_state_free(tc_state *state);

/* Takes part in the run: workers hash sessions under the key of the state, and sources that were
 * judged are marked as that. After the input was opened. */
TC_STATUS tc_state_join(tc_state *state, tc_run *run, tc_error *reterr);
const tc_known_sources *tc_state_known(const tc_state *state);
/* The stage takes part from the horizon of the state on, and goes on from it if it is not new.
 * *ret_usable false: the state is of another form, and a fresh stage must be started without it. */
TC_STATUS tc_state_load(tc_state *state, tc_ordered *ordered, bool *ret_usable, tc_error *reterr);
TC_STATUS tc_state_start(tc_state *state, tc_ordered *ordered, tc_error *reterr);
/* Takes out of a batch of that source what earlier scans judged, notes the rest for the horizon,
 * and says how many were taken out. */
uint64_t tc_state_filter(tc_state *state, uint32_t source, tc_observations *batch);
/* The horizon of all that was noted so far; it only moves forward, and nothing behind it may be
 * released before the end is known. */
tc_time tc_state_until(const tc_state *state);
/* Forgets what was noted for the horizon: everything is read again. */
void tc_state_again(tc_state *state);
/* Begins the new state, which holds the sources as they were read now. */
TC_STATUS tc_state_begin_save(tc_state *state, const tc_sources *sources, tc_ordered_save *ret,
                              tc_error *reterr);
/* The new state takes the place of the old one. */
TC_STATUS tc_state_commit(tc_state *state, tc_error *reterr);
/* What there is to say of it. */
void tc_state_describe(const tc_state *state, tc_state_summary *ret);

#endif
