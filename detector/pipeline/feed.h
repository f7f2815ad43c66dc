/*
 * feed: where a pipeline gets its blocks from.
 *
 * A feed gives blocks of whole records one after the other, of whatever sources it knows; the
 * pipeline neither knows what a source is nor how many there are. Blocks of a source come in their
 * sequence, from 0, and the last one says so; sources may take turns. IDLE is "nothing now": the
 * pipeline asks again as long as it runs, so a feed that waits does so for at most about a second
 * at a time. What fails is the source, not the feed: it ends there, and the feed goes on with the
 * next. One thread calls `next`, never two; `name` may be called from any.
 */
#ifndef TC_PIPELINE_FEED_H
#define TC_PIPELINE_FEED_H

#include "detector/input/input.h"

typedef enum tc_feed_result {
    TC_FEED_BLOCK,
    TC_FEED_FAILED, /* block->source ends at block->sequence, without data; *reterr says why */
    TC_FEED_IDLE,
    TC_FEED_END
} tc_feed_result;

typedef struct tc_feed {
    void *context;
    /* Fills the block, whose memory is reused, with source, sequence, last and the records. */
    tc_feed_result (*next)(void *context, tc_block *block, tc_error *reterr);
    /* What a person calls the source. */
    tc_slice (*name)(void *context, uint32_t source);
} tc_feed;

#endif
