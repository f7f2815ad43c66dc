/*
 * reference_correlator: what a correlator must say, worked out the slow and obvious way.
 *
 * Keeps every hit for ever and, whenever one arrives, goes through all earlier hits of its group
 * from the first one on. Same inputs and outputs as detector/correlate/correlator.h; no bound on
 * memory, hence nothing is ever evicted or degraded.
 */
#ifndef TC_TEST_REFERENCE_CORRELATOR_H
#define TC_TEST_REFERENCE_CORRELATOR_H

#include "detector/correlate/correlator.h"

typedef struct tc_reference_correlator tc_reference_correlator;

tc_reference_correlator *tc_reference_correlator_new(const tc_ruleset *rules);
void tc_reference_correlator_free(tc_reference_correlator *correlator);
TC_STATUS tc_reference_correlator_push(tc_reference_correlator *correlator, const tc_hit *hit,
                                       const tc_firing_sink *sink);
uint64_t tc_reference_correlator_ungrouped(const tc_reference_correlator *correlator);
uint64_t tc_reference_correlator_saturated(const tc_reference_correlator *correlator);

#endif
