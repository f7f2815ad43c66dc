/*
 * meet: which of the files that are known a name of a folder is, if any. Private to
 * detector/follow; without the lock.
 *
 * Device and inode, or the path, make a candidate; the print decides. Nothing is read on here.
 */
#ifndef TC_FOLLOW_MEET_H
#define TC_FOLLOW_MEET_H

#include "detector/follow/lane.h"

#include <sys/stat.h>

typedef struct tc_meeting {
    int folder;
    const char *name;
    tc_slice path;
    const struct stat *seen;
    bool wanted;
    bool linked;
} tc_meeting;

void tc_meet(tc_lane *lane, const tc_meeting *meeting);

#endif
