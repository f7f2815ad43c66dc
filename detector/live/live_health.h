/*
 * live_health: what a run that goes on says of its own health, to those whom it tells alerts.
 *
 * Each condition is told once when it begins and once when it is over. What is not well is kept
 * with the state, so that a restart tells nothing again. Notices are no part of what is judged:
 * they are rows like the heartbeat's, and no replay makes them.
 *
 *   state     nothing could be written: told when it can be again, because it had to wait, too
 *   disk      the state's disk has less than a twentieth, or less than 256 MiB, left
 *   rejected  of what came in ten minutes at least 100 records and a twentieth were not understood
 *   silent    nothing at all was read for three hours
 *   receiver  one has not been reached for five minutes; told to the others
 *   clock     the machine's clock jumped by a minute or more
 *   gap       bytes of a log were lost before they were read
 *   interface one cannot be read any more; not over before a restart
 *   columns   a log has other columns than ever before
 *   late      records came too late to be judged; at most once an hour
 */
#ifndef TC_LIVE_LIVE_HEALTH_H
#define TC_LIVE_LIVE_HEALTH_H

#include "detector/live/figures.h"

typedef struct tc_live_health tc_live_health;

/* Goes on with what the state has. */
TC_STATUS tc_live_health_new(tc_store *store, tc_live_health **ret, tc_error *reterr);
void tc_live_health_free(tc_live_health *health);
/* Looks at the figures every few seconds. `steady`: a clock that does not jump. */
TC_STATUS tc_live_health_look(tc_live_health *health, const tc_figures *figures, tc_time steady,
                              tc_live_tell *tell);
/* Whether it is time to look again. */
bool tc_live_health_is_due(const tc_live_health *health, tc_time steady);
/* How many conditions are not well. */
uint64_t tc_live_health_problems(const tc_live_health *health);

#endif
