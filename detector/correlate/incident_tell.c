/* The state of an incident put into an alert: its people, its facts, its sentence. */
#include "detector/correlate/incident_story.h"

#include "detector/correlate/incident_tally.h"

static void say_countries(tc_str *text, const tc_members *m)
{
    const char *said[8];
    size_t n = 0;
    for (size_t i = 0; i < m->origin_count && n < TC_COUNT_OF(said); i++) {
        const char *country = m->origins[i].country;
        size_t k = 0;
        while (k < n && strcmp(said[k], country) != 0)
            k++;
        if (country[0] == 0 || k < n) continue;
        said[n] = country;
        tc_str_add(text, n++ == 0 ? TC_LIT(" (") : TC_LIT(", "));
        tc_str_add(text, tc_slice_of(country));
    }
    if (n) tc_str_add_byte(text, ')');
}

static tc_slice sentence(tc_story *s, const tc_incident *in, const tc_tally *tally, tc_slice actor)
{
    const tc_members *m = &in->members;
    char time[TC_TIME_TEXT];
    tc_str text;
    tc_str_init(&text, TC_STORY_SENTENCE_MAX);
    tc_str_add(&text, in->lead->message.len ? in->lead->message : in->lead->title);
    if (m->victim_count)
        tc_str_addf(&text, ": %zu mailbox%s", m->victim_count, m->victim_count == 1 ? "" : "es");
    else if (in->lead_count > 1)
        tc_str_addf(&text, ": %.0f accounts", in->lead_count);
    if (tally->language) {
        tc_str_addf(&text, ", %zu switched to ", tally->switched);
        tc_str_add(&text, tc_slice_of(tally->language));
    }
    if (tally->accessed && m->origin_count) {
        tc_str_addf(&text, ", %zu used from %zu new remote address%s", tally->accessed,
                    m->origin_count, m->origin_count == 1 ? "" : "es");
        say_countries(&text, m);
        tc_str_addf(&text, " since %s UTC", tc_time_format_human(tally->first_access, time));
    } else if (actor.len) {
        tc_str_add(&text, TC_LIT(", by "));
        tc_str_add(&text, actor);
    }
    return tc_story_take(s, &text);
}

static void add_facts(tc_story *s, const tc_incident *in, const tc_tally *tally)
{
    char time[TC_TIME_TEXT];
    if (in->members.victim_count)
        tc_story_fact_number(s, "mailboxes", (double)in->members.victim_count);
    if (in->lead_count > 1) tc_story_fact_number(s, "count", in->lead_count);
    if (tally->language) {
        tc_story_fact_number(s, "mailboxes_switched", (double)tally->switched);
        tc_story_fact_text(s, "language", tc_slice_of(tally->language));
        tc_story_fact_text(s, "language_before", tc_slice_of(tally->previous));
    }
    if (tally->accessed) {
        tc_story_fact_number(s, "mailboxes_accessed", (double)tally->accessed);
        tc_story_fact_text(s, "first_access",
                           tc_slice_of(tc_time_format(tally->first_access, time)));
    }
    if (in->members.origin_count)
        tc_story_fact_number(s, "sources", (double)in->members.origin_count);
}

static void begin(tc_story *s, tc_incidents *all, const tc_incident *in, tc_transition transition,
                  tc_time time)
{
    tc_story_begin(s, all, in->lead);
    tc_alert *a = &s->alert;
    a->transition = transition;
    memcpy(a->id, in->id, sizeof(a->id));
    memcpy(a->incident_id, in->id, sizeof(a->incident_id));
    if (in->merged_into) memcpy(a->merged_into, in->merged_into->id, sizeof(a->merged_into));
    a->time = time;
    a->start = in->first;
    a->end = in->last;
    a->level = in->level;
    a->confidence = in->confidence;
    a->degraded = in->degraded;
    a->historic = in->historic;
    a->alert_count = in->alerts;
    a->former_ids = (const char(*)[33])in->former;
    a->former_id_count = in->former_count;
}

tc_status tc_incident_tell(tc_incidents *all, tc_incident *in, tc_transition transition,
                           tc_time time, const tc_alert_sink *sink)
{
    tc_story s;
    tc_tally tally;
    tc_arena_mark mark = tc_arena_save(all->arena);
    begin(&s, all, in, transition, time);
    tc_alert *a = &s.alert;
    a->confidence_why = tc_incident_show_text(all, in->confidence_why, &a->degraded);
    tc_slice actor = tc_incident_show_text(all, in->actor, &a->degraded);
    bool new_only = transition == TC_TRANSITION_GROWN || transition == TC_TRANSITION_MERGED;
    tc_incident_list_members(&s, in, new_only);
    tc_incident_add_advice(&s, in);
    tc_incident_tally(in, &tally);
    add_facts(&s, in, &tally);
    a->message = sentence(&s, in, &tally, actor);
    a->related_users = &actor;
    a->related_user_count = actor.len != 0;
    for (size_t i = 0; i < in->evidence_count; i++)
        tc_story_line(&s, in->evidence[i].at, in->evidence[i].time,
                      tc_incident_show_text(all, in->evidence[i].text, &a->degraded));
    tc_status status = sink->alert(sink->context, a);
    tc_arena_rewind(all->arena, mark);
    return status;
}
