/*
 * The final state of an incident, in the order in which questions come at two in the morning: what,
 * who, since when, from where, how much, against what is usual, how do we know, what now, how sure.
 * What is not known says "unknown", never nothing.
 */
#include "detector/output/escape.h"
#include "detector/output/text_page.h"

#define MAILBOXES_SHOWN 20
#define SOURCES_SHOWN 20
#define FORMER_SHOWN 5
#define LABEL 12           /* columns of a label */
#define INDENT (2 + LABEL) /* where what stands behind it begins */
#define TABLE_INDENT 4

static void add_label(tc_output *output, const char *label, tc_str *out)
{
    tc_str_add(out, TC_LIT("  "));
    tc_page_paint(output, TC_PAINT_HEAD, label, LABEL, out);
}

static void add_slice(tc_str *text, tc_slice raw)
{
    tc_str_add(text, raw.len ? tc_slice_sub(raw, 0, TC_VALUE_MAX) : TC_LIT("unknown"));
}

static void add_composed(tc_output *output, const char *label, const tc_str *text, tc_str *out)
{
    add_label(output, label, out);
    tc_page_wrap(output, INDENT, INDENT, tc_str_view(text), out);
}

static const char *plural(size_t n, const char *many)
{
    return n == 1 ? "" : many;
}

/* -- head ----------------------------------------------------------------------------------- */

static void add_verdict(tc_output *output, const tc_alert *a, tc_str *out)
{
    tc_page_level(output, a->level, 10, out);
    tc_page_wrap(output, 10, 10, a->message.len ? a->message : a->rule_title, out);
}

static void add_identity(tc_output *output, const tc_alert *a, tc_str *out)
{
    tc_str *text = tc_output_compose(output);
    add_slice(text, tc_slice_of(a->incident_id));
    for (size_t i = 0; i < a->former_id_count && i < FORMER_SHOWN; i++)
        tc_str_addf(text, "%s%s", i ? ", " : ", formerly ", a->former_ids[i]);
    if (a->former_id_count > FORMER_SHOWN)
        tc_str_addf(text, " and %zu more", a->former_id_count - FORMER_SHOWN);
    if (a->merged_into[0]) tc_str_addf(text, ", merged into %s", a->merged_into);
    add_composed(output, "incident", text, out);
    text = tc_output_compose(output);
    add_slice(text, a->rule_name.len ? a->rule_name : a->rule_id);
    for (size_t i = 0; i < a->technique_count; i++) {
        tc_str_add(text, i ? TC_LIT(", ") : TC_LIT(", techniques "));
        add_slice(text, a->techniques[i]);
    }
    add_composed(output, "rule", text, out);
}

/* -- who ------------------------------------------------------------------------------------ */

static const tc_table_column mailbox_columns[] = {
    {"mailbox", false, true, 0}, {"first access", false, false, 0}, {"language", false, true, 4},
    {"before", false, true, 3},  {"switched", false, false, 1},     {"sessions", true, false, 2},
};

static void add_mailbox(tc_table *table, const tc_alert_mailbox *m)
{
    char time[TC_TIME_TEXT];
    tc_table_cell(table, m->name.len ? m->name : TC_LIT("unknown"));
    tc_table_cellf(table, "%s", tc_page_minute(m->first_access, time));
    tc_table_cell(table, m->language.len ? m->language : TC_LIT("-"));
    tc_table_cell(table, m->previous.len ? m->previous : TC_LIT("-"));
    tc_table_cellf(table, "%s", m->language.len ? tc_page_minute(m->switched, time) : "-");
    tc_table_cellf(table, "%" PRIu32, m->sessions);
}

static void add_who(tc_output *output, const tc_alert *a, tc_str *out)
{
    tc_table *table = &output->table;
    size_t shown = TC_MIN(a->mailbox_count, (size_t)MAILBOXES_SHOWN);
    tc_str *text = tc_output_compose(output);
    if (a->mailbox_count == 0)
        add_slice(text, a->user_name.len ? a->user_name : a->user_email);
    else
        tc_str_addf(text, "%zu mailbox%s", a->mailbox_count, plural(a->mailbox_count, "es"));
    for (size_t i = 0; i < a->related_user_count && i < MAILBOXES_SHOWN; i++) {
        tc_str_add(text, i ? TC_LIT(", ") : TC_LIT("; named besides: "));
        add_slice(text, a->related_users[i]);
    }
    add_composed(output, "who", text, out);
    if (shown == 0) return;
    tc_table_open(table, mailbox_columns, TC_COUNT_OF(mailbox_columns));
    for (size_t i = 0; i < shown && tc_table_row(table); i++)
        add_mailbox(table, &a->mailboxes[i]);
    tc_table_print(table, TABLE_INDENT, output->options.width, out);
    if (a->mailbox_count > shown)
        tc_str_addf(out, "%*sand %zu more\n", TABLE_INDENT, "", a->mailbox_count - shown);
}

/* What is known of the bounds, and whether it goes on. */
static void add_course(tc_output *output, const tc_alert *a, tc_time access, tc_str *out)
{
    char time[TC_TIME_TEXT + 4], until[TC_TIME_TEXT + 4];
    const tc_alert_course *c = &a->course;
    if (!c->known) return;
    if (c->latest != TC_TIME_NONE && c->latest != access) {
        add_label(output, "", out);
        tc_page_wrapf(output, INDENT, INDENT, out, "somebody was in at the latest by %s",
                      tc_page_time(c->latest, time));
    }
    if (c->until == TC_TIME_NONE || a->level < TC_LEVEL_MEDIUM) return;
    add_label(output, "state", out);
    if (c->active)
        tc_page_wrapf(output, INDENT, INDENT, out, "ACTIVE: the newest data is of %s",
                      tc_page_time(c->until, until));
    else
        tc_page_wrapf(output, INDENT, INDENT, out, "quiet since %s; the newest data is of %s",
                      tc_page_time(a->end, time), tc_page_time(c->until, until));
}

static void add_since(tc_output *output, const tc_alert *a, tc_str *out)
{
    char first[TC_TIME_TEXT + 4], last[TC_TIME_TEXT + 4];
    tc_time access = TC_TIME_NONE;
    for (size_t i = 0; i < a->mailbox_count; i++) {
        tc_time t = a->mailboxes[i].first_access;
        if (t != TC_TIME_NONE && (access == TC_TIME_NONE || t < access)) access = t;
    }
    add_label(output, "since", out);
    if (access != TC_TIME_NONE)
        tc_page_wrapf(output, INDENT, INDENT, out, "%s (first access), last sign %s",
                      tc_page_time(access, first), tc_page_time(a->end, last));
    else
        tc_page_wrapf(output, INDENT, INDENT, out,
                      "first access unknown; first sign %s, last sign %s",
                      tc_page_time(a->start, first), tc_page_time(a->end, last));
    add_course(output, a, access, out);
}

/* -- from where ----------------------------------------------------------------------------- */

static const tc_table_column source_columns[] = {
    {"address", false, false, 0},  {"country", false, true, 0}, {"network", false, true, 2},
    {"mailboxes", true, false, 4}, {"first", false, false, 3},  {"last", false, false, 1},
};

static void add_source(tc_output *output, const tc_alert_source *s)
{
    char ip[TC_IP_TEXT], time[TC_TIME_TEXT];
    tc_table *table = &output->table;
    tc_str *network = tc_output_compose(output);
    if (s->asn) tc_str_addf(network, "AS%" PRIu32 " ", s->asn);
    if (s->as_org.len || s->asn == 0) add_slice(network, s->as_org);
    tc_table_cellf(table, "%s", tc_ip_format(s->ip, ip));
    tc_table_cell(table, s->country.len ? s->country : TC_LIT("unknown"));
    tc_table_cell(table, tc_slice_trim(tc_str_view(network)));
    if (s->mailboxes)
        tc_table_cellf(table, "%" PRIu32, s->mailboxes);
    else
        tc_table_cell(table, TC_LIT("-"));
    tc_table_cellf(table, "%s", tc_page_minute(s->first, time));
    tc_table_cellf(table, "%s", tc_page_minute(s->last, time));
}

static void add_from(tc_output *output, const tc_alert *a, tc_str *out)
{
    tc_table *table = &output->table;
    size_t shown = TC_MIN(a->source_count, (size_t)SOURCES_SHOWN);
    add_label(output, "from", out);
    if (shown == 0) {
        tc_str_add(out, TC_LIT("unknown\n"));
        return;
    }
    tc_page_wrapf(output, INDENT, INDENT, out, "%zu address%s", a->source_count,
                  plural(a->source_count, "es"));
    tc_table_open(table, source_columns, TC_COUNT_OF(source_columns));
    for (size_t i = 0; i < shown && tc_table_row(table); i++)
        add_source(output, &a->sources[i]);
    tc_table_print(table, TABLE_INDENT, output->options.width, out);
    if (a->source_count > shown)
        tc_str_addf(out, "%*sand %zu more\n", TABLE_INDENT, "", a->source_count - shown);
}

/* -- how much, how sure, what now ----------------------------------------------------------- */

static void add_extent(tc_output *output, const tc_alert *a, tc_str *out)
{
    char span[40];
    uint64_t sessions = 0;
    for (size_t i = 0; i < a->mailbox_count; i++)
        sessions += a->mailboxes[i].sessions;
    add_label(output, "how many", out);
    const char *within = tc_page_span(a->start, a->end, span);
    if (a->mailbox_count == 0 && a->source_count == 0) {
        tc_page_wrapf(output, INDENT, INDENT, out, "%zu alert%s within %s", a->alert_count,
                      plural(a->alert_count, "s"), within);
        return;
    }
    tc_page_wrapf(output, INDENT, INDENT, out,
                  "%zu mailbox%s, %zu address%s, %" PRIu64 " session%s, %zu alert%s within %s",
                  a->mailbox_count, plural(a->mailbox_count, "es"), a->source_count,
                  plural(a->source_count, "es"), sessions, sessions == 1 ? "" : "s", a->alert_count,
                  plural(a->alert_count, "s"), within);
}

static void add_baseline(tc_output *output, const tc_alert *a, tc_str *out)
{
    tc_str *text = tc_output_compose(output);
    for (size_t i = 0; i < a->baseline_count; i++) {
        if (i) tc_str_add(text, TC_LIT(", "));
        for (const char *c = a->baseline[i].name; *c; c++)
            tc_str_add_byte(text, *c == '_' ? ' ' : (uint8_t)*c);
        tc_str_add_byte(text, ' ');
        add_slice(text, a->baseline[i].text);
    }
    if (a->baseline_count == 0) tc_str_add(text, TC_LIT("unknown"));
    add_composed(output, "baseline", text, out);
}

static void add_evidence(tc_output *output, const tc_alert *a, tc_str *out)
{
    char time[TC_TIME_TEXT + 4];
    add_label(output, "evidence", out);
    tc_str_add(out, a->evidence_count ? TC_EMPTY_SLICE : TC_LIT("unknown"));
    tc_page_end(out);
    for (size_t i = 0; i < a->evidence_count; i++) {
        const tc_alert_evidence *e = &a->evidence[i];
        tc_str *text = tc_output_compose(output);
        add_slice(text, e->file);
        tc_str_addf(text, ":%" PRIu64 " (%s ", e->offset, e->unit ? e->unit : "line");
        if (e->line)
            tc_str_add_u64(text, e->line);
        else
            tc_str_add(text, TC_LIT("unknown"));
        tc_str_addf(text, "), %s", tc_page_time(e->time, time));
        tc_str_addf(out, "%*zu. ", TABLE_INDENT + 1, i + 1);
        tc_page_wrap(output, TABLE_INDENT + 3, TABLE_INDENT + 3, tc_str_view(text), out);
        tc_str_addf(out, "%*s", TABLE_INDENT + 3, "");
        tc_page_line(output, TABLE_INDENT + 3, e->text.len ? e->text : TC_LIT("unknown"), out);
    }
}

static void add_next(tc_output *output, const tc_alert *a, tc_str *out)
{
    add_label(output, "next", out);
    tc_str_add(out, a->next_count ? TC_EMPTY_SLICE : TC_LIT("unknown"));
    tc_page_end(out);
    for (size_t i = 0; i < a->next_count; i++) {
        tc_str_addf(out, "%*zu. ", TABLE_INDENT + 1, i + 1);
        tc_page_wrap(output, TABLE_INDENT + 3, TABLE_INDENT + 3, a->next[i], out);
    }
}

static void add_confidence(tc_output *output, const tc_alert *a, tc_str *out)
{
    tc_str *text = tc_output_compose(output);
    tc_str_addf(text, "%u of 100", (unsigned)a->confidence);
    if (a->confidence_why.len) {
        tc_str_add(text, TC_LIT(", lowered by: "));
        add_slice(text, a->confidence_why);
    }
    add_composed(output, "confidence", text, out);
    text = tc_output_compose(output);
    if (a->historic) tc_str_add(text, TC_LIT("older than --since, shown as context"));
    if (a->historic && a->degraded) tc_str_add(text, TC_LIT("; "));
    if (a->degraded) tc_str_add(text, TC_LIT("the memory limit was reached, figures may be low"));
    if (text->len) add_composed(output, "note", text, out);
}

void tc_output_text_incident(tc_output *output, const tc_alert *a, tc_str *out)
{
    tc_str_add_byte(out, '\n');
    add_verdict(output, a, out);
    add_who(output, a, out);
    add_since(output, a, out);
    add_from(output, a, out);
    add_extent(output, a, out);
    add_baseline(output, a, out);
    add_evidence(output, a, out);
    add_next(output, a, out);
    add_confidence(output, a, out);
    add_identity(output, a, out);
}
