/*
 * timepart: minute, hour, day, week, month or year of a time as an event writes it.
 */
#ifndef TC_SIGMA_TIMEPART_H
#define TC_SIGMA_TIMEPART_H

#include "detector/sigma/program.h"

/* The part of the time in the text (ISO forms, or seconds since 1970 where the value is a number).
 * A written zone is not applied: the time counts as it stands. Weeks are those of ISO 8601. */
bool tc_time_part_of(tc_slice text, bool number, tc_time_part part, int64_t *ret);

#endif
