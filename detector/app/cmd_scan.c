/* tocsin scan: from a folder of logs to a verdict. */
#include "detector/app/command.h"
#include "detector/app/early.h"
#include "detector/app/idle_rules.h"
#include "detector/app/interrupt.h"
#include "detector/app/learned_file.h"
#include "detector/app/progress.h"
#include "detector/app/sandbox.h"
#include "detector/app/scan_passes.h"
#include "detector/app/sender_outlet.h"
#include "detector/pipeline/channel.h"
#include "detector/pipeline/temporary.h"
#include "detector/report/coverage.h"
#include "detector/report/stats.h"
#include "detector/report/summarise.h"
#include "detector/report/terminal.h"
#include "detector/report/verdict.h"

#include <unistd.h>

#define SUMMARY_ARENA ((size_t)64 << 20)
#define LEARNED_MAX ((size_t)1 << 20)

typedef struct scan {
    tc_run run;
    tc_state *state; /* NULL: none is kept */
    tc_scan_result read;
    tc_channel page, syslog; /* the findings go to both; the second only with --syslog */
    tc_arena *arena;
    tc_summary summary;
    tc_progress progress;
    tc_interrupt interrupt;
    tc_early early;
    tc_outlet stats, learned;
    char host[256];        /* of this machine, for syslog headers */
    char unsent_why[1024]; /* words for the summary */
    char lack[256];        /* of the sandbox */
    tc_error error;
} scan;

static void tell_early(scan *s)
{
    if (!tc_progress_tells(&s->progress) || s->early.waiting.len == 0) return;
    tc_progress_clear(&s->progress);
    (void)tc_early_write(&s->early, stderr);
}

static TC_STATUS told(void *context, const tc_alert *alert)
{
    scan *s = context;
    tc_summary_count(&s->summary, alert);
    tc_early_note(&s->early, alert);
    tell_early(s);
    TC_TRY(tc_channel_alert(&s->page, alert, s->run.now, &s->error));
    return tc_channel_alert(&s->syslog, alert, s->run.now, &s->error);
}

static void looked(void *context, uint64_t files)
{
    scan *s = context;
    tc_progress_look(&s->progress, files);
}

static void tick(void *context, uint64_t done, uint64_t total)
{
    scan *s = context;
    tell_early(s);
    tc_progress_show(&s->progress, done, total);
}

/* -- output --------------------------------------------------------------------------------- */

/* Both channels begin, or begin anew. */
static TC_STATUS begin_channels(scan *s)
{
    const tc_options *o = s->run.options;
    const tc_outlet *page = s->page.state;
    tc_output_options options = {.format = o->format,
                                 .color = tc_terminal_color(o->color, page->descriptor),
                                 .width = tc_terminal_width(page->descriptor),
                                 .height = tc_terminal_height(page->descriptor),
                                 .timeline = isatty(page->descriptor),
                                 .quiet = o->quiet,
                                 .redact = o->redact,
                                 .explain = o->explain,
                                 .min_level = o->min_level,
                                 .host = tc_slice_of(s->host),
                                 .process_id = (uint32_t)getpid(),
                                 .version = TC_VERSION};
    TC_TRY(tc_channel_begin(&s->page, &options, tc_temporary_folder(), &s->error));
    options.format = &tc_output_syslog_local;
    return tc_channel_begin(&s->syslog, &options, tc_temporary_folder(), &s->error);
}

static TC_STATUS tell_inventory(scan *s, bool again)
{
    tc_progress_clear(&s->progress);
    TC_TRY(tc_channel_inventory(&s->page, &s->summary, again, &s->error));
    return tc_channel_inventory(&s->syslog, &s->summary, again, &s->error);
}

static TC_STATUS open_output(scan *s, const tc_options *o)
{
    TC_TRY(tc_outlet_guard(o, s->run.input, s->run.rules, &s->error));
    TC_TRY(tc_channel_open(&s->page, &tc_sender_outlet, o->output, true, &s->error));
    if (o->stats) TC_TRY(tc_outlet_open(&s->stats, o->stats, &s->error));
    if (o->learned) TC_TRY(tc_outlet_open(&s->learned, o->learned, &s->error));
    if (o->syslog)
        TC_TRY(tc_channel_open(&s->syslog, &tc_sender_syslog, o->syslog, false, &s->error));
    if (gethostname(s->host, sizeof(s->host) - 1) != 0) s->host[0] = 0;
    return begin_channels(s);
}

static TC_STATUS open_scan(scan *s, const tc_options *o, tc_time now)
{
    if (o->paths.count == 0)
        return tc_fail(&s->error, TC_ESYNTAX,
                       "scan needs a file or folder (see tocsin scan --help)");
    TC_TRY(tc_temporary_try(&s->error));
    TC_TRY(tc_state_open(o, &s->state, &s->error));
    TC_TRY(tc_run_open(&s->run, o, now, true, &s->error));
    s->run.looked = (tc_looked){s, looked};
    TC_TRY(tc_run_open_input(&s->run, &s->error));
    if (s->state) TC_TRY(tc_state_join(s->state, &s->run, &s->error));
    TC_TRY(open_output(s, o));
    tc_early_start(&s->early, o->redact);
    s->arena = tc_arena_new(SUMMARY_ARENA);
    if (s->arena == NULL) return tc_fail(&s->error, TC_ENOMEM, "out of memory");
    return tc_coverage_inventory(&s->run, s->arena, &s->summary);
}

/* All outputs are open, and nothing of the logs has been read but their first bytes. */
static TC_STATUS close_sandbox(scan *s)
{
    const tc_options *o = s->run.options;
    tc_sandbox_more more = {.data = s->run.data_folder};
    char folder[4096] = "";
    if (o->state != NULL) {
        snprintf(folder, sizeof(folder), "%s", o->state);
        char *slash = strrchr(folder, '/');
        if (slash == NULL)
            snprintf(folder, sizeof(folder), ".");
        else
            slash[slash == folder ? 1 : 0] = 0;
        more.state = folder;
    }
    return tc_sandbox_close(o, &more, s->lack, &s->error);
}

/* An output has a memory (pseudonyms are given in the order of telling): a new one begins as the
 * first did, with the inventory, which stands there already. */
static TC_STATUS begin_again(void *context, uint64_t disordered)
{
    scan *s = context;
    tc_early_void(&s->early);
    tc_summary_uncount(&s->summary);
    TC_TRY(begin_channels(s));
    TC_TRY(tell_inventory(s, true));
    if (!s->run.options->quiet) {
        fprintf(stderr,
                "tocsin: %" PRIu64 " file%s not in order of time: everything is read again%s\n",
                disordered, disordered == 1 ? " is" : "s are",
                s->early.told ? "; findings told early were provisional" : "");
    }
    tc_progress_again(&s->progress);
    return TC_SUCCESS;
}

static TC_STATUS read_all(scan *s)
{
    tc_scan_options options = {.spill_folder = tc_temporary_folder(), .state = s->state};
    tc_scan_hooks hooks = {s, {s, told}, begin_again, tick};
    tc_error error = {0};
    tc_status status = tc_scan_read(&s->run, &options, &hooks, &s->read, &error);
    /* What failed in telling has its words here already. */
    if (s->error.code != TC_OK) return (tc_status){s->error.code};
    if (tc_failed(status)) {
        s->error = error;
        return status;
    }
    /* The page begins with the result: its findings wait for the summary. */
    return tc_channel_deliver(&s->syslog, &s->error);
}

/* -- the end -------------------------------------------------------------------------------- */

static void note_unsent(scan *s)
{
    const tc_error *why = &s->syslog.why;
    if (s->syslog.unsent == 0) return;
    /* Raw, like all of a summary: outputs escape. */
    snprintf(s->unsent_why, sizeof(s->unsent_why), "%s: %s", why->source, why->text);
    s->summary.unsent = s->syslog.unsent;
    s->summary.unsent_why = tc_slice_of(s->unsent_why);
}

/* The summary is sent before the page tells it, so that the page can say that it was not sent. */
static TC_STATUS end_syslog(scan *s)
{
    uint64_t before = s->syslog.unsent;
    TC_TRY(tc_channel_end(&s->syslog, &s->summary, s->run.now, &s->error));
    if (s->syslog.unsent == before) return TC_SUCCESS;
    note_unsent(s);
    return tc_verdict_reach(&s->summary, s->arena);
}

static TC_STATUS tell_learned(scan *s)
{
    tc_str text;
    if (s->run.options->learned == NULL) return TC_SUCCESS;
    tc_learned *learned = tc_arena_get(s->arena, 1, sizeof(*learned));
    if (learned == NULL) return tc_fail(&s->error, TC_ENOMEM, "no memory for what was learned");
    tc_ordered_learned(s->read.ordered, learned);
    tc_str_init(&text, LEARNED_MAX);
    tc_learned_write(learned, s->run.options->redact, &text);
    tc_status status = tc_str_status(&text);
    if (!tc_failed(status)) status = tc_outlet_write(&s->learned, tc_str_view(&text), &s->error);
    if (!tc_failed(status)) status = tc_outlet_close(&s->learned, &s->error);
    tc_str_done(&text);
    return status;
}

/* A domain with a typo makes strangers of everybody. */
static void tell_unseen_domains(const scan *s)
{
    const tc_text_list *domains = &s->run.options->domains;
    if (tc_ordered_addresses(s->read.ordered, TC_EMPTY_SLICE) == 0) return;
    for (size_t i = 0; i < domains->count; i++) {
        char shown[256];
        if (tc_slice_find(domains->items[i], '.') == TC_NPOS) continue; /* of Windows */
        if (tc_ordered_addresses(s->read.ordered, domains->items[i])) continue;
        fprintf(stderr, "tocsin: --domain: no mailbox of %s was seen\n",
                tc_slice_to_cstr(domains->items[i], shown, sizeof(shown)));
    }
}

static TC_STATUS tell_summary(scan *s)
{
    const tc_scan_result *read = &s->read;
    tc_ordered_counts counts = tc_ordered_statistics(read->ordered);
    s->summary.passes = read->passes;
    note_unsent(s);
    s->summary.disordered_files = read->disordered_count;
    if (read->cut_short) {
        s->summary.cut_short = tc_slice_of(read->cut.text);
        (void)tc_command_failed((tc_status){read->cut.code}, &read->cut);
    }
    tell_unseen_domains(s);
    if (s->state) tc_state_describe(s->state, &s->summary.state);
    TC_TRY(tc_idle_rules_find(&s->run, read->sight, s->arena, &s->summary));
    TC_TRY(tc_summarise(&s->run, read->sources, read->ordered, s->arena, &s->summary));
    s->summary.seconds = tc_progress_seconds(&s->progress);
    s->summary.peak_rss_bytes = tc_stats_peak_rss();
    s->summary.spilled_bytes = counts.spilled_bytes;
    s->summary.ordered_cpu_seconds = counts.seconds;
    s->summary.observations = counts.observations;
    s->summary.cpu_seconds = tc_stats_cpu_seconds();
    TC_TRY(end_syslog(s));
    tc_progress_clear(&s->progress);
    TC_TRY(tc_channel_head(&s->page, &s->summary, &s->error));
    TC_TRY(tc_channel_deliver(&s->page, &s->error));
    TC_TRY(tc_channel_end(&s->page, &s->summary, s->run.now, &s->error));
    TC_TRY(tell_learned(s));
    if (s->run.options->stats == NULL) return TC_SUCCESS;
    return tc_stats_write(&s->run, read->sources, read->disordered, &s->summary, &s->stats,
                          &s->error);
}

static void close_scan(scan *s)
{
    tc_scan_result_done(&s->read);
    tc_state_free(s->state);
    tc_channel_done(&s->page);
    tc_channel_done(&s->syslog);
    tc_arena_free(s->arena);
    tc_early_done(&s->early);
    tc_run_close(&s->run);
    tc_outlet_done(&s->stats);
    tc_outlet_done(&s->learned);
}

/* What was told stays told: a state that could not be saved means that the next scan judges the
 * same once more. */
static int keep_state(scan *s, int exit_status)
{
    tc_error *error = &s->read.unsaved;
    if (s->state == NULL) return exit_status;
    tc_status status = {error->code};
    if (!tc_failed(status)) status = tc_state_commit(s->state, error);
    if (!tc_failed(status)) return exit_status;
    int failed = tc_command_failed(status, error);
    fprintf(stderr,
            "tocsin: the state was not saved: the next scan will go on from the one before\n");
    return exit_status == TC_EXIT_FOUND ? exit_status : failed;
}

int tc_command_scan(const tc_options *o, tc_time now)
{
    scan s = {.arena = NULL};
    tc_progress_start(&s.progress, o->quiet);
    tc_interrupt_watch(&s.interrupt, &s.progress);
    tc_status status = open_scan(&s, o, now);
    if (!tc_failed(status)) status = close_sandbox(&s);
    if (!tc_failed(status)) status = tell_inventory(&s, false);
    if (!tc_failed(status)) status = read_all(&s);
    tc_interrupt_end(&s.interrupt);
    tc_progress_clear(&s.progress);
    if (!tc_failed(status)) status = tell_summary(&s);
    int exit_status = tc_failed(status) ? tc_command_failed(status, &s.error)
                                        : keep_state(&s, s.summary.verdict.exit_status);
    if (s.lack[0] && o->explain) fprintf(stderr, "tocsin: %s\n", s.lack);
    close_scan(&s);
    return exit_status;
}
