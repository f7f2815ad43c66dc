/*
 * ends: what was not found in a walk, and what is over. Private to detector/follow; without the
 * lock.
 *
 * A file that is gone is read to its end as long as it is open, and ends when its end was seen
 * twice and it did not grow for close_after; so does one that was renamed. What lost its content
 * waits for two walks for the copy that may hold the rest. What is gone for seven days is
 * forgotten, unless there is a copy of it.
 */
#ifndef TC_FOLLOW_ENDS_H
#define TC_FOLLOW_ENDS_H

#include "detector/follow/lane.h"

void tc_ends(tc_lane *lane);

#endif
