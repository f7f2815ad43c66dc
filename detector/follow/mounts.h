/*
 * mounts: which folders are mount points, by the system's table (proc(5), mountinfo). Reading it
 * touches none of them.
 */
#ifndef TC_FOLLOW_MOUNTS_H
#define TC_FOLLOW_MOUNTS_H

#include "parsers/base/map.h"

typedef struct tc_mounts {
    tc_map *points;
} tc_mounts;

/* Reads the table (NULL: the system's); without one, or without memory, there is but "/". */
void tc_mounts_read(tc_mounts *mounts, const char *table);
void tc_mounts_done(tc_mounts *mounts);
bool tc_mounts_has(const tc_mounts *mounts, tc_slice path);
/* Whether what is mounted there comes over a network, or from a program. */
bool tc_mounts_is_remote(const tc_mounts *mounts, tc_slice point);
/* The deepest mount point that an absolute path is at or below; a slice of it, or "/". */
tc_slice tc_mounts_of(const tc_mounts *mounts, tc_slice path);

#endif
