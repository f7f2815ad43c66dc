/*
 * incident_tally: who is in an incident, as its alerts list and count them. Internal to
 * incident*.c.
 *
 * What is listed is copied into the story's arena; where that has no room the alert is marked
 * degraded and lists fewer. Lists stand in an order of content (times, names, addresses), never in
 * that of the members' places.
 */
#ifndef TC_INCIDENT_INCIDENT_TALLY_H
#define TC_INCIDENT_INCIDENT_TALLY_H

#include "detector/incident/incident_story.h"

/* The gravest language that victims were switched to, of equals that of most; NULL if none was. */
const tc_incident_spoken *tc_incident_common_language(const tc_incident *in);
/* Lists the members in the alert, or only those that no transition has told yet, of this incident
 * or of one that was merged into it; all are told now. Victims by first access, then name; sources
 * by first sight, then address. Guests stand apart, by name, where all is told. */
void tc_incident_list_members(tc_story *story, tc_incident *in, bool new_only);
/* All rules, the gravest first, then by name. */
void tc_incident_list_rules(tc_story *story, const tc_incident *in);
/* Techniques and next steps: the lead's first, then those of the other rules, the graver before the
 * lighter, each once; as many steps as somebody will take. */
void tc_incident_add_advice(tc_story *story, const tc_incident *in);

#endif
