/*
 * turn: one file's turn to be read: at most one piece of it. Private to detector/follow; without
 * the lock.
 */
#ifndef TC_FOLLOW_TURN_H
#define TC_FOLLOW_TURN_H

#include "detector/follow/lane.h"

/* Reads of one file that is ready; false if there is none, or no room. */
bool tc_turn(tc_lane *lane);

/* The file could not be read, for that error; it is tried again after a while. */
void tc_turn_failed(tc_lane *lane, tc_followed *file, const tc_error *error);
/* It can be read, and after trouble it is told so. Under the lock. */
void tc_turn_works(tc_follow *follow, tc_followed *file);
/* It was read to its end, as it was at the last look. */
void tc_turn_at_end(tc_lane *lane, tc_followed *file);
/* What it held is not there any more: another generation begins in the same inode. */
void tc_turn_renew(tc_lane *lane, tc_followed *file);
/* The stream of the file, made if there is none; NULL without memory. Under the lock. */
tc_follow_stream *tc_turn_stream(tc_follow *follow, tc_followed *file);

#endif
