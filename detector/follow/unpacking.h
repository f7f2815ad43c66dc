/*
 * unpacking: what a packed file holds, in turns. Private to detector/follow; the lane's own.
 *
 * A packed file is read when it has not changed for two walks' time: it is not written any more.
 * One at a time is unpacked, some MiB a turn. Bytes up to the place that a stream was read to are
 * compared and dropped. Bounds are those of detector/input/cap.h.
 */
#ifndef TC_FOLLOW_UNPACKING_H
#define TC_FOLLOW_UNPACKING_H

#include "detector/follow/lane.h"

tc_turned tc_unpacking_turn(tc_lane *lane, tc_followed *file);

#endif
