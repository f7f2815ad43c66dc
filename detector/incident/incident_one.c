/* What can be said of one incident: whether it is open, and its end. */
#include "detector/incident/incident_crowd.h"

#include "parsers/base/alloc.h"

bool tc_incident_is_open(const tc_incidents *all, const tc_incident *in, tc_time now)
{
    return in->last == TC_TIME_NONE || tc_time_between(in->last, now) <= all->options.merge_ns;
}

void tc_incident_free_members(tc_incident *in)
{
    tc_free(in->members.victims);
    tc_free(in->members.origins);
    tc_free(in->members.spoken);
    tc_keymap_done(&in->members.victim_at);
    tc_keymap_done(&in->members.origin_at);
    tc_keymap_done(&in->members.traits);
    in->members = (tc_incident_members){0};
}

void tc_incident_free(tc_incidents *all, tc_incident *in)
{
    if (in == NULL) return;
    tc_incident_free_members(in);
    tc_incident_drop_crowd(in);
    tc_incident_drop_text(all, &in->actor);
    tc_incident_drop_text(all, &in->confidence_why);
    for (size_t i = 0; i < in->evidence_count; i++)
        tc_incident_drop_text(all, &in->evidence[i].text);
    tc_free(in->rules);
    tc_free(in->former);
    tc_free(in);
}
