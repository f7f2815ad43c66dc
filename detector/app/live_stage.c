#include "detector/app/live_rows.h"

void tc_live_fail(tc_live_stage *s, tc_status status, const tc_error *error)
{
    if (!tc_failed(status) || tc_failed(s->failed)) return;
    s->failed = status;
    if (error != NULL) s->error = *error;
    if (s->error.code == TC_OK)
        (void)tc_fail(&s->error, status.code, "%s",
                      status.code == TC_ENOMEM ? "out of memory" : "a bound was reached");
}

tc_time tc_live_now(const tc_live_stage *s)
{
    return s->options.now(s->options.context);
}

tc_live_stage *tc_live_stage_new(const tc_live_stage_options *options)
{
    tc_live_stage *s = tc_alloc(1, sizeof(*s));
    if (s == NULL) return NULL;
    s->options = *options;
    tc_str_init(&s->row, TC_LIVE_ROW_MAX);
    s->released = s->committed = s->snapshot_tried = TC_TIME_NONE;
    return s;
}

void tc_live_forget_all(tc_live_stage *s)
{
    for (size_t i = 0; i < s->arrived_count; i++)
        tc_live_arrived_done(&s->arrived[i]);
    for (size_t i = 0; i < s->count; i++)
        tc_free((void *)(uintptr_t)s->sources[i].place.ptr);
    s->arrived_count = s->count = 0;
    tc_map_free(s->by_id);
    tc_map_free(s->by_key);
    s->by_id = s->by_key = NULL;
    tc_ordered_free(s->ordered);
    s->ordered = NULL;
    tc_watermark_free(s->watermark);
    s->watermark = NULL;
}

void tc_live_stage_free(tc_live_stage *s)
{
    if (s == NULL) return;
    tc_live_forget_all(s);
    tc_free(s->arrived);
    tc_free(s->sources);
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
    tc_live_fail(s, status, NULL);
    TC_TRY(tc_live_stage_status(s, reterr));
    tc_store_committed committed;
    TC_TRY(tc_store_commit(s->options.store, &committed, reterr));
    /* Most of a history that is not read yet waits: the journal has it. */
    return must || s->settled ? tc_live_snapshot(s, reterr) : TC_SUCCESS;
}

static void add_books(tc_live_books *sum, const tc_live_books *b)
{
    sum->bytes += b->bytes;
    sum->events += b->events;
    sum->rejected += b->rejected;
    sum->late += b->late;
    sum->ahead += b->ahead;
}

tc_live_books tc_live_sum(const tc_live_stage *s, bool forgotten)
{
    tc_live_books sum = s->gone;
    for (size_t i = 0; i < s->count; i++)
        if (s->sources[i].forgotten || !forgotten) add_books(&sum, &s->sources[i].books);
    return sum;
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
