#include "detector/incident/incident_course.h"

/* Who comes every few days has not gone because a weekend is quiet. */
#define QUIET_AFTER (3 * TC_DAY)

/* By then somebody was in the victim's mailbox whose language is not the victim's. */
static tc_time certain_of_victim(const tc_victim *v)
{
    bool earlier = v->before != TC_TIME_NONE;
    return earlier ? v->before : v->switched;
}

/* That many came to a place is no sign of anybody. */
static tc_time latest_access(const tc_incidents *all, const tc_incident_members *m, bool guests)
{
    tc_time latest = TC_TIME_NONE;
    for (size_t i = 0; i < m->victim_count; i++)
        latest = tc_incident_earlier(latest, certain_of_victim(&m->victims[i]));
    for (size_t i = 0; i < m->origin_count; i++)
        if (m->origins[i].mailboxes > 1 &&
            !(guests && tc_incident_is_place(all, m->origins[i].digests)))
            latest = tc_incident_earlier(latest, m->origins[i].first);
    return latest;
}

tc_alert_course tc_incident_course(const tc_incidents *all, const tc_incident *in,
                                   const tc_incident_people *people, tc_transition transition)
{
    const tc_incident_members *m = &in->members;
    tc_time newest = TC_MAX(all->until, all->newest);
    tc_alert_course c = {.known = true,
                         .earliest = people->first_access,
                         .latest = latest_access(all, m, people->guests != 0),
                         .until = TC_TIME_NONE};
    if (c.latest == TC_TIME_NONE) c.latest = c.earliest;
    if (c.earliest != TC_TIME_NONE) c.latest = TC_MAX(c.latest, c.earliest);
    if (transition != TC_TRANSITION_FINAL || newest == TC_TIME_NONE) return c;
    c.until = TC_MAX(newest, in->last);
    c.active = tc_time_between(in->last, c.until) < QUIET_AFTER;
    return c;
}
