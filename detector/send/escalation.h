/*
 * escalation: a critical incident that nobody has acknowledged goes once to somebody else.
 *
 * Noted when it is first told as critical, forgotten when it is acknowledged, closed or merged, and
 * due once when the time is over. Pure, the time given; bounded (the eldest is due at once when
 * there is no room, rather than forgotten). Which one has gone is remembered with its state, so a
 * replay or a restart does not send it again.
 */
#ifndef TC_SEND_ESCALATION_H
#define TC_SEND_ESCALATION_H

#include "detector/alert.h"
#include "parsers/base/visit.h"

#define TC_ESCALATION_AFTER (30 * TC_MINUTE)
#define TC_ESCALATIONS_MAX 256

typedef struct tc_escalation tc_escalation;

/* NULL without memory. `after` 0: TC_ESCALATION_AFTER. */
tc_escalation *tc_escalation_new(int64_t after) TC_MUST_USE;
void tc_escalation_free(tc_escalation *escalation);
/* Something of an incident was told at `now`. */
void tc_escalation_note(tc_escalation *escalation, const tc_alert *alert, tc_time now);
/* Somebody has taken it on, or it is over. */
void tc_escalation_acknowledge(tc_escalation *escalation, tc_slice incident);
/* The next incident that is due, once; false: none is. `ret` has room for an id. */
bool tc_escalation_due(tc_escalation *escalation, tc_time now, char ret[33]) TC_MUST_USE;
/* When the next will be; TC_TIME_MAX: none waits. */
tc_time tc_escalation_next(const tc_escalation *escalation);
void tc_escalation_visit(tc_escalation *escalation, tc_visit *visit);

#endif
