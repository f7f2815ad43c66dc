#include "detector/live/live_beat.h"

#include "detector/send/notice.h"

#define KEY "heartbeats"
#define SPAN ((int64_t)TC_HEARTBEAT_MS * (TC_SECOND / 1000))

TC_STATUS tc_live_beat_start(tc_live_beat *beat, tc_store *store, tc_time now, tc_error *reterr)
{
    tc_str found;
    bool there = false;
    *beat = (tc_live_beat){.last = now};
    tc_str_init(&found, TC_STORE_VALUE_MAX);
    tc_status status = tc_store_meta(store, KEY, &found, &there, reterr);
    if (!tc_failed(status) && there && found.len == sizeof(beat->number))
        memcpy(&beat->number, found.data, sizeof(beat->number));
    tc_str_done(&found);
    return status;
}

TC_STATUS tc_live_beat_look(tc_live_beat *beat, tc_store *store, tc_live_tell *tell,
                            const tc_live_stage *stage, tc_live_receivers *receivers, tc_time now)
{
    /* A clock that was set back must not silence it. */
    if (beat->last <= now && tc_time_between(beat->last, now) < SPAN) return TC_SUCCESS;
    tc_live_counts counts = tc_live_stage_counts(stage);
    tc_heartbeat said = {.time = now,
                         .newest = counts.newest,
                         .events = counts.events,
                         .alerts = counts.alerts,
                         .pending = tc_live_receivers_waiting(receivers, false),
                         .number = beat->number};
    beat->last = now;
    beat->number++;
    TC_TRY(tc_live_tell_heartbeat(tell, &said));
    return tc_store_put_meta(store, KEY, tc_slice_make(&beat->number, sizeof(beat->number)));
}
