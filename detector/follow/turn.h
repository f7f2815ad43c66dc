/*
 * turn: one file's turn to be read: at most one piece of it. Private to detector/follow; without
 * the lock.
 */
#ifndef TC_FOLLOW_TURN_H
#define TC_FOLLOW_TURN_H

#include "detector/follow/lane.h"

/* Reads of one file that is ready; false if there is none, or no room. */
bool tc_turn(tc_lane *lane);

#endif
