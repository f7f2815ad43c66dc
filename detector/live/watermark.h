/*
 * watermark: up to when a run that goes on may judge, because nothing older is expected.
 *
 * The least, over the sources that hold it, of the newest record less the delay, and never later
 * than the clock less the longest delay. A source holds while something of it is still to be taken
 * in; then for as long as its delay and a minute after its last record came. A source that anybody
 * may have shuffled holds everything until it was read to its end once; and everything is held
 * until the first look at all files is over.
 *
 * A log that was turned does not hold beside the one that goes on in its stead: one of its series,
 * of which a record was read and which begins no earlier than the other ends, but for the lateness
 * of the format. Its last lines lose nothing by that. Whatever comes within its delay is in time,
 * as the clock less the longest delay is the bound of all; what holding gives beyond is for ways
 * that stand still, and these two come by one. A source that ends in half a record holds as before.
 *
 * The delay is configured, for all or for a source alone, or learned for each group of sources (a
 * folder and a format): the longest that a record took to arrive in the last seven days, at least
 * two minutes, at most a day. Only what arrives at a source that had been read to its end counts:
 * history is no delay.
 *
 * Pure: the clock is given, and what comes out is a value that a journal keeps, so whoever goes on
 * from it needs no clock. It never goes back, whatever clock and records do; a record that is dated
 * ahead counts as five minutes ahead at most. Bounded by the sources there may be; groups beyond
 * TC_WATERMARK_GROUPS share one, and of series beyond as many logs hold as others do. One thread.
 */
#ifndef TC_LIVE_WATERMARK_H
#define TC_LIVE_WATERMARK_H

#include "parsers/base/time.h"
#include "parsers/base/visit.h"

#define TC_WATERMARK_AHEAD (5 * TC_MINUTE)
#define TC_WATERMARK_LEAST (2 * TC_MINUTE)
#define TC_WATERMARK_MOST (24 * TC_HOUR)
#define TC_WATERMARK_IDLE (60 * TC_SECOND)
#define TC_WATERMARK_GROUPS 4096

typedef struct tc_watermark tc_watermark;

/* `delay` 0: it is learned, where a source has none of its own. `sources`: so many at most. */
tc_watermark *tc_watermark_new(int64_t delay, size_t sources) TC_MUST_USE;
void tc_watermark_free(tc_watermark *watermark);

/* What is to be known of a source when it appears. */
typedef struct tc_watermark_source {
    uint64_t group;
    int64_t delay;    /* said of it alone; 0: that of all, or of its group */
    int64_t lateness; /* of its format */
    uint64_t series;  /* 0: it is turned into no other */
    tc_time first;    /* of what is not read yet; TC_TIME_NONE: not known */
    bool shuffled;    /* its writer keeps no order */
} tc_watermark_source;

/* Sources are numbered from 0 in the order in which they appear. */
TC_STATUS tc_watermark_add(tc_watermark *watermark, const tc_watermark_source *source);
/* Nothing moves while it is held. */
void tc_watermark_hold(tc_watermark *watermark, bool held);
/* Records of the source were taken in: their least and largest time. */
void tc_watermark_read(tc_watermark *watermark, uint32_t source, tc_time least, tc_time largest,
                       tc_time now);
/* There is more to take in of it, or (`all`) nothing now. */
void tc_watermark_caught_up(tc_watermark *watermark, uint32_t source, bool all, tc_time now);
/* What was read of it ends in half a record, or does not. */
void tc_watermark_half(tc_watermark *watermark, uint32_t source, bool half);
/* Nothing will come of it any more, once it is caught up. */
void tc_watermark_ended(tc_watermark *watermark, uint32_t source);
/* The clock was set by so much: how long a source has been silent stays what it is. */
void tc_watermark_clock_set(tc_watermark *watermark, int64_t by);
/* The watermark now, in whole milliseconds; TC_TIME_NONE: nothing may be judged yet. `at_rest`:
 * sources that are caught up hold no longer, as if their delay had passed. */
tc_time tc_watermark_at(tc_watermark *watermark, bool at_rest, tc_time now);
/* It stands there already: nothing earlier comes out any more. */
void tc_watermark_start(tc_watermark *watermark, tc_time at);
/* The delay that counts for a group. */
int64_t tc_watermark_delay(const tc_watermark *watermark, uint64_t group, tc_time now);
/* Section "delays": what was learned. */
void tc_watermark_visit(tc_watermark *watermark, tc_visit *visit);

/* A time as it counts now. */
static inline tc_time tc_watermark_clamp(tc_time time, tc_time now)
{
    return TC_MIN(time, tc_time_whole_ms(tc_time_add(now, TC_WATERMARK_AHEAD)));
}

#endif
