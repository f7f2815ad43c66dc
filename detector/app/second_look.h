/*
 * second_look: reads all sources of a run once more, in no order, and shows what they observe.
 *
 * For questions that only the end of a scan can ask. The workers are those of a scan, but no rule
 * is matched and nothing is judged; use by programs is told whole. What is shown comes in any
 * order, so whoever looks must not care for it. Sources that can be read only once cannot be looked
 * at again: tc_second_look_possible says so before the first reading.
 */
#ifndef TC_APP_SECOND_LOOK_H
#define TC_APP_SECOND_LOOK_H

#include "detector/pipeline/run.h"

typedef struct tc_second_look_hooks {
    void *context;
    TC_STATUS (*observe)(void *context, const tc_observation *o, tc_slice heap);
    /* About ten times a second: bytes read of all that will be. */
    void (*tick)(void *context, uint64_t done, uint64_t total);
} tc_second_look_hooks;

/* Refuses, in words, an input of which something can be read only once. */
TC_STATUS tc_second_look_possible(const tc_run *run, tc_error *reterr);
TC_STATUS tc_second_look(const tc_run *run, const tc_second_look_hooks *hooks, tc_error *reterr);

#endif
