/* Which incident a finding belongs to, and what it brings. */
#include "detector/incident/incident_crowd.h"

#include "parsers/base/alloc.h"

/* -- opening and merging -------------------------------------------------------------------- */

static bool has_number(tc_incidents *all)
{
    size_t most = TC_HOME_SEVERAL - 1;
    return !tc_incident_lacks(all, tc_grow(&all->list, &all->capacity, all->count + 1,
                                           sizeof(tc_incident *), most)) &&
           !tc_incident_lacks(all, tc_grow(&all->elders, &all->elders_capacity, all->count + 1,
                                           sizeof(*all->elders), most));
}

static TC_STATUS open_incident(tc_incidents *all, const tc_finding *f, tc_incident **ret)
{
    bool room = false;
    TC_TRY(tc_incident_make_room(all, f->rule->level, all->newcomer, f->order.time, &room));
    if (!room) {
        all->incidents_refused++;
        return TC_SUCCESS;
    }
    tc_incident *in = has_number(all) ? tc_alloc(1, sizeof(*in)) : NULL;
    if (in == NULL) return (tc_status){TC_ENOMEM};
    in->newcomers = all->newcomer;
    if (!tc_incident_enlist(all, in)) {
        tc_free(in);
        return (tc_status){TC_ENOMEM};
    }
    tc_incident_content_id(in->id, f, "incident");
    in->level = f->rule->level;
    in->first = in->last = TC_TIME_NONE;
    all->elders[all->count] = 0;
    all->list[all->count++] = in;
    in->number = (uint32_t)all->count;
    *ret = in;
    return TC_SUCCESS;
}

void tc_incident_note_rule(tc_incidents *all, tc_incident *in, const tc_rule *rule)
{
    for (size_t i = 0; i < in->rule_count; i++)
        if (in->rules[i] == rule) return;
    if (tc_incident_lacks(all, tc_grow(&in->rules, &in->rule_capacity, in->rule_count + 1,
                                       sizeof(*in->rules), TC_INCIDENT_RULES_MAX)))
        return;
    in->rules[in->rule_count++] = rule;
}

static void note_former(tc_incidents *all, tc_incident *in, const char id[33])
{
    if (tc_incident_lacks(all, tc_grow(&in->former, &in->former_capacity, in->former_count + 1,
                                       sizeof(*in->former), TC_INCIDENT_FORMER_MAX)))
        return;
    memcpy(in->former[in->former_count++], id, sizeof(*in->former));
}

/* The graver one leads; its words and lines become those of both. */
static void merge_lead(tc_incident *into, tc_incident *from)
{
    into->level = TC_MAX(into->level, from->level);
    if (from->lead->level <= into->lead->level) return;
    tc_kept_text why = into->confidence_why;
    tc_shown_line lines[TC_INCIDENT_EVIDENCE_KEPT];
    size_t line_count = into->evidence_count;
    memcpy(lines, into->evidence, sizeof(lines));
    into->lead = from->lead;
    into->lead_count = from->lead_count;
    into->confidence = from->confidence;
    into->confidence_why = from->confidence_why;
    memcpy(into->evidence, from->evidence, sizeof(lines));
    into->evidence_count = from->evidence_count;
    /* `from` owns and frees what is told no more. */
    from->confidence_why = why;
    memcpy(from->evidence, lines, sizeof(lines));
    from->evidence_count = line_count;
}

static void merge_into(tc_incidents *all, tc_incident *into, tc_incident *from)
{
    tc_incident_move_members(all, into, from);
    for (size_t i = 0; i < from->rule_count; i++)
        tc_incident_note_rule(all, into, from->rules[i]);
    tc_incident_move_crowd(into, from);
    merge_lead(into, from);
    into->alerts += from->alerts;
    into->first = tc_incident_earlier(into->first, from->first);
    into->last = TC_MAX(into->last, from->last);
    into->several_actors |= from->several_actors || (into->actor_key && from->actor_key &&
                                                     into->actor_key != from->actor_key);
    if (into->actor_key == 0) {
        into->actor_key = from->actor_key;
        into->actor = from->actor;
        from->actor = (tc_kept_text){0};
    }
    into->degraded |= from->degraded;
    into->checks |= from->checks;
    tc_incident_set_level(all, into);
    note_former(all, into, from->id);
    for (size_t i = 0; i < from->former_count; i++)
        note_former(all, into, from->former[i]);
    all->elders[from->number - 1] = into->number;
    all->list[from->number - 1] = NULL;
    if (!from->newcomers) tc_incident_known(all, into);
    tc_incident_delist(all, from);
    tc_incident_free(all, from);
}

/* The other is told as merged, if anybody has heard of it. */
TC_STATUS tc_incident_unify(tc_incidents *all, tc_incident *a, tc_incident *b, tc_time now,
                            tc_incident **ret, const tc_alert_sink *sink)
{
    tc_incident *elder = a->number < b->number ? a : b, *younger = elder == a ? b : a;
    tc_status status = TC_SUCCESS;
    younger->merged_into = elder;
    if (younger->opened) status = tc_incident_tell(all, younger, TC_TRANSITION_MERGED, now, sink);
    tc_incident_clear_due(all, younger);
    merge_into(all, elder, younger);
    *ret = elder;
    return status;
}

static TC_STATUS join(tc_incidents *all, tc_incident **in, tc_incident *other, tc_time now,
                      const tc_alert_sink *sink)
{
    if (other == NULL || other == *in || !tc_incident_is_open(all, other, now)) return TC_SUCCESS;
    if (*in != NULL) return tc_incident_unify(all, *in, other, now, in, sink);
    *in = other;
    return TC_SUCCESS;
}

/* -- keys ----------------------------------------------------------------------------------- */

static bool is_new_source(const tc_subject *s)
{
    return s->remote && (s->novel || s->new_block);
}

/* A switch that is grave in itself is a switch to a foreign language; the language is then a key.
 */
bool tc_incident_speaks_foreign(const tc_finding *f, const tc_subject *s)
{
    return f->rule->level >= TC_LEVEL_HIGH && s->language.len && s->previous.len &&
           !tc_slice_equal(s->language, s->previous);
}

/* One that the finding meets in a key, if it may join it. */
static TC_STATUS meet(tc_incidents *all, const tc_finding *f, tc_incident **in, tc_incident *other,
                      tc_meeting meeting, const tc_alert_sink *sink)
{
    if (other == NULL || !tc_incident_may_join(all, f, *in, other, meeting)) return TC_SUCCESS;
    return join(all, in, other, f->order.time, sink);
}

static TC_STATUS meet_source(tc_incidents *all, const tc_finding *f, const tc_access *a,
                             tc_incident **in, const tc_alert_sink *sink)
{
    uint64_t address = a->digests[TC_ACCESS_ADDRESS];
    if (address == 0 || tc_incident_is_common(all, address)) return TC_SUCCESS;
    TC_TRY(meet(all, f, in, tc_incident_home(all, address), TC_MEET_ADDRESS, sink));
    tc_incident *other = tc_incident_of_key(all, tc_incident_block_key(all, a));
    return meet(all, f, in, other, TC_MEET_ADDRESS, sink);
}

static TC_STATUS join_subject(tc_incidents *all, const tc_finding *f, const tc_subject *s,
                              tc_incident **in, const tc_alert_sink *sink)
{
    tc_incident *other = NULL;
    tc_access a = tc_incident_access(all, s, f->order.time);
    if (a.digests[TC_ACCESS_MAILBOX])
        other = tc_incident_of_mailbox(all, f, *in, a.digests[TC_ACCESS_MAILBOX]);
    TC_TRY(join(all, in, other, f->order.time, sink));
    if (s->actor.len) {
        other = tc_incident_of_key(all, tc_incident_actor_key(all, s->actor));
        TC_TRY(meet(all, f, in, other, TC_MEET_ACTOR, sink));
    }
    if (tc_incident_speaks_foreign(f, s)) {
        other = tc_incident_of_key(all, tc_incident_language_key(all, s->language));
        TC_TRY(meet(all, f, in, other, TC_MEET_LANGUAGE, sink));
    }
    other = tc_incident_of_key(all, tc_incident_campaign_key(all, s->campaign));
    TC_TRY(meet(all, f, in, other, TC_MEET_CAMPAIGN, sink));
    return is_new_source(s) ? meet_source(all, f, &a, in, sink) : TC_SUCCESS;
}

TC_STATUS tc_incident_of_finding(tc_incidents *all, const tc_finding *f, tc_incident **ret,
                                 const tc_alert_sink *sink)
{
    tc_incident *in = NULL;
    for (size_t i = 0; i < f->subject_count; i++)
        TC_TRY(join_subject(all, f, &f->subjects[i], &in, sink));
    if (in == NULL) TC_TRY(open_incident(all, f, &in));
    if (in != NULL && !all->newcomer) tc_incident_known(all, in);
    *ret = in;
    return TC_SUCCESS;
}
