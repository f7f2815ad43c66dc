/* JSON lines: Elastic Common Schema 8 names, ours under "tocsin". Unknown = absent. */
#include "detector/output/flat.h"
#include "detector/output/json_story.h"
#include "detector/output/output_state.h"

#define ECS_VERSION "8.11.0"

static void add_event(tc_json_writer *w, const tc_alert *a)
{
    tc_json_field_object(w, "event");
    tc_json_field_cstring(w, "kind", "alert");
    tc_json_field_cstring(w, "id", a->id);
    tc_json_field_time(w, "created", a->created);
    tc_json_field_time(w, "start", a->start);
    tc_json_field_time(w, "end", a->end);
    tc_json_field_number(w, "severity", (uint64_t)tc_level_severity(a->level));
    tc_json_object_close(w);
}

static void add_rule(tc_json_writer *w, const tc_alert *a)
{
    tc_json_field_object(w, "rule");
    tc_json_field_text(w, "id", a->rule_id);
    tc_json_field_text(w, "name", a->rule_name.len ? a->rule_name : a->rule_title);
    tc_json_field_text(w, "version", a->rule_version);
    tc_json_object_close(w);
    if (a->technique_count == 0) return;
    tc_json_field_object(w, "threat");
    tc_json_field_object(w, "technique");
    tc_json_field_texts(w, "id", a->techniques, a->technique_count);
    tc_json_object_close(w);
    tc_json_object_close(w);
}

static void add_user(tc_json_writer *w, const tc_alert *a)
{
    if (a->user_name.len == 0 && a->user_email.len == 0) return;
    tc_json_field_object(w, "user");
    tc_json_field_text(w, "name", a->user_name);
    tc_json_field_text(w, "email", a->user_email);
    tc_json_object_close(w);
}

/* geo and as of a source, as ECS nests them. */
static void add_place(tc_json_writer *w, const tc_alert_source *s)
{
    char ip[TC_IP_TEXT];
    tc_json_field_cstring(w, "ip", tc_ip_format(s->ip, ip));
    if (s->country.len) {
        tc_json_field_object(w, "geo");
        tc_json_field_text(w, "country_iso_code", s->country);
        tc_json_object_close(w);
    }
    if (s->asn == 0 && s->as_org.len == 0) return;
    tc_json_field_object(w, "as");
    if (s->asn) tc_json_field_number(w, "number", s->asn);
    if (s->as_org.len) {
        tc_json_field_object(w, "organization");
        tc_json_field_text(w, "name", s->as_org);
        tc_json_object_close(w);
    }
    tc_json_object_close(w);
}

static void add_person(void *context, tc_slice name)
{
    tc_json_string(context, name);
}

static void add_related(tc_json_writer *w, const tc_alert *a)
{
    char ip[TC_IP_TEXT];
    tc_json_field_object(w, "related");
    tc_json_field_array(w, "user");
    tc_alert_people(a, add_person, w);
    tc_json_array_close(w);
    tc_json_field_array(w, "ip");
    for (size_t i = 0; i < a->source_count; i++)
        tc_json_cstring(w, tc_ip_format(a->sources[i].ip, ip));
    tc_json_array_close(w);
    tc_json_object_close(w);
}

/* -- tocsin.* ------------------------------------------------------------------------------- */

/* RFC 8259 section 6: what the reader of numbers accepts besides is written as a string. */
static bool is_json_number(tc_slice s)
{
    double ignored;
    if (!tc_slice_to_double(s, &ignored)) return false;
    size_t digits = s.len && s.ptr[0] == '-' ? 1 : 0;
    if (s.ptr[0] == '+') return false;
    return !(s.len > digits + 1 && s.ptr[digits] == '0' && s.ptr[digits + 1] >= '0' &&
             s.ptr[digits + 1] <= '9');
}

static void add_baseline(tc_json_writer *w, const tc_alert *a)
{
    tc_json_field_object(w, "baseline");
    for (size_t i = 0; i < a->baseline_count; i++) {
        const tc_alert_fact *fact = &a->baseline[i];
        tc_json_key(w, fact->name);
        if (fact->number && is_json_number(fact->text))
            tc_json_raw(w, fact->text);
        else
            tc_json_string(w, fact->text);
    }
    tc_json_object_close(w);
}

static void add_evidence(tc_output *output, tc_json_writer *w, const tc_alert *a)
{
    tc_json_field_array(w, "evidence");
    for (size_t i = 0; i < a->evidence_count; i++) {
        const tc_alert_evidence *e = &a->evidence[i];
        tc_json_object_open(w);
        tc_json_field_text(w, "file", e->file);
        tc_json_field_number(w, "offset", e->offset);
        tc_json_field_number(w, e->unit ? e->unit : "line", e->line);
        tc_json_field_time(w, "time", e->time);
        tc_json_key(w, "text");
        tc_json_string(w, e->text);
        tc_json_story_evidence(output, w, a, e);
        tc_json_object_close(w);
    }
    tc_json_array_close(w);
}

static void add_mailboxes(tc_json_writer *w, const tc_alert *a)
{
    tc_json_field_array(w, "mailboxes");
    for (size_t i = 0; i < a->mailbox_count; i++)
        tc_json_string(w, a->mailboxes[i].name);
    tc_json_array_close(w);
    /* The same mailboxes in the same order, with what happened to each. */
    tc_json_field_array(w, "victims");
    for (size_t i = 0; i < a->mailbox_count; i++) {
        const tc_alert_mailbox *m = &a->mailboxes[i];
        tc_json_object_open(w);
        tc_json_field_text(w, "name", m->name);
        tc_json_field_time(w, "first_access", m->first_access);
        tc_json_field_time(w, "last_access", m->last_access);
        if (m->sessions) tc_json_field_number(w, "sessions", m->sessions);
        tc_json_field_text(w, "language", m->language);
        tc_json_field_text(w, "language_before", m->previous);
        tc_json_field_time(w, "switched", m->switched);
        tc_json_field_bool(w, "access_and_switch", m->joined);
        if (m->vip) tc_json_field_bool(w, "vip", true);
        tc_json_object_close(w);
    }
    tc_json_array_close(w);
}

/* At the same sources, and most likely at home there: no victims. */
static void add_guests(tc_json_writer *w, const tc_alert *a)
{
    if (a->guest_count == 0) return;
    tc_json_field_array(w, "also_there");
    for (size_t i = 0; i < a->guest_count; i++)
        tc_json_string(w, a->guests[i]);
    tc_json_array_close(w);
}

static void add_sources(tc_json_writer *w, const tc_alert *a)
{
    tc_json_field_array(w, "sources");
    for (size_t i = 0; i < a->source_count; i++) {
        const tc_alert_source *s = &a->sources[i];
        tc_json_object_open(w);
        add_place(w, s);
        tc_json_field_text(w, "user_agent", s->agent);
        if (s->mailboxes) tc_json_field_number(w, "mailboxes", s->mailboxes);
        if (s->regulars) tc_json_field_number(w, "regulars", s->regulars);
        if (s->place) tc_json_field_bool(w, "place", true);
        tc_json_field_time(w, "first", s->first);
        tc_json_field_time(w, "last", s->last);
        tc_json_object_close(w);
    }
    tc_json_array_close(w);
}

static void add_course(tc_json_writer *w, const tc_alert_course *c)
{
    if (!c->known) return;
    tc_json_field_time(w, "first_access", c->earliest);
    tc_json_field_time(w, "first_access_latest", c->latest);
    if (c->until == TC_TIME_NONE) return;
    tc_json_field_cstring(w, "state", c->active ? "active" : "quiet");
    tc_json_field_time(w, "data_until", c->until);
}

static void add_incident(tc_json_writer *w, const tc_alert *a)
{
    if (a->incident_id[0] == 0 && a->transition == TC_TRANSITION_NONE) return;
    tc_json_field_object(w, "incident");
    tc_json_field_cstring(w, "id", a->incident_id);
    if (a->transition != TC_TRANSITION_NONE) {
        tc_json_field_cstring(w, "transition", tc_transition_name(a->transition));
        tc_json_field_bool(w, "final", a->transition == TC_TRANSITION_FINAL);
        tc_json_field_number(w, "alerts", a->alert_count);
        tc_json_field_cstring(w, "merged_into", a->merged_into);
        tc_json_key(w, "former_ids");
        tc_json_array_open(w);
        for (size_t i = 0; i < a->former_id_count; i++)
            tc_json_cstring(w, a->former_ids[i]);
        tc_json_array_close(w);
        add_course(w, &a->course);
    }
    tc_json_object_close(w);
}

static void add_tocsin(tc_output *output, tc_json_writer *w, const tc_alert *a)
{
    tc_json_field_object(w, "tocsin");
    tc_json_field_cstring(w, "type", tc_alert_type(a));
    tc_json_field_cstring(w, "level", tc_level_name(a->level));
    tc_json_field_number(w, "confidence", a->confidence);
    tc_json_field_text(w, "confidence_why", a->confidence_why);
    add_incident(w, a);
    add_mailboxes(w, a);
    add_guests(w, a);
    add_sources(w, a);
    add_baseline(w, a);
    add_evidence(output, w, a);
    tc_json_field_texts(w, "next", a->next, a->next_count);
    tc_json_story(output, w, a);
    tc_json_field_bool(w, "historic", a->historic);
    tc_json_field_bool(w, "degraded", a->degraded);
    if (a->incomplete_window) tc_json_field_bool(w, "incomplete_window", true);
    tc_json_object_close(w);
}

static void tell_alert(tc_output *output, const tc_alert *a, tc_time now, tc_str *out)
{
    tc_json_writer writer, *w = &writer;
    (void)now;
    tc_json_writer_init(w, out);
    tc_json_object_open(w);
    tc_json_field_time(w, "@timestamp", a->time);
    tc_json_field_object(w, "ecs");
    tc_json_field_cstring(w, "version", ECS_VERSION);
    tc_json_object_close(w);
    add_event(w, a);
    tc_json_field_object(w, "observer");
    tc_json_field_cstring(w, "product", TC_OUTPUT_PRODUCT);
    tc_json_field_cstring(w, "version", output->options.version);
    tc_json_object_close(w);
    add_rule(w, a);
    add_user(w, a);
    if (a->source_count) {
        tc_json_field_object(w, "source");
        add_place(w, &a->sources[0]);
        tc_json_object_close(w);
    }
    add_related(w, a);
    tc_json_field_text(w, "message", a->message);
    add_tocsin(output, w, a);
    tc_json_object_close(w);
    tc_str_add_byte(out, '\n');
}

const tc_output_format tc_output_json = {
    .name = "json",
    .help = "lines of JSON, with names of the Elastic Common Schema",
    .alert = tell_alert,
    .summary = tc_output_json_summary,
    .inventory = tc_output_know,
};
