/*
 * live_rings: the rings of capture files that a run follows. For live_feed.c and live_stream.c
 * alone.
 *
 * Streams whose files hold packets join the ring of their name (detector/input/ring.h). At most
 * TC_LIVE_RINGS of them have connections of their own; files of further names share one. A ring
 * that nobody writes to ends its connections after TC_LIVE_RING_QUIET, as packets would have.
 */
#ifndef TC_LIVE_LIVE_RINGS_H
#define TC_LIVE_LIVE_RINGS_H

#include "detector/input/ring.h"
#include "detector/live/live_stream.h"

#define TC_LIVE_RINGS ((size_t)16)
#define TC_LIVE_RING_QUIET (30 * TC_MINUTE)

typedef struct tc_live_ring {
    tc_ring *ring;
    tc_slice name; /* owned */
    uint64_t read;
    tc_time since; /* when it had read so much */
    bool ended;
} tc_live_ring;

struct tc_live_rings {
    tc_live_ring items[TC_LIVE_RINGS];
    size_t count;
    bool once;
};

/* `once`: nothing comes behind the files that are there. */
tc_live_rings *tc_live_rings_new(bool once) TC_MUST_USE;
/* When all streams are freed. */
void tc_live_rings_free(tc_live_rings *rings);
/* The stream's bytes, `raw`, are a file of a ring from now on. */
TC_STATUS tc_live_rings_join(tc_live_rings *rings, tc_live_stream *stream, tc_bytes raw);
/* Of the other files of the stream's ring: places that want bytes that nobody needs any more are
 * noted anew. */
TC_STATUS tc_live_rings_move(tc_live_context *context, const tc_live_stream *stream);
/* Ends the connections of rings that are quiet, or (`all`) of all of them. *ret: a stream that has
 * something to read by that; NULL: there is none (any more). */
void tc_live_rings_end(tc_live_rings *rings, bool all, tc_time now, tc_live_stream **ret);

#endif
