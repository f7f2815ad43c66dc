/*
 * trouble: folders, and what is no file, that cannot be read: told once, and when it is over.
 * Private to detector/follow; the lane's own.
 */
#ifndef TC_FOLLOW_TROUBLE_H
#define TC_FOLLOW_TROUBLE_H

#include "detector/follow/lane.h"

/* For that errno (0: none), in words. */
void tc_trouble(tc_lane *lane, tc_slice path, int sys, const char *words);
/* What did not come up in this walk is over. */
void tc_trouble_over(tc_lane *lane);

#endif
