#include "detector/follow/watchdog.h"

#include "detector/follow/lane.h"
#include "detector/follow/told.h"

#include <errno.h>

enum { LOOKS = 30 };

static void tell(tc_follow *follow, const tc_lane *lane)
{
    tc_error error = {0};
    (void)tc_fail_sys(&error, ETIMEDOUT, lane->mount, "the mount does not answer");
    tc_told_notice(follow, lane->hangs ? TC_FOLLOW_FAILED : TC_FOLLOW_WORKS, 0,
                   tc_slice_of(lane->mount), lane->hangs ? &error : NULL);
}

static void look_at(tc_follow *follow, tc_lane *lane)
{
    bool beat = lane->beats != lane->seen_beats || !lane->running;
    lane->seen_beats = lane->beats;
    lane->missed = beat ? 0 : lane->missed + 1;
    int64_t asleep = 2 * tc_lane_interval(lane) / TC_SECOND;
    bool hangs = lane->missed > TC_MAX((int64_t)LOOKS, asleep);
    if (hangs == lane->hangs) return;
    lane->hangs = hangs;
    tell(follow, lane);
}

/* With some mounts that hang, what there is on the others is known all the same. */
static void settle(tc_follow *follow)
{
    bool all = follow->lane_count > 0;
    for (size_t i = 0; i < follow->lane_count; i++) {
        const tc_lane *lane = follow->lanes[i];
        all = all && (lane->settled || !lane->running || lane->hangs);
    }
    if (all) follow->settled = true;
}

void tc_watchdog_look(tc_follow *follow)
{
    tc_time now = tc_follow_now(follow);
    int64_t since = tc_time_between(follow->watched, now);
    if (since >= 0 && since < TC_SECOND) return;
    follow->watched = now;
    for (size_t i = 0; i < follow->lane_count; i++)
        look_at(follow, follow->lanes[i]);
    settle(follow);
}
