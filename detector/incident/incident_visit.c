/* Incidents and what they remember, saved and loaded.
 *
 * Before it is saved the living are numbered anew, so that nothing is known of others; numbers in
 * the state are theirs. They stand in the order in which room is looked for. What can be made of
 * the rest (who is where at home among the living, counts of members, indexes) is made anew. */
#include "detector/incident/incident_crowd.h"

#include "parsers/base/alloc.h"

#include <math.h>

/* -- parts of an incident ------------------------------------------------------------------- */

static void visit_figure(tc_visit *v, double *figure)
{
    tc_visit_double(v, figure);
    if (!isfinite(*figure)) tc_visit_refuse(v, "a figure is no number");
}

/* Ids reach people as they are. */
static void visit_id(tc_visit *v, char id[33])
{
    static const char digits[] = "0123456789abcdef";
    tc_visit_cstr(v, id, 33);
    if (strspn(id, digits) != 32) tc_visit_refuse(v, "an id is not 32 hex digits");
}

static void visit_former(tc_visit *v, tc_incident *in)
{
    size_t count = in->former_count;
    tc_visit_count(v, &count, TC_INCIDENT_FORMER_MAX);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        if (tc_visit_loads(v) &&
            !tc_incident_kept(v, tc_grow(&in->former, &in->former_capacity, i + 1,
                                         sizeof(*in->former), TC_INCIDENT_FORMER_MAX)))
            return;
        in->former_count = TC_MAX(in->former_count, i + 1);
        visit_id(v, in->former[i]);
    }
}

static void visit_evidence(tc_incidents *all, tc_visit *v, tc_references *r, tc_incident *in)
{
    tc_visit_count(v, &in->evidence_count, TC_INCIDENT_EVIDENCE_KEPT);
    for (size_t i = 0; i < in->evidence_count; i++) {
        tc_visit_locator(v, r, &in->evidence[i].at);
        tc_visit_time(v, &in->evidence[i].time);
        tc_incident_visit_text(all, v, &in->evidence[i].text, TC_EVIDENCE_TEXT_MAX);
    }
}

/* -- rules ---------------------------------------------------------------------------------- */

/* The place of the rule that leads, from 1; 0: it is not among those that are kept. */
static uint32_t place_of_lead(const tc_incident *in)
{
    for (size_t i = 0; i < in->rule_count; i++)
        if (in->rules[i] == in->lead) return (uint32_t)i + 1;
    return 0;
}

/* The rule that led does not hold any more: how often it counted means nothing for another. */
static void lead_anew(tc_incident *in)
{
    for (size_t i = 0; i < in->rule_count; i++)
        if (in->lead == NULL || in->rules[i]->level > in->lead->level) in->lead = in->rules[i];
    in->lead_count = in->count_told = 0;
}

static void visit_rules(tc_incidents *all, tc_visit *v, tc_references *r, tc_incident *in)
{
    bool loads = tc_visit_loads(v);
    size_t count = in->rule_count;
    uint32_t lead = loads ? 0 : place_of_lead(in);
    tc_visit_count(v, &count, TC_INCIDENT_RULES_MAX);
    tc_visit_below(v, &lead, (uint32_t)count + 1);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        const tc_rule *rule = loads ? NULL : in->rules[i];
        tc_visit_rule(v, r, &rule);
        if (!loads || rule == NULL) continue;
        tc_incident_note_rule(all, in, rule);
        if (i + 1 == lead) in->lead = rule;
    }
    if (lead == 0) tc_visit_rule(v, r, &in->lead);
    if (loads && in->lead == NULL) lead_anew(in);
}

/* -- an incident ---------------------------------------------------------------------------- */

static void visit_level(tc_visit *v, tc_level *level)
{
    uint32_t number = (uint32_t)*level;
    tc_visit_below(v, &number, TC_LEVEL_COUNT);
    *level = (tc_level)number;
}

static void visit_changed(const tc_incidents *all, tc_visit *v, tc_incident *in)
{
    bool changed = in->changed && !all->finals_follow;
    tc_visit_bool(v, &changed);
    if (tc_visit_loads(v)) in->changed = changed;
}

/* What is to be told when the moment is over. */
static void visit_moment(tc_incidents *all, tc_visit *v, tc_incident *in)
{
    bool loads = tc_visit_loads(v);
    tc_visit_bool(v, &in->opened);
    tc_visit_bool(v, &in->due);
    tc_visit_bool(v, &in->checks);
    visit_level(v, &in->level_told);
    tc_visit_time(v, &in->due_time);
    if (!loads) return;
    all->due += in->due;
    all->checks |= in->checks;
}

static void visit_head(tc_incidents *all, tc_visit *v, tc_incident *in)
{
    uint64_t alerts = in->alerts, victims_told = in->victims_told;
    uint32_t confidence = in->confidence;
    visit_id(v, in->id);
    visit_level(v, &in->level);
    tc_visit_below(v, &confidence, 101);
    tc_visit_time(v, &in->first);
    tc_visit_time(v, &in->last);
    tc_visit_u64(v, &alerts);
    tc_visit_u64(v, &victims_told);
    visit_figure(v, &in->lead_count);
    visit_figure(v, &in->count_told);
    tc_visit_bool(v, &in->degraded);
    tc_visit_bool(v, &in->incomplete_window);
    tc_visit_bool(v, &in->historic);
    visit_changed(all, v, in);
    visit_moment(all, v, in);
    tc_incident_visit_text(all, v, &in->confidence_why, TC_INCIDENT_WHY_MAX);
    tc_incident_visit_text(all, v, &in->actor, TC_INCIDENT_LABEL_MAX);
    tc_visit_u64(v, &in->actor_key);
    tc_visit_bool(v, &in->several_actors);
    in->alerts = (size_t)alerts;
    in->victims_told = (size_t)victims_told;
    in->confidence = (uint8_t)confidence;
}

static void visit_incident(tc_incidents *all, tc_visit *v, tc_references *r, tc_incident *in)
{
    visit_head(all, v, in);
    visit_rules(all, v, r, in);
    visit_evidence(all, v, r, in);
    visit_former(v, in);
    tc_incident_visit_crowd(v, in);
    tc_incident_visit_members(all, v, in);
}

/* The next of the living with its number; NULL if the visit has failed. */
static tc_incident *load_living(tc_incidents *all, tc_visit *v, uint32_t number, bool newcomers)
{
    if (number == 0 || number > all->count || all->list[number - 1] != NULL)
        tc_visit_refuse(v, "two incidents have one number");
    if (tc_visit_failed(v)) return NULL;
    tc_incident *in = tc_alloc(1, sizeof(*in));
    if (in != NULL) {
        in->number = number;
        in->newcomers = newcomers;
        if (tc_incident_enlist(all, in)) return all->list[number - 1] = in;
    }
    tc_free(in);
    tc_incident_kept(v, (tc_status){TC_ENOMEM});
    return NULL;
}

static tc_incident *next_living(tc_incidents *all, tc_visit *v, size_t place)
{
    tc_incident *in = tc_visit_loads(v) ? NULL : all->alive[place];
    uint32_t number = in ? in->number : 0;
    bool newcomers = in && in->newcomers;
    tc_visit_below(v, &number, (uint32_t)all->count + 1);
    tc_visit_bool(v, &newcomers);
    return in ? in : load_living(all, v, number, newcomers);
}

static bool make_numbers(tc_incidents *all, tc_visit *v, size_t count)
{
    if (!tc_incident_kept(
            v, tc_grow(&all->list, &all->capacity, count, sizeof(tc_incident *), all->max)) ||
        !tc_incident_kept(
            v, tc_grow(&all->elders, &all->elders_capacity, count, sizeof(*all->elders), all->max)))
        return false;
    all->count = count;
    for (size_t i = 0; i < count; i++) {
        all->list[i] = NULL;
        all->elders[i] = 0;
    }
    return true;
}

static void visit_living(tc_incidents *all, tc_visit *v, tc_references *r)
{
    size_t count = all->living;
    tc_visit_count(v, &count, all->max);
    if (tc_visit_loads(v) && !make_numbers(all, v, count)) return;
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        tc_incident *in = next_living(all, v, i);
        if (in != NULL) visit_incident(all, v, r, in);
    }
}

/* -- all of it ------------------------------------------------------------------------------ */

static void visit_figures(tc_incidents *all, tc_visit *v)
{
    uint64_t hand = all->hand;
    tc_visit_u64(v, &all->key.k0);
    tc_visit_u64(v, &all->key.k1);
    tc_visit_u64(v, &hand);
    all->hand = hand < all->max ? (size_t)hand : 0;
    tc_visit_bool(v, &all->newcomer);
    tc_visit_time(v, &all->newest);
    tc_visit_time(v, &all->moment);
    tc_visit_time(v, &all->until);
    tc_visit_time(v, &all->began);
    tc_visit_u64(v, &all->forgotten);
    tc_visit_u64(v, &all->incidents_refused);
    tc_visit_u64(v, &all->incidents_given_up);
    tc_visit_u64(v, &all->members_refused);
    tc_visit_u64(v, &all->texts_refused);
    tc_visit_u64(v, &all->work);
}

static void drop_lost(tc_incidents *all)
{
    for (size_t i = 0; i < all->living;) {
        if (all->alive[i]->lead != NULL) {
            i++;
            continue;
        }
        tc_incident_release(all, all->alive[i]);
        all->incidents_lost++;
    }
}

void tc_incidents_visit(tc_incidents *all, tc_visit *v, tc_references *r)
{
    if (!tc_visit_begin(v, "incidents", 6)) return;
    if (!tc_visit_loads(v)) tc_incident_kept(v, tc_incident_renumber(all));
    visit_figures(all, v);
    visit_living(all, v, r);
    tc_recalls_visit(&all->keys, v, (uint32_t)all->count);
    tc_recalls_visit(&all->told, v, (uint32_t)all->count);
    tc_recalls_visit(&all->pairs, v, (uint32_t)all->count);
    tc_session_pool_visit(&all->pool, v);
    tc_session_pool_visit(&all->blocks, v);
    tc_commons_visit(&all->commons, v);
    tc_visit_end(v);
    /* Of what was loaded on the way (note_rule, traits). */
    tc_incident_kept(v, all->status);
    all->status = TC_SUCCESS;
    if (tc_visit_loads(v) && !tc_visit_failed(v)) drop_lost(all);
}
