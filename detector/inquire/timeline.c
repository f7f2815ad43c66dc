#include "detector/inquire/timeline.h"

#include "detector/output/json_fields.h"
#include "detector/output/text_page.h"

enum { LEVEL_AT = 20, WORDS_AT = 29, NAMES_TOLD = 3, WHAT_MAX = 256 };

const char *tc_moment_kind_name(tc_moment_kind kind)
{
    static const char *const names[] = {"alert", "incident", "source", "access", "language"};
    _Static_assert(TC_COUNT_OF(names) == TC_MOMENT_KIND_COUNT, "one for each");
    TC_ASSERT(kind < TC_MOMENT_KIND_COUNT);
    return names[kind];
}

/* -- moments -------------------------------------------------------------------------------- */

static tc_moment moment_of(const tc_alert *a, tc_moment_kind kind, tc_time time)
{
    tc_moment m = {.time = time, .kind = kind, .level = a->level, .transition = a->transition};
    memcpy(m.incident, a->incident_id, sizeof(m.incident));
    return m;
}

static TC_STATUS show_whole(const tc_alert *a, tc_moment_sink sink, void *context)
{
    bool single = a->transition == TC_TRANSITION_NONE;
    tc_moment m = moment_of(a, single ? TC_MOMENT_ALERT : TC_MOMENT_INCIDENT, a->time);
    m.who = a->mailboxes;
    m.who_count = a->mailbox_count;
    m.from = a->sources;
    m.from_count = a->source_count;
    /* Whom a single alert is about stands before it. */
    bool named = single && a->rule_title.len && (a->mailbox_count || a->source_count);
    m.what = named || a->message.len == 0 ? a->rule_title : a->message;
    if (a->evidence_count) m.evidence = &a->evidence[a->evidence_count - 1];
    return sink(context, &m);
}

static TC_STATUS show_mailbox(const tc_alert *a, const tc_alert_mailbox *who, tc_moment_sink sink,
                              void *context)
{
    if (who->first_access != TC_TIME_NONE) {
        tc_moment m = moment_of(a, TC_MOMENT_ACCESS, who->first_access);
        m.who = who;
        m.who_count = 1;
        m.what = TC_LIT("first opened from a source of the incident");
        TC_TRY(sink(context, &m));
    }
    if (who->switched == TC_TIME_NONE || who->language.len == 0) return TC_SUCCESS;
    char words[WHAT_MAX];
    tc_moment m = moment_of(a, TC_MOMENT_LANGUAGE, who->switched);
    snprintf(words, sizeof(words), "first message of its own in %.*s%s%.*s",
             (int)TC_MIN(who->language.len, (size_t)80), (const char *)who->language.ptr,
             who->previous.len ? ", before that in " : "",
             (int)TC_MIN(who->previous.len, (size_t)80), (const char *)who->previous.ptr);
    m.who = who;
    m.who_count = 1;
    m.what = tc_slice_of(words);
    return sink(context, &m);
}

static TC_STATUS show_source(const tc_alert *a, const tc_alert_source *from, tc_moment_sink sink,
                             void *context)
{
    char words[WHAT_MAX];
    if (from->first == TC_TIME_NONE || tc_ip_is_zero(from->ip)) return TC_SUCCESS;
    tc_moment m = moment_of(a, TC_MOMENT_SOURCE, from->first);
    snprintf(words, sizeof(words), "this source is met first; it comes to %" PRIu32 " mailbox%s",
             from->mailboxes, from->mailboxes == 1 ? "" : "es");
    m.from = from;
    m.from_count = 1;
    m.what = tc_slice_of(words);
    return sink(context, &m);
}

TC_STATUS tc_timeline_moments(const tc_alert *a, tc_moment_sink sink, void *context)
{
    if (a->transition == TC_TRANSITION_CLOSED) return TC_SUCCESS;
    if (a->transition != TC_TRANSITION_FINAL) return show_whole(a, sink, context);
    for (size_t i = 0; i < a->mailbox_count; i++)
        TC_TRY(show_mailbox(a, &a->mailboxes[i], sink, context));
    for (size_t i = 0; i < a->source_count; i++)
        TC_TRY(show_source(a, &a->sources[i], sink, context));
    return TC_SUCCESS;
}

/* -- text ----------------------------------------------------------------------------------- */

static void say_who(const tc_moment *m, tc_str *words)
{
    for (size_t i = 0; i < m->who_count && i < NAMES_TOLD; i++) {
        if (i) tc_str_add(words, TC_LIT(", "));
        tc_str_add(words, m->who[i].name);
    }
    if (m->who_count > NAMES_TOLD) tc_str_addf(words, " and %zu more", m->who_count - NAMES_TOLD);
}

static void say_from(const tc_moment *m, tc_str *words)
{
    char ip[TC_IP_TEXT];
    for (size_t i = 0; i < m->from_count && i < NAMES_TOLD; i++) {
        const tc_alert_source *from = &m->from[i];
        if (tc_ip_is_zero(from->ip)) continue;
        tc_str_addf(words, "%s%s",
                    i            ? ", "
                    : words->len ? " from "
                                 : "from ",
                    tc_ip_format(from->ip, ip));
        if (from->country.len == 0) continue;
        tc_str_add(words, TC_LIT(" ("));
        tc_str_add(words, from->country);
        tc_str_add(words, TC_LIT(")"));
    }
    if (m->from_count > NAMES_TOLD) tc_str_addf(words, " and %zu more", m->from_count - NAMES_TOLD);
}

static void say_place(const tc_moment *m, tc_str *words)
{
    const tc_alert_evidence *e = m->evidence;
    if (e == NULL || e->file.len == 0) return;
    tc_str_add(words, TC_LIT(" ["));
    tc_str_add(words, e->file);
    tc_str_addf(words, ":%" PRIu64 "]", e->line);
}

void tc_timeline_text(tc_output *text, const tc_moment *m, tc_str *out)
{
    char time[TC_TIME_TEXT];
    tc_str words;
    tc_str_init(&words, 65536);
    if (m->kind == TC_MOMENT_INCIDENT) {
        tc_str_addf(&words, "incident %s", tc_transition_name(m->transition));
    } else {
        say_who(m, &words);
        say_from(m, &words);
    }
    if (words.len) tc_str_add(&words, TC_LIT(": "));
    tc_str_add(&words, m->what);
    say_place(m, &words);
    if (m->incident[0]) tc_str_addf(&words, " #%.8s", m->incident);
    tc_str_addf(out, "%-*.19s ", LEVEL_AT - 1, tc_time_format_human(m->time, time));
    tc_page_level(text, m->level, WORDS_AT - LEVEL_AT, out);
    tc_page_wrap(text, WORDS_AT, LEVEL_AT, tc_str_view(&words), out);
    tc_output_note_failure(text, words.failed);
    tc_str_done(&words);
}

/* -- JSON ----------------------------------------------------------------------------------- */

static void add_people(tc_json_writer *w, const tc_moment *m)
{
    tc_json_field_array(w, "mailboxes");
    for (size_t i = 0; i < m->who_count; i++)
        tc_json_string(w, m->who[i].name);
    tc_json_array_close(w);
}

static void add_sources(tc_json_writer *w, const tc_moment *m)
{
    char ip[TC_IP_TEXT];
    tc_json_field_array(w, "sources");
    for (size_t i = 0; i < m->from_count; i++) {
        tc_json_object_open(w);
        if (!tc_ip_is_zero(m->from[i].ip))
            tc_json_field_cstring(w, "ip", tc_ip_format(m->from[i].ip, ip));
        tc_json_field_text(w, "country", m->from[i].country);
        tc_json_field_text(w, "agent", m->from[i].agent);
        tc_json_object_close(w);
    }
    tc_json_array_close(w);
}

static void add_evidence(tc_json_writer *w, const tc_alert_evidence *e)
{
    tc_json_field_object(w, "evidence");
    tc_json_field_text(w, "file", e->file);
    tc_json_field_cstring(w, "unit", e->unit ? e->unit : "line");
    tc_json_field_number(w, "number", e->line);
    tc_json_field_number(w, "offset", e->offset);
    tc_json_field_text(w, "text", e->text);
    tc_json_object_close(w);
}

void tc_timeline_json(const tc_moment *m, tc_str *out)
{
    tc_json_writer w;
    tc_json_writer_init(&w, out);
    tc_json_object_open(&w);
    tc_json_field_time(&w, "@timestamp", m->time);
    tc_json_field_object(&w, "tocsin");
    tc_json_field_cstring(&w, "type", "moment");
    tc_json_field_cstring(&w, "kind", tc_moment_kind_name(m->kind));
    if (m->kind == TC_MOMENT_INCIDENT)
        tc_json_field_cstring(&w, "transition", tc_transition_name(m->transition));
    tc_json_field_cstring(&w, "level", tc_level_name(m->level));
    if (m->incident[0]) tc_json_field_cstring(&w, "incident", m->incident);
    tc_json_field_text(&w, "what", m->what);
    add_people(&w, m);
    add_sources(&w, m);
    if (m->evidence) add_evidence(&w, m->evidence);
    tc_json_object_close(&w);
    tc_json_object_close(&w);
    tc_str_add_byte(out, '\n');
}
