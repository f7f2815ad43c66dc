/*
 * input_feed: the feed of a scan: the readable sources of an input, one behind the other.
 */
#ifndef TC_PIPELINE_INPUT_FEED_H
#define TC_PIPELINE_INPUT_FEED_H

#include "detector/input/chain.h"
#include "detector/pipeline/feed.h"

typedef struct tc_input_feed {
    const tc_input *input;
    const uint32_t *order; /* NULL: all, by their index */
    size_t count, at;
    size_t block_size;
    tc_reader *reader; /* of the source before `at`; NULL between two */
    tc_chain chain;    /* of captures */
    uint64_t sequence;
} tc_input_feed;

/* `order` (of `count` indices; NULL: all sources) is borrowed. Sources that are not readable are
 * passed over. */
void tc_input_feed_start(tc_input_feed *feed, const tc_input *input, const uint32_t *order,
                         size_t count, size_t block_size);
/* Closes what is still open; when the pipeline has returned. */
void tc_input_feed_done(tc_input_feed *feed);
/* Valid as long as the feed. */
tc_feed tc_input_feed_of(tc_input_feed *feed);

#endif
