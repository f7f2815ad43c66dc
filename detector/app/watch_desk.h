/*
 * watch_desk: what people have of a run that goes on besides alerts: they can talk to it, and see
 * how it is.
 *
 * The control socket, notices of health, and the file of metrics. Looked after on the collector's
 * thread, about ten times a second; nothing here waits, and what fails of it ends nothing.
 */
#ifndef TC_APP_WATCH_DESK_H
#define TC_APP_WATCH_DESK_H

#include "detector/live/control.h"
#include "detector/live/live_health.h"

typedef struct tc_watch_desk {
    tc_figures_of of; /* `stage` and `tell` are those of the session */
    tc_live_stage *stage;
    tc_live_tell *tell;
    tc_control *control; /* NULL: it could not be made */
    tc_live_health *health;
    const char *metrics; /* the file; NULL: none */
    tc_time measured;    /* by the steady clock; TC_TIME_NONE: never */
    bool complained;     /* about the file */
    uint64_t gone;       /* interfaces that `says` was told of */
    tc_figures figures;
} tc_watch_desk;

/* `of` but for the session; the store of the folder is open. A socket that cannot be made (a full
 * disk) is told in `why`, and the run goes on without it. */
TC_STATUS tc_watch_desk_open(tc_watch_desk *desk, const tc_figures_of *of, tc_error *why,
                             tc_error *reterr);
/* A zeroed one is fine. */
void tc_watch_desk_close(tc_watch_desk *desk);
/* Who is asked from now on. */
void tc_watch_desk_use(tc_watch_desk *desk, tc_live_stage *stage, tc_live_tell *tell);
/* `says` is told once when the metrics cannot be written, and of each interface that is gone. */
void tc_watch_desk_look(tc_watch_desk *desk, tc_time now, void (*says)(void *, const char *),
                        void *context);

#endif
