/* Text for people: one line per transition or single alert while the scan runs. */
#include "detector/output/escape.h"
#include "detector/output/text_page.h"

#define ID_SHOWN 8

/* "2011-03-14 09:12  opened  CRITICAL  "; returns the column it ends at. */
static size_t add_start(tc_output *output, const tc_alert *a, const char *what, tc_str *out)
{
    char time[TC_TIME_TEXT];
    tc_str_addf(out, "%-16s  %-6s  ", tc_page_minute(a->time, time), what);
    tc_page_level(output, a->level, 10, out);
    return 16 + 2 + 6 + 2 + 10;
}

static void add_slice(tc_str *text, tc_slice raw)
{
    tc_str_add(text, tc_slice_sub(raw, 0, TC_VALUE_MAX));
}

static void add_transition(tc_output *output, const tc_alert *a, tc_str *out)
{
    size_t at = add_start(output, a, tc_transition_name(a->transition), out);
    tc_str *text = tc_output_compose(output);
    if (a->incident_id[0]) tc_str_addf(text, "[%.*s] ", ID_SHOWN, a->incident_id);
    if (a->merged_into[0]) tc_str_addf(text, "into [%.*s]: ", ID_SHOWN, a->merged_into);
    if (a->historic) tc_str_add(text, TC_LIT("(before --since) "));
    add_slice(text, a->message);
    tc_page_line(output, at, tc_str_view(text), out);
}

static size_t add_label(const char *label, tc_str *out)
{
    tc_str_addf(out, "%18s%-12s", "", label);
    return 18 + 12;
}

/* --explain: which rule, on what figures, by which lines. */
static void add_reasons(tc_output *output, const tc_alert *a, tc_str *out)
{
    tc_str *text = tc_output_compose(output);
    add_slice(text, a->rule_name.len ? a->rule_name : a->rule_id);
    tc_str_addf(text, ", confidence %u of 100", (unsigned)a->confidence);
    if (a->confidence_why.len) tc_str_add(text, TC_LIT(", lowered by: "));
    add_slice(text, a->confidence_why);
    size_t at = add_label("rule", out);
    tc_page_wrap(output, at, at, tc_str_view(text), out);
    text = tc_output_compose(output);
    for (size_t i = 0; i < a->baseline_count; i++) {
        tc_str_addf(text, "%s%s ", i ? ", " : "", a->baseline[i].name);
        add_slice(text, a->baseline[i].text);
    }
    if (text->len) {
        at = add_label("figures", out);
        tc_page_wrap(output, at, at, tc_str_view(text), out);
    }
    for (size_t i = 0; i < a->evidence_count; i++) {
        const tc_alert_evidence *e = &a->evidence[i];
        text = tc_output_compose(output);
        add_slice(text, e->file);
        tc_str_addf(text, ":%" PRIu64 " ", e->offset);
        add_slice(text, e->text);
        at = add_label(i ? "" : "evidence", out);
        tc_page_line(output, at, tc_str_view(text), out);
    }
}

static void add_alert(tc_output *output, const tc_alert *a, tc_str *out)
{
    /* An alert of an incident is told by the incident. */
    if (a->incident_id[0] && !output->options.explain) return;
    size_t at = add_start(output, a, "alert", out);
    tc_str *text = tc_output_compose(output);
    if (a->incident_id[0]) tc_str_addf(text, "[%.*s] ", ID_SHOWN, a->incident_id);
    if (a->historic) tc_str_add(text, TC_LIT("(before --since) "));
    add_slice(text, a->message.len ? a->message : a->rule_title);
    tc_page_line(output, at, tc_str_view(text), out);
    if (output->options.explain) add_reasons(output, a, out);
}

static void tell_alert(tc_output *output, const tc_alert *a, tc_time now, tc_str *out)
{
    (void)now;
    switch (a->transition) {
    case TC_TRANSITION_NONE:
        add_alert(output, a, out);
        return;
    case TC_TRANSITION_FINAL:
        tc_output_text_incident(output, a, out);
        return;
    case TC_TRANSITION_OPENED:
    case TC_TRANSITION_RAISED:
    case TC_TRANSITION_GROWN:
    case TC_TRANSITION_MERGED:
    case TC_TRANSITION_CLOSED:
        add_transition(output, a, out);
        return;
    case TC_TRANSITION_COUNT:
        break;
    }
}

const tc_output_format tc_output_text = {
    .name = "text",
    .help = "for people, with the inventory before and the coverage behind",
    .alert = tell_alert,
    .summary = tc_output_text_summary,
    .inventory = tc_output_text_inventory,
};
