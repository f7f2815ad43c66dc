/*
 * Text for people: a page. The result first; the incidents, the gravest first; the timeline; what
 * could be watched and what was read; and the result once more where it has scrolled away.
 */
#include "detector/output/text_page.h"

#define SCREEN_LINES 24

/* -- while it runs -------------------------------------------------------------------------- */

static bool is_change(const tc_alert *a)
{
    return a->transition != TC_TRANSITION_NONE && a->transition != TC_TRANSITION_FINAL;
}

/* What stands behind the incidents. */
static bool is_detail(const tc_alert *a)
{
    return a->transition != TC_TRANSITION_FINAL;
}

static void add_detail_head(tc_output *output, tc_str *out)
{
    if (output->page.timeline) return;
    output->page.timeline = true;
    bool changes = output->options.timeline || output->options.explain;
    tc_str_add_byte(out, '\n');
    tc_page_paint(output, TC_PAINT_HEAD, changes ? "TIMELINE" : "BESIDES, part of no incident", 0,
                  out);
    tc_page_end(out);
}

static void tell_alert(tc_output *output, const tc_alert *a, tc_time now, tc_str *out)
{
    const tc_output_options *o = &output->options;
    (void)now;
    if (a->transition == TC_TRANSITION_FINAL) {
        tc_output_text_incident(output, a, out);
        return;
    }
    if (is_change(a) && !o->timeline && !o->explain) return;
    /* An alert of an incident is told by the incident. */
    if (!is_change(a) && a->incident_id[0] && !o->explain) return;
    add_detail_head(output, out);
    if (is_change(a))
        tc_output_text_change(output, a, out);
    else
        tc_output_text_alert(output, a, out);
}

/* -- the end -------------------------------------------------------------------------------- */

static void tell_head(tc_output *output, const tc_summary *s, tc_str *out)
{
    tc_output_text_result(output, s, out);
}

static uint64_t lines_of(const tc_str *out, size_t start)
{
    uint64_t lines = 0;
    for (size_t i = start; i < out->len; i++)
        lines += out->data[i] == '\n';
    return lines;
}

static void tell_summary(tc_output *output, const tc_summary *s, tc_time now, tc_str *out)
{
    size_t start = out->len;
    uint32_t height = output->options.height ? output->options.height : SCREEN_LINES;
    (void)now;
    tc_str_add_byte(out, '\n');
    tc_output_text_coverage(output, s, out);
    tc_output_text_left_out(output, s, out);
    tc_output_text_input(output, s, out);
    if (out->len == start + 1) out->len = start;
    if (output->page.lines + lines_of(out, start) <= height) return;
    tc_str_add_byte(out, '\n');
    tc_output_text_result_again(output, s, out);
}

const tc_output_format tc_output_text = {
    .name = "text",
    .help = "for people: a page, the result first",
    .alert = tell_alert,
    .summary = tell_summary,
    .inventory = tc_output_know,
    .head = tell_head,
    .is_detail = is_detail,
};
