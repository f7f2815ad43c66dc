/*
 * observation_visit: observations in saved state.
 *
 * What stands here is one observation with its own texts, in values and not as it lies in memory. A
 * match of a rule carries what the correlations of its day asked of it, so one whose rule does not
 * hold any more (references.h) is loaded and left out.
 */
#ifndef TC_MEMORY_OBSERVATION_VISIT_H
#define TC_MEMORY_OBSERVATION_VISIT_H

#include "detector/enrich/observation.h"
#include "detector/memory/references.h"

/* Saves the observation, whose texts lie in `heap`. */
void tc_observation_save(tc_visit *visit, tc_references *references, const tc_observation *o,
                         tc_slice heap);
/* Loads one into the batch, which must have room for it: TC_OBSERVATION_BYTES at most. False: it
 * was left out, or the visit failed. */
bool tc_observation_load(tc_visit *visit, tc_references *references, tc_observations *batch);

/* What one observation takes in a batch at most. */
#define TC_OBSERVATION_TEXT_MAX ((size_t)TC_VISIT_TEXT_MAX)
#define TC_OBSERVATION_BYTES ((size_t)(TC_OBS_TEXT_COUNT + 2) * TC_OBSERVATION_TEXT_MAX)

#endif
