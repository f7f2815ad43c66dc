/* Snapshots, the journal behind them, and what is done when one is damaged. */
#include "tests/unit/store/fixture.h"

#include <criterion/criterion.h>
#include <unistd.h>

static fixture f;
static memory kept; /* the state that runs along */

static void begin(void)
{
    fixture_open(&f);
    fixture_store(&f);
}

static void end(void)
{
    fixture_close(&f);
}

TestSuite(snapshots, .init = begin, .fini = end);

static void commit(unsigned from, unsigned to)
{
    for (unsigned i = from; i <= to; i++) {
        fixture_commit(&f, i);
        kept.count++;
        kept.sum += i;
        kept.last = i;
        f.now = tc_time_add(f.now, TC_HOUR);
    }
}

static tc_store_restored again(memory *m)
{
    tc_store_restored r;
    fixture_close_store(&f);
    fixture_store(&f);
    fixture_restore(&f, m, &r);
    return r;
}

static void expect_all(const memory *m, unsigned count)
{
    cr_expect_eq(m->count, count);
    cr_expect_eq(m->sum, count * (count + 1) / 2);
    cr_expect_eq(m->last, count);
    cr_expect_eq(m->points, 4);
}

Test(snapshots, the_newest_and_the_journal_behind_it)
{
    memory m = {0};
    tc_store_health health;
    commit(1, 5);
    fixture_snapshot(&f, &kept);
    tc_time made = f.now;
    tc_store_health_of(f.store, &health);
    cr_expect_eq(health.bytes_since_snapshot, 0);
    cr_expect_eq(health.snapshot_made, made);
    commit(6, 8);
    tc_store_restored r = again(&m);
    expect_all(&m, 8);
    cr_expect_eq(r.rows, 3);
    cr_expect_eq(r.sequence, 8);
    cr_expect_eq(r.snapshot_made, made);
    cr_expect(r.whole);
    tc_store_health_of(f.store, &health);
    cr_expect_eq(health.bytes_since_snapshot, 3 * strlen("row number 6"));
    cr_expect_eq(health.journal_bytes, 8 * strlen("row number 6"));
}

Test(snapshots, two_are_kept)
{
    memory m = {0};
    for (unsigned i = 1; i <= 5; i++) {
        commit(i, i);
        fixture_snapshot(&f, &kept);
    }
    cr_expect_eq(fixture_files(&f, "snapshot-", ""), 2);
    cr_expect_eq(fixture_files(&f, "snapshot-4", ""), 1);
    cr_expect_eq(fixture_files(&f, "snapshot-5", ""), 1);
    cr_expect_eq(again(&m).rows, 0);
    expect_all(&m, 5);
}

Test(snapshots, one_that_was_begun_and_dropped_leaves_nothing)
{
    memory m = {0};
    tc_visit *v;
    commit(1, 4);
    cr_assert_eq(tc_store_snapshot_begin(f.store, &v, &f.error).code, TC_OK);
    tc_store_snapshot_drop(f.store);
    cr_expect_eq(fixture_files(&f, "snapshot-", ""), 0);
    cr_assert_eq(tc_store_snapshot_begin(f.store, &v, &f.error).code, TC_OK);
    tc_visit_fail(v, TC_ENOMEM, "no memory");
    cr_expect_eq(tc_store_snapshot_commit(f.store, &f.error).code, TC_ENOMEM);
    cr_expect_eq(fixture_files(&f, "snapshot-", ""), 0);
    uint64_t sequence;
    cr_assert_eq(tc_store_journal(f.store, 9, TC_LIT("waits"), &sequence).code, TC_OK);
    cr_expect_eq(tc_store_snapshot_begin(f.store, &v, &f.error).code, TC_ELIMIT);
    tc_store_rollback(f.store);
    (void)again(&m);
    expect_all(&m, 4);
}

Test(snapshots, commits_go_on_while_one_is_written)
{
    memory m = {0};
    tc_visit *v;
    tc_store_health health;
    commit(1, 5);
    cr_assert_eq(tc_store_snapshot_begin(f.store, &v, &f.error).code, TC_OK);
    fixture_save(v, &kept);
    tc_store_snapshot_flush(f.store);
    commit(6, 7);
    bool more;
    cr_assert_eq(tc_store_prune(f.store, &more, &f.error).code, TC_OK);
    cr_assert_eq(tc_store_snapshot_commit(f.store, &f.error).code, TC_OK, "%s", f.error.text);
    tc_store_health_of(f.store, &health);
    cr_expect_eq(health.bytes_since_snapshot, 2 * strlen("row number 6"));
    commit(8, 8);
    tc_store_restored r = again(&m);
    expect_all(&m, 8);
    cr_expect_eq(r.rows, 3, "what was committed meanwhile stands behind it");
    cr_expect(r.whole);
}

/* A crash leaves it where it was placed: all that it stands for is in the database. */
Test(snapshots, one_that_was_placed_counts_with_its_row)
{
    memory m = {0};
    tc_visit *v;
    tc_store_health health;
    commit(1, 5);
    for (unsigned round = 0; round < 2; round++) {
        cr_assert_eq(tc_store_snapshot_begin(f.store, &v, &f.error).code, TC_OK);
        fixture_save(v, &kept);
        cr_assert_eq(tc_store_snapshot_end(f.store, &f.error).code, TC_OK);
        cr_expect_eq(fixture_files(&f, "snapshot-new", ""), 1);
        cr_assert_eq(tc_store_snapshot_place(f.store, &f.error).code, TC_OK, "%s", f.error.text);
        cr_expect_eq(fixture_files(&f, "snapshot-new", ""), 0);
        cr_expect_eq(fixture_files(&f, "snapshot-", ""), 1);
        tc_store_health_of(f.store, &health);
        cr_expect_eq(health.snapshot_made, TC_TIME_NONE);
        commit(6 + round, 6 + round);
        if (round == 0) tc_store_snapshot_drop(f.store);
        cr_expect_eq(fixture_files(&f, "snapshot-", ""), round);
    }
    cr_assert_eq(tc_store_snapshot_commit(f.store, &f.error).code, TC_OK, "%s", f.error.text);
    tc_store_health_of(f.store, &health);
    cr_expect_eq(health.bytes_since_snapshot, strlen("row number 7"));
    tc_store_restored r = again(&m);
    expect_all(&m, 7);
    cr_expect_eq(r.rows, 1);
    cr_expect(r.whole);
}

Test(snapshots, one_that_was_placed_does_not_count_over_what_waits)
{
    memory m = {0};
    tc_visit *v;
    uint64_t sequence;
    commit(1, 4);
    cr_assert_eq(tc_store_snapshot_begin(f.store, &v, &f.error).code, TC_OK);
    fixture_save(v, &kept);
    cr_assert_eq(tc_store_snapshot_end(f.store, &f.error).code, TC_OK);
    cr_assert_eq(tc_store_snapshot_place(f.store, &f.error).code, TC_OK);
    cr_assert_eq(tc_store_journal(f.store, 9, TC_LIT("waits"), &sequence).code, TC_OK);
    cr_expect_eq(tc_store_snapshot_commit(f.store, &f.error).code, TC_ELIMIT);
    cr_expect_eq(fixture_files(&f, "snapshot-", ""), 0);
    tc_store_rollback(f.store);
    (void)again(&m);
    expect_all(&m, 4);
}

Test(snapshots, one_is_not_placed_over_what_waits)
{
    memory m = {0};
    tc_visit *v;
    uint64_t sequence;
    commit(1, 4);
    cr_assert_eq(tc_store_snapshot_begin(f.store, &v, &f.error).code, TC_OK);
    fixture_save(v, &kept);
    cr_assert_eq(tc_store_journal(f.store, 9, TC_LIT("waits"), &sequence).code, TC_OK);
    cr_expect_eq(tc_store_snapshot_commit(f.store, &f.error).code, TC_ELIMIT);
    tc_store_rollback(f.store);
    cr_expect_eq(fixture_files(&f, "snapshot-", ""), 0);
    (void)again(&m);
    expect_all(&m, 4);
}

Test(snapshots, a_damaged_one_is_set_aside_and_the_elder_has_more_journal)
{
    memory m = {0};
    commit(1, 4);
    fixture_snapshot(&f, &kept);
    commit(5, 6);
    fixture_snapshot(&f, &kept);
    commit(7, 8);
    fixture_close_store(&f);
    fixture_damage(&f, "snapshot-2", 60, "damage", 6);
    tc_store_restored r = again(&m);
    expect_all(&m, 8);
    cr_expect_eq(r.rows, 4);
    cr_expect(r.whole);
    cr_expect_eq(f.told[TC_STORE_SET_ASIDE], 1);
    cr_expect(strstr(f.words, "snapshot-2 cannot be used") != NULL, "%s", f.words);
    cr_expect_eq(fixture_files(&f, "snapshot-2.broken-2011-03-13", ""), 1);
    fixture_snapshot(&f, &m);
    cr_expect_eq(fixture_files(&f, "snapshot-3", ""), 1, "a number is not used twice");
}

Test(snapshots, without_any_the_whole_journal_does)
{
    memory m = {.refuses = true};
    commit(1, 4);
    fixture_snapshot(&f, &kept);
    commit(5, 6);
    fixture_snapshot(&f, &kept);
    fixture_close_store(&f);
    (void)unlink(fixture_path(&f, "snapshot-1"));
    tc_store_restored r = again(&m);
    expect_all(&m, 6);
    cr_expect_eq(r.rows, 6);
    cr_expect(r.whole);
    cr_expect_eq(m.begun, 3, "everything begins anew after each that is of no use");
    cr_expect(strstr(f.words, "it is not wanted") != NULL, "%s", f.words);
    cr_expect_eq(f.told[TC_STORE_LOST], 0);
}

Test(snapshots, what_cannot_be_had_back_is_told_in_days)
{
    memory m = {.refuses = true};
    bool more;
    f.options.journal_keep = TC_HOUR;
    (void)again(&(memory){0});
    commit(1, 4);
    fixture_snapshot(&f, &kept);
    commit(5, 6);
    fixture_snapshot(&f, &kept);
    commit(7, 8);
    cr_assert_eq(tc_store_prune(f.store, &more, &f.error).code, TC_OK);
    tc_store_restored r = again(&m);
    cr_expect_eq(m.count, 4, "rows 5 to 8");
    cr_expect_eq(m.last, 8);
    cr_expect_not(r.whole);
    cr_expect_eq(f.told[TC_STORE_LOST], 1);
    cr_expect(strstr(f.words, "from 2011-03-13 07:06:40 to 2011-03-13 11:06:40 is lost") != NULL,
              "%s", f.words);
}

Test(snapshots, files_that_a_crash_left_are_removed)
{
    commit(1, 1);
    fixture_snapshot(&f, &kept);
    fixture_close_store(&f);
    static const char *const strays[] = {"snapshot-new", "snapshot-2", "snapshot-x", "other"};
    for (size_t i = 0; i < TC_COUNT_OF(strays); i++)
        fclose(fopen(fixture_path(&f, strays[i]), "w"));
    fixture_store(&f);
    cr_expect_eq(fixture_files(&f, "snapshot-new", ""), 0);
    cr_expect_eq(fixture_files(&f, "snapshot-2", ""), 0);
    cr_expect_eq(fixture_files(&f, "snapshot-1", ""), 1);
    cr_expect_eq(fixture_files(&f, "snapshot-x", ""), 1, "nobody knows what that is");
    cr_expect_eq(fixture_files(&f, "other", ""), 1);
}
