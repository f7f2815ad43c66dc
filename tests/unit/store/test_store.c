/* What was committed is there again; where it may lie; two at once; a lock that others hold. */
#include "tests/unit/store/fixture.h"

#include "detector/store/folder.h"
#include "detector/store/sql.h"

#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

static fixture f;

static void begin(void)
{
    fixture_open(&f);
}

static void end(void)
{
    fixture_close(&f);
}

TestSuite(store, .init = begin, .fini = end);

Test(store, an_empty_one_gives_an_empty_state)
{
    memory m = {0};
    tc_store_restored r;
    fixture_store(&f);
    fixture_restore(&f, &m, &r);
    cr_expect_eq(m.begun, 1);
    cr_expect_eq(m.count + m.points + r.rows + r.sequence, 0);
    cr_expect(r.whole);
    cr_expect_eq(r.snapshot_made, TC_TIME_NONE);
    cr_expect_str_empty(f.words);
}

Test(store, what_was_committed_is_there_and_what_was_not_is_not)
{
    memory m = {0};
    tc_store_restored r;
    uint64_t sequence;
    char drained[256];
    fixture_store(&f);
    for (unsigned i = 1; i <= 6; i++)
        fixture_commit(&f, i);
    cr_assert_eq(tc_store_drop_point(f.store, TC_LIT("point-2")).code, TC_OK);
    cr_assert_eq(tc_store_commit(f.store, &(tc_store_committed){0}, &f.error).code, TC_OK);
    cr_assert_eq(tc_store_journal(f.store, 9, TC_LIT("row number 9"), &sequence).code, TC_OK);
    cr_expect_eq(sequence, 7);
    fixture_close_store(&f);
    fixture_store(&f);
    fixture_restore(&f, &m, &r);
    cr_expect_eq(m.count, 6);
    cr_expect_eq(m.sum, 21);
    cr_expect_eq(m.points, 3);
    cr_expect_str_eq(memory_point(&m, "point-1"), "at-5");
    cr_expect_str_eq(memory_point(&m, "point-0"), "at-4");
    fixture_drain(&f, "first", drained, sizeof(drained));
    cr_expect_str_eq(drained, "id-1 id-2 id-3 id-4 id-5 id-6 ");
}

Test(store, values_are_read_back_and_rolled_back)
{
    tc_str out;
    bool found;
    uint64_t sequence;
    tc_store_committed done;
    tc_str_init(&out, 100);
    fixture_store(&f);
    cr_assert_eq(tc_store_put_meta(f.store, "gate", TC_LIT("open")).code, TC_OK);
    cr_assert_eq(tc_store_commit(f.store, &done, &f.error).code, TC_OK);
    cr_assert_eq(tc_store_put_meta(f.store, "gate", TC_LIT("shut")).code, TC_OK);
    cr_assert_eq(tc_store_journal(f.store, 1, TC_LIT("x"), &sequence).code, TC_OK);
    tc_store_rollback(f.store);
    cr_assert_eq(tc_store_journal(f.store, 1, TC_LIT("x"), &sequence).code, TC_OK);
    cr_expect_eq(sequence, 1);
    cr_assert_eq(tc_store_meta(f.store, "gate", &out, &found, &f.error).code, TC_OK);
    cr_expect(found);
    cr_expect_str_eq(tc_str_cstr(&out), "open");
    cr_assert_eq(tc_store_meta(f.store, "date", &out, &found, &f.error).code, TC_OK);
    cr_expect_not(found);
    tc_str_done(&out);
}

Test(store, too_much_is_refused_and_nothing_changes)
{
    static char large[1 << 16];
    uint64_t sequence = 0;
    tc_store_health health;
    f.options.waiting_bytes = 1 << 20;
    fixture_store(&f);
    cr_expect_eq(
        tc_store_journal(f.store, 1, tc_slice_make(large, TC_STORE_BODY_MAX + 1), &sequence).code,
        TC_ELIMIT);
    cr_expect_eq(
        tc_store_put_point(f.store, tc_slice_make(large, TC_STORE_KEY_MAX + 1), TC_EMPTY_SLICE)
            .code,
        TC_ELIMIT);
    while (!tc_failed(tc_store_journal(f.store, 1, tc_slice_make(large, sizeof(large)), &sequence)))
        ;
    tc_store_health_of(f.store, &health);
    cr_expect_eq(health.last_sequence, sequence);
    cr_expect_leq(health.waiting_bytes, 1 << 20);
    cr_expect_eq(tc_store_commit(f.store, &(tc_store_committed){0}, &f.error).code, TC_OK);
    cr_expect_eq(tc_store_journal(f.store, 1, TC_LIT("x"), &sequence).code, TC_OK);
}

Test(store, is_the_owners_alone)
{
    struct stat st;
    static const char *const names[] = {"state.db", "state.db-wal", "state.db-shm", "lock",
                                        "snapshot-1"};
    memory m = {0};
    (void)umask(0);
    cr_assert_eq(chmod(f.folder, 0755), 0);
    fixture_store(&f);
    fixture_commit(&f, 1);
    fixture_snapshot(&f, &m);
    for (size_t i = 0; i < TC_COUNT_OF(names); i++) {
        cr_assert_eq(stat(fixture_path(&f, names[i]), &st), 0, "%s", names[i]);
        cr_expect_eq(st.st_mode & 0777, 0600, "%s", names[i]);
    }
    cr_assert_eq(stat(f.folder, &st), 0);
    cr_expect_eq(st.st_mode & 0777, 0700);
}

static void refused(tc_code code, const char *words)
{
    tc_store *store;
    f.error = (tc_error){0};
    cr_assert_eq(tc_store_open(f.folder, &f.options, &store, &f.error).code, code, "%s",
                 f.error.text);
    cr_expect_null(store);
    cr_expect(strstr(f.error.text, words) != NULL, "%s", f.error.text);
}

Test(store, folders_where_nothing_may_be_kept_are_refused_in_words)
{
    cr_assert_eq(chmod(f.folder, 0770), 0);
    refused(TC_EUNSUPPORTED, "others can write");
    cr_assert_eq(chmod(f.folder, 0700), 0);
    if (geteuid() == 0) {
        cr_assert_eq(chown(f.folder, 65534, 65534), 0);
        refused(TC_EUNSUPPORTED, "belongs to user 65534");
        cr_assert_eq(chown(f.folder, 0, 0), 0);
        fixture_store(&f);
        fixture_close_store(&f);
        cr_assert_eq(chown(fixture_path(&f, "state.db"), 65534, 65534), 0);
        refused(TC_EUNSUPPORTED, "another user");
    }
    cr_expect(tc_folder_is_remote(0x6969));
    cr_expect(tc_folder_is_remote(0xFF534D42));
    cr_expect(tc_folder_is_remote(0x65735546));
    cr_expect_not(tc_folder_is_remote(0xEF53));
    cr_expect_not(tc_folder_is_remote(0x01021994));
}

Test(store, a_second_one_on_the_folder_is_refused)
{
    fixture_store(&f);
    refused(TC_EIO, "another tocsin");
    fixture_close_store(&f);
    fixture_store(&f);
}

Test(store, a_lock_that_others_hold_costs_nothing_but_time)
{
    tc_sql *other;
    tc_store_committed done;
    tc_store_health health;
    uint64_t sequence;
    memory m = {0};
    tc_store_restored r;
    fixture_store(&f);
    fixture_commit(&f, 1);
    cr_assert_eq(
        tc_sql_open(fixture_path(&f, "state.db"), TC_SQL_WRITE, false, 0, &other, &f.error).code,
        TC_OK);
    cr_assert_eq(tc_sql_run(other, "BEGIN IMMEDIATE", &f.error).code, TC_OK);
    cr_assert_eq(tc_store_journal(f.store, 2, TC_LIT("row number 2"), &sequence).code, TC_OK);
    cr_expect_eq(tc_store_commit(f.store, &done, &f.error).code, TC_EIO);
    cr_expect(strstr(f.error.text, "locked") != NULL, "%s", f.error.text);
    tc_store_health_of(f.store, &health);
    cr_expect_eq(health.state, TC_STORE_DEGRADED);
    cr_expect_eq(health.since, f.now);
    cr_expect_eq(f.told[TC_STORE_TROUBLE], 1);
    cr_assert_eq(tc_sql_run(other, "ROLLBACK", &f.error).code, TC_OK);
    cr_expect_eq(tc_store_commit(f.store, &done, &f.error).code, TC_EIO, "it waits for the clock");
    f.now = tc_time_add(f.now, 2 * TC_SECOND);
    cr_expect_eq(tc_store_commit(f.store, &done, &f.error).code, TC_OK, "%s", f.error.text);
    cr_expect_eq(f.told[TC_STORE_RECOVERED], 1);
    tc_sql_close(other);
    fixture_close_store(&f);
    fixture_store(&f);
    fixture_restore(&f, &m, &r);
    cr_expect_eq(m.count, 2);
}
