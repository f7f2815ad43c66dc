/*
 * incident_kept: `tocsin incident list|show|ack|close|silence` over the state of a tocsin watch.
 *
 * What is only asked is read from the folder, so it needs no run. What changes an incident needs
 * the run that keeps the folder, because that alone writes it: it is asked over its socket, and
 * what it answers has been committed.
 */
#ifndef TC_APP_INCIDENT_KEPT_H
#define TC_APP_INCIDENT_KEPT_H

#include "detector/live/kept_incidents.h"
#include "detector/settings/options.h"

/* Whether the command line is one of these. */
bool tc_incident_is_kept(const tc_options *options);
int tc_incident_asked(const tc_options *options, tc_time now);

/* incident_list.c: append. */
void tc_incident_list(const tc_kept_incidents *incidents, bool all, uint32_t width, tc_time now,
                      tc_str *out);
void tc_incident_list_json(const tc_kept_incidents *incidents, bool all, tc_time now, tc_str *out);
void tc_incident_show(const tc_kept_incident *incident, tc_time now, tc_str *out);
void tc_incident_show_json(const tc_kept_incident *incident, tc_time now, tc_str *out);

/* incident_exception.c: appends the narrowest exception that would have left the incident out, as a
 * configuration has it; false: there is none, and why is appended. */
bool tc_incident_exception(const tc_kept_incident *incident, const char *reason, tc_time now,
                           tc_str *out);
/* Whether it would have left out the other one, by what is kept of both. */
bool tc_incident_would_hide(const tc_kept_incident *incident, const tc_kept_incident *other);

/* incident_replay.c: appends what the exception (as it was worded) would have hidden besides, by
 * judging the kept journal twice; what that cannot tell by what is kept of incidents; and what was
 * not seen. `folder`: of the state. */
void tc_incident_hidden(const char *folder, const tc_kept_incidents *incidents,
                        const tc_kept_incident *incident, tc_slice exception, tc_time now,
                        tc_str *out);

#endif
