/*
 * moments: the lines of a timeline, kept until the scan is over and then written in order of time.
 *
 * Lines come in two streams: those of alerts, in about the order of time, which wait in a spool (on
 * disk beyond a few MiB, so logs of any size fit), and those that only final incidents know, which
 * are as many as incidents have members and are sorted in memory. Lines of alerts that come a
 * little behind their time are put right in a window of TC_MOMENTS_WINDOW lines. Each line carries
 * what it can be chosen by: names and incident are only known for certain at the end.
 */
#ifndef TC_APP_MOMENTS_H
#define TC_APP_MOMENTS_H

#include "detector/inquire/timeline.h"
#include "detector/pipeline/spool.h"

#define TC_MOMENTS_WINDOW 1024

typedef struct tc_moments tc_moments;

/* NULL without memory. `folder` outlives it. */
tc_moments *tc_moments_new(const char *folder) TC_MUST_USE;
void tc_moments_free(tc_moments *moments);
/* Throws away what was added. */
void tc_moments_clear(tc_moments *moments);
/* A moment and its line. `late`: it belongs to the final state of an incident. */
TC_STATUS tc_moments_add(tc_moments *moments, const tc_moment *moment, tc_slice line, bool late,
                         tc_error *reterr);

typedef struct tc_moments_choice {
    void *context;
    /* Whether a line is wanted, by its incident (maybe empty) and the names it bears, each behind
     * its length in two bytes; NULL: all are. */
    bool (*wants)(void *context, const char *incident, tc_slice names);
    TC_STATUS (*write)(void *context, tc_slice line, tc_error *reterr);
} tc_moments_choice;

/* The next of the names; false at their end. */
bool tc_moments_name(tc_slice *names, tc_slice *ret);
/* Writes what is wanted in the order of time, and empties. */
TC_STATUS tc_moments_write(tc_moments *moments, const tc_moments_choice *choice, tc_error *reterr);

#endif
