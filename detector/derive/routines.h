/*
 * routines: accounts that say by their name that resetting passwords is their work, and whether
 * they have shown it.
 *
 * A name is what anybody can give an account. So a directory connector is believed only when it has
 * done this work for 14 days, on five of them, when the domain controller that tells of it is one
 * of those that told before, and while it does not exceed four times what it did in its busiest
 * hour and day so far (ten at least). What exceeds that is judged like a person's, and does not
 * become usual unless nobody finds anything wrong with it (tc_routines_learn). Bounded; at the
 * bound the newcomer is not believed.
 *
 * What is exempt altogether is counted by the day, so that growth shows.
 */
#ifndef TC_DERIVE_ROUTINES_H
#define TC_DERIVE_ROUTINES_H

#include "detector/bound.h"
#include "parsers/base/visit.h"

#define TC_ROUTINE_DAYS 28

typedef struct tc_routine_exempt {
    uint32_t today;
    double median; /* of the days before */
    uint32_t days;
} tc_routine_exempt;

typedef struct tc_routines tc_routines;

/* NULL without memory. */
tc_routines *tc_routines_new(void) TC_MUST_USE;
void tc_routines_free(tc_routines *routines);
/* The account (a content key) resets a password; true if that is its routine. `host` is a hash of
 * where it was logged. `declared`: the organisation says that it is, which takes the place of the
 * fourteen days and of the places; how much is too much stays. */
bool tc_routines_note(tc_routines *routines, uint64_t account, uint64_t host, bool declared,
                      tc_time now);
/* The busiest hour and day of the account may be so busy: what exceeded its usual was its own. */
void tc_routines_learn(tc_routines *routines, uint64_t account, uint32_t hour, uint32_t day);
/* How many there were this hour and this day, if that is more than is usual; else false. */
bool tc_routines_excess(const tc_routines *routines, uint64_t account, uint32_t *ret_hour,
                        uint32_t *ret_day);
/* A reset was exempt. */
void tc_routines_exempt(tc_routines *routines, tc_time now, tc_routine_exempt *ret);
void tc_routines_bounds(const tc_routines *routines, tc_bounds *bounds);
/* Into empty ones. */
void tc_routines_visit(tc_routines *routines, tc_visit *visit);

#endif
