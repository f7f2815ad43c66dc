#include "detector/app/inquiry.h"

#include "detector/app/command.h"
#include "detector/output/verdict_words.h"
#include "detector/pipeline/temporary.h"
#include "detector/report/coverage.h"
#include "detector/report/summarise.h"
#include "detector/report/terminal.h"
#include "parsers/base/utf8.h"

#define ANSWER_ARENA ((size_t)512 << 20)
#define PAGE_MAX ((size_t)512 << 20)

/* -- opening -------------------------------------------------------------------------------- */

static TC_STATUS choose_format(tc_inquiry *q, const tc_options *o)
{
    q->json = o->format == &tc_output_json;
    if (q->json || o->format == &tc_output_text) return TC_SUCCESS;
    return tc_fail(&q->error, TC_ESYNTAX, "--format: this command answers as text or json");
}

static TC_STATUS open_output(tc_inquiry *q, const tc_options *o)
{
    TC_TRY(tc_outlet_guard(o, q->run.input, q->run.rules, &q->error));
    TC_TRY(tc_outlet_open(&q->outlet, o->output, &q->error));
    int descriptor = q->outlet.descriptor;
    tc_output_options options = {.format = &tc_output_text,
                                 .color = tc_terminal_color(o->color, descriptor),
                                 .width = tc_terminal_width(descriptor),
                                 .version = ""};
    q->text = tc_output_new(&options);
    q->arena = tc_arena_new(ANSWER_ARENA);
    if (q->text && q->arena) return TC_SUCCESS;
    return tc_fail(&q->error, TC_ENOMEM, "out of memory");
}

TC_STATUS tc_inquiry_open(tc_inquiry *q, const tc_options *o, tc_time now)
{
    *q = (tc_inquiry){.json = false};
    tc_str_init(&q->page, PAGE_MAX);
    tc_progress_start(&q->progress, o->quiet);
    tc_interrupt_watch(&q->interrupt, &q->progress);
    TC_TRY(choose_format(q, o));
    if (o->paths.count == 0)
        return tc_fail(&q->error, TC_ESYNTAX, "a file or folder of logs is needed (see --help)");
    TC_TRY(tc_temporary_try(&q->error));
    TC_TRY(tc_run_open(&q->run, o, now, true, &q->error));
    TC_TRY(tc_run_open_input(&q->run, &q->error));
    TC_TRY(open_output(q, o));
    return tc_coverage_inventory(&q->run, q->arena, &q->summary);
}

void tc_inquiry_close(tc_inquiry *q)
{
    tc_interrupt_end(&q->interrupt);
    tc_scan_result_done(&q->read);
    tc_output_free(q->text);
    tc_arena_free(q->arena);
    tc_str_done(&q->page);
    tc_run_close(&q->run);
    tc_outlet_done(&q->outlet);
}

/* -- reading -------------------------------------------------------------------------------- */

typedef struct reading {
    tc_inquiry *q;
    const tc_inquiry_hooks *hooks;
} reading;

static TC_STATUS told(void *context, const tc_alert *alert)
{
    const reading *r = context;
    tc_summary_count(&r->q->summary, alert);
    return r->hooks->told(r->hooks->context, alert);
}

static TC_STATUS again(void *context, uint64_t disordered)
{
    const reading *r = context;
    (void)disordered;
    tc_summary_uncount(&r->q->summary);
    tc_progress_again(&r->q->progress);
    return r->hooks->again(r->hooks->context);
}

static void tick(void *context, uint64_t done, uint64_t total)
{
    const reading *r = context;
    tc_progress_show(&r->q->progress, done, total);
}

TC_STATUS tc_inquiry_scan(tc_inquiry *q, const tc_inquiry_hooks *asked)
{
    reading r = {q, asked};
    tc_scan_options options = {.spill_folder = tc_temporary_folder(), .observer = asked->observer};
    tc_scan_hooks hooks = {&r, {&r, told}, again, tick};
    tc_scan_result_done(&q->read);
    tc_summary_uncount(&q->summary);
    tc_progress_again(&q->progress);
    tc_status status = tc_scan_read(&q->run, &options, &hooks, &q->read, &q->error);
    tc_progress_clear(&q->progress);
    return status;
}

TC_STATUS tc_inquiry_read(tc_inquiry *q, const tc_inquiry_hooks *asked)
{
    TC_TRY(tc_inquiry_scan(q, asked));
    q->summary.passes = q->read.passes;
    q->summary.disordered_files = q->read.disordered_count;
    if (q->read.cut_short) q->summary.cut_short = tc_slice_of(q->read.cut.text);
    return tc_summarise(&q->run, q->read.sources, q->read.ordered, q->arena, &q->summary);
}

/* -- the end -------------------------------------------------------------------------------- */

TC_STATUS tc_inquiry_write(tc_inquiry *q)
{
    if (tc_failed(tc_str_status(&q->page)))
        return tc_fail(&q->error, q->page.failed, "the answer does not fit into memory");
    tc_status status = tc_outlet_write(&q->outlet, tc_str_view(&q->page), &q->error);
    tc_str_clear(&q->page);
    return status;
}

static void say_verdict(tc_inquiry *q)
{
    tc_str words, line;
    if (q->run.options->quiet) return;
    tc_str_init(&words, 65536);
    tc_str_init(&line, 65536);
    tc_verdict_sentence(&q->summary, &words);
    tc_escape_text(&line, tc_str_view(&words));
    fprintf(stderr, "tocsin: %s\n", tc_str_cstr(&line));
    tc_str_done(&words);
    tc_str_done(&line);
}

int tc_inquiry_conclude(tc_inquiry *q)
{
    tc_interrupt_end(&q->interrupt);
    tc_status status = tc_outlet_close(&q->outlet, &q->error);
    if (tc_failed(status)) return tc_command_failed(status, &q->error);
    say_verdict(q);
    return q->summary.verdict.exit_status;
}
