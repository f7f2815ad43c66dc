#include "detector/follow/turned.h"

#include "detector/follow/followed.h"
#include "detector/follow/told.h"

enum { BACK_OFF_MAX = 5 }; /* at most 32 walks */

void tc_turned_failed(tc_lane *lane, tc_followed *file, const tc_error *error)
{
    tc_follow_lock(lane->follow);
    tc_followed_set_fd(lane->follow, file, -1);
    file->retry = lane->walk + (UINT64_C(1) << file->fails);
    if (file->fails < BACK_OFF_MAX) file->fails++;
    file->looked_size = UINT64_MAX;
    tc_told_failed(lane->follow, file, error);
    tc_follow_unlock(lane->follow);
}

void tc_turned_works(tc_follow *follow, tc_followed *file)
{
    file->fails = 0;
    file->retry = 0;
    tc_told_works(follow, file);
}

void tc_turned_at_end(tc_lane *lane, tc_followed *file)
{
    tc_follow_lock(lane->follow);
    tc_turned_works(lane->follow, file);
    file->looked_size = file->size;
    file->looked_changed = file->changed;
    file->live = true;
    file->owes = false;
    if (file->ends < 2) file->ends++;
    tc_follow_unlock(lane->follow);
}

tc_follow_stream *tc_turned_stream(tc_follow *follow, tc_followed *file)
{
    if (!file->stream && tc_failed(tc_told_new(follow, file))) return NULL;
    return file->stream;
}

void tc_turned_renew(tc_lane *lane, tc_followed *file)
{
    tc_follow *follow = lane->follow;
    tc_follow_lock(follow);
    tc_followed_look_at_birth(file, file->opened_born);
    tc_followed *next;
    if (file->state == TC_MISSING) {
        tc_followed_lost(follow, file);
    } else if (!tc_failed(tc_followed_new(follow, lane, tc_slice_of(file->path), file->device,
                                          file->inode, &next))) {
        next->generation = file->generation + 1;
        next->size = file->size;
        next->changed = file->changed;
        next->steady = tc_follow_now(follow);
        next->walk = file->walk;
        next->linked = file->linked;
        tc_followed_lost(follow, file);
        tc_lane_ready(next);
    }
    tc_follow_unlock(follow);
}
