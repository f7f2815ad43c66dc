/* tocsin scan: from a folder of logs to a verdict. */
#include "detector/app/command.h"
#include "detector/app/coverage.h"
#include "detector/app/early.h"
#include "detector/app/outlet.h"
#include "detector/app/progress.h"
#include "detector/app/scan_passes.h"
#include "detector/app/spool.h"
#include "detector/app/stats.h"
#include "detector/app/summarise.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define OUTPUT_MAX ((size_t)1 << 30)
#define SPOOL_MEMORY ((size_t)1 << 20)
#define SUMMARY_ARENA ((size_t)64 << 20)

typedef struct scan {
    tc_run run;
    tc_scan_result read;
    tc_spool *spool; /* what is told while the order is not certain */
    tc_output *output;
    tc_arena *arena;
    tc_summary summary;
    tc_progress progress;
    tc_str text;
    tc_early early;
    tc_outlet outlet, stats;
    char host[256]; /* of this machine, for syslog headers */
    tc_error error;
} scan;

static TC_STATUS flush(scan *s)
{
    if (s->text.len == 0) return tc_str_status(&s->text);
    tc_progress_clear(&s->progress);
    tc_status status = tc_outlet_write(&s->outlet, tc_str_view(&s->text), &s->error);
    tc_str_clear(&s->text);
    return status;
}

static void tell_early(scan *s)
{
    if (!tc_progress_tells(&s->progress) || s->early.waiting.len == 0) return;
    tc_progress_clear(&s->progress);
    (void)tc_early_write(&s->early, stderr);
}

static void count_alert(tc_summary *summary, const tc_alert *alert)
{
    bool final = alert->transition == TC_TRANSITION_FINAL;
    bool single = alert->transition == TC_TRANSITION_NONE && alert->incident_id[0] == 0;
    if (final && alert->historic) summary->historic_incidents++;
    if (final && !alert->historic) summary->incidents[alert->level]++;
    if (single && !alert->historic) summary->single[alert->level]++;
}

static TC_STATUS told(void *context, const tc_alert *alert)
{
    scan *s = context;
    count_alert(&s->summary, alert);
    tc_early_note(&s->early, alert);
    tell_early(s);
    tc_output_alert(s->output, alert, s->run.now, &s->text);
    tc_status status = tc_str_status(&s->text);
    if (!tc_failed(status)) status = tc_spool_add(s->spool, tc_str_view(&s->text), &s->error);
    tc_str_clear(&s->text);
    return status;
}

static void tick(void *context, uint64_t done, uint64_t total)
{
    scan *s = context;
    tell_early(s);
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

static TC_STATUS make_output(scan *s, const tc_options *o)
{
    uint32_t width = terminal_width(s->outlet.descriptor);
    tc_output_options options = {.format = o->format,
                                 .color =
                                     isatty(s->outlet.descriptor) && getenv("NO_COLOR") == NULL,
                                 .width = TC_MAX(60, TC_MIN(width, 200)),
                                 .redact = o->redact,
                                 .explain = o->explain,
                                 .min_level = o->min_level,
                                 .host = tc_slice_of(s->host),
                                 .process_id = (uint32_t)getpid(),
                                 .version = TC_VERSION};
    tc_output_free(s->output);
    s->output = tc_output_new(&options);
    return s->output ? TC_SUCCESS : tc_fail(&s->error, TC_ENOMEM, "out of memory");
}

static TC_STATUS open_output(scan *s, const tc_options *o)
{
    TC_TRY(tc_outlet_guard(o, s->run.input, s->run.rules, &s->error));
    TC_TRY(tc_outlet_open(&s->outlet, o->output, &s->error));
    if (o->stats) TC_TRY(tc_outlet_open(&s->stats, o->stats, &s->error));
    if (gethostname(s->host, sizeof(s->host) - 1) != 0) s->host[0] = 0;
    return make_output(s, o);
}

static const char *spill_folder(void)
{
    const char *folder = getenv("TMPDIR");
    return folder && folder[0] ? folder : "/var/tmp";
}

static TC_STATUS open_scan(scan *s, const tc_options *o, tc_time now)
{
    if (o->paths.count == 0)
        return tc_fail(&s->error, TC_ESYNTAX,
                       "scan needs a file or folder (see tocsin scan --help)");
    TC_TRY(tc_run_open(&s->run, o, now, true, &s->error));
    TC_TRY(tc_run_open_input(&s->run, &s->error));
    TC_TRY(open_output(s, o));
    tc_str_init(&s->text, OUTPUT_MAX);
    tc_early_start(&s->early, o->redact);
    s->arena = tc_arena_new(SUMMARY_ARENA);
    s->spool = tc_spool_new(SPOOL_MEMORY, spill_folder());
    if (s->arena == NULL || s->spool == NULL) return tc_fail(&s->error, TC_ENOMEM, "out of memory");
    return tc_coverage_inventory(&s->run, s->arena, &s->summary);
}

/* An output has a memory (pseudonyms are given in the order of telling): a new one begins as the
 * first did, with the inventory, which stands there already. */
static TC_STATUS begin_again(void *context, uint64_t disordered)
{
    scan *s = context;
    tc_spool_clear(s->spool);
    tc_early_void(&s->early);
    memset(s->summary.incidents, 0, sizeof(s->summary.incidents));
    memset(s->summary.single, 0, sizeof(s->summary.single));
    s->summary.historic_incidents = 0;
    TC_TRY(make_output(s, s->run.options));
    if (!s->run.options->quiet) {
        tc_output_inventory(s->output, &s->summary, &s->text);
        tc_str_clear(&s->text);
        tc_progress_clear(&s->progress);
        fprintf(stderr,
                "tocsin: %" PRIu64 " file%s not in order of time: everything is read again%s\n",
                disordered, disordered == 1 ? " is" : "s are",
                s->early.told ? "; findings told early were provisional" : "");
    }
    tc_progress_again(&s->progress);
    return TC_SUCCESS;
}

static TC_STATUS write_outlet(void *context, tc_slice text, tc_error *reterr)
{
    return tc_outlet_write(context, text, reterr);
}

static TC_STATUS read_all(scan *s)
{
    tc_scan_options options = {.spill_folder = spill_folder()};
    tc_scan_hooks hooks = {s, {s, told}, begin_again, tick};
    tc_error error = {0};
    tc_status status = tc_scan_read(&s->run, &options, &hooks, &s->read, &error);
    /* What failed in telling has its words here already. */
    if (s->error.code != TC_OK) return (tc_status){s->error.code};
    if (tc_failed(status)) {
        s->error = error;
        return status;
    }
    return tc_spool_copy(s->spool, write_outlet, &s->outlet, &s->error);
}

/* -- the end -------------------------------------------------------------------------------- */

static TC_STATUS tell_summary(scan *s)
{
    const tc_scan_result *read = &s->read;
    tc_ordered_counts counts = tc_ordered_statistics(read->ordered);
    s->summary.passes = read->passes;
    s->summary.disordered_files = read->disordered_count;
    if (read->cut_short) {
        s->summary.cut_short = tc_slice_of(read->cut.text);
        (void)tc_command_failed((tc_status){read->cut.code}, &read->cut);
    }
    TC_TRY(tc_summarise(&s->run, read->sources, read->ordered, s->arena, &s->summary));
    s->summary.seconds = tc_progress_seconds(&s->progress);
    s->summary.peak_rss_bytes = tc_stats_peak_rss();
    s->summary.spilled_bytes = counts.spilled_bytes;
    s->summary.ordered_cpu_seconds = counts.seconds;
    s->summary.observations = counts.observations;
    s->summary.cpu_seconds = tc_stats_cpu_seconds();
    tc_output_summary(s->output, &s->summary, s->run.now, &s->text);
    TC_TRY(flush(s));
    TC_TRY(tc_outlet_close(&s->outlet, &s->error));
    if (s->run.options->stats == NULL) return TC_SUCCESS;
    return tc_stats_write(&s->run, read->sources, read->disordered, &s->summary, &s->stats,
                          &s->error);
}

static void close_scan(scan *s)
{
    tc_scan_result_done(&s->read);
    tc_spool_free(s->spool);
    tc_output_free(s->output);
    tc_arena_free(s->arena);
    tc_str_done(&s->text);
    tc_early_done(&s->early);
    tc_run_close(&s->run);
    tc_outlet_done(&s->outlet);
    tc_outlet_done(&s->stats);
}

int tc_command_scan(const tc_options *o, tc_time now)
{
    scan s = {.arena = NULL};
    tc_progress_start(&s.progress, o->quiet);
    tc_status status = open_scan(&s, o, now);
    if (!tc_failed(status) && !o->quiet) {
        tc_output_inventory(s.output, &s.summary, &s.text);
        status = flush(&s);
    }
    if (!tc_failed(status)) status = read_all(&s);
    tc_progress_clear(&s.progress);
    if (!tc_failed(status)) status = tell_summary(&s);
    int exit_status =
        tc_failed(status) ? tc_command_failed(status, &s.error) : s.summary.verdict.exit_status;
    close_scan(&s);
    return exit_status;
}
