/* tocsin parse: every event as a line of JSON, in the order of sources and records. */
#include "detector/app/command.h"
#include "detector/app/event_json.h"
#include "detector/pipeline/block_worker.h"
#include "detector/pipeline/input_feed.h"
#include "detector/pipeline/sources.h"
#include "detector/report/outlet.h"
#include "detector/report/stats.h"

#include "parsers/base/alloc.h"

#define TEXT_MAX ((size_t)1 << 30)

typedef struct parse_worker {
    tc_block_worker base;
    tc_event_json *printer;
    tc_str *text;
} parse_worker;

typedef struct parse_job {
    tc_run run;
    tc_sources *sources;
    tc_outlet outlet, stats;
    tc_error error;
} parse_job;

static void worker_free(void *worker)
{
    parse_worker *w = worker;
    if (w == NULL) return;
    tc_block_worker_done(&w->base);
    tc_event_json_free(w->printer);
    tc_free(w);
}

static void *worker_new(void *context)
{
    parse_worker *w = tc_alloc(1, sizeof(*w));
    if (w == NULL) return NULL;
    const tc_run *run = &((parse_job *)context)->run;
    bool made = tc_block_worker_init(&w->base, run);
    w->printer = tc_event_json_new(run->names);
    if (made && w->printer) return w;
    worker_free(w);
    return NULL;
}

static TC_STATUS take_event(void *context, tc_event *event)
{
    parse_worker *w = context;
    tc_locator at;
    uint64_t position;
    if (tc_block_worker_too_late(&w->base, event)) return TC_SUCCESS;
    tc_block_locate(w->base.block, event->place, &at, &position);
    if (event->time != TC_TIME_NONE) tc_note_event(w->base.result, event);
    tc_block_worker_ecs(&w->base, event);
    tc_event_json_print(w->printer, event, w->base.source->path, at.offset, w->text);
    w->base.result->ledger.events.delivered++;
    return tc_str_status(w->text);
}

static TC_STATUS work(void *worker, const tc_block *block, tc_block_result *result)
{
    parse_worker *w = worker;
    tc_block_worker_begin(&w->base, block, result);
    w->text = tc_alloc(1, sizeof(tc_str));
    if (w->text == NULL) return (tc_status){TC_ENOMEM};
    tc_str_init(w->text, TEXT_MAX);
    result->payload = w->text;
    tc_sink sink = {w, take_event, NULL};
    return tc_block_worker_parse(&w->base, &sink);
}

static void payload_free(void *payload)
{
    tc_str *text = payload;
    tc_str_done(text);
    tc_free(text);
}

static TC_STATUS collect(void *context, tc_block_result *result)
{
    parse_job *job = context;
    tc_status status = tc_sources_note(job->sources, result);
    if (result->payload == NULL) return status;
    if (!tc_failed(status))
        status = tc_outlet_write(&job->outlet, tc_str_view(result->payload), &job->error);
    payload_free(result->payload);
    return status;
}

/* -- what a person is told ------------------------------------------------------------------ */

#define TOLD_MAX 20

/* Why nothing of the source was printed, or not all; false if there is nothing to say. */
static bool words_of(const parse_job *job, const tc_source *source, const tc_source_progress *p,
                     char *out, size_t size)
{
    const tc_ledger *l = &p->ledger;
    out[0] = 0;
    if (p->failed || source->state == TC_SOURCE_UNREADABLE)
        snprintf(out, size, "%s", p->failed ? p->error.text : source->error->text);
    else if (source->state == TC_SOURCE_UNREAD)
        snprintf(out, size, "looks like %s; %s", source->looks_like, source->mend);
    else if (source->state == TC_SOURCE_IRRELEVANT)
        snprintf(out, size, "is no log that is known");
    else if (source->state == TC_SOURCE_EMPTY && source->parser)
        snprintf(out, size, "is sound, but empty: a log of format %s without a record",
                 source->parser->name);
    else if (source->state == TC_SOURCE_EMPTY)
        snprintf(out, size, "is empty");
    else if (source->state == TC_SOURCE_READABLE && l->records.accepted == 0)
        snprintf(out, size, "holds nothing of format %s%s", source->parser->name,
                 job->run.options->parse_format ? "; without --format it is told by content" : "");
    else if (tc_stats_source_incomplete(source, p))
        snprintf(out, size, "%" PRIu64 " records were rejected%s", tc_ledger_rejected(l),
                 tc_stats_lost_much(source, p) ? "; " TC_STATS_LOST_MUCH : "");
    return out[0] != 0 && !job->run.options->quiet;
}

/* Tells on standard error what could not be printed; false if no record could. */
static bool tell(const parse_job *job)
{
    size_t told = 0, readable = 0;
    for (size_t i = 0; i < tc_input_count(job->run.input); i++) {
        const tc_source *source = tc_input_source(job->run.input, i);
        const tc_source_progress *p = tc_sources_progress(job->sources, i);
        tc_error error = {0};
        char words[512];
        readable += source->state == TC_SOURCE_DUPLICATE || p->ledger.records.accepted > 0 ||
                    (source->state == TC_SOURCE_EMPTY && source->parser);
        if (!words_of(job, source, p, words, sizeof(words)) || told++ >= TOLD_MAX) continue;
        (void)tc_fail(&error, TC_EUNSUPPORTED, "%s", words);
        tc_input_name_error(source, &error);
        (void)tc_command_failed((tc_status){error.code}, &error);
    }
    if (told > TOLD_MAX) fprintf(stderr, "tocsin: and %zu more\n", told - TOLD_MAX);
    return readable > 0;
}

/* Says what was found instead when nothing at all could be printed. */
static int tell_nothing(const parse_job *job)
{
    const tc_irrelevant *groups;
    tc_error error = {0};
    uint64_t files = 0;
    if (job->run.options->quiet) return TC_EXIT_INCOMPLETE;
    for (size_t n = tc_input_irrelevant(job->run.input, &groups); n > 0; n--)
        files += groups[n - 1].files;
    (void)tc_fail(&error, TC_EUNSUPPORTED,
                  "no record could be read; files that are no log: %" PRIu64, files);
    (void)tc_command_failed((tc_status){error.code}, &error);
    return TC_EXIT_INCOMPLETE;
}

/* -- the run -------------------------------------------------------------------------------- */

static TC_STATUS open_job(parse_job *job, const tc_options *options, tc_time now)
{
    if (options->paths.count == 0)
        return tc_fail(&job->error, TC_ESYNTAX,
                       "parse needs a file or folder (see tocsin parse --help)");
    TC_TRY(tc_run_open(&job->run, options, now, false, &job->error));
    TC_TRY(tc_run_open_input(&job->run, &job->error));
    TC_TRY(tc_outlet_guard(options, job->run.input, NULL, &job->error));
    TC_TRY(tc_outlet_open(&job->outlet, options->output, &job->error));
    if (options->stats) TC_TRY(tc_outlet_open(&job->stats, options->stats, &job->error));
    job->sources = tc_sources_new(job->run.input, NULL);
    if (job->sources == NULL) return tc_fail(&job->error, TC_ENOMEM, "out of memory");
    return TC_SUCCESS;
}

static TC_STATUS read_all(parse_job *job, const tc_options *options)
{
    tc_error error = {0};
    tc_input_feed feed;
    tc_input_feed_start(&feed, job->run.input, NULL, 0, options->block_size);
    tc_pipeline_job pipeline = {.context = job,
                                .worker_new = worker_new,
                                .worker_free = worker_free,
                                .work = work,
                                .collect = collect,
                                .payload_free = payload_free,
                                .in_order = true,
                                .jobs = job->run.jobs,
                                .feed = tc_input_feed_of(&feed)};
    tc_status status = tc_pipeline_run(&pipeline, &error);
    tc_input_feed_done(&feed);
    if (tc_failed(status) && job->error.code == TC_OK) job->error = error;
    TC_TRY(status);
    TC_TRY(tc_outlet_close(&job->outlet, &job->error));
    if (options->stats == NULL) return TC_SUCCESS;
    return tc_stats_write(&job->run, job->sources, NULL, NULL, &job->stats, &job->error);
}

static void tell_links(const parse_job *job)
{
    const tc_slice *names;
    uint64_t count;
    (void)tc_input_links(job->run.input, &names, &count);
    if (count == 0 || job->run.options->quiet) return;
    fprintf(stderr, "tocsin: %" PRIu64 " symbolic link%s not followed (--follow-links)\n", count,
            count == 1 ? " was" : "s were");
}

/* What was printed is all there was, or it is said that it is not. */
static int exit_status_of(const parse_job *job)
{
    bool readable = tell(job), lacked = tc_command_lacked_memory();
    tell_links(job);
    if (!readable) return tell_nothing(job);
    return lacked || tc_stats_incomplete(&job->run, job->sources) ? TC_EXIT_INCOMPLETE
                                                                  : TC_EXIT_NOTHING;
}

int tc_command_parse(const tc_options *options, tc_time now)
{
    parse_job job = {.error = {.code = TC_OK}};
    int exit_status;
    tc_status status = open_job(&job, options, now);
    if (!tc_failed(status)) status = read_all(&job, options);
    if (tc_failed(status))
        exit_status = tc_command_failed(status, &job.error);
    else
        exit_status = exit_status_of(&job);
    tc_outlet_done(&job.outlet);
    tc_outlet_done(&job.stats);
    tc_sources_free(job.sources);
    tc_run_close(&job.run);
    return exit_status;
}
