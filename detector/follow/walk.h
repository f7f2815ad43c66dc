/*
 * walk: a look at all folders of a lane. Private to detector/follow; without the lock.
 *
 * Names that begin with a dot are left alone. Files are met the eldest first. A mount below is
 * handed to its own lane. A folder that cannot be read is told once, and again when it can be.
 */
#ifndef TC_FOLLOW_WALK_H
#define TC_FOLLOW_WALK_H

#include "detector/follow/lane.h"

void tc_walk(tc_lane *lane);

#endif
