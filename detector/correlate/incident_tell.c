/* The state of an incident put into an alert: its people, its facts, its sentence. */
#include "detector/correlate/incident_story.h"

#include "detector/correlate/incident_tally.h"

static void say_access(tc_str *text, const tc_incident_members *m)
{
    char time[TC_TIME_TEXT];
    tc_str_addf(text, ", %zu used from %zu new remote address%s", m->accessed, m->origin_count,
                m->origin_count == 1 ? "" : "es");
    for (size_t i = 0; i < m->country_count; i++) {
        tc_str_add(text, i == 0 ? TC_LIT(" (") : TC_LIT(", "));
        tc_str_add(text, tc_slice_of(m->countries[i]));
    }
    if (m->country_count) tc_str_add_byte(text, ')');
    tc_str_addf(text, " since %s UTC", tc_time_format_human(m->first_access, time));
}

static tc_slice sentence(tc_story *s, const tc_incident *in, tc_slice actor)
{
    const tc_incident_members *m = &in->members;
    const tc_incident_spoken *common = tc_incident_common_language(in);
    tc_str text;
    tc_str_init(&text, TC_STORY_SENTENCE_MAX);
    tc_str_add(&text, in->lead->message.len ? in->lead->message : in->lead->title);
    if (m->victim_count)
        tc_str_addf(&text, ": %zu mailbox%s", m->victim_count, m->victim_count == 1 ? "" : "es");
    else if (in->lead_count > 1)
        tc_str_addf(&text, ": %.0f accounts", in->lead_count);
    if (common) {
        tc_str_addf(&text, ", %zu switched to ", common->count);
        tc_str_add(&text, tc_slice_of(common->language));
    }
    if (m->accessed && m->origin_count) {
        say_access(&text, m);
    } else if (actor.len) {
        tc_str_add(&text, TC_LIT(", by "));
        tc_str_add(&text, actor);
    }
    return tc_story_take(s, &text);
}

static void add_facts(tc_story *s, const tc_incident *in)
{
    const tc_incident_members *m = &in->members;
    const tc_incident_spoken *common = tc_incident_common_language(in);
    char time[TC_TIME_TEXT];
    if (m->victim_count) tc_story_fact_number(s, "mailboxes", (double)m->victim_count);
    if (in->lead_count > 1) tc_story_fact_number(s, "count", in->lead_count);
    if (common) {
        tc_story_fact_number(s, "mailboxes_switched", (double)common->count);
        tc_story_fact_text(s, "language", tc_slice_of(common->language));
        tc_story_fact_text(s, "language_before", tc_slice_of(common->previous));
    }
    if (m->accessed) {
        tc_story_fact_number(s, "mailboxes_accessed", (double)m->accessed);
        tc_story_fact_text(s, "first_access", tc_slice_of(tc_time_format(m->first_access, time)));
    }
    if (m->origin_count) tc_story_fact_number(s, "sources", (double)m->origin_count);
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

TC_STATUS tc_incident_tell(tc_incidents *all, tc_incident *in, tc_transition transition,
                           tc_time time, const tc_alert_sink *sink)
{
    tc_story s;
    tc_arena_mark mark = tc_arena_save(all->arena);
    begin(&s, all, in, transition, time);
    tc_alert *a = &s.alert;
    a->confidence_why = tc_incident_show_text(all, in->confidence_why, &a->degraded);
    tc_slice actor = tc_incident_show_text(all, in->actor, &a->degraded);
    bool new_only = transition == TC_TRANSITION_GROWN || transition == TC_TRANSITION_MERGED;
    tc_incident_list_members(&s, in, new_only);
    tc_incident_add_advice(&s, in);
    add_facts(&s, in);
    a->message = sentence(&s, in, actor);
    a->related_users = &actor;
    a->related_user_count = actor.len != 0;
    for (size_t i = 0; i < in->evidence_count; i++)
        tc_story_line(&s, in->evidence[i].at, in->evidence[i].time,
                      tc_incident_show_text(all, in->evidence[i].text, &a->degraded));
    tc_status status = sink->alert(sink->context, a);
    tc_arena_rewind(all->arena, mark);
    return status;
}
