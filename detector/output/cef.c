/*
 * ArcSight Common Event Format, version 0, without a syslog header (whoever sends adds the one that
 * its receiver expects). Header: '\' and '|' behind a backslash; extension: '\' and '='. Line ends
 * cannot occur, since values are escaped text.
 */
#include "detector/output/escape.h"
#include "detector/output/flat.h"
#include "detector/output/output_state.h"
#include "detector/output/verdict_words.h"

#define MESSAGE_MAX 1023
#define CUSTOM_MAX 4000

static const tc_medium header = {"\\|", true};
static const tc_medium extension = {"\\=", true};

static void add_header_field(tc_output *output, tc_str *out, tc_slice raw)
{
    (void)tc_medium_add(out, &header, tc_output_value(output, raw), MESSAGE_MAX, false);
    tc_str_add_byte(out, '|');
}

static void add_escaped(tc_str *out, const char *key, tc_slice escaped, size_t max, bool list)
{
    if (escaped.len == 0) return;
    tc_str_addf(out, " %s=", key);
    (void)tc_medium_add(out, &extension, escaped, max, list);
}

static void add_text(tc_output *output, tc_str *out, const char *key, tc_slice raw)
{
    add_escaped(out, key, tc_output_value(output, raw), MESSAGE_MAX, false);
}

static void add_number(tc_str *out, const char *key, uint64_t number)
{
    tc_str_addf(out, " %s=%" PRIu64, key, number);
}

/* Milliseconds since 1970. */
static void add_time(tc_str *out, const char *key, tc_time time)
{
    if (time != TC_TIME_NONE) tc_str_addf(out, " %s=%" PRId64, key, time / 1000000);
}

static void add_custom(tc_output *output, tc_str *out, const char *key, const char *label,
                       const tc_alert *a, void (*fill)(tc_str *out, const tc_alert *alert))
{
    tc_str *list = tc_output_scratch(output);
    fill(list, a);
    if (list->len == 0) return;
    tc_str_addf(out, " %sLabel=%s", key, label);
    add_escaped(out, key, tc_str_view(list), CUSTOM_MAX, true);
}

static void add_source(tc_output *output, tc_str *out, const tc_alert *a)
{
    char ip[TC_IP_TEXT];
    if (a->source_count == 0) return;
    const tc_alert_source *s = &a->sources[0];
    tc_ip_format(s->ip, ip);
    if (tc_ip_is_v4(s->ip))
        tc_str_addf(out, " src=%s", ip);
    else
        tc_str_addf(out, " c6a2Label=Source IPv6 Address c6a2=%s", ip);
    add_text(output, out, "requestClientApplication", s->agent);
}

static void fill_techniques(tc_str *out, const tc_alert *a)
{
    tc_flat_texts(out, a->techniques, a->technique_count);
}

static void fill_incident(tc_str *out, const tc_alert *a)
{
    tc_str_add(out, tc_slice_of(a->incident_id));
}

static void fill_merged_into(tc_str *out, const tc_alert *a)
{
    tc_str_add(out, tc_slice_of(a->merged_into));
}

static void fill_notes(tc_str *out, const tc_alert *a)
{
    if (a->historic) tc_str_add(out, TC_LIT("historic"));
    if (a->historic && a->degraded) tc_str_add_byte(out, ',');
    if (a->degraded) tc_str_add(out, TC_LIT("degraded"));
}

static void tell_alert(tc_output *output, const tc_alert *a, tc_time now, tc_str *out)
{
    (void)now;
    tc_str_add(out, TC_LIT("CEF:0|" TC_OUTPUT_VENDOR "|" TC_OUTPUT_PRODUCT "|"));
    add_header_field(output, out, tc_slice_of(output->options.version));
    add_header_field(output, out, tc_alert_rule_key(a));
    add_header_field(output, out, a->rule_title.len ? a->rule_title : a->rule_name);
    tc_str_addf(out, "%d|cat=%s", tc_output_severity10(a->level), tc_alert_type(a));
    add_text(output, out, "externalId", tc_slice_of(a->id));
    add_time(out, "rt", a->time);
    add_time(out, "start", a->start);
    add_time(out, "end", a->end);
    if (a->transition != TC_TRANSITION_NONE)
        add_text(output, out, "act", tc_slice_of(tc_transition_name(a->transition)));
    add_text(output, out, "dvchost", output->options.host);
    add_source(output, out, a);
    add_text(output, out, "suser", a->user_name.len ? a->user_name : a->user_email);
    if (a->mailbox_count == 1) add_text(output, out, "duser", a->mailboxes[0].name);
    add_number(out, "cnt", TC_MAX(a->alert_count, (size_t)1));
    tc_str_add(out, TC_LIT(" cn1Label=mailboxes"));
    add_number(out, "cn1", a->mailbox_count);
    tc_str_add(out, TC_LIT(" cn2Label=confidence"));
    add_number(out, "cn2", a->confidence);
    add_custom(output, out, "cs1", "mailboxes", a, tc_flat_mailboxes);
    add_custom(output, out, "cs2", "incident", a, fill_incident);
    add_custom(output, out, "cs3", "addresses", a, tc_flat_ips);
    add_custom(output, out, "cs4", "evidence", a, tc_flat_places);
    add_custom(output, out, "cs5", "techniques", a, fill_techniques);
    add_custom(output, out, "cs6", "baseline", a, tc_flat_baseline);
    add_text(output, out, "reason", a->confidence_why);
    add_custom(output, out, "flexString1", "merged into", a, fill_merged_into);
    add_custom(output, out, "flexString2", "notes", a, fill_notes);
    add_text(output, out, "msg", a->message);
    tc_str_add_byte(out, '\n');
}

/* -- the end of a scan ---------------------------------------------------------------------- */

static void add_list(tc_output *output, tc_str *out, const char *key, const char *label,
                     const tc_summary *s, void (*fill)(tc_str *out, const tc_summary *summary))
{
    tc_str *list = tc_output_scratch(output);
    fill(list, s);
    if (list->len == 0) return;
    tc_str_addf(out, " %sLabel=%s", key, label);
    add_escaped(out, key, tc_str_view(list), CUSTOM_MAX, true);
}

static void fill_incidents(tc_str *out, const tc_summary *s)
{
    for (unsigned level = TC_LEVEL_COUNT; level-- > 0;)
        tc_str_addf(out, "%s=%zu%s", tc_level_name((tc_level)level), s->incidents[level],
                    level ? "," : "");
}

static void fill_mailboxes(tc_str *out, const tc_summary *s)
{
    tc_str_addf(out, "seen=%" PRIu64 ",joined=%" PRIu64 ",judged=%" PRIu64, s->mailboxes_seen,
                s->mailboxes_joined, s->mailboxes_judged);
}

static void fill_window(tc_str *out, const tc_summary *s)
{
    char text[TC_TIME_TEXT];
    if (s->since != TC_TIME_NONE) tc_str_addf(out, "since=%s", tc_time_format(s->since, text));
    if (s->until != TC_TIME_NONE)
        tc_str_addf(out, "%suntil=%s", out->len ? "," : "", tc_time_format(s->until, text));
}

static void add_figures(tc_output *output, tc_str *out, const tc_summary *s)
{
    tc_str_add(out, TC_LIT(" cn1Label=files read"));
    add_number(out, "cn1", s->files.read);
    tc_str_add(out, TC_LIT(" cn2Label=files unread"));
    add_number(out, "cn2", tc_files_unread(&s->files));
    tc_str_add(out, TC_LIT(" cn3Label=exit status"));
    add_number(out, "cn3", (uint64_t)s->verdict.exit_status);
    add_list(output, out, "cs1", "coverage", s, tc_flat_coverage);
    add_list(output, out, "cs2", "incidents", s, fill_incidents);
    add_list(output, out, "cs3", "mailboxes", s, fill_mailboxes);
    add_list(output, out, "cs4", "reasons", s, tc_flat_reasons);
    add_list(output, out, "cs5", "problems", s, tc_flat_problems);
    add_list(output, out, "cs6", "bounds", s, tc_flat_bounds);
    add_list(output, out, "flexString1", "window", s, fill_window);
    add_list(output, out, "flexString2", "left out", s, tc_flat_left_out);
}

static void tell_summary(tc_output *output, const tc_summary *s, tc_time now, tc_str *out)
{
    const char *outcome = tc_outcome_name(s->verdict.outcome);
    (void)now;
    tc_str_add(out, TC_LIT("CEF:0|" TC_OUTPUT_VENDOR "|" TC_OUTPUT_PRODUCT "|"));
    add_header_field(output, out, tc_slice_of(output->options.version));
    tc_str_addf(out, "summary|Scan ended: %s|%d|cat=summary act=%s", outcome,
                tc_output_severity10(tc_output_summary_level(s)), outcome);
    add_time(out, "rt", s->last);
    add_time(out, "start", s->judged_first);
    add_time(out, "end", s->judged_last);
    add_text(output, out, "dvchost", output->options.host);
    add_figures(output, out, s);
    tc_str *sentence = tc_output_compose(output);
    tc_verdict_sentence(s, sentence);
    add_text(output, out, "msg", tc_str_view(sentence));
    tc_str_add_byte(out, '\n');
}

const tc_output_format tc_output_cef = {
    .name = "cef",
    .help = "ArcSight Common Event Format",
    .alert = tell_alert,
    .summary = tell_summary,
};
