#include "detector/output/output_state.h"

#include "parsers/base/alloc.h"

#define SCRATCH_MAX ((size_t)1 << 20)
#define PAGE_MAX ((size_t)8 << 10)
#define WIDTH_MIN 60
#define WIDTH_MAX 200

tc_output *tc_output_new(const tc_output_options *options)
{
    TC_ASSERT(options->format != NULL && options->version != NULL);
    tc_output *output = tc_alloc(1, sizeof(*output));
    if (output == NULL) return NULL;
    output->options = *options;
    output->options.width = TC_MAX(TC_MIN(options->width, WIDTH_MAX), WIDTH_MIN);
    tc_str_init(&output->scratch, SCRATCH_MAX);
    tc_str_init(&output->composed, SCRATCH_MAX);
    tc_table_init(&output->table);
    tc_str_init(&output->page.logs, PAGE_MAX);
    tc_str_init(&output->page.root, PAGE_MAX);
    for (size_t i = 0; i < TC_COUNT_OF(output->page.told); i++)
        tc_str_init(&output->page.told[i].names, SCRATCH_MAX);
    if (options->redact) {
        output->redactor = tc_redactor_new();
        if (output->redactor == NULL) {
            tc_output_free(output);
            return NULL;
        }
    }
    return output;
}

void tc_output_free(tc_output *output)
{
    if (output == NULL) return;
    tc_redactor_free(output->redactor);
    tc_str_done(&output->scratch);
    tc_str_done(&output->composed);
    tc_table_done(&output->table);
    tc_str_done(&output->page.logs);
    tc_str_done(&output->page.root);
    for (size_t i = 0; i < TC_COUNT_OF(output->page.told); i++)
        tc_str_done(&output->page.told[i].names);
    tc_free(output);
}

/* -- all or nothing ------------------------------------------------------------------------- */

static void begin(tc_output *output)
{
    tc_str_clear(&output->scratch);
    tc_str_clear(&output->composed);
    tc_table_clear(&output->table);
    output->failed = TC_OK;
}

/* What could not be told whole is not told: half a line would be read as something else. */
static void end(tc_output *output, tc_str *out, size_t start)
{
    tc_output_note_failure(output, tc_str_status(&output->scratch).code);
    tc_output_note_failure(output, tc_str_status(&output->composed).code);
    tc_output_note_failure(output, tc_table_status(&output->table).code);
    if (out->failed == TC_OK) out->failed = output->failed;
    if (out->failed != TC_OK) out->len = start;
    for (size_t i = start; i < out->len; i++)
        output->page.lines += out->data[i] == '\n';
}

void tc_output_alert(tc_output *output, const tc_alert *alert, tc_time now, tc_str *out)
{
    size_t start = out->len;
    if (alert->level < output->options.min_level) return;
    begin(output);
    if (output->redactor != NULL) alert = tc_redact_alert(output->redactor, alert);
    if (alert != NULL)
        output->options.format->alert(output, alert, now, out);
    else
        tc_output_note_failure(output, TC_ENOMEM);
    end(output, out, start);
}

/* The summary as it may be told; NULL, and noted, without memory. */
static const tc_summary *tellable(tc_output *output, const tc_summary *summary)
{
    if (output->redactor != NULL) summary = tc_redact_summary(output->redactor, summary);
    if (summary == NULL) tc_output_note_failure(output, TC_ENOMEM);
    return summary;
}

void tc_output_inventory(tc_output *output, const tc_summary *summary, tc_str *out)
{
    size_t start = out->len;
    if (output->options.format->inventory == NULL) return;
    begin(output);
    summary = tellable(output, summary);
    if (summary != NULL) output->options.format->inventory(output, summary, out);
    end(output, out, start);
}

void tc_output_head(tc_output *output, const tc_summary *summary, tc_str *out)
{
    size_t start = out->len;
    if (output->options.format->head == NULL) return;
    begin(output);
    summary = tellable(output, summary);
    if (summary != NULL) output->options.format->head(output, summary, out);
    end(output, out, start);
}

bool tc_output_is_detail(const tc_output *output, const tc_alert *alert)
{
    const tc_output_format *format = output->options.format;
    return format->is_detail != NULL && format->is_detail(alert);
}

void tc_output_summary(tc_output *output, const tc_summary *summary, tc_time now, tc_str *out)
{
    size_t start = out->len;
    begin(output);
    summary = tellable(output, summary);
    if (summary != NULL) output->options.format->summary(output, summary, now, out);
    end(output, out, start);
}
