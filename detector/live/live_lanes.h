/*
 * live_lanes: the streams that inputs take in, beside the files that the feed follows.
 *
 * They are read like files; what differs is when such a stream is at its end. A file is when there
 * is nothing more in it; an agent sends its next piece when the last one was acknowledged, so a
 * stream is caught up when its records are of now, or nothing came for some seconds. What cannot be
 * known yet, because only header lines came, is not waited for: after some seconds its peer is
 * acknowledged. For live_feed.c alone; on the feed's thread.
 */
#ifndef TC_LIVE_LIVE_LANES_H
#define TC_LIVE_LIVE_LANES_H

#include "detector/live/live_stream.h"
#include "detector/receive/receive.h"

#define TC_LANE_QUIET (5 * TC_SECOND)
#define TC_LANE_NOW (2 * TC_MINUTE)    /* records of so short a time ago are of now */
#define TC_LANE_KNOWN (10 * TC_SECOND) /* so long who sent what nobody knows yet waits */
#define TC_LANE_BACK (90 * TC_SECOND)  /* so long streams of before are waited for at a start */

typedef struct tc_live_lanes {
    tc_receive *receive; /* NULL: there are none */
    tc_live_stream **streams;
    size_t count, capacity;
    tc_time started;
    bool once;
} tc_live_lanes;

void tc_live_lanes_done(tc_live_lanes *lanes);
/* Takes what has happened; streams with something to read have `wants` set. */
TC_STATUS tc_live_lanes_take(tc_live_lanes *lanes, tc_live_context *context);
/* Looks after those that rest. */
TC_STATUS tc_live_lanes_look(tc_live_lanes *lanes, tc_live_context *context);
/* The stream is over: it is freed. */
void tc_live_lanes_forget(tc_live_lanes *lanes, tc_live_stream *stream);
/* Streams of before have come back, or had the time to. */
bool tc_live_lanes_are_back(const tc_live_lanes *lanes, tc_time now);

#endif
