/*
 * listing: what of a folder's names concerns a lane. Private to detector/follow.
 *
 * The pattern's files and folders; files that are known by their inode, whatever their name is now;
 * and those whose name begins with that of a file which lost its content (LOG.1 of LOG), for they
 * may be the copy that has it. Files come the eldest first, then by name.
 */
#ifndef TC_FOLLOW_LISTING_H
#define TC_FOLLOW_LISTING_H

#include "detector/follow/lane.h"

#include <sys/stat.h>

typedef enum tc_listed_kind { TC_LISTED_FILE, TC_LISTED_FOLDER, TC_LISTED_SPECIAL } tc_listed_kind;

typedef struct tc_listed {
    tc_slice name; /* NUL-terminated */
    tc_listed_kind kind;
    tc_follow_pattern_state state;
    bool wanted; /* it matches */
    bool linked; /* it was found through a link */
    int sys;     /* why it cannot be looked at; 0: it can */
    struct stat seen;
} tc_listed;

typedef struct tc_listing {
    tc_lane *lane;
    const tc_follow_pattern *pattern;
    tc_follow_pattern_state state;
    tc_slice folder;
    bool top; /* the folder is the pattern's own */
    tc_listed *entries;
    size_t count;
    int sys; /* why it is not whole */
} tc_listing;

/* Fills entries, which live in the lane's names. */
void tc_list(tc_listing *listing, int fd);

#endif
