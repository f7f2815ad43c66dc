/* TIMELINE: a line for each change of an incident; with --explain, every alert and why. */
#include "detector/output/escape.h"
#include "detector/output/text_block.h"
#include "detector/output/words_change.h"

#define ID_SHOWN 8

/* "2011-03-14 09:12  CRITICAL  "; returns the column it ends at. */
static size_t add_start(tc_output *output, const tc_alert *a, tc_str *out)
{
    char time[TC_TIME_TEXT];
    tc_str_addf(out, "%-16.16s  ",
                a->time == TC_TIME_NONE ? "" : tc_time_format_human(a->time, time));
    tc_page_level(output, a->level, 10, out);
    return 16 + 2 + 10;
}

static void add_slice(tc_str *text, tc_slice raw)
{
    tc_str_add(text, tc_slice_sub(raw, 0, TC_VALUE_MAX));
}

void tc_output_text_change(tc_output *output, const tc_alert *a, tc_str *out)
{
    tc_facts f = tc_facts_of(a);
    size_t at = add_start(output, a, out);
    tc_str *text = tc_output_compose(output);
    if (a->historic) tc_str_add(text, TC_LIT("(before --since) "));
    if (a->merged_into[0])
        tc_str_addf(text, "incident %.*s belongs to %.*s: ", ID_SHOWN, a->incident_id, ID_SHOWN,
                    a->merged_into);
    if (a->transition == TC_TRANSITION_CLOSED) tc_str_add(text, TC_LIT("over: "));
    tc_words_change(&f, text);
    tc_page_wrap(output, at, at, tc_str_view(text), out);
}

/* -- an alert ------------------------------------------------------------------------------- */

enum { DETAIL = 4, DETAIL_LABEL = 9, DETAIL_AT = DETAIL + DETAIL_LABEL };

static void add_detail(tc_output *output, const char *label, const tc_str *text, tc_str *out)
{
    if (text->len == 0) return;
    tc_str_addf(out, "%*s%-*s", DETAIL, "", DETAIL_LABEL, label);
    tc_page_wrap(output, DETAIL_AT, DETAIL_AT, tc_str_view(text), out);
}

static void add_rule(tc_output *output, const tc_alert *a, tc_str *out)
{
    tc_str *text = tc_output_compose(output);
    add_slice(text, a->rule_name.len ? a->rule_name : a->rule_id.len ? a->rule_id : a->rule_title);
    tc_str_addf(text, "%sconfidence %s (%u of 100)", text->len ? ", " : "",
                tc_confidence_word(a->confidence), (unsigned)a->confidence);
    if (a->confidence_why.len) tc_str_add(text, TC_LIT(", lowered by: "));
    add_slice(text, a->confidence_why);
    if (a->incident_id[0]) tc_str_addf(text, "; incident %.*s", ID_SHOWN, a->incident_id);
    add_detail(output, "rule", text, out);
}

static void add_people(tc_output *output, const tc_alert *a, tc_str *out)
{
    tc_str *text = tc_output_compose(output);
    for (size_t i = 0; i < a->mailbox_count && i < TC_BLOCK_ROWS; i++) {
        const tc_alert_mailbox *m = &a->mailboxes[i];
        if (i) tc_str_add(text, TC_LIT(", "));
        add_slice(text, m->name);
        if (m->language.len == 0) continue;
        tc_str_add(text, TC_LIT(" ("));
        add_slice(text, m->previous);
        tc_str_add(text, TC_LIT(" -> "));
        add_slice(text, m->language);
        tc_str_add_byte(text, ')');
    }
    if (a->mailbox_count > TC_BLOCK_ROWS)
        tc_str_addf(text, " and %zu more", a->mailbox_count - TC_BLOCK_ROWS);
    if (a->mailbox_count == 0) add_slice(text, a->user_name);
    add_detail(output, a->mailbox_count ? "mailbox" : "user", text, out);
    text = tc_output_compose(output);
    for (size_t i = 0; i < a->related_user_count && i < TC_BLOCK_ROWS; i++) {
        if (i) tc_str_add(text, TC_LIT(", "));
        add_slice(text, a->related_users[i]);
    }
    add_detail(output, "done by", text, out);
}

static void add_sources(tc_output *output, const tc_alert *a, tc_str *out)
{
    char ip[TC_IP_TEXT];
    tc_str *text = tc_output_compose(output);
    for (size_t i = 0; i < a->source_count && i < TC_BLOCK_ROWS; i++) {
        const tc_alert_source *s = &a->sources[i];
        tc_str_addf(text, "%s%s", i ? ", " : "", tc_ip_format(s->ip, ip));
        if (s->country.len) {
            tc_str_add(text, TC_LIT(" ("));
            tc_str_add(text, s->country);
            tc_str_add_byte(text, ')');
        }
    }
    if (a->source_count > TC_BLOCK_ROWS)
        tc_str_addf(text, " and %zu more", a->source_count - TC_BLOCK_ROWS);
    add_detail(output, "from", text, out);
}

/* What the fields that rules count are called. */
static const char *noun_of(tc_slice field)
{
    static const struct {
        const char *field, *noun;
    } nouns[] = {{"", "events"},
                 {"mailbox", "mailboxes"},
                 {"target", "accounts"},
                 {"source.ip", "addresses"},
                 {"ClientIP", "addresses"},
                 {"user", "users"},
                 {"actor", "accounts"},
                 {"source.network", "networks"}};
    for (size_t i = 0; i < TC_COUNT_OF(nouns); i++)
        if (tc_slice_equal(field, tc_slice_of(nouns[i].field))) return nouns[i].noun;
    return NULL;
}

static void add_wanted(const tc_alert_measure *m, tc_str *text)
{
    static const struct {
        const char *relation, *words;
    } relations[] = {{"gte", "%g or more"}, {"gt", "more than %g"}, {"lt", "fewer than %g"},
                     {"lte", "at most %g"}, {"eq", "just %g"},      {"neq", "any but %g"}};
    for (size_t i = 0; i < TC_COUNT_OF(relations); i++) {
        char words[64];
        if (strcmp(m->relation, relations[i].relation) != 0) continue;
        int length = snprintf(words, sizeof(words), "%g", m->wants);
        const char *hole = strstr(relations[i].words, "%g");
        tc_str_add(text, tc_slice_make(relations[i].words, (size_t)(hole - relations[i].words)));
        tc_str_add(text, tc_slice_make(words, (size_t)length));
        tc_str_add(text, tc_slice_of(hole + 2));
    }
}

/* "5 mailboxes in 7 days, rule wants 5 or more" */
static void add_measure(tc_output *output, const tc_alert *a, tc_str *out)
{
    const tc_alert_measure *m = &a->measure;
    char span[40];
    tc_str *text = tc_output_compose(output);
    if (m->known) {
        const char *noun = noun_of(m->of);
        tc_str_addf(text, "%g ", m->count);
        if (noun) {
            tc_str_add(text, tc_slice_of(noun));
        } else {
            tc_str_add(text, TC_LIT("values of "));
            add_slice(text, m->of);
        }
    }
    if (m->within_ns)
        tc_str_addf(text, "%s %s", m->known ? " in" : "all within",
                    tc_page_span(0, m->within_ns, span));
    if (m->known) {
        tc_str_add(text, TC_LIT(", rule wants "));
        add_wanted(m, text);
    }
    add_detail(output, m->known ? "count" : "time", text, out);
}

/* Other figures that the rule rests on. */
static void add_figures(tc_output *output, const tc_alert *a, tc_str *out)
{
    tc_str *text = tc_output_compose(output);
    for (size_t i = 0; i < a->baseline_count; i++) {
        const tc_alert_fact *fact = &a->baseline[i];
        bool said = strcmp(fact->name, "count") == 0 &&
                    (a->measure.known || tc_slice_equal(fact->text, TC_LIT("1")));
        if (said || fact->text.len == 0) continue;
        if (text->len) tc_str_add(text, TC_LIT(", "));
        for (const char *c = fact->name; *c; c++)
            tc_str_add_byte(text, *c == '_' ? ' ' : (uint8_t)*c);
        tc_str_add_byte(text, ' ');
        add_slice(text, fact->text);
    }
    add_detail(output, "figures", text, out);
}

static void add_evidence(tc_output *output, const tc_alert *a, tc_str *out)
{
    tc_str *text;
    for (size_t i = 0; i < a->evidence_count; i++) {
        const tc_alert_evidence *e = &a->evidence[i];
        tc_block_evidence(output, e, "proof", DETAIL, out);
        text = tc_output_compose(output);
        add_slice(text, e->text);
        add_detail(output, "", text, out);
    }
}

void tc_output_text_alert(tc_output *output, const tc_alert *a, tc_str *out)
{
    size_t at = add_start(output, a, out);
    tc_str *text = tc_output_compose(output);
    if (a->historic) tc_str_add(text, TC_LIT("(before --since) "));
    add_slice(text, a->message.len ? a->message : a->rule_title);
    tc_page_wrap(output, at, at, tc_str_view(text), out);
    if (!output->options.explain) return;
    add_people(output, a, out);
    add_sources(output, a, out);
    add_measure(output, a, out);
    add_figures(output, a, out);
    add_rule(output, a, out);
    add_evidence(output, a, out);
}
