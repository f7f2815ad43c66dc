/*
 * progress: how far a long run is, on standard error.
 *
 * On a terminal one line that is rewritten, with share, rate and time left; elsewhere a line every
 * ten seconds. Silent for the first second and when asked to be quiet. The only place that reads
 * the clock while a run is going on.
 */
#ifndef TC_APP_PROGRESS_H
#define TC_APP_PROGRESS_H

#include "parsers/base/status.h"

typedef struct tc_progress {
    bool quiet, terminal, shown;
    double started, last; /* seconds of the monotonic clock */
} tc_progress;

void tc_progress_start(tc_progress *progress, bool quiet);
void tc_progress_show(tc_progress *progress, uint64_t done_bytes, uint64_t total_bytes);
/* Clears the line, so that something else may be printed. */
void tc_progress_clear(tc_progress *progress);
/* Seconds since the start. */
double tc_progress_seconds(const tc_progress *progress);

#endif
