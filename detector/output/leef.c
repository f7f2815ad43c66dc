/*
 * IBM LEEF 2.0 with '^' between attributes. The format knows no escape, but values are escaped text
 * already, so the delimiter (and '|' in the header) is written in the same way, as \x5e and \x7c,
 * and can be read back. devTime is the event's; the format string is Java's, with the zone written
 * as +0000, which its 'Z' reads.
 */
#include "detector/output/escape.h"
#include "detector/output/flat.h"
#include "detector/output/output_state.h"
#include "detector/output/verdict_words.h"

#define VALUE_BYTES 1024
#define LIST_BYTES 4000
#define DELIMITER "^"

static const tc_medium header = {"|" DELIMITER, false};
static const tc_medium attribute = {DELIMITER, false};

static void add_header_field(tc_output *output, tc_str *out, tc_slice raw)
{
    (void)tc_medium_add(out, &header, tc_output_value(output, raw), VALUE_BYTES, false);
    tc_str_add_byte(out, '|');
}

static void add_escaped(tc_str *out, const char *key, tc_slice escaped, size_t max, bool list)
{
    if (escaped.len == 0) return;
    tc_str_addf(out, DELIMITER "%s=", key);
    (void)tc_medium_add(out, &attribute, escaped, max, list);
}

static void add_text(tc_output *output, tc_str *out, const char *key, tc_slice raw)
{
    add_escaped(out, key, tc_output_value(output, raw), VALUE_BYTES, false);
}

static void add_cstring(tc_output *output, tc_str *out, const char *key, const char *text)
{
    add_text(output, out, key, tc_slice_of(text));
}

static void add_number(tc_str *out, const char *key, uint64_t number)
{
    tc_str_addf(out, DELIMITER "%s=%" PRIu64, key, number);
}

static void add_list(tc_output *output, tc_str *out, const char *key, const tc_alert *a,
                     void (*fill)(tc_str *out, const tc_alert *alert))
{
    tc_str *list = tc_output_scratch(output);
    fill(list, a);
    add_escaped(out, key, tc_str_view(list), LIST_BYTES, true);
}

static void add_dev_time(tc_str *out, tc_time time)
{
    char text[TC_TIME_TEXT];
    if (time == TC_TIME_NONE) return;
    tc_time_format_ms(time, text);
    text[strlen(text) - 1] = 0; /* the Z */
    tc_str_addf(out,
                DELIMITER "devTime=%s+0000" DELIMITER "devTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSZ",
                text);
}

static void add_time(tc_output *output, tc_str *out, const char *key, tc_time time)
{
    char text[TC_TIME_TEXT];
    if (time != TC_TIME_NONE) add_cstring(output, out, key, tc_time_format(time, text));
}

static void add_source(tc_output *output, tc_str *out, const tc_alert *a)
{
    char ip[TC_IP_TEXT];
    if (a->source_count == 0) return;
    const tc_alert_source *s = &a->sources[0];
    add_cstring(output, out, "src", tc_ip_format(s->ip, ip));
    add_text(output, out, "srcCountry", s->country);
    if (s->asn) add_number(out, "srcAsNumber", s->asn);
    add_text(output, out, "srcAsOrganization", s->as_org);
    add_text(output, out, "userAgent", s->agent);
}

static void add_incident(tc_output *output, tc_str *out, const tc_alert *a)
{
    add_cstring(output, out, "incident", a->incident_id);
    if (a->transition == TC_TRANSITION_NONE) return;
    add_cstring(output, out, "transition", tc_transition_name(a->transition));
    add_cstring(output, out, "mergedInto", a->merged_into);
    add_list(output, out, "formerIds", a, tc_flat_former_ids);
    add_number(out, "alerts", a->alert_count);
}

static void fill_techniques(tc_str *out, const tc_alert *a)
{
    tc_flat_texts(out, a->techniques, a->technique_count);
}

static void tell_alert(tc_output *output, const tc_alert *a, tc_time now, tc_str *out)
{
    (void)now;
    tc_str_add(out, TC_LIT("LEEF:2.0|" TC_OUTPUT_VENDOR "|" TC_OUTPUT_PRODUCT "|"));
    add_header_field(output, out, tc_slice_of(output->options.version));
    add_header_field(output, out, tc_alert_rule_key(a));
    tc_str_addf(out, DELIMITER "|cat=%s" DELIMITER "sev=%d", tc_alert_type(a),
                tc_output_severity10(a->level));
    add_dev_time(out, a->time);
    add_cstring(output, out, "id", a->id);
    add_cstring(output, out, "level", tc_level_name(a->level));
    add_number(out, "confidence", a->confidence);
    add_text(output, out, "confidenceWhy", a->confidence_why);
    add_text(output, out, "ruleName", a->rule_name.len ? a->rule_name : a->rule_title);
    add_time(output, out, "start", a->start);
    add_time(output, out, "end", a->end);
    add_incident(output, out, a);
    add_source(output, out, a);
    add_text(output, out, "usrName", a->user_name.len ? a->user_name : a->user_email);
    add_number(out, "mailboxCount", a->mailbox_count);
    add_list(output, out, "mailboxes", a, tc_flat_mailboxes);
    add_list(output, out, "addresses", a, tc_flat_ips);
    add_list(output, out, "techniques", a, fill_techniques);
    add_list(output, out, "baseline", a, tc_flat_baseline);
    add_list(output, out, "evidence", a, tc_flat_places);
    if (a->historic) add_cstring(output, out, "historic", "true");
    if (a->degraded) add_cstring(output, out, "degraded", "true");
    add_text(output, out, "msg", a->message);
    tc_str_add_byte(out, '\n');
}

/* -- the end of a scan ---------------------------------------------------------------------- */

static void add_summary_list(tc_output *output, tc_str *out, const char *key, const tc_summary *s,
                             void (*fill)(tc_str *out, const tc_summary *summary))
{
    tc_str *list = tc_output_scratch(output);
    fill(list, s);
    add_escaped(out, key, tc_str_view(list), LIST_BYTES, true);
}

/* Attribute names know no dots: incidents.critical is incidentsCritical. */
static void add_incidents(tc_str *out, const tc_summary *s)
{
    for (unsigned level = TC_LEVEL_COUNT; level-- > 0;) {
        const char *name = tc_level_name((tc_level)level);
        tc_str_addf(out, DELIMITER "incidents%c%s=%zu", name[0] - 'a' + 'A', name + 1,
                    s->incidents[level]);
    }
    add_number(out, "historicIncidents", s->historic_incidents);
}

static void add_window(tc_output *output, tc_str *out, const tc_summary *s)
{
    add_time(output, out, "start", s->judged_first);
    add_time(output, out, "end", s->judged_last);
    add_time(output, out, "since", s->since);
    add_time(output, out, "until", s->until);
    add_time(output, out, "logsFirst", s->first);
    add_time(output, out, "logsLast", s->last);
}

static void add_summary(tc_output *output, tc_str *out, const tc_summary *s)
{
    add_window(output, out, s);
    add_incidents(out, s);
    add_number(out, "filesRead", s->files.read);
    add_number(out, "filesUnread", tc_files_unread(&s->files));
    add_number(out, "filesRejected", s->files.rejected);
    add_number(out, "mailboxesSeen", s->mailboxes_seen);
    add_number(out, "mailboxesJoined", s->mailboxes_joined);
    add_number(out, "mailboxesJudged", s->mailboxes_judged);
    add_summary_list(output, out, "coverage", s, tc_flat_coverage);
    add_summary_list(output, out, "reasons", s, tc_flat_reasons);
    add_summary_list(output, out, "bounds", s, tc_flat_bounds);
    add_summary_list(output, out, "problems", s, tc_flat_problems);
    add_summary_list(output, out, "leftOut", s, tc_flat_left_out);
}

static void tell_summary(tc_output *output, const tc_summary *s, tc_time now, tc_str *out)
{
    (void)now;
    tc_str_add(out, TC_LIT("LEEF:2.0|" TC_OUTPUT_VENDOR "|" TC_OUTPUT_PRODUCT "|"));
    add_header_field(output, out, tc_slice_of(output->options.version));
    tc_str_addf(out, "summary|" DELIMITER "|cat=summary" DELIMITER "sev=%d",
                tc_output_severity10(tc_output_summary_level(s)));
    add_dev_time(out, s->last);
    add_cstring(output, out, "outcome", tc_outcome_name(s->verdict.outcome));
    add_cstring(output, out, "incomplete", s->verdict.incomplete ? "true" : "false");
    add_number(out, "exitStatus", (uint64_t)s->verdict.exit_status);
    add_summary(output, out, s);
    tc_str *sentence = tc_output_compose(output);
    tc_verdict_sentence(s, sentence);
    add_text(output, out, "msg", tc_str_view(sentence));
    tc_str_add_byte(out, '\n');
}

const tc_output_format tc_output_leef = {
    .name = "leef",
    .help = "Log Event Extended Format 2.0 of QRadar",
    .alert = tell_alert,
    .summary = tell_summary,
};
