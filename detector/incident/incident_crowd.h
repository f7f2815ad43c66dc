/*
 * incident_crowd: the accounts behind a measure of the whole organisation. Internal to incident*.c.
 *
 * Such a finding is about nobody, so that it ties no incidents; who is counted in it is told all
 * the same. Names as they were at the time, each once, at most TC_CROWD_NAMES of them and
 * TC_CROWD_BYTES; more are only counted, by the finding itself. What was usual is that of the first
 * finding: later the measure is part of its own past.
 */
#ifndef TC_INCIDENT_INCIDENT_CROWD_H
#define TC_INCIDENT_INCIDENT_CROWD_H

#include "detector/incident/incident_story.h"

/* Takes what the finding says of accounts without a mailbox; nothing of any other. */
void tc_incident_take_crowd(tc_incidents *all, tc_incident *in, const tc_finding *finding);
/* What `from` has and `into` has not. */
void tc_incident_move_crowd(tc_incident *into, tc_incident *from);
void tc_incident_drop_crowd(tc_incident *in);
void tc_incident_list_crowd(tc_story *story, const tc_incident *in);
void tc_incident_visit_crowd(tc_visit *visit, tc_incident *in);

#endif
