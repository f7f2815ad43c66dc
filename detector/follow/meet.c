#include "detector/follow/meet.h"

#include "detector/follow/content.h"
#include "detector/follow/followed.h"
#include "detector/follow/table.h"
#include "detector/follow/told.h"

#include <fcntl.h>
#include <unistd.h>

enum { RECENT_DAYS = 7 };

static tc_time changed_of(const struct stat *st)
{
    return tc_time_add(st->st_mtim.tv_nsec, tc_time_add(0, st->st_mtim.tv_sec * TC_SECOND));
}

/* Sizes on network mounts are hearsay: what may still grow is read. */
static bool may_have_grown(const tc_lane *lane, const tc_followed *f)
{
    if (f->size != f->looked_size || f->changed != f->looked_changed) return true;
    if (!lane->network) return false;
    tc_time now = tc_follow_now(lane->follow);
    tc_time last = TC_MAX(f->grew, f->changed);
    return tc_time_between(last, now) < RECENT_DAYS * TC_DAY;
}

/* A copy is looked at again when it changed, or when it is all that is left. */
static bool copy_is_due(const tc_followed *f)
{
    bool alone = !f->copy_of || f->copy_of->state != TC_AT_HOME;
    return (alone && !f->spent) || f->size != f->looked_size || f->patience > 0;
}

/* Zeros may have waited long enough; those that a file begins with are looked at every time. */
static bool zeros_are_due(const tc_lane *lane, const tc_followed *f)
{
    int64_t wait = f->decided ? (int64_t)lane->follow->options.nul_after_s * TC_SECOND : 0;
    return tc_time_between(f->zeros, tc_follow_now(lane->follow)) >= wait;
}

static bool is_due(const tc_lane *lane, const tc_followed *f)
{
    if (f->dropped || f->retry > lane->walk) return false;
    if (f->state == TC_COPY) return copy_is_due(f);
    if (f->stranger && f->decided) {
        return f->size != f->looked_size || f->changed != f->looked_changed;
    }
    if (f->zeros != TC_TIME_NONE && zeros_are_due(lane, f)) return true;
    if (!f->decided && f->size == 0 && !lane->network) return false;
    return may_have_grown(lane, f) || (f->rotated && f->stream && f->ends < 2);
}

/* It is there, under its path. */
static void note_seen(tc_lane *lane, tc_followed *f, const tc_meeting *m)
{
    f->walk = lane->walk;
    f->linked = m->linked;
    if (f->stranger && m->wanted) f->stranger = f->decided = false;
    if (f->state == TC_MISSING || f->state == TC_UNSEEN) f->state = TC_AT_HOME;
    f->gone = TC_TIME_NONE;
    if (f->size > f->print.at) f->owes = true;
    tc_time changed = changed_of(m->seen);
    if (f->size != (uint64_t)m->seen->st_size || f->changed != changed ||
        f->steady == TC_TIME_NONE) {
        f->steady = tc_follow_now(lane->follow);
    }
    f->size = (uint64_t)m->seen->st_size;
    f->changed = changed;
    if (is_due(lane, f)) tc_lane_ready(f);
}

/* Whether another lane neither works on it nor is about to. */
static bool may_take(const tc_lane *lane, const tc_followed *f)
{
    return f->lane == lane || (!f->busy && !f->listed);
}

/* What was another mount's is this one's: it was mounted, or unmounted, in the meantime. */
static void take(tc_lane *lane, tc_followed *f)
{
    if (f->lane == lane) return;
    tc_followed_set_fd(lane->follow, f, -1);
    f->lane = lane;
}

/* Of what is another one it is noted whether the file was removed before. */
static tc_content content_at(const tc_lane *lane, const tc_meeting *m, tc_followed *f)
{
    if (f->print.at == 0) return TC_CONTENT_SAME;
    if (f->packed) {
        bool same = f->size == (uint64_t)m->seen->st_size && f->changed == changed_of(m->seen);
        return same ? TC_CONTENT_SAME : TC_CONTENT_OTHER;
    }
    int fd = openat(m->folder, m->name,
                    O_RDONLY | O_NONBLOCK | O_CLOEXEC | (m->linked ? 0 : O_NOFOLLOW));
    if (fd < 0) return TC_CONTENT_UNREADABLE;
    tc_content content = tc_content_of(fd, &f->print);
    if (!lane->network) tc_followed_look_at_birth(f, tc_content_born(fd));
    (void)close(fd);
    return content;
}

/* Whether another path is a second name of the same file. */
static bool stands_at(const char *path, const struct stat *seen)
{
    struct stat st;
    return lstat(path, &st) == 0 && st.st_dev == seen->st_dev && st.st_ino == seen->st_ino;
}

static void rename_to(tc_follow *follow, tc_followed *f, const tc_meeting *m)
{
    if (tc_failed(tc_followed_move(follow, f, m->path))) return;
    f->rotated = true;
    f->ends = 0;
    if (f->stream) tc_told(f->stream, TC_FOLLOW_RENAMED);
}

typedef enum met { MET_ELSEWHERE, MET_DONE } met;

/* The inode is known. Its path may be another one: renamed, a hard link, or a new file's inode. */
static met meet_inode(tc_lane *lane, const tc_meeting *m, tc_followed *f)
{
    tc_follow *follow = lane->follow;
    if (!may_take(lane, f)) return MET_DONE;
    if (tc_slice_equal(tc_slice_of(f->path), m->path)) {
        take(lane, f);
        note_seen(lane, f, m);
        return MET_DONE;
    }
    f->busy = true;
    tc_follow_unlock(follow);
    bool second = stands_at(f->path, m->seen);
    tc_content content = second ? TC_CONTENT_SAME : content_at(lane, m, f);
    tc_follow_lock(follow);
    f->busy = false;
    /* What cannot be read is not decided about: another walk will. */
    if (second || content == TC_CONTENT_UNREADABLE) {
        if (f->lane == lane) f->walk = lane->walk;
        return MET_DONE;
    }
    if (content != TC_CONTENT_SAME) {
        tc_followed_lost(follow, f);
        return MET_ELSEWHERE;
    }
    take(lane, f);
    rename_to(follow, f, m);
    note_seen(lane, f, m);
    return MET_DONE;
}

/* Which of two with the same content it is: the one that more was read of. */
static tc_followed *lesser(tc_followed *a, tc_followed *b)
{
    return a->print.at < b->print.at ? a : b;
}

/* It is not what has the inode now. */
static void lose(tc_follow *follow, tc_followed *f)
{
    f->busy = false;
    if (f->state != TC_COPY) {
        tc_followed_lost(follow, f);
        return;
    }
    follow->counts.passed_over--;
    tc_followed_forget(follow, f);
}

/* The inode was given to one file after another, and several are remembered with it. What stands
 * there says which of them it is; the others have lost it. False: that cannot be told yet. */
static bool sort_out(tc_lane *lane, const tc_meeting *m, tc_followed **ret)
{
    tc_follow *follow = lane->follow;
    tc_followed *kept = NULL, *f = NULL;
    tc_content content = TC_CONTENT_SAME;
    while (content != TC_CONTENT_UNREADABLE &&
           (f = tc_find_inode(follow, m->seen->st_dev, m->seen->st_ino, f))) {
        if (f == kept) continue;
        if (!may_take(lane, f)) break;
        f->busy = true;
        tc_follow_unlock(follow);
        content = content_at(lane, m, f);
        tc_follow_lock(follow);
        tc_followed *loser = content == TC_CONTENT_SAME && kept ? lesser(kept, f) : NULL;
        if (content == TC_CONTENT_SAME) kept = loser == kept ? f : kept;
        if (content == TC_CONTENT_OTHER || content == TC_CONTENT_SHORT) loser = f;
        if (content == TC_CONTENT_UNREADABLE) f->busy = false;
        if (!loser) continue;
        lose(follow, loser);
        f = NULL;
    }
    if (kept) kept->busy = false;
    *ret = kept;
    return f == NULL && content != TC_CONTENT_UNREADABLE;
}

/* The path is known with another inode: replaced by a copy that goes on, or by another file. */
static met meet_path(tc_lane *lane, const tc_meeting *m, tc_followed *f)
{
    tc_follow *follow = lane->follow;
    if (!may_take(lane, f)) return MET_DONE;
    if (f->state == TC_COPY) {
        if (f->lane != lane) return MET_DONE;
        follow->counts.passed_over--;
        tc_followed_forget(follow, f);
        return MET_ELSEWHERE;
    }
    bool telling = f->print.telling || f->print.at == 0;
    f->busy = true;
    tc_follow_unlock(follow);
    tc_content content = telling ? content_at(lane, m, f) : TC_CONTENT_OTHER;
    tc_follow_lock(follow);
    f->busy = false;
    if (content == TC_CONTENT_UNREADABLE) {
        if (f->lane == lane) f->walk = lane->walk;
        return MET_DONE;
    }
    if (content == TC_CONTENT_SAME) {
        take(lane, f);
        tc_followed_set_fd(follow, f, -1);
        tc_followed_set_inode(follow, f, m->seen->st_dev, m->seen->st_ino);
        note_seen(lane, f, m);
        return MET_DONE;
    }
    f->state = TC_MISSING;
    f->rotated = true;
    if (f->gone == TC_TIME_NONE) f->gone = tc_follow_now(follow);
    return MET_ELSEWHERE;
}

static tc_followed *at_path(const tc_follow *follow, const tc_meeting *m)
{
    tc_followed *f = NULL;
    while ((f = tc_find_path(follow, m->path, f))) {
        if (f->state != TC_REPLACED && f->inode != m->seen->st_ino) return f;
    }
    return NULL;
}

static met meet_known(tc_lane *lane, const tc_meeting *m)
{
    tc_follow *follow = lane->follow;
    tc_followed *f = tc_find_inode(follow, m->seen->st_dev, m->seen->st_ino, NULL);
    bool several = f && tc_find_inode(follow, m->seen->st_dev, m->seen->st_ino, f);
    if (several && !sort_out(lane, m, &f)) return MET_DONE;
    if (f && meet_inode(lane, m, f) == MET_DONE) return MET_DONE;
    f = at_path(follow, m);
    return f ? meet_path(lane, m, f) : MET_ELSEWHERE;
}

void tc_meet(tc_lane *lane, const tc_meeting *m)
{
    tc_follow *follow = lane->follow;
    tc_follow_lock(follow);
    tc_followed *f = NULL;
    if (meet_known(lane, m) == MET_ELSEWHERE &&
        !tc_failed(tc_followed_new(follow, lane, m->path, m->seen->st_dev, m->seen->st_ino, &f))) {
        f->decided = false;
        f->stranger = !m->wanted;
        note_seen(lane, f, m);
    }
    tc_follow_unlock(follow);
}
