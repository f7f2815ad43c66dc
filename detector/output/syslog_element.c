/* The parameters of the element, the most important first. */
#include "detector/output/syslog_element.h"

#include "detector/output/escape.h"
#include "detector/output/flat.h"

#define ENTERPRISE_OF_EXAMPLES 32473

/* RFC 5424 6.3.3: exactly these three. */
static const tc_medium sd = {"\"\\]", true};

typedef struct sd_writer {
    tc_output *output;
    tc_str *out;
    size_t limit; /* of out->len, for parameters */
    bool truncated;
} sd_writer;

/* -- parameters ----------------------------------------------------------------------------- */

static void add_name(const sd_writer *w, const char *name)
{
    bool flat = w->output->options.flat_names;
    for (const char *c = name; *c; c++)
        if (!flat || *c != '@') tc_str_add_byte(w->out, flat && *c == '.' ? '_' : (uint8_t)*c);
}

static void add_param(sd_writer *w, const char *name, tc_slice escaped, size_t max, bool list)
{
    size_t frame = strlen(name) + sizeof(" =\"\"") - 1;
    if (escaped.len == 0) return;
    size_t room = w->limit > w->out->len + frame ? w->limit - w->out->len - frame : 0;
    if (room < TC_MIN(escaped.len, (size_t)16)) {
        w->truncated = true;
        return;
    }
    tc_str_add_byte(w->out, ' ');
    add_name(w, name);
    tc_str_add(w->out, TC_LIT("=\""));
    if (!tc_medium_add(w->out, &sd, escaped, TC_MIN(room, max), list)) w->truncated = true;
    tc_str_add_byte(w->out, '"');
}

static void add_text(sd_writer *w, const char *name, tc_slice raw, size_t max)
{
    add_param(w, name, tc_output_value(w->output, raw), max, false);
}

static void add_cstring(sd_writer *w, const char *name, const char *text)
{
    add_text(w, name, tc_slice_of(text), 64);
}

static void add_number(sd_writer *w, const char *name, uint64_t number)
{
    char text[24];
    snprintf(text, sizeof(text), "%" PRIu64, number);
    add_cstring(w, name, text);
}

static void add_time(sd_writer *w, const char *name, tc_time time)
{
    char text[TC_TIME_TEXT];
    if (time == TC_TIME_NONE) return;
    bool flat = w->output->options.flat_names;
    add_cstring(w, name, flat ? tc_time_format_ms(time, text) : tc_time_format(time, text));
}

static void add_list(sd_writer *w, const char *name, const tc_alert *a,
                     void (*fill)(tc_str *out, const tc_alert *alert), size_t max)
{
    tc_str *list = tc_output_scratch(w->output);
    fill(list, a);
    add_param(w, name, tc_str_view(list), max, true);
}

static void add_texts(sd_writer *w, const char *name, const tc_slice *items, size_t count,
                      size_t max)
{
    tc_str *list = tc_output_scratch(w->output);
    tc_flat_texts(list, items, count);
    add_param(w, name, tc_str_view(list), max, true);
}

/* -- the element: what matters most comes first, because room may end ------------------------ */

/* No name may be another one's beginning up to a dot ("a" and "a.b"): syslog-ng makes nested
 * objects of names with dots, and would lose one of the two. */

static void add_event(sd_writer *w, const tc_alert *a)
{
    add_cstring(w, "tocsin.type", tc_alert_type(a));
    add_cstring(w, "tocsin.level", tc_level_name(a->level));
    add_time(w, "@timestamp", a->time);
    add_cstring(w, "event.kind", "alert");
    add_cstring(w, "event.id", a->id);
    add_time(w, "event.created", a->created);
    add_time(w, "event.start", a->start);
    add_time(w, "event.end", a->end);
    add_number(w, "event.severity", (uint64_t)tc_level_severity(a->level));
    add_text(w, "rule.id", a->rule_id, 128);
    add_text(w, "rule.name", a->rule_name.len ? a->rule_name : a->rule_title, 256);
    add_text(w, "rule.version", a->rule_version, 64);
}

static void add_incident(sd_writer *w, const tc_alert *a)
{
    add_cstring(w, "tocsin.incident.id", a->incident_id);
    if (a->transition == TC_TRANSITION_NONE) return;
    add_cstring(w, "tocsin.incident.transition", tc_transition_name(a->transition));
    add_cstring(w, "tocsin.incident.merged_into", a->merged_into);
    add_number(w, "tocsin.incident.alerts", a->alert_count);
    add_list(w, "tocsin.incident.former_ids", a, tc_flat_former_ids, 512);
}

static void add_source(sd_writer *w, const tc_alert *a)
{
    char ip[TC_IP_TEXT];
    if (a->source_count == 0) return;
    const tc_alert_source *s = &a->sources[0];
    add_cstring(w, "source.ip", tc_ip_format(s->ip, ip));
    add_text(w, "source.geo.country_iso_code", s->country, 64);
    if (s->asn) add_number(w, "source.as.number", s->asn);
    add_text(w, "source.as.organization.name", s->as_org, 128);
}

static void add_evidence(sd_writer *w, const tc_alert *a)
{
    for (size_t i = 0; i < a->evidence_count && i < 9; i++) {
        char name[48]; /* of five at most: within the 32 characters of a PARAM-NAME */
        const tc_alert_evidence *e = &a->evidence[i];
        snprintf(name, sizeof(name), "tocsin.evidence.%zu.file", i + 1);
        add_text(w, name, e->file, 256);
        snprintf(name, sizeof(name), "tocsin.evidence.%zu.offset", i + 1);
        add_number(w, name, e->offset);
        snprintf(name, sizeof(name), "tocsin.evidence.%zu.%s", i + 1, e->unit ? e->unit : "line");
        add_number(w, name, e->line);
        snprintf(name, sizeof(name), "tocsin.evidence.%zu.text", i + 1);
        add_text(w, name, e->text, 512);
    }
}

static void add_alert(sd_writer *w, const tc_alert *a)
{
    add_event(w, a);
    add_incident(w, a);
    add_number(w, "tocsin.confidence", a->confidence);
    add_text(w, "user.name", a->user_name, 256);
    add_text(w, "user.email", a->user_email, 256);
    add_source(w, a);
    add_number(w, "tocsin.mailbox_count", a->mailbox_count);
    add_list(w, "tocsin.mailboxes", a, tc_flat_mailboxes, 1024);
    add_list(w, "related.ip", a, tc_flat_ips, 512);
    add_texts(w, "threat.technique.id", a->techniques, a->technique_count, 256);
    if (a->historic) add_cstring(w, "tocsin.historic", "true");
    if (a->degraded) add_cstring(w, "tocsin.degraded", "true");
    add_list(w, "tocsin.baseline", a, tc_flat_baseline, 512);
    add_list(w, "related.user", a, tc_flat_users, 1024);
    add_text(w, "tocsin.confidence_why", a->confidence_why, 256);
    add_evidence(w, a);
    add_texts(w, "tocsin.next", a->next, a->next_count, 1024);
}

/* -- the end of a scan ---------------------------------------------------------------------- */

static void add_summary_list(sd_writer *w, const char *name, const tc_summary *s,
                             void (*fill)(tc_str *out, const tc_summary *summary))
{
    tc_str *list = tc_output_scratch(w->output);
    fill(list, s);
    add_param(w, name, tc_str_view(list), 1024, true);
}

static void add_counts(sd_writer *w, const tc_summary *s)
{
    for (unsigned level = TC_LEVEL_COUNT; level-- > 0;) {
        char name[48];
        snprintf(name, sizeof(name), "tocsin.incidents.%s", tc_level_name((tc_level)level));
        add_number(w, name, s->incidents[level]);
    }
    add_number(w, "tocsin.historic_incidents", s->historic_incidents);
    add_number(w, "tocsin.files.read", s->files.read);
    add_number(w, "tocsin.files.unread", tc_files_unread(&s->files));
    add_number(w, "tocsin.files.rejected", s->files.rejected);
    add_number(w, "tocsin.mailboxes.seen", s->mailboxes_seen);
    add_number(w, "tocsin.mailboxes.joined", s->mailboxes_joined);
    add_number(w, "tocsin.mailboxes.judged", s->mailboxes_judged);
}

static void add_summary(sd_writer *w, const tc_summary *s)
{
    add_cstring(w, "tocsin.type", "summary");
    add_cstring(w, "tocsin.outcome", tc_outcome_name(s->verdict.outcome));
    add_cstring(w, "tocsin.incomplete", s->verdict.incomplete ? "true" : "false");
    add_number(w, "tocsin.exit_status", (uint64_t)s->verdict.exit_status);
    add_summary_list(w, "tocsin.reasons", s, tc_flat_reasons);
    add_cstring(w, "event.kind", "state");
    add_time(w, "event.start", s->judged_first);
    add_time(w, "event.end", s->judged_last);
    add_time(w, "tocsin.since", s->since);
    add_time(w, "tocsin.until", s->until);
    add_time(w, "tocsin.logs.first", s->first);
    add_time(w, "tocsin.logs.last", s->last);
    add_counts(w, s);
    add_summary_list(w, "tocsin.coverage", s, tc_flat_coverage);
    add_summary_list(w, "tocsin.bounds", s, tc_flat_bounds);
    add_summary_list(w, "tocsin.problems", s, tc_flat_problems);
    add_summary_list(w, "tocsin.left_out", s, tc_flat_left_out);
}

/* -- the element ---------------------------------------------------------------------------- */

static sd_writer begin(tc_output *output, size_t limit, tc_str *out)
{
    uint32_t enterprise = output->options.enterprise;
    tc_str_addf(out, "[tocsin@%" PRIu32, enterprise ? enterprise : ENTERPRISE_OF_EXAMPLES);
    return (sd_writer){output, out, limit, false};
}

static void end(sd_writer *w, bool message_is_cut)
{
    if (w->truncated || message_is_cut) {
        tc_str_add_byte(w->out, ' ');
        add_name(w, TC_SYSLOG_TRUNCATED_NAME);
        tc_str_add(w->out, TC_LIT("=\"true\""));
    }
    tc_str_add_byte(w->out, ']');
}

void tc_syslog_add_alert(tc_output *output, const tc_alert *alert, tc_syslog_element element,
                         tc_str *out)
{
    sd_writer w = begin(output, element.limit, out);
    add_alert(&w, alert);
    end(&w, element.message_is_cut);
}

void tc_syslog_add_summary(tc_output *output, const tc_summary *summary, tc_syslog_element element,
                           tc_str *out)
{
    sd_writer w = begin(output, element.limit, out);
    add_summary(&w, summary);
    end(&w, element.message_is_cut);
}
