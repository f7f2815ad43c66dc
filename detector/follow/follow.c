#include "detector/follow/follow.h"

#include "detector/follow/bell.h"
#include "detector/follow/followed.h"
#include "detector/follow/lane.h"
#include "detector/follow/life.h"
#include "detector/follow/mounts.h"
#include "detector/follow/table.h"
#include "detector/follow/told.h"
#include "detector/follow/watchdog.h"
#include "parsers/base/alloc.h"

#include <errno.h>
#include <unistd.h>

enum {
    LOCAL_MS = 1000,
    NETWORK_MS = 5000,
    CLOSE_AFTER = 300,
    NUL_AFTER = 600,
    FORGET_AFTER = 7 * 86400,
    OPEN_MAX_FILES = 512,
    PATTERNS_MAX = 4096,
    STOP_WAITS = 20,
    STOP_WAIT_MS = 100,
};

static void or_default(uint32_t *value, uint32_t otherwise)
{
    if (*value == 0) *value = otherwise;
}

static void take_options(tc_follow *follow, const tc_follow_options *options)
{
    tc_follow_options *o = &follow->options;
    *o = *options;
    o->patterns = NULL;
    or_default(&o->local_ms, LOCAL_MS);
    or_default(&o->network_ms, NETWORK_MS);
    or_default(&o->close_after_s, CLOSE_AFTER);
    or_default(&o->nul_after_s, NUL_AFTER);
    or_default(&o->forget_after_s, FORGET_AFTER);
    or_default(&o->open_max, OPEN_MAX_FILES);
}

static TC_STATUS take_patterns(tc_follow *follow, const tc_follow_options *options,
                               tc_error *reterr)
{
    bool none = options->pattern_count == 0 && !options->may_be_none;
    if (none || options->pattern_count > PATTERNS_MAX) {
        return tc_fail(reterr, TC_ESYNTAX, "between 1 and %d patterns are followed", PATTERNS_MAX);
    }
    char here[TC_FOLLOW_PATH_MAX + 1] = "/";
    if (!getcwd(here, sizeof here)) return tc_fail_sys(reterr, errno, ".", "cannot tell where");
    follow->patterns = tc_alloc(options->pattern_count + 1, sizeof *follow->patterns);
    if (!follow->patterns) return (tc_status){TC_ENOMEM};
    for (size_t i = 0; i < options->pattern_count; i++) {
        TC_TRY(tc_follow_pattern_parse(options->patterns[i], tc_slice_of(here),
                                       &follow->patterns[i], reterr));
        follow->pattern_count++;
    }
    return TC_SUCCESS;
}

TC_STATUS tc_follow_new(const tc_follow_options *options, tc_follow **ret, tc_error *reterr)
{
    tc_follow *follow = tc_alloc(1, sizeof *follow);
    if (!follow) return (tc_status){TC_ENOMEM};
    follow->locked = pthread_mutex_init(&follow->lock, NULL) == 0;
    follow->bell = tc_bell_new();
    follow->life = tc_life;
    take_options(follow, options);
    tc_status status = TC_SUCCESS;
    if (!follow->locked || follow->bell < 0) {
        status = tc_fail_sys(reterr, errno, NULL, "cannot begin to follow");
    }
    if (!tc_failed(status)) status = take_patterns(follow, options, reterr);
    if (tc_failed(status)) {
        tc_follow_free(follow);
        return status;
    }
    *ret = follow;
    return TC_SUCCESS;
}

static void fill(tc_followed *f, const tc_follow_point *p)
{
    f->key = p->key;
    f->generation = p->generation;
    f->gone = p->gone;
    f->size = p->size;
    f->changed = p->changed;
    f->packed = p->packed;
    f->dropped = p->dropped;
    f->decided = true;
    f->state = TC_UNSEEN;
    /* Untouched since it was read to its end, it is not even opened. */
    if (p->size != UINT64_MAX) {
        f->looked_size = p->size;
        f->looked_changed = p->changed;
    }
}

TC_STATUS tc_follow_know(tc_follow *follow, const tc_follow_point *point)
{
    TC_ASSERT(follow->lane_count == 0 || follow->running == 0);
    tc_mounts mounts = {0};
    tc_mounts_read(&mounts, follow->options.mounts);
    tc_followed *f = NULL;
    tc_follow_lock(follow);
    tc_lane *lane = tc_lane_of(follow, tc_mounts_of(&mounts, point->path));
    tc_status status = {TC_ENOMEM};
    if (lane) {
        status = tc_followed_new(follow, lane, point->path, point->device, point->inode, &f);
    }
    if (!tc_failed(status)) {
        fill(f, point);
        tc_print print = {.at = point->offset,
                          .head_hash = point->head_hash,
                          .head_length = TC_MIN(point->head_length, (uint16_t)TC_PRINT_HEAD),
                          .tail_hash = point->tail_hash,
                          .tail_at = TC_MIN(point->tail_at, point->offset),
                          .telling = point->telling};
        tc_followed_set_print(follow, f, &print);
    }
    tc_follow_unlock(follow);
    tc_mounts_done(&mounts);
    return status;
}

static TC_STATUS start_pattern(tc_follow *follow, const tc_mounts *mounts, uint32_t index)
{
    const tc_follow_pattern *p = &follow->patterns[index];
    tc_follow_start_at at = {
        .path = p->root, .pattern = index, .state = tc_follow_pattern_begin(p), .fixed = true};
    tc_lane *lane = tc_lane_of(follow, tc_mounts_of(mounts, tc_slice_of(p->root)));
    return lane ? tc_lane_begin_at(lane, &at) : (tc_status){TC_ENOMEM};
}

TC_STATUS tc_follow_start(tc_follow *follow, tc_error *reterr)
{
    tc_mounts mounts = {0};
    tc_mounts_read(&mounts, follow->options.mounts);
    tc_status status = TC_SUCCESS;
    tc_follow_lock(follow);
    for (size_t i = 0; i < follow->pattern_count && !tc_failed(status); i++)
        status = start_pattern(follow, &mounts, (uint32_t)i);
    if (follow->pattern_count == 0) follow->settled = true;
    tc_follow_unlock(follow);
    tc_mounts_done(&mounts);
    if (status.code == TC_EIO) {
        return tc_fail_sys(reterr, EAGAIN, NULL, "cannot begin a thread to follow with");
    }
    return status;
}

/* Whether all lanes came to their end; one that hangs in the system does not. */
static bool stop_lanes(tc_follow *follow)
{
    for (int i = 0; i < STOP_WAITS; i++) {
        tc_follow_lock(follow);
        follow->stop = true;
        size_t running = follow->running;
        for (size_t k = 0; k < follow->lane_count; k++)
            tc_lane_wake(follow->lanes[k]);
        tc_follow_unlock(follow);
        if (running == 0) return true;
        bool other;
        (void)tc_bell_wait(follow->bell, -1, STOP_WAIT_MS, &other);
    }
    return false;
}

void tc_follow_free(tc_follow *follow)
{
    if (!follow || !stop_lanes(follow)) return;
    for (size_t i = 0; i < follow->lane_count; i++) {
        if (follow->lanes[i]->begun) (void)pthread_join(follow->lanes[i]->thread, NULL);
    }
    tc_told_done(follow);
    while (follow->file_count > 0)
        tc_followed_forget(follow, follow->files[follow->file_count - 1]);
    for (size_t i = 0; i < follow->lane_count; i++)
        tc_lane_free(follow->lanes[i]);
    for (size_t i = 0; i < follow->pattern_count; i++)
        tc_follow_pattern_done(&follow->patterns[i]);
    tc_tables_done(follow);
    tc_free(follow->files);
    tc_free(follow->patterns);
    tc_free(follow->point_path);
    if (follow->bell >= 0) (void)close(follow->bell);
    if (follow->locked) (void)pthread_mutex_destroy(&follow->lock);
    tc_free(follow);
}

void tc_follow_next(tc_follow *follow, uint32_t wait_ms, tc_follow_event *ret)
{
    for (bool waited = wait_ms == 0;; waited = true) {
        tc_follow_lock(follow);
        tc_watchdog_look(follow);
        bool taken = tc_told_take(follow, ret);
        tc_follow_unlock(follow);
        if (taken) return;
        *ret = (tc_follow_event){.number = TC_FOLLOW_NO_STREAM};
        bool other;
        int theirs = follow->options.bell > 0 ? follow->options.bell : -1;
        if (waited || !tc_bell_wait(follow->bell, theirs, wait_ms, &other)) return;
    }
}

void tc_follow_look(tc_follow *follow)
{
    tc_follow_lock(follow);
    for (size_t i = 0; i < follow->lane_count; i++) {
        follow->lanes[i]->look = true;
        tc_lane_wake(follow->lanes[i]);
    }
    tc_follow_unlock(follow);
}

/* What is on disk and will be read when it is its turn, if nothing stands in the way. */
static uint64_t behind_of(const tc_followed *f)
{
    bool reads = f->state == TC_AT_HOME && !f->dropped && !f->stranger && !f->failing &&
                 f->zeros == TC_TIME_NONE && f->lane && !f->lane->hangs;
    if (!reads) return 0;
    if (f->packed) return f->size != f->looked_size ? f->size : 0;
    return f->size > f->print.at ? f->size - f->print.at : 0;
}

tc_follow_counts tc_follow_counts_of(tc_follow *follow)
{
    tc_follow_lock(follow);
    tc_follow_counts counts = follow->counts;
    counts.open = follow->open;
    counts.mounts = follow->running;
    for (size_t i = 0; i < follow->lane_count; i++)
        counts.waiting += follow->lanes[i]->ahead;
    for (size_t i = 0; i < follow->file_count; i++)
        counts.behind += behind_of(follow->files[i]);
    tc_follow_unlock(follow);
    return counts;
}
