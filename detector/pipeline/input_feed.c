#include "detector/pipeline/input_feed.h"

void tc_input_feed_start(tc_input_feed *feed, const tc_input *input, const uint32_t *order,
                         size_t count, size_t block_size)
{
    *feed = (tc_input_feed){.input = input,
                            .order = order,
                            .count = order ? count : tc_input_count(input),
                            .block_size = block_size};
}

static void leave(tc_input_feed *feed)
{
    tc_reader_close(feed->reader);
    feed->reader = NULL;
}

void tc_input_feed_done(tc_input_feed *feed)
{
    leave(feed);
    tc_chain_done(&feed->chain);
}

static uint32_t source_at(const tc_input_feed *feed, size_t at)
{
    return feed->order ? feed->order[at] : (uint32_t)at;
}

static bool is_readable(const tc_input_feed *feed)
{
    const tc_source *source = tc_input_source(feed->input, source_at(feed, feed->at));
    return source->state == TC_SOURCE_READABLE;
}

/* Goes to the next source; false if there is none. */
static bool enter(tc_input_feed *feed, tc_block *block)
{
    while (feed->at < feed->count && !is_readable(feed))
        feed->at++;
    if (feed->at == feed->count) return false;
    block->source = source_at(feed, feed->at++);
    feed->sequence = 0;
    return true;
}

static tc_feed_result give_up(tc_input_feed *feed, tc_block *block)
{
    leave(feed);
    block->length = 0;
    block->sequence = feed->sequence;
    block->last = true;
    return TC_FEED_FAILED;
}

static tc_feed_result next(void *context, tc_block *block, tc_error *reterr)
{
    tc_input_feed *feed = context;
    bool more = false;
    if (feed->reader == NULL) {
        if (!enter(feed, block)) return TC_FEED_END;
        if (tc_failed(tc_reader_open_behind(feed->input, block->source, feed->block_size,
                                            &feed->chain, &feed->reader, reterr)))
            return give_up(feed, block);
    }
    uint32_t source = source_at(feed, feed->at - 1);
    tc_status status = tc_reader_next(feed->reader, block, &more, reterr);
    block->source = source;
    if (tc_failed(status)) return give_up(feed, block);
    block->sequence = feed->sequence++;
    block->last = !more;
    if (!more) leave(feed);
    return TC_FEED_BLOCK;
}

static tc_slice name(void *context, uint32_t source)
{
    const tc_input_feed *feed = context;
    return tc_input_source(feed->input, source)->path;
}

tc_feed tc_input_feed_of(tc_input_feed *feed)
{
    return (tc_feed){feed, next, name};
}
