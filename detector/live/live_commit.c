/* Steps of the watermark, and commits. */
#include "detector/live/live_rows.h"

#define STEP_NS (10 * TC_SECOND)

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
    tc_live_snapshot_go_on(s, now);
    return TC_SUCCESS;
}
