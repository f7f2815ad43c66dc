/* tocsin watch: follows the logs, remembers, and tells. */
#include "detector/app/command.h"
#include "detector/app/watch_desk.h"
#include "detector/app/watch_kept.h"
#include "detector/app/watch_options.h"
#include "detector/app/watch_reload.h"
#include "detector/app/watch_sandbox.h"
#include "detector/app/watch_says.h"
#include "detector/app/watch_signals.h"
#include "detector/app/watch_test.h"
#include "detector/live/live_beat.h"
#include "detector/live/live_inputs.h"
#include "detector/live/live_receivers.h"
#include "detector/live/live_stage.h"
#include "detector/live/notify.h"
#include "detector/pipeline/scan_worker.h"
#include "detector/pipeline/temporary.h"
#include "detector/settings/options_reading.h"
#include "parsers/base/alloc.h"

#define STATUS_NS (10 * TC_SECOND)
#define FORGOTTEN_MAX 4096

/* What is made anew when rules or settings change. */
typedef struct session {
    tc_options options; /* borrowed texts; with what the state says */
    tc_run run;
    tc_follow *follow;
    tc_notes *notes;
    tc_live_tell *tell;
    tc_live_stage *stage;
    tc_live_feed *feed;
    tc_scan_shared shared;
} session;

/* Settings, with what they point into. */
typedef struct settings {
    tc_options options;
    tc_config *config;
    bool owned;
} settings;

typedef struct watch {
    tc_watch_options watched;
    settings now, next; /* `next`: read and checked, to be gone on with */
    tc_run next_run;
    tc_live_receivers *next_receivers;
    bool reloads;
    bool renews; /* the list of sources has many that are gone: it is begun anew */
    tc_store *store;
    tc_store_options store_options;
    tc_live_receivers *receivers;
    tc_live_inputs *inputs; /* NULL: none */
    session s;
    tc_watch_signals signals;
    bool stops, ready, ended_well;
    uint64_t turns, blocks; /* at the last sign of life */
    tc_time beat, status;
    tc_live_beat heart;
    tc_watch_desk desk;
    tc_error error;
} watch;

/* -- what the parts ask --------------------------------------------------------------------- */

static void store_says(void *context, tc_store_news news, const char *sentence)
{
    (void)news;
    tc_watch_say(context, sentence);
}

static void wake(void *context)
{
    tc_live_receivers_wake(((watch *)context)->receivers);
}

/* -- signals and signs of life -------------------------------------------------------------- */

static void stop(watch *w)
{
    w->stops = true;
    if (w->s.feed) tc_live_feed_stop(w->s.feed);
}

static TC_STATUS try_others(watch *w, const tc_options *next, tc_error *reterr)
{
    const tc_watch_reload reload = {
        .now = &w->now.options, .next = next, .receivers = w->receivers, .inputs = w->inputs};
    return tc_watch_reload_try(&reload, &w->next_receivers, reterr);
}

/* A configuration or rules that are bad change nothing. */
static void read_again(watch *w)
{
    tc_error error = {0};
    char text[1024];
    settings next = {.owned = true};
    if (w->reloads) return;
    tc_notify("RELOADING=1");
    tc_status status = tc_options_read_again(&w->now.options, &next.options, &next.config,
                                             tc_watch_now(w), &error);
    if (!tc_failed(status))
        status = tc_run_open(&w->next_run, &next.options, tc_watch_now(w), true, &error);
    if (!tc_failed(status)) status = try_others(w, &next.options, &error);
    if (!tc_failed(status)) {
        w->next = next;
        w->next_run.options = &w->next.options;
        w->reloads = true;
        if (w->s.feed) tc_live_feed_stop(w->s.feed);
        return;
    }
    tc_watch_say(w, tc_error_format(&error, text, sizeof(text)));
    tc_watch_say(w, "nothing was changed: the settings and rules of before still hold");
    tc_run_close(&w->next_run);
    tc_live_receivers_free(w->next_receivers);
    w->next_receivers = NULL;
    tc_options_done(&next.options);
    tc_config_free(next.config);
    tc_notify("READY=1");
}

static void look_at_signals(watch *w)
{
    bool reload = false, end = false;
    tc_watch_signals_take(&w->signals, &reload, &end);
    if (end) stop(w);
    if (reload && !w->stops) read_again(w);
}

static bool stopping(void *context)
{
    watch *w = context;
    tc_notify("EXTEND_TIMEOUT_USEC=60000000");
    look_at_signals(w);
    return w->stops;
}

static void tell_status(watch *w, tc_time now)
{
    char text[256], time[TC_TIME_TEXT];
    tc_live_counts c = tc_live_stage_counts(w->s.stage);
    if (w->status != TC_TIME_NONE && tc_time_between(w->status, now) < STATUS_NS) return;
    w->status = now;
    snprintf(text, sizeof(text),
             "STATUS=%" PRIu64 " logs, %" PRIu64 " events, %" PRIu64 " alerts, judged up to %s%s",
             c.sources, c.events, c.alerts, tc_time_format(c.watermark, time),
             c.settled ? "" : " (reading what is there)");
    tc_notify(text);
    if (!w->now.options.quiet && !c.settled) fprintf(stderr, "tocsin: %s\n", text + 7);
}

/* The feed was asked, and what is under way moves: a thread that hangs gives no sign. */
static void give_sign(watch *w, tc_time now)
{
    uint64_t turns = tc_live_feed_turns(w->s.feed);
    uint64_t blocks = tc_live_stage_counts(w->s.stage).blocks;
    bool moves = !tc_live_stage_is_waiting(w->s.stage) || blocks != w->blocks;
    if (turns == w->turns || !moves || w->beat == now) return;
    if (w->beat != TC_TIME_NONE && w->beat <= now && tc_time_between(w->beat, now) < TC_SECOND)
        return;
    w->turns = turns;
    w->blocks = blocks;
    w->beat = now;
    tc_notify("WATCHDOG=1");
    tell_status(w, now);
}

static void beat(watch *w, tc_time now)
{
    if (w->now.options.once) return;
    tc_status status =
        tc_live_beat_look(&w->heart, w->store, w->s.tell, w->s.stage, w->receivers, now);
    /* Too much waits because the disk takes nothing: there will be another one. */
    (void)status;
}

static void tick(void *context)
{
    watch *w = context;
    tc_live_stage_tick(w->s.stage);
    look_at_signals(w);
    /* Asked for before there was a feed to stop: while the journal was gone through again. */
    if (w->reloads) tc_live_feed_stop(w->s.feed);
    give_sign(w, tc_watch_now(w));
    beat(w, tc_watch_now(w));
    if (!w->now.options.once) tc_watch_desk_look(&w->desk, tc_watch_now(w), tc_watch_say, w);
    if (tc_live_stage_is_over(w->s.stage)) stop(w);
    if (tc_live_stage_counts(w->s.stage).forgotten > FORGOTTEN_MAX) {
        w->renews = true;
        tc_live_feed_stop(w->s.feed);
    }
}

static TC_STATUS collect(void *context, tc_block_result *result)
{
    return tc_live_stage_collect(((watch *)context)->s.stage, result);
}

static void *worker_new(void *context)
{
    return tc_scan_worker_new(&((watch *)context)->s.shared);
}

/* -- what the state begins with ------------------------------------------------------------- */

/* Loads what the state has, under its own key and with its own beginning of history. */
static TC_STATUS restore(watch *w)
{
    session *s = &w->s;
    tc_watch_kept kept;
    tc_store_committed committed;
    TC_TRY(tc_watch_kept_take(&kept, w->store, tc_watch_now(w), &w->error));
    s->options.since = kept.first;
    tc_enricher_use_session_key(s->run.enricher, kept.key);
    TC_TRY(tc_live_stage_restore(s->stage, &w->error));
    TC_TRY(tc_live_inputs_load(w->inputs, w->store, &w->error));
    TC_TRY(tc_watch_kept_put(&kept, w->store));
    TC_TRY(tc_store_commit(w->store, &committed, &w->error));
    return tc_live_beat_start(&w->heart, w->store, tc_watch_now(w), &w->error);
}

/* -- a session ------------------------------------------------------------------------------ */

static TC_STATUS open_follow(watch *w)
{
    tc_slice *patterns;
    const tc_options *o = &w->now.options;
    tc_receive *receive = tc_live_inputs_receive(w->inputs);
    tc_follow_options options = {.follow_links = o->follow_links,
                                 .clock = {w, tc_watch_now},
                                 .bell = receive ? tc_receive_bell(receive) : 0,
                                 .may_be_none = receive != NULL};
    patterns = tc_alloc(o->paths.count + 1, sizeof(*patterns));
    if (patterns == NULL) return tc_fail(&w->error, TC_ENOMEM, "out of memory");
    for (size_t i = 0; i < o->paths.count; i++)
        if (strcmp(o->paths.items[i], TC_LIVE_STDIN) != 0)
            patterns[options.pattern_count++] = tc_slice_of(o->paths.items[i]);
    options.patterns = patterns;
    tc_status status = tc_follow_new(&options, &w->s.follow, &w->error);
    tc_free(patterns);
    return status;
}

static TC_STATUS open_stage(watch *w)
{
    session *s = &w->s;
    size_t count;
    struct tc_receiver *const *receivers = tc_live_receivers_list(w->receivers, &count);
    s->notes = tc_notes_new();
    s->tell = tc_live_tell_new(receivers, count, w->store, w->now.options.redact);
    tc_live_stage_options options = {.run = &s->run,
                                     .store = w->store,
                                     .follow = s->follow,
                                     .inputs = w->inputs,
                                     .tell = s->tell,
                                     .notes = s->notes,
                                     .delay = w->watched.delay,
                                     .spill_folder = tc_temporary_folder(),
                                     .redact = w->now.options.redact,
                                     .once = w->now.options.once,
                                     .context = w,
                                     .now = tc_watch_now,
                                     .steady = tc_watch_steady,
                                     .say = tc_watch_say,
                                     .wake = wake,
                                     .stopping = stopping};
    s->stage = tc_live_stage_new(&options);
    if (!s->notes || !s->tell || !s->stage) return tc_fail(&w->error, TC_ENOMEM, "out of memory");
    return TC_SUCCESS;
}

static TC_STATUS open_feed(watch *w)
{
    session *s = &w->s;
    const tc_options *o = &s->options;
    tc_live_feed_options options = {.input = s->run.input,
                                    .follow = s->follow,
                                    .receive = tc_live_inputs_receive(w->inputs),
                                    .notes = s->notes,
                                    .once = w->now.options.once,
                                    .paths = o->paths.items,
                                    .path_count = o->paths.count,
                                    .block_size = o->block_size,
                                    .partial = w->watched.partial,
                                    .now = tc_watch_now,
                                    .now_context = w};
    s->feed = tc_live_feed_new(&options);
    if (s->feed == NULL) return tc_fail(&w->error, TC_ENOMEM, "out of memory");
    tc_status status = tc_live_stage_introduce(s->stage, s->feed);
    if (tc_failed(status)) return tc_fail(&w->error, status.code, "out of memory");
    TC_TRY(tc_follow_start(s->follow, &w->error));
    if (w->inputs == NULL) return TC_SUCCESS;
    tc_receive_rewind(tc_live_inputs_receive(w->inputs));
    return tc_receive_start(tc_live_inputs_receive(w->inputs), &w->error);
}

/* `run`: opened already, or NULL. */
static TC_STATUS open_session(watch *w, tc_run *run)
{
    session *s = &w->s;
    s->options = w->now.options;
    if (run != NULL) {
        s->run = *run;
        *run = (tc_run){0};
    } else {
        TC_TRY(tc_run_open(&s->run, &s->options, tc_watch_now(w), true, &w->error));
    }
    s->run.options = &s->options;
    s->shared.run = &s->run;
    TC_TRY(open_follow(w));
    TC_TRY(open_stage(w));
    TC_TRY(restore(w));
    tc_watch_desk_use(&w->desk, s->stage, s->tell);
    return open_feed(w);
}

static void close_session(watch *w)
{
    session *s = &w->s;
    unsigned count = TC_MIN(atomic_load(&s->shared.sight_count), (unsigned)TC_SCAN_SIGHTS);
    tc_live_feed_free(s->feed);
    tc_live_stage_free(s->stage);
    tc_live_tell_free(s->tell);
    tc_notes_free(s->notes);
    tc_follow_free(s->follow);
    for (unsigned i = 0; i < count; i++)
        tc_sight_free(s->shared.sights[i]);
    tc_run_close(&s->run);
    memset(s, 0, sizeof(*s));
}

static void tell_end(const watch *w)
{
    char time[TC_TIME_TEXT];
    tc_live_counts c = tc_live_stage_counts(w->s.stage);
    if (w->now.options.quiet) return;
    fprintf(stderr,
            "tocsin: %" PRIu64 " logs, %" PRIu64 " events, %" PRIu64 " rejected, %" PRIu64
            " late, %" PRIu64 " dated ahead, %" PRIu64 " gaps, %" PRIu64
            " alerts, judged up to %s\n",
            c.sources, c.events, c.rejected, c.late, c.ahead, c.gaps, c.alerts,
            tc_time_format(c.watermark, time));
    tc_str inputs;
    tc_str_init(&inputs, (size_t)64 << 10);
    tc_live_inputs_tell(w->inputs, &inputs);
    for (tc_slice rest = tc_str_view(&inputs); rest.len > 0;)
        tc_watch_say_line(tc_slice_split(rest, '\n', &rest));
    tc_str_done(&inputs);
}

/* Reads until it is to end. */
static TC_STATUS run_session(watch *w)
{
    session *s = &w->s;
    tc_error error = {0};
    tc_pipeline_job job = {.context = w,
                           .worker_new = worker_new,
                           .worker_free = tc_scan_worker_free,
                           .work = tc_scan_worker_work,
                           .collect = collect,
                           .payload_free = tc_scan_payload_free,
                           .tick = tick,
                           .jobs = s->run.jobs,
                           .feed = tc_live_feed_of(s->feed)};
    tc_notify("READY=1");
    tc_status status = tc_pipeline_run(&job, &error);
    TC_TRY(tc_live_stage_status(s->stage, &w->error));
    if (tc_failed(status)) {
        w->error = error;
        return status;
    }
    TC_TRY(tc_live_stage_close(s->stage, w->reloads, &w->error));
    tell_end(w);
    return TC_SUCCESS;
}

/* -- settings ------------------------------------------------------------------------------- */

static void drop_settings(settings *s)
{
    if (s->owned) {
        tc_options_done(&s->options);
        tc_config_free(s->config);
    }
    *s = (settings){.owned = false};
}

/* From now on what was read holds; the state goes on from the snapshot made under the old one. */
static TC_STATUS go_on_reloaded(watch *w)
{
    drop_settings(&w->now);
    w->now = w->next;
    w->next = (settings){.owned = false};
    w->reloads = false;
    tc_watch_say(w, "settings and rules were read again");
    TC_TRY(tc_watch_options_read(&w->now.options, &w->watched, &w->error));
    const tc_receivers_place place = {w->watched.state, &w->store_options, tc_watch_say, w};
    TC_TRY(tc_live_receivers_change(w->receivers, &w->next_receivers, &place, &w->error));
    return open_session(w, &w->next_run);
}

static TC_STATUS run_sessions(watch *w)
{
    TC_TRY(open_session(w, NULL));
    for (;;) {
        TC_TRY(run_session(w));
        if (w->stops || !(w->reloads || w->renews)) return TC_SUCCESS;
        close_session(w);
        TC_TRY(w->reloads ? go_on_reloaded(w) : open_session(w, NULL));
        w->renews = false;
    }
}

/* Before the first thread, and behind the helpers that hooks need. */
static TC_STATUS close_sandbox(watch *w)
{
    char lack[256] = "";
    TC_TRY(tc_watch_sandbox(&w->now.options, &w->watched, w->receivers, lack, &w->error));
    if (lack[0]) tc_watch_say(w, lack);
    return TC_SUCCESS;
}

static TC_STATUS open_desk(watch *w)
{
    tc_error why = {0};
    char text[1024];
    tc_figures_of of = {.store = w->store, .receivers = w->receivers, .inputs = w->inputs};
    of.folder = w->watched.state;
    w->desk.metrics = w->watched.metrics;
    TC_TRY(tc_watch_desk_open(&w->desk, &of, &why, &w->error));
    if (why.code != TC_OK) tc_watch_say(w, tc_error_format(&why, text, sizeof(text)));
    return TC_SUCCESS;
}

static TC_STATUS open_watch(watch *w)
{
    TC_TRY(tc_watch_options_read(&w->now.options, &w->watched, &w->error));
    TC_TRY(tc_temporary_try(&w->error));
    TC_TRY(tc_live_receivers_new(&w->now.options, &w->receivers, &w->error));
    TC_TRY(tc_live_receivers_start_hooks(w->receivers, &w->error));
    tc_watch_signals_block(&w->signals);
    if (tc_live_inputs_any(&w->now.options))
        TC_TRY(tc_live_inputs_new(&w->now.options, tc_watch_now, tc_watch_say, w, &w->inputs,
                                  &w->error));
    w->store_options = (tc_store_options){.now = tc_watch_now, .tell = store_says};
    TC_TRY(tc_store_open(w->watched.state, &w->store_options, &w->store, &w->error));
    TC_TRY(close_sandbox(w));
    TC_TRY(tc_live_receivers_start(w->receivers, w->watched.state, &w->store_options, &w->error));
    return open_desk(w);
}

int tc_command_watch(const tc_options *o, tc_time now)
{
    if (o->test_alert) return tc_watch_test(o, now);
    watch w = {.now = {.options = *o}, .beat = TC_TIME_NONE, .status = TC_TIME_NONE};
    tc_status status = open_watch(&w);
    if (!tc_failed(status)) status = run_sessions(&w);
    tc_notify("STOPPING=1");
    if (!tc_failed(status)) tc_watch_drain(w.receivers, w.now.options.once);
    tc_watch_desk_close(&w.desk);
    close_session(&w);
    tc_run_close(&w.next_run);
    tc_live_inputs_free(w.inputs);
    tc_live_receivers_free(w.next_receivers);
    tc_live_receivers_free(w.receivers);
    tc_store_close(w.store);
    int exit_status = tc_failed(status) ? tc_command_failed(status, &w.error) : TC_EXIT_NOTHING;
    drop_settings(&w.next);
    drop_settings(&w.now);
    return exit_status;
}
