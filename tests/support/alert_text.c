#include "tests/support/alert_text.h"

static void add_text(tc_str *out, const char *name, tc_slice text)
{
    tc_str_addf(out, " %s=", name);
    tc_str_add(out, text);
}

static void add_texts(tc_str *out, const char *name, const tc_slice *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_text(out, name, texts[i]);
}

static void add_mailbox(tc_str *out, const tc_alert_mailbox *m)
{
    add_text(out, "mailbox", m->name);
    tc_str_addf(out, " %" PRId64 "-%" PRId64 " %u %" PRId64 " %d", m->first_access, m->last_access,
                m->sessions, m->switched, m->joined);
    add_text(out, "language", m->language);
    add_text(out, "previous", m->previous);
}

static void add_source(tc_str *out, const tc_alert_source *s)
{
    char ip[TC_IP_TEXT];
    tc_str_addf(out, " source=%s as%u %u %" PRId64 "-%" PRId64, tc_ip_format(s->ip, ip), s->asn,
                s->mailboxes, s->first, s->last);
    add_text(out, "country", s->country);
    add_text(out, "as_org", s->as_org);
    add_text(out, "agent", s->agent);
}

static void add_evidence(tc_str *out, const tc_alert_evidence *e)
{
    add_text(out, "evidence", e->file);
    tc_str_addf(out, ":%" PRIu64 "+%u:%" PRIu64 " %" PRId64, e->offset, e->length, e->line,
                e->time);
    add_text(out, "text", e->text);
}

static void add_head(tc_str *out, const tc_alert *a)
{
    tc_str_addf(out, "%s %s %s %s %" PRId64 " %" PRId64 "-%" PRId64 " %" PRId64 " %s %u",
                tc_transition_name(a->transition), a->id, a->incident_id, a->merged_into, a->time,
                a->start, a->end, a->created, tc_level_name(a->level), a->confidence);
    tc_str_addf(out, " %zu alerts%s%s", a->alert_count, a->historic ? " historic" : "",
                a->degraded ? " degraded" : "");
    tc_str_addf(out, " %" PRId64 "-%" PRId64 " %" PRId64 " %d", a->course.earliest,
                a->course.latest, a->course.until, a->course.active);
    add_text(out, "why", a->confidence_why);
    add_text(out, "rule", a->rule_id);
    add_text(out, "rule", a->rule_name);
    add_text(out, "rule", a->rule_title);
    add_text(out, "rule", a->rule_version);
    add_text(out, "message", a->message);
    add_text(out, "user", a->user_name);
    add_text(out, "email", a->user_email);
}

void alert_text(tc_str *out, const tc_alert *a)
{
    add_head(out, a);
    add_texts(out, "technique", a->techniques, a->technique_count);
    add_texts(out, "related", a->related_users, a->related_user_count);
    add_texts(out, "next", a->next, a->next_count);
    for (size_t i = 0; i < a->mailbox_count; i++)
        add_mailbox(out, &a->mailboxes[i]);
    for (size_t i = 0; i < a->source_count; i++)
        add_source(out, &a->sources[i]);
    for (size_t i = 0; i < a->guest_count; i++)
        add_text(out, "guest", a->guests[i]);
    for (size_t i = 0; i < a->baseline_count; i++) {
        add_text(out, a->baseline[i].name, a->baseline[i].text);
        tc_str_addf(out, " %d", a->baseline[i].number);
    }
    for (size_t i = 0; i < a->evidence_count; i++)
        add_evidence(out, &a->evidence[i]);
    for (size_t i = 0; i < a->former_id_count; i++)
        tc_str_addf(out, " former=%s", a->former_ids[i]);
    tc_str_add_byte(out, '\n');
}
