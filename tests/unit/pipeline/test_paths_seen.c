#include "detector/pipeline/paths_seen.h"

#include <criterion/criterion.h>

static tc_paths_seen seen;

static tc_path_news find(uint64_t columns, const char *path)
{
    return tc_paths_seen_find(&seen, columns, tc_slice_of(path));
}

Test(paths_seen, paths_are_known_as_they_were_kept)
{
    cr_expect_eq(find(1, "/owa/"), TC_PATH_UNSEEN);
    tc_paths_seen_keep(&seen, 1, TC_LIT("/owa/"), true);
    tc_paths_seen_keep(&seen, 1, TC_LIT("/owa/auth/logon.aspx"), false);
    cr_expect_eq(find(1, "/owa/"), TC_PATH_QUIET);
    cr_expect_eq(find(1, "/owa/auth/logon.aspx"), TC_PATH_TELLING);
    cr_expect_eq(find(2, "/owa/"), TC_PATH_UNSEEN, "other columns");
    cr_expect_eq(find(1, "/OWA/"), TC_PATH_UNSEEN);
    cr_expect_eq(find(1, ""), TC_PATH_UNSEEN);
}

/* The slot of a path is made of its ends: what stands between must not be taken for equal. */
Test(paths_seen, paths_that_share_a_slot_are_not_taken_for_each_other)
{
    tc_paths_seen_keep(&seen, 1, TC_LIT("/a/................................/a.aspx"), true);
    cr_expect_eq(find(1, "/b/................................/a.aspx"), TC_PATH_UNSEEN);
    tc_paths_seen_keep(&seen, 1, TC_LIT("/b/................................/a.aspx"), false);
    cr_expect_eq(find(1, "/a/................................/a.aspx"), TC_PATH_UNSEEN,
                 "displaced");
    cr_expect_eq(find(1, "/b/................................/a.aspx"), TC_PATH_TELLING);
}

Test(paths_seen, what_does_not_fit_is_not_kept)
{
    char path[TC_PATH_SEEN_MAX + 2];
    memset(path, 'a', sizeof(path));
    tc_slice longest = tc_slice_make(path, TC_PATH_SEEN_MAX);
    tc_slice too_long = tc_slice_make(path, TC_PATH_SEEN_MAX + 1);
    tc_paths_seen_keep(&seen, 1, longest, true);
    tc_paths_seen_keep(&seen, 1, too_long, true);
    tc_paths_seen_keep(&seen, 1, TC_EMPTY_SLICE, true);
    cr_expect_eq(tc_paths_seen_find(&seen, 1, longest), TC_PATH_QUIET);
    cr_expect_eq(tc_paths_seen_find(&seen, 1, too_long), TC_PATH_UNSEEN);
    cr_expect_eq(tc_paths_seen_find(&seen, 1, TC_EMPTY_SLICE), TC_PATH_UNSEEN);
}
