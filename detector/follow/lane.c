#include "detector/follow/lane.h"

#include "detector/follow/bell.h"
#include "parsers/base/alloc.h"

#include <signal.h>
#include <unistd.h>

enum {
    STARTS_MAX = 1 << 16,
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

void tc_lane_close(tc_lane *lane)
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

/* -- its thread --------------------------------------------------------------------------- */

static bool begin(tc_lane *lane)
{
    sigset_t all, before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    bool begun = pthread_create(&lane->thread, NULL, lane->follow->life, lane) == 0;
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
    tc_lane_close(lane);
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
