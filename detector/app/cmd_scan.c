/* tocsin scan: from a folder of logs to a verdict. */
#include "detector/app/command.h"
#include "detector/app/coverage.h"
#include "detector/app/ordered.h"
#include "detector/app/pipeline.h"
#include "detector/app/progress.h"
#include "detector/app/scan_worker.h"
#include "detector/app/sources.h"
#include "detector/app/stats.h"

#include "parsers/base/alloc.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define OUTPUT_MAX ((size_t)1 << 30)
#define SUMMARY_ARENA ((size_t)64 << 20)

typedef struct scan {
    tc_run run;
    tc_sources *sources;
    tc_ordered *ordered;
    tc_output *output;
    tc_arena *arena;
    tc_summary summary;
    tc_progress progress;
    tc_str text;
    int descriptor;
    char host[256];               /* of this machine, for syslog headers */
    size_t found[TC_LEVEL_COUNT]; /* incidents by level, at their end */
    tc_error error;
} scan;

static tc_status flush(scan *s)
{
    if (s->text.len == 0) return tc_str_status(&s->text);
    tc_progress_clear(&s->progress);
    tc_status status = tc_write_all(s->descriptor, tc_str_view(&s->text), &s->error);
    tc_str_clear(&s->text);
    return status;
}

static tc_status told(void *context, const tc_alert *alert)
{
    scan *s = context;
    if (alert->transition == TC_TRANSITION_FINAL && !alert->historic) s->found[alert->level]++;
    /* Syslog headers carry the time of sending; everything else depends on the logs alone. */
    bool sends = s->run.options->format == TC_OUTPUT_SYSLOG;
    tc_output_alert(s->output, alert, sends ? s->run.now : TC_TIME_NONE, &s->text);
    return flush(s);
}

static tc_status collect(void *context, tc_block_result *result)
{
    scan *s = context;
    tc_status status = TC_SUCCESS;
    if (result->payload != NULL) status = tc_ordered_add(s->ordered, result->payload);
    if (!tc_failed(status)) status = tc_sources_note(s->sources, result);
    if (!tc_failed(status))
        status = tc_ordered_release(s->ordered, tc_sources_watermark(s->sources));
    if (tc_failed(status) && s->error.code == TC_OK)
        (void)tc_fail(&s->error, status.code, "the ordered stage failed: out of memory or disk");
    return status;
}

static void tick(void *context)
{
    scan *s = context;
    uint64_t done, total;
    tc_sources_bytes(s->sources, &done, &total);
    tc_progress_show(&s->progress, done, total);
}

/* -- output --------------------------------------------------------------------------------- */

static uint32_t terminal_width(int descriptor)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    uint64_t n = 0;
    if (columns && tc_slice_to_u64(tc_slice_of(columns), &n)) return (uint32_t)TC_MIN(n, 200);
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col) return size.ws_col;
    return 80;
}

static tc_status open_output(scan *s, const tc_options *o)
{
    TC_TRY(tc_open_output(o->output, &s->descriptor, &s->error));
    uint32_t width = terminal_width(s->descriptor);
    if (gethostname(s->host, sizeof(s->host) - 1) != 0) s->host[0] = 0;
    tc_output_options options = {.format = o->format,
                                 .color = isatty(s->descriptor) && getenv("NO_COLOR") == NULL,
                                 .width = TC_MAX(60, TC_MIN(width, 200)),
                                 .redact = o->redact,
                                 .explain = o->explain,
                                 .min_level = o->min_level,
                                 .host = tc_slice_of(s->host),
                                 .process_id = (uint32_t)getpid(),
                                 .version = TC_VERSION};
    s->output = tc_output_new(&options);
    return s->output ? TC_SUCCESS : tc_fail(&s->error, TC_ENOMEM, "out of memory");
}

static tc_status open_scan(scan *s, const tc_options *o, tc_time now)
{
    if (o->paths.count == 0)
        return tc_fail(&s->error, TC_ESYNTAX,
                       "scan needs a file or folder (see tocsin scan --help)");
    TC_TRY(tc_run_open(&s->run, o, now, true, &s->error));
    TC_TRY(tc_run_open_input(&s->run, &s->error));
    TC_TRY(open_output(s, o));
    tc_str_init(&s->text, OUTPUT_MAX);
    s->arena = tc_arena_new(SUMMARY_ARENA);
    s->sources = tc_sources_new(s->run.input);
    if (s->arena == NULL || s->sources == NULL)
        return tc_fail(&s->error, TC_ENOMEM, "out of memory");
    return tc_coverage_inventory(&s->run, s->arena, &s->summary);
}

static tc_status read_all(scan *s, const tc_options *o)
{
    tc_alert_sink sink = {s, told};
    const char *folder = getenv("TMPDIR");
    tc_ordered_options ordered = {&s->run, &sink, folder ? folder : "/var/tmp"};
    TC_TRY(tc_ordered_new(&ordered, &s->ordered, &s->error));
    tc_pipeline_job job = {.context = s,
                           .worker_new = tc_scan_worker_new,
                           .worker_free = tc_scan_worker_free,
                           .work = tc_scan_worker_work,
                           .collect = collect,
                           .tick = tick,
                           .jobs = s->run.jobs,
                           .block_size = o->block_size,
                           .input = s->run.input};
    tc_error error = {0};
    tc_status status = tc_pipeline_run(&job, &error);
    if (tc_failed(status) && s->error.code == TC_OK) s->error = error;
    if (!tc_failed(status)) status = tc_ordered_finish(s->ordered);
    return status;
}

/* -- the end -------------------------------------------------------------------------------- */

static void move_duplicates(scan *s)
{
    for (size_t i = 0; i < tc_input_count(s->run.input); i++) {
        tc_ledger *ledger = &tc_sources_progress_of(s->sources, i)->ledger;
        uint64_t copies =
            TC_MIN(tc_ordered_duplicates(s->ordered, (uint32_t)i), ledger->events.delivered);
        ledger->events.delivered -= copies;
        ledger->events.duplicate += copies;
    }
}

/* Files that failed in the middle are problems like those that could not be opened. */
static tc_status add_failures(scan *s)
{
    size_t n = tc_input_count(s->run.input);
    tc_problem *all = tc_arena_get(s->arena, s->summary.problem_count + n + 1, sizeof(*all));
    if (all == NULL) return (tc_status){TC_ENOMEM};
    size_t count = s->summary.problem_count;
    if (count) memcpy(all, s->summary.problems, count * sizeof(*all));
    for (size_t i = 0; i < n; i++) {
        const tc_source_progress *p = tc_sources_progress(s->sources, i);
        const tc_source *source = tc_input_source(s->run.input, i);
        if (p->failed) {
            all[count++] = (tc_problem){source->path, tc_slice_of(p->error.text)};
        } else if (source->state == TC_SOURCE_READABLE && tc_stats_source_incomplete(source, p)) {
            all[count++] = (tc_problem){source->path, TC_LIT("too many records were rejected")};
        }
    }
    s->summary.problems = all;
    s->summary.problem_count = count;
    return TC_SUCCESS;
}

static tc_status summarise(scan *s)
{
    tc_derive_coverage seen;
    tc_ordered_counts counts = tc_ordered_statistics(s->ordered);
    move_duplicates(s);
    tc_ordered_coverage(s->ordered, &seen);
    TC_TRY(tc_coverage_judge(&s->run, &seen, s->arena, &s->summary));
    TC_TRY(add_failures(s));
    tc_stats_totals(&s->run, s->sources, &s->summary.totals);
    for (size_t i = 0; i < tc_input_count(s->run.input); i++) {
        const tc_source_progress *p = tc_sources_progress(s->sources, i);
        if (p->first != TC_TIME_NONE &&
            (s->summary.first == TC_TIME_NONE || p->first < s->summary.first))
            s->summary.first = p->first;
        s->summary.last = TC_MAX(s->summary.last, p->last);
    }
    memcpy(s->summary.incidents, s->found, sizeof(s->found));
    s->summary.incomplete = tc_stats_incomplete(&s->run, s->sources);
    s->summary.seconds = tc_progress_seconds(&s->progress);
    s->summary.peak_rss_bytes = tc_stats_peak_rss();
    s->summary.spilled_bytes = counts.spilled_bytes;
    s->summary.ordered_cpu_seconds = counts.seconds;
    s->summary.observations = counts.observations;
    s->summary.cpu_seconds = tc_stats_cpu_seconds();
    tc_output_summary(s->output, &s->summary, &s->text);
    TC_TRY(flush(s));
    if (s->run.options->stats == NULL) return TC_SUCCESS;
    return tc_stats_write(&s->run, s->sources, &s->summary, s->run.options->stats, &s->error);
}

static int exit_status_of(const scan *s, const tc_options *o)
{
    for (int level = (int)o->fail_level; level < TC_LEVEL_COUNT; level++)
        if (s->found[level]) return TC_EXIT_FOUND;
    return s->summary.incomplete ? TC_EXIT_INCOMPLETE : TC_EXIT_NOTHING;
}

static void close_scan(scan *s)
{
    tc_ordered_free(s->ordered);
    tc_sources_free(s->sources);
    tc_output_free(s->output);
    tc_arena_free(s->arena);
    tc_str_done(&s->text);
    tc_run_close(&s->run);
    if (s->descriptor > STDERR_FILENO) close(s->descriptor);
}

int tc_command_scan(const tc_options *o, tc_time now)
{
    scan s = {.descriptor = STDOUT_FILENO};
    tc_progress_start(&s.progress, o->quiet);
    tc_status status = open_scan(&s, o, now);
    if (!tc_failed(status) && !o->quiet) {
        tc_output_inventory(s.output, &s.summary, &s.text);
        status = flush(&s);
    }
    if (!tc_failed(status)) status = read_all(&s, o);
    tc_progress_clear(&s.progress);
    if (!tc_failed(status)) status = summarise(&s);
    if (tc_failed(status) && s.error.code == TC_OK)
        (void)tc_fail(&s.error, status.code, "out of memory");
    int exit_status = tc_failed(status) ? tc_command_failed(&s.error) : exit_status_of(&s, o);
    close_scan(&s);
    return exit_status;
}
