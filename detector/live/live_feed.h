/*
 * live_feed: the feed of a run that goes on: files that appear, grow, rotate and end.
 *
 * Takes from the follower what happens to files. A new one is asked what it is as soon as it holds
 * a record; what is no log is said once and not followed on. Of the sources that have something to
 * read, the one whose records are the eldest is read next, those first that anybody may have
 * shuffled: so a history of many files is read in about the order of its times, and little has to
 * wait for its turn. With every block the place behind it is noted (live_notes.h), so that another
 * process can go on there. Half a record at an end waits a minute for its rest.
 *
 * The pipeline's reader thread calls next; everything else is called before it starts and after it
 * has ended, but for stop. Memory: a reader for each followed source, with what is not framed of
 * it; a head of at most 64 KiB for each file that nobody knows yet, and those of little more than
 * TC_LIVE_LOOK_BYTES are judged for good.
 */
#ifndef TC_LIVE_LIVE_FEED_H
#define TC_LIVE_LIVE_FEED_H

#include "detector/follow/follow.h"
#include "detector/live/live_notes.h"
#include "detector/pipeline/feed.h"

/* A file of so many bytes that is no log will be none. */
#define TC_LIVE_LOOK_BYTES ((size_t)4096)

typedef struct tc_live_feed tc_live_feed;

typedef struct tc_live_feed_options {
    tc_input *input; /* growing.h */
    tc_follow *follow;
    struct tc_receive *receive; /* NULL: no inputs */
    tc_notes *notes;
    const char *const *paths; /* as the user named them: where a server's folder may begin */
    size_t path_count;
    size_t block_size;
    int64_t partial; /* how long the rest of a line is waited for */
    bool once;       /* nothing is waited for but the end of standard input */
    tc_time (*now)(void *context);
    void *now_context;
} tc_live_feed_options;

tc_live_feed *tc_live_feed_new(const tc_live_feed_options *options) TC_MUST_USE;
void tc_live_feed_free(tc_live_feed *feed);
/* A source of an earlier run: where reading goes on in it (a place that was noted). */
TC_STATUS tc_live_feed_know(tc_live_feed *feed, uint64_t key, uint32_t source, tc_slice place);
/* The feed ends with the block that is being read. Any thread. */
void tc_live_feed_stop(tc_live_feed *feed);
/* Counts up whenever the feed is asked: a sign of life. Any thread. */
uint64_t tc_live_feed_turns(const tc_live_feed *feed);
tc_feed tc_live_feed_of(tc_live_feed *feed);

#endif
