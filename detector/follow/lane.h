/*
 * lane: the thread of one mount, and what is its own. Private to detector/follow.
 *
 * Nobody else makes calls into that file system. What the thread does is told by life.h; here are
 * the queues of the lane, what it has to close, and how it comes and goes.
 */
#ifndef TC_FOLLOW_LANE_H
#define TC_FOLLOW_LANE_H

#include "detector/follow/state.h"
#include "detector/follow/unpacker.h"
#include "parsers/base/arena.h"

struct tc_lane {
    tc_follow *follow;
    char *mount;
    pthread_t thread;
    int wake; /* rings it out of its sleep */
    /* under the lock of all */
    bool begun, running; /* its thread */
    bool hangs;          /* by the watchdog, which counts */
    uint64_t beats, seen_beats;
    int64_t missed;
    bool settled; /* walked, and what there was is read */
    bool look;    /* at once */
    tc_follow_start_at *starts;
    size_t start_count, start_capacity;
    tc_follow_queue live, behind; /* files to be read: those that were read to their end before */
    size_t ahead;                 /* bytes given and not taken */
    int *closing;                 /* descriptors, to be closed where nothing can be held up */
    size_t closing_count, closing_capacity;
    /* its own */
    uint64_t walk;
    int hints; /* of inotify; -1: none */
    bool network;
    uint8_t *window; /* of TC_FOLLOW_WINDOW bytes */
    tc_arena *names;
    tc_map *troubles; /* path -> walk in which it failed last */
    tc_unpacker unpacker;
};

/* The lane of a mount, made if there is none and there may be one more; under the lock. NULL
 * without memory. */
tc_lane *tc_lane_of(tc_follow *follow, tc_slice mount);
/* Adds a folder to walk, unless it is there, and begins to run if it was the first; under the
 * lock. */
TC_STATUS tc_lane_begin_at(tc_lane *lane, const tc_follow_start_at *at);
void tc_lane_free(tc_lane *lane);
/* It came back from the system. */
void tc_lane_beat(tc_lane *lane);
void tc_lane_wake(tc_lane *lane);
/* Between two walks, in nanoseconds. */
int64_t tc_lane_interval(const tc_lane *lane);

void tc_lane_close_later(tc_lane *lane, int fd);
/* Closes what waits for it, and what a file that was forgotten was unpacked with; by the lane's
 * thread, or after it. Without the lock. */
void tc_lane_close(tc_lane *lane);

/* Puts the file in the queue of its lane, unless it stands there; under the lock. */
void tc_lane_ready(tc_followed *file);
/* Takes it out of it. */
void tc_lane_leave(tc_followed *file);
/* The next file to be read, busy from now on; NULL: none, or there is no room. Under the lock. */
tc_followed *tc_lane_next(tc_lane *lane);

#endif
