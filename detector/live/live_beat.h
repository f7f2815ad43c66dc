/*
 * live_beat: every five minutes whoever is told hears that the run lives.
 *
 * The heartbeat is a row like any other, so that it takes the way that an alarm would. It has a
 * number that goes on over restarts: a gap is one that did not come.
 */
#ifndef TC_LIVE_LIVE_BEAT_H
#define TC_LIVE_LIVE_BEAT_H

#include "detector/live/live_receivers.h"
#include "detector/live/live_stage.h"

typedef struct tc_live_beat {
    uint64_t number; /* of the next */
    tc_time last;    /* TC_TIME_NONE: none in this process */
} tc_live_beat;

/* Goes on with the number that the state has. */
TC_STATUS tc_live_beat_start(tc_live_beat *beat, tc_store *store, tc_time now, tc_error *reterr);
/* Puts one if it is time. */
TC_STATUS tc_live_beat_look(tc_live_beat *beat, tc_store *store, tc_live_tell *tell,
                            const tc_live_stage *stage, tc_live_receivers *receivers, tc_time now);

#endif
