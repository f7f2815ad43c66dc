/* The state of an incident put into an alert: its people, its facts, its sentence. */
#include "detector/incident/incident_story.h"

#include "detector/incident/incident_course.h"
#include "detector/incident/incident_crowd.h"
#include "detector/incident/incident_score.h"
#include "detector/incident/incident_tally.h"

/* "both", "all", "3 of them"; nothing of one. */
static void say_how_many(tc_str *text, size_t count, size_t of)
{
    tc_str_add(text, TC_LIT(", "));
    if (of < 2) return;
    if (count < of)
        tc_str_addf(text, "%zu of them ", count);
    else
        tc_str_add(text, of == 2 ? TC_LIT("both ") : TC_LIT("all "));
}

static void say_switch(tc_str *text, const tc_incident_people *p, const tc_incident_spoken *spoken)
{
    say_how_many(text, spoken->count, p->count);
    tc_str_add(text, TC_LIT("switched"));
    if (spoken->count == 1 && spoken->previous[0]) {
        tc_str_add(text, TC_LIT(" from "));
        tc_str_add(text, tc_slice_of(spoken->previous));
    }
    tc_str_add(text, TC_LIT(" to "));
    tc_str_add(text, tc_slice_of(spoken->language));
}

static void say_access(tc_str *text, const tc_incident_members *m, const tc_incident_people *p)
{
    char time[TC_TIME_TEXT], ip[TC_IP_TEXT];
    say_how_many(text, p->accessed, p->count);
    if (m->origin_count == 1)
        tc_str_addf(text, "opened from %s", tc_ip_format(m->origins[0].ip, ip));
    else
        tc_str_addf(text, "opened from %zu new addresses", m->origin_count);
    for (size_t i = 0; i < m->country_count; i++) {
        tc_str_add(text, i == 0 ? TC_LIT(" in ") : TC_LIT(", "));
        tc_str_add(text, tc_slice_of(m->countries[i]));
    }
    tc_str_addf(text, " since %s UTC", tc_time_format_human(p->first_access, time));
}

/* What a wave measures are accounts, and what a correlation counts where it counts different names
 * of them. How often something was told is nobody's number. */
static bool counts_accounts(const tc_rule *lead)
{
    static const char *const names[] = {"target", "user", "mailbox", "actor"};
    const tc_correlation *c = lead->kind == TC_RULE_CORRELATION ? lead->correlation : NULL;
    if (c == NULL) return true;
    return c->type == TC_CORRELATION_VALUE_COUNT && c->field_count > 0 &&
           tc_slice_is_one_of(c->fields[0], names, TC_COUNT_OF(names));
}

static void say_people(tc_str *text, const tc_story *s, const tc_incident *in)
{
    const tc_alert *a = &s->alert;
    size_t count = s->people.count;
    if (count == 0 && (in->lead_count <= 1 || !counts_accounts(in->lead))) return;
    tc_str_add(text, in->alerts > 1 && count != 1 ? TC_LIT("; in all ") : TC_LIT(": "));
    if (count == 1 && a->mailbox_count == 1 && a->mailboxes[0].name.len)
        tc_str_add(text, a->mailboxes[0].name);
    else if (count)
        tc_str_addf(text, "%zu mailbox%s", count, count == 1 ? "" : "es");
    else
        tc_str_addf(text, "%.0f accounts", in->lead_count);
}

/* The gravest rule says what it is; the figures behind it are those of the whole incident. */
static tc_slice sentence(tc_story *s, const tc_incident *in, tc_slice actor)
{
    const tc_incident_members *m = &in->members;
    const tc_incident_spoken *spoken = tc_incident_common_language(in);
    tc_str text;
    tc_str_init(&text, TC_STORY_SENTENCE_MAX);
    tc_str_add(&text, in->lead->message.len ? in->lead->message : in->lead->title);
    say_people(&text, s, in);
    if (spoken) say_switch(&text, &s->people, spoken);
    if (s->people.accessed && m->origin_count) {
        say_access(&text, m, &s->people);
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
    const tc_incident_people *p = &s->people;
    if (p->count) tc_story_fact_number(s, "mailboxes", (double)p->count);
    if (in->lead_count > 1) tc_story_fact_number(s, "count", in->lead_count);
    if (common) {
        tc_story_fact_number(s, "mailboxes_switched", (double)common->count);
        tc_story_fact_text(s, "language", tc_slice_of(common->language));
        /* Of several each has its own. */
        if (common->count == 1)
            tc_story_fact_text(s, "language_before", tc_slice_of(common->previous));
    }
    if (p->accessed) {
        tc_story_fact_number(s, "mailboxes_accessed", (double)p->accessed);
        tc_story_fact_text(s, "first_access", tc_slice_of(tc_time_format(p->first_access, time)));
    }
    if (m->origin_count) tc_story_fact_number(s, "sources", (double)m->origin_count);
    if (p->guests) tc_story_fact_number(s, "mailboxes_apart", (double)p->guests);
    tc_story_fact_number(s, "score", tc_incident_score(in) * 100 / TC_SCORE_SURE);
}

static void begin(tc_story *s, tc_incidents *all, const tc_incident *in, tc_transition transition,
                  tc_time time)
{
    tc_story_begin(s, all, in->lead);
    s->people = tc_incident_count_people(all, in);
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
    a->incomplete_window = in->incomplete_window;
    a->historic = in->historic;
    a->alert_count = in->alerts;
    a->course = tc_incident_course(all, in, &s->people, transition);
    a->former_ids = (const char(*)[33])in->former;
    a->former_id_count = in->former_count;
}

static TC_STATUS tell(tc_incidents *all, tc_incident *in, tc_transition transition, tc_time time,
                      bool looks, const tc_alert_sink *sink)
{
    tc_story s;
    tc_arena_mark mark = tc_arena_save(all->arena);
    begin(&s, all, in, transition, time);
    s.looks = looks;
    tc_alert *a = &s.alert;
    a->confidence_why = tc_incident_show_text(all, in->confidence_why, &a->degraded);
    tc_slice actor =
        in->several_actors ? TC_EMPTY_SLICE : tc_incident_show_text(all, in->actor, &a->degraded);
    bool new_only = transition == TC_TRANSITION_GROWN || transition == TC_TRANSITION_MERGED;
    tc_incident_list_members(&s, in, new_only);
    tc_incident_add_advice(&s, in);
    tc_incident_list_rules(&s, in);
    tc_incident_list_crowd(&s, in);
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

TC_STATUS tc_incident_tell(tc_incidents *all, tc_incident *in, tc_transition transition,
                           tc_time time, const tc_alert_sink *sink)
{
    return tell(all, in, transition, time, false, sink);
}

/* -- on request ----------------------------------------------------------------------------- */

static tc_incident *living(const tc_incidents *all, const char *id)
{
    for (size_t i = 0; i < all->living; i++)
        if (strcmp(all->alive[i]->id, id) == 0) return all->alive[i];
    return NULL;
}

TC_STATUS tc_incidents_show(tc_incidents *all, const char *id, const tc_alert_sink *sink)
{
    tc_incident *in = living(all, id);
    return in ? tell(all, in, TC_TRANSITION_FINAL, in->last, true, sink) : TC_SUCCESS;
}

tc_time tc_incidents_newest(const tc_incidents *all)
{
    return TC_MAX(all->until, all->newest);
}

void tc_incidents_each_mailbox(const tc_incidents *all, const char *id,
                               void (*mailbox)(void *context, uint32_t entity), void *context)
{
    const tc_incident *in = living(all, id);
    for (size_t i = 0; in != NULL && i < in->members.victim_count; i++)
        if (in->members.victims[i].entity) mailbox(context, in->members.victims[i].entity);
}
