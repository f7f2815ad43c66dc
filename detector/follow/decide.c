#include "detector/follow/decide.h"

#include "detector/follow/content.h"
#include "detector/follow/followed.h"
#include "detector/follow/stem.h"
#include "detector/follow/table.h"
#include "detector/follow/told.h"
#include "detector/follow/turned.h"
#include "detector/follow/zeros.h"
#include "detector/input/packing.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { PATIENCE = 3, STEMS_MAX = 16 };

static tc_slice folder_of(tc_slice path)
{
    size_t slash = tc_slice_rfind(path, '/');
    return tc_slice_sub(path, 0, slash == TC_NPOS ? 0 : slash + 1);
}

bool tc_decide_related(tc_slice a, tc_slice b)
{
    tc_slice x = folder_of(a), y = folder_of(b);
    return tc_slice_starts(x, y) || tc_slice_starts(y, x);
}

static bool is_candidate(const tc_lane *lane, const tc_followed *file, const tc_followed *c)
{
    if (c == file || c->state == TC_COPY || c->stranger) return false;
    bool ours = c->lane == lane ||
                (!c->busy && c->fd < 0 && !c->listed && !c->stream && c->state != TC_AT_HOME);
    return ours && tc_decide_related(tc_slice_of(c->path), tc_slice_of(file->path));
}

size_t tc_decide_candidates(tc_lane *lane, const tc_followed *file, tc_slice head,
                            tc_followed *ret[TC_CANDIDATES])
{
    tc_follow *follow = lane->follow;
    size_t count = 0;
    tc_follow_lock(follow);
    for (size_t n = TC_MIN(head.len, TC_PRINT_HEAD); n > 0 && count < TC_CANDIDATES; n--) {
        if (follow->heads_of[n] == 0) continue;
        uint64_t hash = tc_print_hash(tc_slice_sub(head, 0, n));
        tc_followed *c = NULL;
        while (count < TC_CANDIDATES && (c = tc_find_head(follow, n, hash, c))) {
            if (!is_candidate(lane, file, c)) continue;
            c->lane = lane;
            ret[count++] = c;
        }
    }
    tc_follow_unlock(follow);
    return count;
}

/* The candidate goes on in the file, under the file's path; the file is no other one any more. */
static tc_turned merge(tc_lane *lane, tc_followed *f, tc_followed *c)
{
    tc_follow *follow = lane->follow;
    bool renamed = !tc_slice_equal(tc_slice_of(c->path), tc_slice_of(f->path));
    if (tc_failed(tc_followed_move(follow, c, tc_slice_of(f->path)))) return TC_TURNED_REST;
    tc_followed_set_fd(follow, c, -1);
    tc_followed_set_inode(follow, c, f->device, f->inode);
    c->state = TC_AT_HOME;
    c->size = f->size;
    c->changed = f->changed;
    c->steady = f->steady;
    c->looked_size = UINT64_MAX;
    c->walk = f->walk;
    c->linked = f->linked;
    c->packed = f->packed;
    c->gone = c->zeros = TC_TIME_NONE;
    c->proven = false;
    c->decided = c->rotated = true;
    c->ends = 0;
    if (c->stream && renamed) tc_told(c->stream, TC_FOLLOW_RENAMED);
    tc_followed_forget(follow, f);
    tc_lane_ready(c);
    return TC_TURNED_GONE;
}

/* A copy that grows while its original stays as it is has a life of its own from there on. */
static bool grows_alone(tc_followed *f, const tc_followed *c)
{
    if (f->packed || f->stranger || f->size <= c->print.at || c->looked_size != c->size) {
        f->patience = 0;
        return false;
    }
    return ++f->patience >= PATIENCE;
}

tc_turned tc_decide_is(tc_lane *lane, tc_followed *f, tc_followed *c, bool is_short)
{
    tc_follow *follow = lane->follow;
    tc_turned turned = TC_TURNED_REST;
    tc_follow_lock(follow);
    tc_turned_works(follow, f);
    if (c->state != TC_AT_HOME && !is_short) {
        turned = merge(lane, f, c);
    } else if (!is_short && grows_alone(f, c)) {
        f->decided = true;
        tc_followed_set_print(follow, f, &c->print);
        turned = TC_TURNED_AGAIN;
    } else {
        f->decided = true;
        f->state = TC_COPY;
        f->spent = is_short && c->state != TC_AT_HOME;
        tc_followed_set_copy(f, c);
        f->looked_size = f->size;
        f->looked_changed = f->changed;
        follow->counts.passed_over++;
    }
    tc_follow_unlock(follow);
    return turned;
}

tc_turned tc_decide_own(tc_lane *lane, tc_followed *f)
{
    tc_follow_lock(lane->follow);
    f->decided = f->proven = true;
    if (f->stranger) {
        f->looked_size = f->size;
        f->looked_changed = f->changed;
    }
    tc_follow_unlock(lane->follow);
    return f->stranger ? TC_TURNED_REST : TC_TURNED_AGAIN;
}

/* It is looked at anew as if it were met for the first time. */
static void forget_copy(tc_lane *lane, tc_followed *f)
{
    if (f->state != TC_COPY) return;
    tc_follow_lock(lane->follow);
    tc_followed_set_copy(f, NULL);
    f->state = TC_AT_HOME;
    f->decided = false;
    lane->follow->counts.passed_over--;
    tc_follow_unlock(lane->follow);
}

static bool begins_with(const char *path, tc_slice beginning)
{
    uint8_t bytes[TC_PRINT_HEAD];
    size_t got = 0;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return false;
    bool read = tc_content_read(fd, bytes, beginning.len, 0, &got);
    (void)close(fd);
    return read && tc_slice_equal(tc_slice_make(bytes, got), beginning);
}

/* A file so short that of its original only a longer head is remembered: the one that its name was
 * made of is looked at itself. */
static tc_followed *copied_from(tc_lane *lane, const tc_followed *f, tc_slice head)
{
    if (head.len == TC_PRINT_HEAD || !tc_print_telling(head)) return NULL;
    tc_slice stem = tc_slice_of(f->path);
    for (int i = 0; i < STEMS_MAX && tc_stem_cut(&stem); i++) {
        tc_follow_lock(lane->follow);
        tc_followed *c = tc_find_path(lane->follow, stem, NULL);
        tc_follow_unlock(lane->follow);
        bool may_be = c && is_candidate(lane, f, c) && c->state == TC_AT_HOME && !c->packed &&
                      c->print.head_length > head.len;
        if (may_be && begins_with(c->path, head)) return c;
    }
    return NULL;
}

static tc_turned unreadable(tc_lane *lane, tc_followed *f)
{
    tc_error error = {0};
    (void)tc_fail_sys(&error, errno, f->path, "cannot read");
    tc_turned_failed(lane, f, &error);
    return TC_TURNED_REST;
}

static tc_turned compare(tc_lane *lane, tc_followed *f, tc_slice head)
{
    tc_followed *candidates[TC_CANDIDATES];
    size_t count = tc_decide_candidates(lane, f, head, candidates);
    for (size_t i = 0; i < count; i++) {
        tc_content content = tc_content_tail(f->fd, &candidates[i]->print);
        if (content == TC_CONTENT_UNREADABLE) return unreadable(lane, f);
        if (content == TC_CONTENT_OTHER) continue;
        return tc_decide_is(lane, f, candidates[i], content == TC_CONTENT_SHORT);
    }
    tc_followed *longer = copied_from(lane, f, head);
    return longer ? tc_decide_is(lane, f, longer, true) : tc_decide_own(lane, f);
}

/* Nothing but zeros yet: they are waited for as elsewhere. */
static bool waits_for_zeros(tc_lane *lane, tc_followed *f, tc_slice beginning)
{
    if (tc_zeros_before(beginning, 0, f->wide) > 0) return false;
    tc_follow *follow = lane->follow;
    tc_time now = tc_follow_now(follow);
    tc_follow_lock(follow);
    if (f->zeros == TC_TIME_NONE) f->zeros = now;
    int64_t wait = (int64_t)follow->options.nul_after_s * TC_SECOND;
    bool waits = tc_time_between(f->zeros, now) < wait;
    tc_follow_unlock(follow);
    return waits;
}

tc_turned tc_decide(tc_lane *lane, tc_followed *f)
{
    size_t got;
    if (!tc_content_read(f->fd, lane->window, TC_FOLLOW_WINDOW, 0, &got)) {
        return unreadable(lane, f);
    }
    tc_slice beginning = tc_slice_make(lane->window, got);
    forget_copy(lane, f);
    if (got == 0) {
        tc_turned_at_end(lane, f);
        return TC_TURNED_REST;
    }
    f->wide = tc_zeros_wide(beginning);
    const tc_packing *packing = tc_packing_of(beginning);
    f->capture = packing && packing->capture;
    if (packing && !f->capture) {
        tc_follow_lock(lane->follow);
        f->packed = true;
        tc_follow_unlock(lane->follow);
        return TC_TURNED_PACKED;
    }
    if (waits_for_zeros(lane, f, beginning)) return TC_TURNED_REST;
    return compare(lane, f, tc_slice_sub(beginning, 0, TC_PRINT_HEAD));
}
