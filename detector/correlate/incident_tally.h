/*
 * incident_tally: who is in an incident, as its alerts list and count them. Internal to
 * incident*.c.
 */
#ifndef TC_CORRELATE_INCIDENT_TALLY_H
#define TC_CORRELATE_INCIDENT_TALLY_H

#include "detector/correlate/incident_story.h"

typedef struct tc_tally {
    size_t accessed; /* victims with sessions from the incident's sources */
    tc_time first_access;
    size_t switched; /* victims switched to the language that most were switched to */
    const char *language, *previous; /* NULL if none was; they point into the incident */
} tc_tally;

/* One pass over the victims. */
void tc_incident_tally(const tc_incident *in, tc_tally *ret);
/* Lists the members in the alert, or only those that this incident has not told yet; all are told
 * now. Victims by first access, then name; sources by first sight, then address. */
void tc_incident_list_members(tc_story *story, tc_incident *in, bool new_only);
/* Techniques and next steps: the lead's first, then those of the other rules, the graver before the
 * lighter, each once; as many steps as somebody will take. */
void tc_incident_add_advice(tc_story *story, const tc_incident *in);

#endif
