/*
 * progress: how far a long run is, on standard error.
 *
 * On a terminal one line that is rewritten, with share, rate and time left; elsewhere a line every
 * ten seconds. Silent for the first second and when asked to be quiet. Nothing that is printed
 * elsewhere depends on the clock that it reads. Used by one thread; another one may ask at any time
 * how far it is, and clear the line.
 */
#ifndef TC_APP_PROGRESS_H
#define TC_APP_PROGRESS_H

#include "parsers/base/status.h"

#include <stdatomic.h>

typedef struct tc_progress {
    bool quiet, terminal;
    atomic_bool shown;
    /* Files looked at before anything is read; then bytes of the present reading. */
    _Atomic uint64_t files, done, total;
    /* Seconds of the monotonic clock; `again` is when the present reading began. */
    double started, again, last;
} tc_progress;

void tc_progress_start(tc_progress *progress, bool quiet);
/* So many files were looked at. */
void tc_progress_look(tc_progress *progress, uint64_t files);
void tc_progress_show(tc_progress *progress, uint64_t done_bytes, uint64_t total_bytes);
/* Everything is read once more, from its beginning. */
void tc_progress_again(tc_progress *progress);
/* Whether lines may be told besides: not when quiet, nor in the first second. */
bool tc_progress_tells(const tc_progress *progress);
/* Clears the line, so that something else may be printed. */
void tc_progress_clear(tc_progress *progress);
/* Words behind "broken off": "at 35 % (1.20 of 3.40 GB read)"; returns out. */
const char *tc_progress_how_far(const tc_progress *progress, char *out, size_t size);
/* Seconds since the start. */
double tc_progress_seconds(const tc_progress *progress);

#endif
