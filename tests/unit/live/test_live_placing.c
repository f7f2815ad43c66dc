/* A snapshot that comes to disk beside commits. */
#include "detector/live/live_placing.h"
#include "tests/unit/store/fixture.h"

#include <criterion/criterion.h>

#include <unistd.h>

static fixture f;

static void begin(void)
{
    fixture_open(&f);
    fixture_store(&f);
}

static void end(void)
{
    fixture_close(&f);
}

TestSuite(live_placing, .init = begin, .fini = end, .timeout = 60);

static tc_visit *begun(memory *state)
{
    tc_visit *v;
    cr_assert_eq(tc_store_snapshot_begin(f.store, &v, &f.error).code, TC_OK, "%s", f.error.text);
    fixture_save(v, state);
    return v;
}

static void wait_for(const tc_live_placing *p)
{
    while (!tc_live_placing_is_done(p))
        (void)usleep(1000);
}

Test(live_placing, goes_on_beside_commits)
{
    memory state = {.count = 1, .sum = 1, .last = 1}, m = {0};
    tc_live_placing p = {.store = NULL};
    tc_store_restored restored;
    cr_expect_not(tc_live_placing_is_done(&p));
    fixture_commit(&f, 1);
    (void)begun(&state);
    cr_assert_eq(tc_store_snapshot_end(f.store, &f.error).code, TC_OK);
    tc_live_placing_start(&p, f.store);
    fixture_commit(&f, 2);
    wait_for(&p);
    fixture_commit(&f, 3);
    cr_assert_eq(tc_live_placing_end(&p, &f.error).code, TC_OK, "%s", f.error.text);
    cr_expect_not(tc_live_placing_is_done(&p), "nothing is under way");
    cr_assert_eq(tc_store_snapshot_commit(f.store, &f.error).code, TC_OK, "%s", f.error.text);
    fixture_close_store(&f);
    fixture_store(&f);
    fixture_restore(&f, &m, &restored);
    cr_expect_eq(restored.rows, 2, "what was committed meanwhile");
    cr_expect_eq(m.count, 3);
    cr_expect_eq(m.last, 3);
}

Test(live_placing, says_what_failed_and_can_be_begun_again)
{
    memory state = {.count = 1};
    tc_live_placing p = {.store = NULL};
    tc_error error = {0};
    fixture_commit(&f, 1);
    tc_visit_fail(begun(&state), TC_ENOMEM, "no memory");
    cr_assert_eq(tc_store_snapshot_end(f.store, &f.error).code, TC_OK);
    tc_live_placing_start(&p, f.store);
    cr_expect_eq(tc_live_placing_end(&p, &error).code, TC_ENOMEM, "it waits");
    cr_expect_neq(error.text[0], '\0');
    tc_store_snapshot_drop(f.store);
    cr_expect_eq(fixture_files(&f, "snapshot-", ""), 0);
    cr_expect_eq(tc_live_placing_end(&p, NULL).code, TC_OK, "nothing is under way");
    (void)begun(&state);
    cr_assert_eq(tc_store_snapshot_end(f.store, &f.error).code, TC_OK);
    tc_live_placing_start(&p, f.store);
    cr_expect_eq(tc_live_placing_end(&p, NULL).code, TC_OK);
    tc_store_snapshot_drop(f.store);
    cr_expect_eq(fixture_files(&f, "snapshot-", ""), 0, "given up behind its name");
}
