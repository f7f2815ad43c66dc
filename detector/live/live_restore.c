/* Beginning anew, snapshots, and going on from what the store has. */
#include "detector/live/live_rows.h"

#include "detector/input/growing.h"
#include "detector/live/kept_settings.h"

#define IDS_MAX ((size_t)1 << 20)
#define ROWS_PER_LOOK 256

/* -- beginning ------------------------------------------------------------------------------ */

static TC_STATUS told(void *context, const tc_alert *alert)
{
    tc_live_stage *s = context;
    return tc_live_tell_alert(s->options.tell, alert, s->step_now);
}

/* Saved state speaks of sources by their ids. */
static uint32_t id_or_index(void *context, uint32_t source, bool loading)
{
    const tc_live_stage *s = context;
    if (!loading)
        return source < s->count && !s->sources[source].forgotten ? s->sources[source].id
                                                                  : UINT32_MAX;
    const uint64_t *at = tc_map_get(s->by_id, tc_slice_make(&source, sizeof(source)));
    return at != NULL ? (uint32_t)*at : TC_SOURCE_UNLISTED;
}

static TC_STATUS open_input(tc_live_stage *s, tc_error *reterr)
{
    tc_run *run = s->options.run;
    tc_input_free(run->input);
    run->input = NULL;
    TC_TRY(tc_run_open_growing_input(run, reterr));
    return tc_input_reserve(run->input, TC_LIVE_SOURCES_MAX);
}

static TC_STATUS open_ordered(tc_live_stage *s, tc_error *reterr)
{
    tc_ordered_options options = {
        .run = s->options.run, .sink = &s->sink, .spill_folder = s->options.spill_folder};
    return tc_ordered_new(&options, &s->ordered, reterr);
}

static TC_STATUS begin(tc_live_stage *s, tc_error *reterr)
{
    tc_live_forget_all(s);
    s->released = TC_TIME_NONE;
    s->next_id = 0;
    s->judged = 0;
    s->gone = (tc_live_books){0};
    s->declared = (tc_live_declared){.response_since = TC_TIME_NONE};
    s->counts = (tc_live_counts){.watermark = TC_TIME_NONE};
    s->sink = (tc_alert_sink){s, told};
    s->references =
        (tc_references){.rules = s->options.run->rules, .context = s, .source = id_or_index};
    s->by_id = tc_map_new(IDS_MAX);
    s->by_key = tc_map_new(IDS_MAX);
    s->watermark = tc_watermark_new(s->options.delay, TC_LIVE_SOURCES_MAX);
    bool made =
        s->by_id && s->by_key && s->watermark && !tc_failed(tc_live_early_new(s)) && s->columns;
    if (!made || tc_failed(tc_live_tell_reset(s->options.tell)))
        return tc_fail(reterr, TC_ENOMEM, "out of memory");
    TC_TRY(open_input(s, reterr));
    return open_ordered(s, reterr);
}

/* -- restoring ------------------------------------------------------------------------------ */

static TC_STATUS fresh(void *context)
{
    tc_live_stage *s = context;
    return begin(s, &s->error);
}

static void load_state(void *context, tc_visit *v)
{
    tc_live_stage *s = context;
    tc_live_visit_front(s, v);
    if (tc_visit_failed(v)) return;
    tc_live_declare_again(s);
    tc_status status = tc_ordered_start_at(s->ordered, s->released);
    if (!tc_failed(status)) status = tc_ordered_load(s->ordered, v, &s->references, s->released);
    if (tc_failed(status)) tc_visit_fail(v, status.code, "what waits finds no room");
    if (tc_visit_passed_over(v))
        tc_visit_refuse(v, "another version of the program wrote it in another form");
}

static TC_STATUS redo(void *context, uint64_t sequence, uint32_t kind, tc_slice body)
{
    tc_live_stage *s = context;
    bool look = sequence % ROWS_PER_LOOK == 0;
    if (look && s->options.stopping(s->options.context))
        return tc_fail(&s->error, TC_ELIMIT, "ended while the state was loaded");
    tc_status status = tc_live_redo(s, kind, body);
    /* The rows of an outbox that were there are there; new ones are written on the way. */
    if (!tc_failed(status)) status = tc_live_make_room(s);
    return status;
}

static TC_STATUS point(void *context, tc_slice key, tc_slice value)
{
    return tc_live_load_point(context, key, value);
}

TC_STATUS tc_live_stage_restore(tc_live_stage *s, tc_error *reterr)
{
    tc_store_hooks hooks = {s, fresh, load_state, redo, point};
    tc_store_restored restored;
    tc_error error = {0};
    tc_status status = tc_store_restore(s->options.store, &hooks, &restored, &error);
    if (tc_failed(status)) {
        if (reterr) *reterr = s->error.code != TC_OK ? s->error : error;
        return status;
    }
    s->error = (tc_error){0};
    TC_TRY(tc_kept_settings_put(s->options.store, s->options.run->options, reterr));
    tc_watermark_start(s->watermark, s->released);
    if (s->counts.differs)
        s->options.say(s->options.context,
                       "what the journal says came out otherwise than before: rules or settings "
                       "have changed since the last snapshot");
    return tc_ordered_begin(s->ordered, reterr);
}

/* -- replaying for others ------------------------------------------------------------------- */

TC_STATUS tc_live_stage_replay(tc_live_stage *s, const tc_alert_sink *sink, tc_error *reterr)
{
    TC_TRY(begin(s, reterr));
    s->sink = *sink;
    return tc_ordered_begin(s->ordered, reterr);
}

TC_STATUS tc_live_stage_redo(tc_live_stage *s, uint32_t kind, tc_slice body, tc_error *reterr)
{
    s->error = (tc_error){0};
    tc_status status = tc_live_redo(s, kind, body);
    if (!tc_failed(status)) return status;
    if (s->error.code != TC_OK)
        *reterr = s->error;
    else
        (void)tc_fail(reterr, status.code, "a bound was reached, or memory was lacking");
    return status;
}

uint64_t tc_live_stage_left_out(const tc_live_stage *s)
{
    return s->references.rules_lost;
}
