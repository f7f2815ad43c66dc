/* Who is shown apart: at a source of the incident, and most likely at home there.
 *
 * A hotel, a conference or a kiosk looks like an intruder's network when the first guests come;
 * that it is a place shows later (people keep coming with devices that they had before). Whoever
 * was met at places only, with a device of his own, and of whom nothing else is told, is no victim:
 * he is named apart. A client can say what it likes, so nobody is left out for it: an intruder who
 * makes a place of his network is still found by what he does, and all whom he opened are named. */
#include "detector/incident/incident_state.h"

static void meet(tc_victim *v, uint64_t site)
{
    for (size_t i = 0; i < v->met_count; i++)
        if (v->met[i] == site) return;
    if (site == 0 || v->met_count == TC_VICTIM_MET)
        v->stands = true;
    else
        v->met[v->met_count++] = site;
}

void tc_incident_note_met(tc_victim *v, const tc_access *a)
{
    v->strange |= !a->own;
    meet(v, a->digests[TC_ACCESS_SITE]);
}

void tc_incident_note_subject(const tc_incidents *all, tc_victim *v, const tc_subject *s,
                              tc_time time)
{
    tc_access a = tc_incident_access(all, s, time);
    bool only_came = s->remote && s->language.len == 0 && s->actor.len == 0;
    if (only_came)
        tc_incident_note_met(v, &a);
    else
        v->stands = true;
}

void tc_incident_unite_met(tc_victim *into, const tc_victim *v)
{
    into->stands |= v->stands;
    into->strange |= v->strange;
    for (size_t i = 0; i < v->met_count; i++)
        meet(into, v->met[i]);
}

static bool was_met_at(const tc_incidents *all, const tc_victim *v, tc_settled least)
{
    if (v->stands || v->met_count == 0) return false;
    for (size_t i = 0; i < v->met_count; i++)
        if (tc_commons_place(&all->commons, v->met[i]) < least) return false;
    return true;
}

bool tc_incident_is_guest(const tc_incidents *all, const tc_victim *v)
{
    return !v->strange && was_met_at(all, v, TC_SETTLED_SURE);
}

bool tc_incident_is_passer(const tc_incidents *all, const tc_victim *v)
{
    return was_met_at(all, v, TC_SETTLED_LIKELY);
}

tc_incident_people tc_incident_count_people(const tc_incidents *all, const tc_incident *in)
{
    const tc_incident_members *m = &in->members;
    tc_incident_people p = {.first_access = TC_TIME_NONE};
    for (size_t i = 0; i < m->victim_count; i++) {
        const tc_victim *v = &m->victims[i];
        if (tc_incident_is_guest(all, v)) continue;
        p.count++;
        if (v->first != TC_TIME_NONE) p.accessed++;
        p.first_access = tc_incident_earlier(p.first_access, v->first);
    }
    if (p.count) {
        p.guests = m->victim_count - p.count;
        return p;
    }
    return (tc_incident_people){.count = m->victim_count,
                                .accessed = m->accessed,
                                .first_access = m->accessed ? m->first_access : TC_TIME_NONE};
}
