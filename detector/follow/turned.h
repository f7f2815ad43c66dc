/*
 * turned: what came of a file's turn, noted on it and told. Private to detector/follow; without the
 * lock where it does not say so.
 */
#ifndef TC_FOLLOW_TURNED_H
#define TC_FOLLOW_TURNED_H

#include "detector/follow/lane.h"

/* The file could not be read, for that error; it is tried again after a while. */
void tc_turned_failed(tc_lane *lane, tc_followed *file, const tc_error *error);
/* It can be read, and after trouble it is told so. Under the lock. */
void tc_turned_works(tc_follow *follow, tc_followed *file);
/* It was read to its end, as it was at the last look. */
void tc_turned_at_end(tc_lane *lane, tc_followed *file);
/* What it held is not there any more: another generation begins in the same inode. */
void tc_turned_renew(tc_lane *lane, tc_followed *file);
/* The stream of the file, made if there is none; NULL without memory. Under the lock. */
tc_follow_stream *tc_turned_stream(tc_follow *follow, tc_followed *file);

#endif
