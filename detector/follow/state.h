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
#include "parsers/base/map.h"

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

/* What is handed out under a number: of one file, from where it was told until it ended. */
typedef struct tc_follow_stream {
    tc_follow *follow;
    tc_followed *file;                          /* NULL: forgotten */
    tc_lane *lane;                              /* that its pieces were read by */
    struct tc_follow_stream *told_next, *elder; /* elder: another one of the same file */
    uint32_t number, generation;
    uint64_t key;
    uint64_t start, taken, given; /* offset of NEW; bytes read by the caller, and handed out */
    tc_follow_piece *first, *last;
    tc_follow_mark mark;   /* the last one that was asked for, or the first */
    tc_follow_mark *marks; /* those behind it; at rest there are none */
    size_t mark_count, mark_capacity;
    uint8_t events; /* bits of 1 << tc_follow_kind that wait to be told */
    bool listed, ended, closed;
    bool pointed; /* the point behind its last byte was asked for */
    tc_follow_why why;
    uint64_t gap;
    tc_error *error;
} tc_follow_stream;

struct tc_followed {
    tc_follow_link table[TC_FOLLOW_TABLES];
    tc_followed *ready_next;
    tc_follow_link recent; /* open files, by use */
    tc_lane *lane;
    tc_follow_stream *stream;  /* NULL until there is something to read, and after it ended */
    tc_follow_stream *streams; /* all that are not closed */
    char *path;
    tc_followed *copy_of;
    uint64_t key, device, inode;
    tc_print print;
    uint64_t size, looked_size; /* at the last look, and when it was last read to its end */
    tc_time changed, looked_changed;
    tc_time steady;      /* since when size and changed are the same */
    tc_time grew, zeros; /* when it last gave bytes; since when it has zeros next */
    tc_time gone;
    tc_time born;        /* when what was read last came into being, if that is known ... */
    tc_time opened_born; /* ... and the file that is open, or was */
    uint64_t walk;       /* in which it was found, or lost its content */
    uint64_t retry;      /* walk before which it is not tried again */
    uint32_t id, generation;
    uint32_t copies; /* that it has */
    int fd;
    tc_followed_state state;
    uint8_t fails, ends, patience;
    uint8_t tried; /* candidates that it was held against while packed, and is not */
    bool busy, listed, by_head;
    bool spent;    /* a copy of a part of what was read: looked at again only if it changes */
    bool linked;   /* found through a link */
    bool decided;  /* its first bytes were compared with those of others */
    bool proven;   /* the print was held against the file in this process */
    bool stranger; /* it does not match: read only if it has what another one lost */
    bool begun;    /* to be read; what is begun is read before what is not */
    bool capture;  /* of packets: zeros are content, and it is read as it grows */
    bool owes;     /* a look showed bytes that were not read by the next one, nor since */
    bool removed;  /* it was read to its end and deleted: another file has its inode */
    bool wide, packed, dropped, rotated, live, failing;
};

typedef struct tc_follow_table {
    tc_followed **heads;
    size_t size, count;
} tc_follow_table;

typedef struct tc_follow_queue {
    tc_followed *first, *last;
} tc_follow_queue;

/* An event that belongs to no stream. */
typedef struct tc_follow_notice {
    struct tc_follow_notice *next;
    tc_follow_kind kind;
    uint64_t key;
    tc_error error;
    char path[];
} tc_follow_notice;

/* A folder that a lane has to walk. */
typedef struct tc_follow_start_at {
    char *path;
    uint32_t pattern;
    tc_follow_pattern_state state;
    bool fixed; /* stands in the pattern itself: links in it are followed */
} tc_follow_start_at;

/* What came of a file's turn to be read. */
typedef enum tc_turned {
    TC_TURNED_REST,   /* until the next walk */
    TC_TURNED_AGAIN,  /* there is more */
    TC_TURNED_PACKED, /* not yet: what it holds has to be unpacked first */
    TC_TURNED_GONE    /* the file was found to be another one, and is no more */
} tc_turned;

struct tc_follow {
    pthread_mutex_t lock;
    bool locked;
    tc_follow_options options;
    tc_follow_pattern *patterns;
    size_t pattern_count;
    void *(*life)(void *lane); /* tc_life: handed down, as the walks it makes begin lanes */
    tc_lane *lanes[TC_FOLLOW_LANES];
    size_t lane_count;
    tc_followed **files; /* by id; NULL where one was forgotten */
    size_t file_count, file_capacity;
    tc_follow_stream **streams; /* by number; NULL where it ended and was closed */
    size_t stream_count, stream_capacity;
    tc_follow_table tables[TC_FOLLOW_TABLES];
    uint32_t heads_of[TC_PRINT_HEAD + 1]; /* how many streams have a head of that length */
    tc_follow_queue recent;               /* open files, the least used first */
    size_t open;
    tc_follow_stream *told_first, *told_last;
    tc_follow_notice *notice_first, *notice_last;
    size_t notice_count;
    int bell; /* rings when there is something to tell */
    bool stop, settled, settled_told;
    tc_time watched; /* when the watchdog looked last */
    uint64_t keys;   /* given */
    size_t running;  /* lanes */
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
