/*
 * horizon: until when a scan may call its judgement final.
 *
 * A later scan goes on where this one ends, so this one must not conclude anything from the last of
 * its time: a record may be written a little behind its turn, and stand in the file that comes next
 * month. Nor may a few records with a wrong date far ahead make everything of the years between too
 * late. So the horizon is the newest record, less an overlap, of the last day that is not a
 * straggler: a few records that stand alone, days behind all others. It is never
 * later than the clock.
 *
 * Bounded: one counter for each day that a tc_time can name. One thread.
 */
#ifndef TC_APP_HORIZON_H
#define TC_APP_HORIZON_H

#include "parsers/base/time.h"

#define TC_HORIZON_OVERLAP (15 * TC_MINUTE)

typedef struct tc_horizon tc_horizon;

tc_horizon *tc_horizon_new(void) TC_MUST_USE;
void tc_horizon_free(tc_horizon *horizon);
/* Forgets all that was noted. */
void tc_horizon_clear(tc_horizon *horizon);
void tc_horizon_note(tc_horizon *horizon, tc_time time);
/* In whole milliseconds; `least` if that is later or nothing was noted. */
tc_time tc_horizon_until(const tc_horizon *horizon, tc_time now, tc_time least);

#endif
