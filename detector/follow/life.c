#include "detector/follow/life.h"

#include "detector/follow/bell.h"
#include "detector/follow/ends.h"
#include "detector/follow/lane.h"
#include "detector/follow/told.h"
#include "detector/follow/turn.h"
#include "detector/follow/walk.h"
#include "parsers/base/alloc.h"

#include <sys/inotify.h>
#include <unistd.h>

enum {
    NAMES_MAX = 512 * 1024 * 1024, /* bytes for the names of the folders being walked */
    PAUSE_MS = 100,                /* between walks that hints bring about */
    SHARE = 5,                     /* a walk takes no more than one part in so many of the time */
};

static bool stopped(tc_lane *lane)
{
    tc_follow_lock(lane->follow);
    lane->beats++;
    bool stop = lane->follow->stop;
    tc_follow_unlock(lane->follow);
    return stop;
}

/* What changed is seen by looking; that something did is all that is wanted here. */
static void drain_hints(const tc_lane *lane)
{
    char events[4096];
    while (read(lane->hints, events, sizeof events) > 0)
        ;
}

static void settle(tc_lane *lane)
{
    tc_follow *follow = lane->follow;
    tc_follow_lock(follow);
    lane->settled = true;
    follow->counts.walks++;
    bool all = true;
    for (size_t i = 0; i < follow->lane_count; i++)
        all = all && (follow->lanes[i]->settled || !follow->lanes[i]->running);
    if (all && !follow->settled) {
        follow->settled = true;
        tc_bell_ring(follow->bell);
    }
    tc_follow_unlock(follow);
}

/* Sleeps until the time, or until woken; true if it is time to walk. *due may be drawn near. */
static bool rest(tc_lane *lane, tc_time soon, tc_time *due)
{
    int64_t left = tc_time_between(tc_follow_now(lane->follow), *due);
    int64_t most = tc_lane_interval(lane);
    left = TC_MAX(TC_MIN(left, most), TC_SECOND / 1000);
    bool hinted;
    if (!tc_bell_wait(lane->wake, lane->hints, (uint32_t)(left / (TC_SECOND / 1000)), &hinted)) {
        return true;
    }
    if (hinted) {
        drain_hints(lane);
        *due = TC_MIN(*due, soon);
    }
    tc_follow_lock(lane->follow);
    if (lane->look) *due = soon;
    lane->look = false;
    tc_follow_unlock(lane->follow);
    return false;
}

static void work(tc_lane *lane)
{
    tc_follow *follow = lane->follow;
    tc_time begun = tc_follow_now(follow);
    tc_walk(lane);
    tc_ends(lane);
    tc_time over = tc_follow_now(follow);
    int64_t took = TC_MAX(tc_time_between(begun, over), 0) * SHARE;
    tc_time due = tc_time_add(begun, TC_MAX(tc_lane_interval(lane), took));
    tc_time soon = tc_time_add(over, TC_MAX((int64_t)PAUSE_MS * (TC_SECOND / 1000), took));
    bool first = lane->walk == 1;
    for (bool time = false; !time && !stopped(lane);) {
        tc_lane_close(lane);
        if (tc_turn(lane)) {
            time = tc_follow_now(follow) >= due;
            continue;
        }
        if (first) settle(lane);
        first = false;
        time = rest(lane, soon, &due) || tc_follow_now(follow) >= due;
    }
    if (first) settle(lane);
}

static void tell_no_memory(tc_lane *lane)
{
    tc_error error = {0};
    (void)tc_fail(&error, TC_ENOMEM, "no memory to follow what is there");
    tc_follow_lock(lane->follow);
    tc_told_notice(lane->follow, TC_FOLLOW_FAILED, 0, tc_slice_of(lane->mount), &error);
    tc_follow_unlock(lane->follow);
}

void *tc_life(void *context)
{
    tc_lane *lane = context;
    lane->window = tc_alloc(TC_FOLLOW_WINDOW, 1);
    lane->names = tc_arena_new(NAMES_MAX);
    bool hints = !lane->follow->options.no_inotify;
    lane->hints = hints ? inotify_init1(IN_NONBLOCK | IN_CLOEXEC) : -1;
    if (!lane->window || !lane->names) tell_no_memory(lane);
    while (lane->window && lane->names && !stopped(lane))
        work(lane);
    tc_lane_close(lane);
    tc_follow *follow = lane->follow;
    tc_follow_lock(follow);
    lane->running = false;
    follow->running--;
    tc_bell_ring(follow->bell);
    tc_follow_unlock(follow);
    return NULL;
}
