/* Steps of the watermark, commits and snapshots. */
#include "detector/app/live_rows.h"

#define STEP_NS (10 * TC_SECOND)
#define SNAPSHOT_BYTES ((uint64_t)64 << 20)
#define SNAPSHOT_NS (15 * TC_MINUTE)
/* What waits is most of it where much comes: then not more often, unless the journal grows long. */
#define SNAPSHOT_AGAIN_NS (5 * TC_MINUTE)
#define SNAPSHOT_LONG ((uint64_t)1 << 30)
#define SNAPSHOT_SHARE 20 /* of the time goes to snapshots at most, as one part in so many */

/* -- steps ----------------------------------------------------------------------------------- */

/* Time is let pass a day at a time, so that a long history is judged in steps; in whole seconds
 * where nothing waits. *ret_more: there is more to judge at once. */
static tc_time next_step(const tc_live_stage *s, tc_time watermark, bool *ret_more)
{
    *ret_more = false;
    tc_time first = tc_ordered_first(s->ordered);
    if (watermark == TC_TIME_NONE || watermark <= s->released) return s->released;
    if (first == TC_TIME_NONE || first >= watermark) {
        bool now = s->released == TC_TIME_NONE || s->uncommitted > 0 ||
                   tc_time_between(s->released, watermark) >= STEP_NS;
        return now ? watermark : s->released;
    }
    tc_time limit = tc_time_add(TC_MAX(first, s->released), TC_DAY);
    *ret_more = limit < watermark;
    return TC_MIN(watermark, limit);
}

/* All that happened before the first start has been judged, or no more of it is to come. */
static bool ends_history(const tc_live_stage *s, tc_time watermark, bool at_rest)
{
    return !s->counts.history_read && (at_rest || watermark >= s->options.run->options->since);
}

static TC_STATUS step(tc_live_stage *s, bool at_rest, tc_time now, bool *ret_more)
{
    tc_time watermark = tc_watermark_at(s->watermark, at_rest, now);
    watermark = next_step(s, watermark, ret_more);
    bool history = !*ret_more && ends_history(s, watermark, at_rest);
    bool tells = tc_live_early_waits(s) || tc_live_tell_is_due(s->options.tell, now);
    if (watermark == s->released && !history && !tells) return TC_SUCCESS;
    TC_TRY(tc_live_step(s, watermark, now, history));
    return tc_live_put_step(s, now, history);
}

/* -- commits -------------------------------------------------------------------------------- */

static bool snapshot_is_due(const tc_live_stage *s, tc_time now)
{
    tc_store_health health;
    tc_store_health_of(s->options.store, &health);
    if (health.state != TC_STORE_WELL || health.bytes_since_snapshot == 0) return false;
    /* While the history is read, all of it waits: the journal has it. */
    if (!s->settled) return false;
    int64_t share = TC_MIN(s->snapshot_took, SNAPSHOT_NS / SNAPSHOT_SHARE) * SNAPSHOT_SHARE;
    int64_t least = TC_MAX(SNAPSHOT_AGAIN_NS, share);
    if (health.bytes_since_snapshot > SNAPSHOT_LONG) least = TC_MINUTE;
    if (s->snapshot_tried != TC_TIME_NONE && tc_time_between(s->snapshot_tried, now) < least)
        return false;
    return health.bytes_since_snapshot > SNAPSHOT_BYTES ||
           tc_time_between(TC_MAX(health.snapshot_made, s->snapshot_tried), now) > SNAPSHOT_NS;
}

/* What is not needed any more goes, a bit at a time. */
static void prune(tc_live_stage *s)
{
    tc_error error;
    if (!s->prunes) return;
    if (tc_failed(tc_store_prune(s->options.store, &s->prunes, &error))) s->prunes = false;
}

/* What cannot be written waits on in the store, which has told of it. */
TC_STATUS tc_live_commit(tc_live_stage *s, bool at_rest, bool *ret_more)
{
    tc_time now = tc_live_now(s);
    TC_TRY(tc_live_make_room(s));
    TC_TRY(step(s, at_rest, now, ret_more));
    TC_TRY(tc_live_put_points(s));
    TC_TRY(tc_live_put_pages(s, false));
    tc_status status = tc_live_write(s);
    if (tc_failed(s->failed)) return s->failed;
    if (tc_failed(status)) return TC_SUCCESS;
    prune(s);
    return snapshot_is_due(s, now) ? tc_live_snapshot(s, NULL) : TC_SUCCESS;
}

/* -- snapshots ------------------------------------------------------------------------------ */

/* A snapshot that cannot be made costs a longer replay, and is tried again. */
TC_STATUS tc_live_snapshot(tc_live_stage *s, tc_error *reterr)
{
    tc_visit *visit;
    tc_error error = {0};
    int64_t begun = s->options.steady(s->options.context);
    s->snapshot_tried = tc_live_now(s);
    tc_status status = tc_store_snapshot_begin(s->options.store, &visit, &error);
    if (!tc_failed(status)) {
        tc_live_save(s, visit);
        status = tc_store_snapshot_commit(s->options.store, &error);
    }
    s->snapshot_took = s->options.steady(s->options.context) - begun;
    if (tc_failed(status)) {
        char text[1024];
        s->options.say(s->options.context, tc_error_format(&error, text, sizeof(text)));
        if (reterr) *reterr = error;
        return reterr ? status : TC_SUCCESS;
    }
    s->counts.snapshots++;
    s->prunes = true;
    return TC_SUCCESS;
}
