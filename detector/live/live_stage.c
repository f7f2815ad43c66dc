#include "detector/live/live_rows.h"

tc_live_stage *tc_live_stage_new(const tc_live_stage_options *options)
{
    tc_live_stage *s = tc_alloc(1, sizeof(*s));
    if (s == NULL) return NULL;
    s->options = *options;
    s->columns = tc_live_columns_new(options->store);
    tc_str_init(&s->row, TC_LIVE_ROW_MAX);
    s->released = s->committed = s->snapshot_tried = TC_TIME_NONE;
    s->declared.response_since = TC_TIME_NONE;
    return s;
}

void tc_live_stage_free(tc_live_stage *s)
{
    if (s == NULL) return;
    tc_live_forget_all(s);
    tc_free(s->arrived);
    tc_free(s->sources);
    tc_observations_free(s->early);
    tc_live_columns_free(s->columns);
    tc_str_done(&s->row);
    tc_free(s);
}

/* -- what is asked from outside ------------------------------------------------------------- */

bool tc_live_stage_is_over(const tc_live_stage *s)
{
    return s->finished || tc_failed(s->failed);
}

TC_STATUS tc_live_stage_status(const tc_live_stage *s, tc_error *reterr)
{
    if (tc_failed(s->failed) && reterr) *reterr = s->error;
    return s->failed;
}

TC_STATUS tc_live_stage_close(tc_live_stage *s, bool must, tc_error *reterr)
{
    tc_status status = s->failed;
    if (!tc_failed(status)) status = tc_live_take_notes(s);
    bool more;
    if (!tc_failed(status)) status = tc_live_commit(s, s->finished, &more);
    if (!tc_failed(status)) status = tc_live_put_pages(s, true);
    tc_live_fail(s, status, NULL);
    TC_TRY(tc_live_stage_status(s, reterr));
    tc_store_committed committed;
    TC_TRY(tc_store_commit(s->options.store, &committed, reterr));
    /* Most of a history that is not read yet waits: the journal has it. */
    return must || s->settled ? tc_live_snapshot(s, reterr) : TC_SUCCESS;
}

tc_live_counts tc_live_stage_counts(const tc_live_stage *s)
{
    tc_live_counts counts = s->counts;
    tc_live_books books = tc_live_sum(s, false);
    counts.bytes = books.bytes;
    counts.events = books.events;
    counts.rejected = books.rejected;
    counts.late = books.late;
    counts.ahead = books.ahead;
    counts.watermark = s->released;
    counts.settled = s->settled;
    counts.newest = TC_TIME_NONE;
    for (size_t i = 0; i < s->count; i++) {
        counts.forgotten += s->sources[i].forgotten ? 1 : 0;
        counts.newest = TC_MAX(counts.newest, s->sources[i].newest);
    }
    counts.alerts = tc_live_tell_count(s->options.tell);
    return counts;
}

TC_STATUS tc_live_stage_introduce(tc_live_stage *s, tc_live_feed *feed)
{
    for (uint32_t i = 0; i < s->count; i++) {
        const tc_live_source *source = &s->sources[i];
        if (source->place.ptr == NULL) continue;
        TC_TRY(tc_live_feed_know(feed, source->key, i, source->place));
    }
    return TC_SUCCESS;
}

bool tc_live_stage_is_waiting(const tc_live_stage *s)
{
    return s->arrived_count > 0;
}

/* -- the collector's thread ------------------------------------------------------------------ */

#define EVENTS_PER_COMMIT 5000

/* Whoever sets the clock forth makes nobody silent by that. */
static void look_at_clock(tc_live_stage *s)
{
    const tc_live_stage_options *o = &s->options;
    char said[128];
    int64_t by = tc_clock_step_look(&s->clock, tc_live_now(s), o->steady(o->context));
    if (by == 0) return;
    tc_watermark_clock_set(s->watermark, by);
    snprintf(said, sizeof(said), "the clock was set %s by %" PRId64 " seconds",
             by > 0 ? "forward" : "back", (by > 0 ? by : -by) / TC_SECOND);
    o->say(o->context, said);
}

TC_STATUS tc_live_stage_collect(void *context, tc_block_result *r)
{
    tc_live_stage *s = context;
    tc_status status = s->failed;
    look_at_clock(s);
    if (!tc_failed(status)) status = tc_live_take_result(s, r);
    if (r->payload != NULL) tc_observations_free(r->payload);
    r->payload = NULL;
    bool more;
    if (!tc_failed(status) && s->uncommitted >= EVENTS_PER_COMMIT)
        status = tc_live_commit(s, false, &more);
    tc_live_fail(s, status, NULL);
    return status;
}

#define COMMIT_NS (200 * (TC_SECOND / 1000))

static TC_STATUS tick(tc_live_stage *s)
{
    TC_TRY(tc_live_take_notes(s));
    tc_time now = tc_live_now(s);
    bool done = s->options.once && s->settled && s->arrived_count == 0 && tc_live_all_caught_up(s);
    if (!done && s->committed != TC_TIME_NONE && s->committed <= now &&
        tc_time_between(s->committed, now) < COMMIT_NS)
        return TC_SUCCESS;
    bool more = false;
    s->committed = now;
    TC_TRY(tc_live_commit(s, done, &more));
    s->finished = done && !more;
    return TC_SUCCESS;
}

void tc_live_stage_tick(void *context)
{
    tc_live_stage *s = context;
    if (tc_failed(s->failed) || s->finished) return;
    look_at_clock(s);
    tc_live_fail(s, tick(s), NULL);
}
