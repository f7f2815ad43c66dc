/*
 * state: what follow keeps. Private to detector/follow.
 *
 * One lock guards everything here but what is marked as a lane's own. No call into the file system
 * is made under it. A lane that works on a file marks it busy, works on copies, and writes back
 * under the lock; a busy file is nobody else's.
 */
#ifndef TC_FOLLOW_STATE_H
#define TC_FOLLOW_STATE_H

#include "detector/follow/follow.h"
#include "detector/follow/pattern.h"
#include "detector/follow/print.h"

#include <pthread.h>

#define TC_FOLLOW_PIECE ((size_t)64 * 1024)
#define TC_FOLLOW_WINDOW (TC_PRINT_HEAD + TC_FOLLOW_PIECE)
#define TC_FOLLOW_AHEAD ((size_t)4 * 1024 * 1024)
#define TC_FOLLOW_LANES ((size_t)256)
#define TC_FOLLOW_FILES ((size_t)4 * 1024 * 1024)
#define TC_FOLLOW_MARKS ((size_t)64)

typedef struct tc_lane tc_lane;
typedef struct tc_followed tc_followed;

typedef struct tc_follow_piece {
    struct tc_follow_piece *next;
    size_t length, taken;
    uint8_t bytes[];
} tc_follow_piece;

/* Of a file after `taken` bytes of its stream: where that is, and the tail there. */
typedef struct tc_follow_mark {
    uint64_t taken, offset, tail_at, tail_hash;
} tc_follow_mark;

/* Links of one of the tables (table.h) or lists. */
typedef struct tc_follow_link {
    tc_followed *next, *before;
} tc_follow_link;

enum { TC_BY_PATH, TC_BY_INODE, TC_BY_HEAD, TC_FOLLOW_TABLES };

/* Where the file of a stream stands. */
typedef enum tc_followed_state {
    TC_AT_HOME,  /* under its path, at the last look */
    TC_UNSEEN,   /* remembered, not found yet in this process */
    TC_MISSING,  /* there is no such file */
    TC_REPLACED, /* its path or its inode has other content now */
    TC_COPY,     /* holds nothing but what another stream gave; see copy_of */
} tc_followed_state;

struct tc_followed {
    tc_follow_link table[TC_FOLLOW_TABLES];
    tc_follow_link ready, recent; /* lists: to be read; open, by use */
    tc_followed *told_next;
    tc_lane *lane;
    char *path;
    tc_followed *copy_of;
    uint32_t copies; /* that it has */
    uint32_t number, generation, id;
    uint64_t key, device, inode;
    tc_print print;
    uint64_t size;    /* at the last look */
    tc_time changed;  /* its own time of change, then */
    uint64_t looked_size; /* the same two when it was last read to its end */
    tc_time looked_changed;
    tc_time steady;   /* since when they are the same */
    tc_time grew, zeros, gone;
    uint64_t walk; /* in which it was found */
    uint64_t retry; /* walk before which it is not tried again */
    int fd;
    tc_followed_state state;
    uint8_t fails, ends, patience;
    bool busy, listed, open_listed, told_listed, wide;
    bool decided; /* who it is: its first bytes were compared with those of others */
    bool proven;  /* the print was held against the file in this process */
    bool packed, dropped, rotated, ended, live, failing;
    /* the stream */
    uint8_t events; /* bits of 1 << tc_follow_kind that wait to be told */
    tc_follow_piece *first, *last;
    uint64_t start, taken, given; /* offset of NEW; bytes read by the caller, and handed out */
    tc_follow_mark *marks;
    size_t mark_count, mark_capacity;
    uint64_t gap;
    tc_follow_why why;
    tc_error *error;
};

typedef struct tc_follow_table {
    tc_followed **heads;
    size_t size, count;
} tc_follow_table;

typedef struct tc_follow_queue {
    tc_followed *first, *last;
} tc_follow_queue;

/* Trouble of a folder or of a file that is no stream yet. */
typedef struct tc_follow_trouble {
    struct tc_follow_trouble *next;
    bool works;
    char *path;
    tc_error error;
} tc_follow_trouble;

/* A folder that a lane has to walk. */
typedef struct tc_follow_start_at {
    char *path;
    uint32_t pattern;
    tc_pattern_state state;
    bool fixed;   /* stands in the pattern itself: links in it are followed */
    bool failing; /* the lane's own */
} tc_follow_start_at;

struct tc_follow {
    pthread_mutex_t lock;
    bool locked;
    tc_follow_options options;
    tc_pattern *patterns;
    size_t pattern_count;
    tc_lane *lanes[TC_FOLLOW_LANES];
    size_t lane_count;
    tc_followed **files; /* by id; NULL where one was forgotten */
    size_t file_count, file_capacity;
    tc_followed **streams; /* by number */
    size_t stream_count, stream_capacity;
    tc_follow_table tables[TC_FOLLOW_TABLES];
    uint32_t heads_of[TC_PRINT_HEAD + 1]; /* how many streams have a head of that length */
    tc_follow_queue recent;               /* open files, the least used first */
    size_t open;
    tc_followed *told_first, *told_last;
    tc_follow_trouble *trouble_first, *trouble_last;
    size_t trouble_count;
    int bell; /* rings when there is something to tell */
    bool stop, started, settled, settled_told;
    uint64_t keys; /* given */
    tc_follow_counts counts;
    /* what the last event showed */
    char told_path[TC_FOLLOW_PATH_MAX + 1];
    tc_error told_error;
    char *point_path;
};

static inline void tc_follow_lock(tc_follow *follow)
{
    (void)pthread_mutex_lock(&follow->lock);
}
static inline void tc_follow_unlock(tc_follow *follow)
{
    (void)pthread_mutex_unlock(&follow->lock);
}
static inline tc_time tc_follow_now(const tc_follow *follow)
{
    return follow->options.clock.now(follow->options.clock.context);
}

#endif
