#include "detector/follow/ends.h"

#include "detector/follow/followed.h"
#include "detector/follow/told.h"
#include "detector/follow/turned.h"

#include <errno.h>
#include <sys/stat.h>

enum { WALKS = 2 };

/* Whether the system says that there is no such file any more, or that the path is another's. */
static bool is_gone(tc_lane *lane, tc_followed *f)
{
    tc_follow *follow = lane->follow;
    f->busy = true;
    tc_follow_unlock(follow);
    struct stat st;
    bool gone;
    if ((f->linked ? stat(f->path, &st) : lstat(f->path, &st)) == 0) {
        gone = st.st_dev != f->device || st.st_ino != f->inode;
    } else {
        gone = errno == ENOENT || errno == ENOTDIR;
    }
    tc_follow_lock(follow);
    f->busy = false;
    return gone;
}

static bool is_idle(const tc_follow *follow, const tc_followed *f)
{
    int64_t wait = (int64_t)follow->options.close_after_s * TC_SECOND;
    return f->grew == TC_TIME_NONE || tc_time_between(f->grew, tc_follow_now(follow)) >= wait;
}

static bool is_read(const tc_followed *f)
{
    return f->fd < 0 || f->ends >= 2;
}

static void end(tc_follow *follow, tc_followed *f)
{
    tc_told_end(f);
    tc_followed_set_fd(follow, f, -1);
}

/* A stream that was remembered and is not there: told, so that what was left of it can be ended and
 * its point says since when. */
static void tell_lost(tc_follow *follow, tc_followed *f, bool first)
{
    if (first && tc_turned_stream(follow, f)) end(follow, f);
}

static void miss(tc_lane *lane, tc_followed *f)
{
    tc_follow *follow = lane->follow;
    bool remembered = f->state == TC_UNSEEN, first = f->gone == TC_TIME_NONE;
    f->state = TC_MISSING;
    f->rotated = true;
    f->ends = 0;
    f->walk = lane->walk;
    if (first) f->gone = tc_follow_now(follow);
    if (remembered) tell_lost(follow, f, first);
}

/* Whether the rest of what was cut off may yet come to light in what is not decided about. */
static bool may_be_found(const tc_lane *lane, const tc_followed *lost)
{
    const tc_follow *follow = lane->follow;
    if (lane->walk < lost->walk + WALKS) return true;
    for (size_t i = 0; i < follow->file_count; i++) {
        const tc_followed *f = follow->files[i];
        if (f->lane == lane && f->packed && !f->decided && f->state == TC_AT_HOME) return true;
    }
    return false;
}

static void end_replaced(tc_lane *lane, tc_followed *f)
{
    if (!f->stream || may_be_found(lane, f)) return;
    if (!f->removed && tc_failed(tc_told_gap(f, TC_FOLLOW_TRUNCATED, 0))) return;
    end(lane->follow, f);
}

static void end_missing(tc_lane *lane, tc_followed *f)
{
    if (f->fd >= 0 && f->ends < 2) {
        tc_lane_ready(f);
        return;
    }
    bool waited = f->fd >= 0 ? is_idle(lane->follow, f) : lane->walk >= f->walk + WALKS;
    if (waited && is_read(f)) end(lane->follow, f);
}

/* True: the file is no more. */
static bool forget(tc_lane *lane, tc_followed *f)
{
    tc_follow *follow = lane->follow;
    if (f->stream || f->copies > 0 || f->fd >= 0 || f->busy) return false;
    bool nothing = f->state == TC_COPY || f->stranger || !f->decided;
    int64_t since = f->gone == TC_TIME_NONE ? 0 : tc_time_between(f->gone, tc_follow_now(follow));
    if (!nothing && since < (int64_t)follow->options.forget_after_s * TC_SECOND) return false;
    if (f->state == TC_COPY) follow->counts.passed_over--;
    if (f->decided && !nothing) {
        tc_told_notice(follow, TC_FOLLOW_FORGOTTEN, f->key, tc_slice_of(f->path), NULL);
    }
    tc_followed_forget(follow, f);
    return true;
}

static bool unfound(tc_lane *lane, tc_followed *f)
{
    if (f->state == TC_REPLACED) {
        end_replaced(lane, f);
        return forget(lane, f);
    }
    if (f->state == TC_MISSING) {
        end_missing(lane, f);
        return forget(lane, f);
    }
    if (!is_gone(lane, f)) return false;
    if (f->state == TC_COPY || f->stranger) {
        tc_followed_set_fd(lane->follow, f, -1);
        return forget(lane, f);
    }
    miss(lane, f);
    if (f->fd >= 0) tc_lane_ready(f);
    return false;
}

static void found(tc_lane *lane, tc_followed *f)
{
    if ((f->fd < 0 && !f->stream) || !is_idle(lane->follow, f)) return;
    bool read_on = f->decided && !f->stranger && f->state != TC_COPY;
    if (read_on && f->ends < 2) {
        /* Its end was seen once: it is looked at again before it is closed. */
        if (f->fd >= 0 && !f->packed && !f->dropped) tc_lane_ready(f);
        return;
    }
    if (f->rotated && f->ends >= 2) tc_told_end(f);
    tc_followed_set_fd(lane->follow, f, -1);
}

void tc_ends(tc_lane *lane)
{
    tc_follow *follow = lane->follow;
    tc_follow_lock(follow);
    for (size_t i = 0; i < follow->file_count;) {
        tc_followed *f = follow->files[i];
        bool ours = f->lane == lane && !f->busy;
        if (ours && f->walk == lane->walk && f->state != TC_REPLACED && f->state != TC_MISSING) {
            found(lane, f);
        } else if (ours && unfound(lane, f)) {
            continue;
        }
        i++;
    }
    tc_follow_unlock(follow);
}
