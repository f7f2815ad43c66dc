/*
 * paths: the files of a kind below a folder, in byte order of their paths.
 *
 * Names that begin with a dot are passed over; a link to a file is followed, one to a folder is
 * not. What cannot be looked at or read to its end is an error, never a shorter list. The list is
 * the caller's.
 */
#ifndef TC_SIGMA_PATHS_H
#define TC_SIGMA_PATHS_H

#include "parsers/base/slice.h"

typedef struct tc_paths {
    char **items;
    size_t count, room;
} tc_paths;

/* Appends `path` itself if it is no folder, else all files below it whose names `wanted` takes. */
TC_STATUS tc_paths_add(tc_paths *paths, const char *path, bool (*wanted)(const char *name),
                       tc_error *reterr);
void tc_paths_done(tc_paths *paths);

#endif
