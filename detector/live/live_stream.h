/*
 * live_stream: one followed file, or what an input takes in, from its first bytes to its end. For
 * live_feed.c and live_lanes.c alone.
 *
 * Its head is kept until it is known what it is; then a reader takes the head and goes on with the
 * follower's, or the input's, bytes. Everything is done on the feed's thread.
 */
#ifndef TC_LIVE_LIVE_STREAM_H
#define TC_LIVE_LIVE_STREAM_H

#include "detector/live/live_context.h"

typedef struct tc_live_stream tc_live_stream;

struct tc_live_stream {
    uint32_t number;
    uint64_t key;
    tc_slice path;   /* owned; NUL-terminated */
    uint32_t source; /* index in the input; UINT32_MAX: not known to be a log */
    bool ready, ended;
    bool over; /* nothing is read of it any more */
    bool said; /* that it is no log */
    bool caught_up;
    /* Of an input: */
    struct tc_receive *receive;
    bool wants;    /* there is something to read */
    bool released; /* its peer does not wait any more for what is not known */
    bool refused;  /* as far as can be seen it is no log */
    tc_time heard; /* when something came last */
    /* While it is not known: */
    uint8_t *head;
    size_t head_length, looked_at;
    bool head_ends; /* nothing comes behind it */
    /* A log: */
    tc_bytes bytes;
    size_t head_given; /* to the reader */
    tc_reader *reader;
    uint64_t start;            /* the reader's offset where the stream began in this process */
    uint64_t offset;           /* of its first byte */
    struct tc_ring_file *ring; /* NULL: it is no capture that is followed */
    uint64_t blocks;           /* handed over */
    tc_time bound;             /* about: nothing older is to come */
    tc_time half_since;
};

/* Numbers from TC_RECEIVE_NUMBERS on are an input's. */
typedef struct tc_live_origin {
    uint32_t number;
    uint64_t key;
    tc_slice path;
    uint64_t offset; /* of a file: where its bytes begin */
} tc_live_origin;

TC_STATUS tc_live_stream_new(tc_live_context *context, const tc_live_origin *origin,
                             tc_live_stream **ret);
void tc_live_stream_free(tc_live_stream *stream);
/* Whether its records, and not a file's, come from an input. */
bool tc_live_stream_is_received(const tc_live_stream *stream);
/* There is nothing to read: whether that means that it is caught up. */
TC_STATUS tc_live_stream_rest(tc_live_context *context, tc_live_stream *stream);
/* Nothing is read of it any more: what came of it is none of ours. */
void tc_live_stream_leave(tc_live_context *context, tc_live_stream *stream);
TC_STATUS tc_live_stream_note_more(tc_live_context *context, tc_live_stream *stream);
/* Reads on. *ret_block: the block is full; *ret_more: there may be more at once. `flush`: half a
 * record at the end counts as one. */
TC_STATUS tc_live_stream_step(tc_live_context *context, tc_live_stream *stream, bool flush,
                              tc_block *block, bool *ret_block, bool *ret_more);

#endif
