/*
 * scan_passes: reads all sources of a scan and judges them in the one order of time.
 *
 * Reading is trusting at first: a source whose format keeps order is judged while it is read
 * (reading.h). As soon as one of them turns out disordered, what was judged is void; it is read on
 * to the end only to learn of all such sources, and then everything is read once more with those
 * held. So there are two passes at most, and whether there are two depends on what the sources hold
 * alone. What comes behind its time in the second pass (a file was changed in between) is booked as
 * late.
 *
 * When temporary files reach their bound or cannot be written, reading ends, what was taken in is
 * judged, and the result says that it was cut short: never is that an answer of "nothing found".
 */
#ifndef TC_APP_SCAN_PASSES_H
#define TC_APP_SCAN_PASSES_H

#include "detector/app/state.h"
#include "detector/pipeline/ordered.h"
#include "detector/pipeline/sources.h"

typedef struct tc_scan_hooks {
    void *context;
    /* What is told is certain only when tc_scan_read has returned. A failure ends the scan. */
    tc_alert_sink told;
    /* So many sources are disordered: everything told so far is void and comes again. */
    TC_STATUS (*voided)(void *context, uint64_t disordered);
    /* About ten times a second: bytes of the present pass. */
    void (*tick)(void *context, uint64_t done, uint64_t total);
} tc_scan_hooks;

typedef struct tc_scan_options {
    const char *spill_folder;
    uint64_t spill_max;          /* 0 = what tc_sorter_new thinks right */
    const tc_observer *observer; /* shown what the ordered stage sees; NULL: nobody is */
    tc_state *state;             /* to go on from and to save; NULL: there is none */
} tc_scan_options;

/* Of the last pass; tc_scan_result_done frees it, also after a failure. */
typedef struct tc_scan_result {
    tc_reading *reading;
    tc_sources *sources;
    tc_ordered *ordered;
    bool *disordered; /* by source, over both passes */
    uint64_t disordered_count;
    uint32_t passes;
    tc_sight *sight; /* what the run's own rules could see; NULL if it has none */
    bool cut_short;  /* by the temporary files: cut has the words */
    tc_error cut;
    tc_error
        unsaved; /* why there is no new state; nothing if there is one, or none was asked for */
} tc_scan_result;

TC_STATUS tc_scan_read(const tc_run *run, const tc_scan_options *options,
                       const tc_scan_hooks *hooks, tc_scan_result *ret, tc_error *reterr);
void tc_scan_result_done(tc_scan_result *result);

#endif
