/*
 * inquiry: a scan that answers a question, and says nothing else.
 *
 * Opens what a scan opens, reads with the same passes, reaches the same verdict, and writes one
 * answer: an outlet, the text output that words it, and a page that is written and emptied piece by
 * piece. Its exit status is that of the scan over the same logs. Used by the commands incident,
 * timeline and why.
 */
#ifndef TC_APP_INQUIRY_H
#define TC_APP_INQUIRY_H

#include "detector/app/interrupt.h"
#include "detector/app/scan_passes.h"
#include "detector/output/output.h"
#include "detector/report/outlet.h"
#include "parsers/base/arena.h"

typedef struct tc_inquiry {
    tc_run run;
    tc_scan_result read;
    tc_arena *arena;
    tc_summary summary;
    tc_progress progress;
    tc_interrupt interrupt;
    tc_outlet outlet;
    tc_output *text; /* of the text format, as wide as the outlet */
    tc_str page;     /* what is to be written next */
    bool json;
    tc_error error;
} tc_inquiry;

typedef struct tc_inquiry_hooks {
    void *context;
    /* Every alert; certain when tc_inquiry_read has returned. */
    TC_STATUS (*told)(void *context, const tc_alert *alert);
    /* Everything told so far is void and comes again. */
    TC_STATUS (*again)(void *context);
    const tc_observer *observer; /* NULL: nobody */
} tc_inquiry_hooks;

/* Refuses formats other than text and json, and what a scan refuses. tc_inquiry_close also after a
 * failure. */
TC_STATUS tc_inquiry_open(tc_inquiry *inquiry, const tc_options *options, tc_time now);
/* Reads and judges, without concluding: for who must know something before the reading that
 * counts, which then begins anew. */
TC_STATUS tc_inquiry_scan(tc_inquiry *inquiry, const tc_inquiry_hooks *hooks);
/* The reading that counts: the same, and the summary and verdict. */
TC_STATUS tc_inquiry_read(tc_inquiry *inquiry, const tc_inquiry_hooks *hooks);
/* Writes the page and empties it. */
TC_STATUS tc_inquiry_write(tc_inquiry *inquiry);
/* Says on standard error what was not judged, if anything; the exit status. */
int tc_inquiry_conclude(tc_inquiry *inquiry);
void tc_inquiry_close(tc_inquiry *inquiry);

#endif
