#include "detector/follow/lane.h"

#include "detector/follow/bell.h"
#include "detector/follow/ends.h"
#include "detector/follow/told.h"
#include "detector/follow/turn.h"
#include "detector/follow/walk.h"
#include "parsers/base/alloc.h"

#include <signal.h>
#include <sys/inotify.h>
#include <unistd.h>

enum {
    NAMES_MAX = 512 * 1024 * 1024, /* bytes for the names of the folders being walked */
    STARTS_MAX = 1 << 16,
    PAUSE_MS = 100, /* between walks that hints bring about */
    SHARE = 5,      /* a walk takes no more than one part in so many of the time */
    CLOSING_MAX = 1 << 20,
};

void tc_lane_wake(tc_lane *lane)
{
    tc_bell_ring(lane->wake);
}

void tc_lane_beat(tc_lane *lane)
{
    tc_follow_lock(lane->follow);
    lane->beats++;
    tc_follow_unlock(lane->follow);
}

int64_t tc_lane_interval(const tc_lane *lane)
{
    const tc_follow_options *o = &lane->follow->options;
    return (int64_t)(lane->network ? o->network_ms : o->local_ms) * (TC_SECOND / 1000);
}

/* -- queues ------------------------------------------------------------------------------- */

static void push(tc_follow_queue *queue, tc_followed *file, bool first)
{
    file->ready_next = first ? queue->first : NULL;
    if (first) {
        queue->first = file;
        if (!queue->last) queue->last = file;
        return;
    }
    *(queue->last ? &queue->last->ready_next : &queue->first) = file;
    queue->last = file;
}

static void leave(tc_follow_queue *queue, const tc_followed *file)
{
    tc_followed *before = NULL;
    for (tc_followed *f = queue->first; f; before = f, f = f->ready_next) {
        if (f != file) continue;
        *(before ? &before->ready_next : &queue->first) = f->ready_next;
        if (queue->last == f) queue->last = before;
        return;
    }
}

void tc_lane_ready(tc_followed *file)
{
    if (file->listed || file->busy || !file->lane) return;
    file->listed = true;
    push(file->live ? &file->lane->live : &file->lane->behind, file, file->begun && !file->live);
}

void tc_lane_leave(tc_followed *file)
{
    leave(&file->lane->live, file);
    leave(&file->lane->behind, file);
    file->listed = false;
}

static tc_followed *pop(tc_follow_queue *queue)
{
    tc_followed *f = queue->first;
    if (!f) return NULL;
    queue->first = f->ready_next;
    if (!queue->first) queue->last = NULL;
    f->ready_next = NULL;
    return f;
}

tc_followed *tc_lane_next(tc_lane *lane)
{
    if (lane->ahead + TC_FOLLOW_PIECE > TC_FOLLOW_AHEAD) return NULL;
    tc_followed *f = pop(&lane->live);
    if (!f) f = pop(&lane->behind);
    if (!f) return NULL;
    f->listed = false;
    f->busy = f->begun = true;
    return f;
}

/* -- closing ------------------------------------------------------------------------------ */

void tc_lane_close_later(tc_lane *lane, int fd)
{
    if (tc_failed(tc_grow(&lane->closing, &lane->closing_capacity, lane->closing_count + 1,
                          sizeof *lane->closing, CLOSING_MAX))) {
        (void)close(fd);
        return;
    }
    lane->closing[lane->closing_count++] = fd;
}

static void close_all(tc_lane *lane)
{
    if (!lane->unpacker.file) tc_unpacker_leave(&lane->unpacker);
    for (;;) {
        tc_follow_lock(lane->follow);
        int fd = lane->closing_count > 0 ? lane->closing[--lane->closing_count] : -1;
        tc_follow_unlock(lane->follow);
        if (fd < 0) return;
        (void)close(fd);
    }
}

/* -- its life ----------------------------------------------------------------------------- */

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
        close_all(lane);
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

static void *run(void *context)
{
    tc_lane *lane = context;
    lane->window = tc_alloc(TC_FOLLOW_WINDOW, 1);
    lane->names = tc_arena_new(NAMES_MAX);
    bool hints = !lane->follow->options.no_inotify;
    lane->hints = hints ? inotify_init1(IN_NONBLOCK | IN_CLOEXEC) : -1;
    if (!lane->window || !lane->names) tell_no_memory(lane);
    while (lane->window && lane->names && !stopped(lane))
        work(lane);
    close_all(lane);
    tc_follow *follow = lane->follow;
    tc_follow_lock(follow);
    lane->running = false;
    follow->running--;
    tc_bell_ring(follow->bell);
    tc_follow_unlock(follow);
    return NULL;
}

static bool begin(tc_lane *lane)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    bool begun = pthread_create(&lane->thread, NULL, run, lane) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return begun;
}

static tc_lane *new_lane(tc_follow *follow, tc_slice mount)
{
    tc_lane *lane = tc_alloc(1, sizeof *lane);
    char *copy = lane ? tc_alloc(mount.len + 1, 1) : NULL;
    if (!copy) {
        tc_free(lane);
        return NULL;
    }
    memcpy(copy, mount.ptr, mount.len);
    *lane = (tc_lane){.follow = follow, .mount = copy, .hints = -1, .wake = tc_bell_new()};
    if (lane->wake >= 0) return lane;
    tc_free(copy);
    tc_free(lane);
    return NULL;
}

tc_lane *tc_lane_of(tc_follow *follow, tc_slice mount)
{
    for (size_t i = 0; i < follow->lane_count; i++) {
        tc_lane *lane = follow->lanes[i];
        if (tc_slice_equal(tc_slice_of(lane->mount), mount)) return lane;
    }
    /* With too many mounts some share a lane. */
    if (follow->lane_count == TC_FOLLOW_LANES) return follow->lanes[0];
    tc_lane *lane = new_lane(follow, mount);
    if (lane) follow->lanes[follow->lane_count++] = lane;
    return lane;
}

static bool has_start(const tc_lane *lane, const tc_follow_start_at *at)
{
    for (size_t i = 0; i < lane->start_count; i++) {
        const tc_follow_start_at *s = &lane->starts[i];
        if (s->pattern == at->pattern && strcmp(s->path, at->path) == 0) return true;
    }
    return false;
}

TC_STATUS tc_lane_begin_at(tc_lane *lane, const tc_follow_start_at *at)
{
    if (has_start(lane, at)) return TC_SUCCESS;
    TC_TRY(tc_grow(&lane->starts, &lane->start_capacity, lane->start_count + 1,
                   sizeof *lane->starts, STARTS_MAX));
    size_t size = strlen(at->path) + 1;
    char *path = tc_alloc(size, 1);
    if (!path) return (tc_status){TC_ENOMEM};
    memcpy(path, at->path, size);
    tc_follow_start_at *start = &lane->starts[lane->start_count++];
    *start = *at;
    start->path = path;
    if (lane->running) return TC_SUCCESS;
    lane->begun = lane->running = begin(lane);
    if (lane->running) lane->follow->running++;
    return lane->running ? TC_SUCCESS : (tc_status){TC_EIO};
}

void tc_lane_free(tc_lane *lane)
{
    close_all(lane);
    tc_unpacker_done(&lane->unpacker);
    if (lane->hints >= 0) (void)close(lane->hints);
    (void)close(lane->wake);
    for (size_t i = 0; i < lane->start_count; i++)
        tc_free(lane->starts[i].path);
    tc_free(lane->starts);
    tc_free(lane->closing);
    tc_free(lane->mount);
    tc_free(lane->window);
    tc_arena_free(lane->names);
    tc_map_free(lane->troubles);
    tc_free(lane);
}
