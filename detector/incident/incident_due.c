/* Transitions wait until their moment is over, so that what many rules say of one second is one
 * page. */
#include "detector/incident/incident_state.h"

enum { GROWTH_LEAST = 3 };

void tc_incident_make_due(tc_incidents *all, tc_incident *in, tc_time now)
{
    all->due += !in->due;
    in->due = true;
    in->due_time = now;
    all->moment = TC_MAX(all->moment, now);
}

void tc_incident_clear_due(tc_incidents *all, tc_incident *in)
{
    all->due -= in->due;
    in->due = false;
}

/* -- telling -------------------------------------------------------------------------------- */

/* Half as much again, so that an incident is told a number of times that only its logarithm knows.
 */
static bool has_grown(size_t now, double told)
{
    return (double)now >= told + TC_MAX(told / 2, (double)GROWTH_LEAST);
}

static tc_transition transition_of(const tc_incident *in)
{
    size_t figure = in->lead_count > 0 && in->lead_count < 1e15 ? (size_t)in->lead_count : 0;
    if (!in->opened) return TC_TRANSITION_OPENED;
    if (in->level > in->level_told) return TC_TRANSITION_RAISED;
    if (has_grown(in->members.victim_count, (double)in->victims_told) ||
        has_grown(figure, in->count_told))
        return TC_TRANSITION_GROWN;
    return TC_TRANSITION_NONE;
}

TC_STATUS tc_incident_tell_due(tc_incidents *all, tc_incident *in, const tc_alert_sink *sink)
{
    tc_transition transition = transition_of(in);
    if (!in->due) return TC_SUCCESS;
    tc_incident_clear_due(all, in);
    if (transition == TC_TRANSITION_NONE) return TC_SUCCESS;
    in->opened = true;
    in->level_told = in->level;
    in->victims_told = in->members.victim_count;
    in->count_told = in->lead_count;
    return tc_incident_tell(all, in, transition, in->due_time, sink);
}
