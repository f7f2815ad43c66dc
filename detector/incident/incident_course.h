/*
 * incident_course: when an incident began, within which bounds, and whether it goes on. Internal to
 * incident*.c.
 */
#ifndef TC_INCIDENT_INCIDENT_COURSE_H
#define TC_INCIDENT_INCIDENT_COURSE_H

#include "detector/incident/incident_state.h"

/* As that transition tells it, of those people. */
tc_alert_course tc_incident_course(const tc_incidents *all, const tc_incident *in,
                                   const tc_incident_people *people, tc_transition transition);

#endif
