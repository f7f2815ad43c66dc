/*
 * paths_seen: paths of requests of which it is known whether a rule can match them at all.
 *
 * A log asks for the same few paths over and over, and rules for web logs hang on the path: so a
 * worker has the matcher work out once per kind of schema and path whether the other fields could
 * still matter, and keeps the answer. Paths are compared whole. Who asks for many different ones
 * makes the worker forget, which costs time and nothing else. A long path is never kept.
 */
#ifndef TC_PIPELINE_PATHS_SEEN_H
#define TC_PIPELINE_PATHS_SEEN_H

#include "parsers/base/slice.h"

#define TC_PATHS_SEEN 512 /* a power of two */
#define TC_PATH_SEEN_MAX 108

typedef enum tc_path_news { TC_PATH_UNSEEN, TC_PATH_QUIET, TC_PATH_TELLING } tc_path_news;

typedef struct tc_path_seen {
    uint64_t columns; /* a secret hash of what the schema is */
    uint16_t length;  /* 0: free */
    uint8_t news;
    uint8_t text[TC_PATH_SEEN_MAX];
} tc_path_seen;

typedef struct tc_paths_seen {
    tc_path_seen slots[TC_PATHS_SEEN];
} tc_paths_seen;

/* What is known of the path in records of schemas with these columns. */
tc_path_news tc_paths_seen_find(const tc_paths_seen *seen, uint64_t columns, tc_slice path);
/* Keeps that a rule can match the path, or that none can, in place of what stood there. */
void tc_paths_seen_keep(tc_paths_seen *seen, uint64_t columns, tc_slice path, bool quiet);

#endif
