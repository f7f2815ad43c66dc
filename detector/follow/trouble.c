#include "detector/follow/trouble.h"

#include "detector/follow/told.h"

enum { TROUBLES_MAX = 4096 };

void tc_trouble(tc_lane *lane, tc_slice path, int sys, const char *words)
{
    if (!lane->troubles) lane->troubles = tc_map_new(TROUBLES_MAX);
    uint64_t *walk;
    bool fresh;
    if (!lane->troubles || tc_failed(tc_map_put(lane->troubles, path, &walk, &fresh))) return;
    *walk = lane->walk;
    if (!fresh) return;
    tc_error error = {0};
    if (sys != 0) {
        (void)tc_fail_sys(&error, sys, NULL, "%s", words);
    } else {
        (void)tc_fail(&error, TC_EUNSUPPORTED, "%s", words);
    }
    tc_error_set_source(&error, (const char *)path.ptr, path.len);
    tc_follow_lock(lane->follow);
    tc_told_notice(lane->follow, TC_FOLLOW_FAILED, 0, path, &error);
    tc_follow_unlock(lane->follow);
}

/* The key of what is over; the map must not change while it is walked over. */
static bool find_over(const tc_lane *lane, tc_slice *ret)
{
    size_t cursor = 0;
    uint64_t *walk;
    while (tc_map_next(lane->troubles, &cursor, ret, &walk)) {
        if (*walk != lane->walk) return true;
    }
    return false;
}

void tc_trouble_over(tc_lane *lane)
{
    tc_slice path;
    while (lane->troubles && find_over(lane, &path)) {
        tc_follow_lock(lane->follow);
        tc_told_notice(lane->follow, TC_FOLLOW_WORKS, 0, path, NULL);
        tc_follow_unlock(lane->follow);
        (void)tc_map_remove(lane->troubles, path);
    }
}
