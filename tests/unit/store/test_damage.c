/* Databases that are damaged, strange, newer or gone: set aside or refused, never deleted. */
#include "tests/unit/store/fixture.h"

#include "detector/store/schema.h"

#include <criterion/criterion.h>
#include <unistd.h>

static fixture f;
static memory kept;

static void begin(void)
{
    fixture_open(&f);
    fixture_store(&f);
    for (unsigned i = 1; i <= 8; i++) {
        fixture_commit(&f, i);
        if (i <= 4) {
            kept.count++;
            kept.sum += kept.last = i;
        }
        if (i == 4) fixture_snapshot(&f, &kept);
    }
}

static void end(void)
{
    fixture_close(&f);
}

TestSuite(damage, .init = begin, .fini = end);

static void run(const char *sql)
{
    tc_sql *db;
    tc_status status =
        tc_sql_open(fixture_path(&f, "state.db"), TC_SQL_WRITE, false, 100, &db, &f.error);
    if (!tc_failed(status)) status = tc_sql_run(db, sql, &f.error);
    cr_assert_eq(status.code, TC_OK, "%s", f.error.text);
    tc_sql_close(db);
}

/* Memory goes back to the snapshot, and the points with it. */
static void expect_the_snapshot(const memory *m, const tc_store_restored *r)
{
    cr_expect_eq(m->count, 4);
    cr_expect_eq(m->sum, 10);
    cr_expect_eq(m->points, 4);
    cr_expect_str_eq(memory_point(m, "point-3"), "at-3");
    cr_expect_str_eq(memory_point(m, "point-0"), "at-4");
    cr_expect_eq(r->sequence, 4);
    cr_expect_eq(f.told[TC_STORE_SET_ASIDE], 1, "%s", f.words);
    cr_expect(strstr(f.words, "set aside as state.db.broken-2011-03-13") != NULL, "%s", f.words);
    cr_expect(strstr(f.words, "Memory goes back to the snapshot of 2011-03-13") != NULL, "%s",
              f.words);
    cr_expect_geq(fixture_files(&f, "state.db.broken-", ""), 1);
}

static void expect_going_on(void)
{
    memory m = {0};
    tc_store_restored r;
    fixture_commit(&f, 9);
    fixture_close_store(&f);
    fixture_store(&f);
    fixture_restore(&f, &m, &r);
    cr_expect_eq(m.count, 5);
    cr_expect_eq(m.last, 5);
    cr_expect_eq(f.told[TC_STORE_SET_ASIDE], 1, "%s", f.words);
}

Test(damage, no_database_begins_at_the_snapshot)
{
    memory m = {0};
    tc_store_restored r;
    fixture_close_store(&f);
    fixture_damage(&f, "state.db", 0, "this is no database at all", 26);
    fixture_store(&f);
    fixture_restore(&f, &m, &r);
    expect_the_snapshot(&m, &r);
    expect_going_on();
}

Test(damage, a_damaged_row_of_the_journal_is_seen_when_it_is_read)
{
    memory m = {0};
    tc_store_restored r;
    char drained[256];
    fixture_close_store(&f);
    run("UPDATE journal SET body = CAST('row number 9' AS BLOB) WHERE sequence = 6");
    fixture_store(&f);
    cr_expect_str_empty(f.words);
    fixture_restore(&f, &m, &r);
    expect_the_snapshot(&m, &r);
    cr_expect(strstr(f.words, "row 6 of the journal") != NULL, "%s", f.words);
    cr_expect(strstr(f.words, "16 waiting alerts moved over") != NULL, "%s", f.words);
    fixture_drain(&f, "second", drained, sizeof(drained));
    cr_expect_str_eq(drained, "id-1 id-2 id-3 id-4 id-5 id-6 id-7 id-8 ");
    expect_going_on();
}

Test(damage, so_is_a_journal_that_lacks_rows_and_a_point)
{
    memory m = {0};
    tc_store_restored r;
    fixture_close_store(&f);
    run("DELETE FROM journal WHERE sequence = 7");
    fixture_store(&f);
    fixture_restore(&f, &m, &r);
    expect_the_snapshot(&m, &r);
    fixture_commit(&f, 9);
    fixture_close_store(&f);
    run("UPDATE kept SET sum = sum + 1 WHERE space = 1");
    fixture_store(&f);
    fixture_restore(&f, &m, &r);
    cr_expect_eq(m.count, 4);
    cr_expect_eq(f.told[TC_STORE_SET_ASIDE], 2);
    cr_expect(strstr(f.words, "checksum of a point") != NULL, "%s", f.words);
}

Test(damage, one_that_is_gone_leaves_the_snapshot)
{
    memory m = {0};
    tc_store_restored r;
    fixture_close_store(&f);
    (void)unlink(fixture_path(&f, "state.db"));
    fixture_store(&f);
    fixture_restore(&f, &m, &r);
    cr_expect_eq(m.count, 4);
    cr_expect_str_eq(memory_point(&m, "point-0"), "at-4");
    cr_expect(strstr(f.words, "the database is gone. Memory goes back") != NULL, "%s", f.words);
    fixture_close_store(&f);
    fixture_store(&f);
    cr_expect_eq(f.told[TC_STORE_LOST], 1);
    m = (memory){0};
    fixture_restore(&f, &m, &r);
    cr_expect_eq(m.count, 4, "its file is not taken for what a crash left");
}

Test(damage, one_that_is_older_than_the_snapshots_has_lost_its_end)
{
    memory m = {0};
    tc_store_restored r;
    fixture_close_store(&f);
    run("DELETE FROM journal WHERE sequence > 2; UPDATE fact SET value = 2 WHERE name = 'sequence';"
        "DELETE FROM snapshot");
    fixture_store(&f);
    fixture_restore(&f, &m, &r);
    expect_the_snapshot(&m, &r);
    cr_expect(strstr(f.words, "older than its snapshots") != NULL, "%s", f.words);
}

Test(damage, nothing_is_left_of_both)
{
    memory m = {0};
    tc_store_restored r;
    fixture_close_store(&f);
    fixture_damage(&f, "state.db", 0, "this is no database at all", 26);
    fixture_damage(&f, "snapshot-1", 40, "nonsense", 8);
    fixture_store(&f);
    fixture_restore(&f, &m, &r);
    cr_expect_eq(m.count + m.points, 0);
    cr_expect(strstr(f.words, "snapshot-1 cannot be used") != NULL, "%s", f.words);
    cr_expect(strstr(f.words, "There is no snapshot: what was learned is lost") != NULL, "%s",
              f.words);
    cr_expect_eq(fixture_files(&f, "snapshot-1.broken-", ""), 1);
}

Test(damage, a_newer_one_is_refused_and_left_as_it_is)
{
    tc_store *store;
    fixture_close_store(&f);
    run("PRAGMA user_version=99; UPDATE fact SET value = 99 WHERE name = 'version'");
    long before = fixture_find(&f, "state.db-wal", "row number 8");
    cr_assert_eq(tc_store_open(f.folder, &f.options, &store, &f.error).code, TC_EUNSUPPORTED);
    cr_expect(strstr(f.error.text, "a newer tocsin keeps its state here (version 99") != NULL, "%s",
              f.error.text);
    cr_expect_eq(fixture_files(&f, "state.db.broken", ""), 0);
    cr_expect_eq(fixture_find(&f, "state.db-wal", "row number 8"), before);
    cr_expect_str_empty(f.words);
}

Test(damage, two_versions_or_another_mark_are_damage)
{
    fixture_close_store(&f);
    run("PRAGMA user_version=99");
    fixture_store(&f);
    cr_expect(strstr(f.words, "two versions") != NULL, "%s", f.words);
    fixture_close_store(&f);
    run("PRAGMA application_id=1");
    fixture_store(&f);
    cr_expect(strstr(f.words, "its mark is not tocsin's") != NULL, "%s", f.words);
    cr_expect_eq(f.told[TC_STORE_SET_ASIDE], 2);
}

Test(damage, found_while_in_use_the_state_lives_on_in_a_new_one)
{
    memory m = {0};
    tc_store_restored r;
    tc_store_health health;
    uint64_t sequence;
    run("DELETE FROM tally");
    f.options.outbox_rows = 4;
    fixture_close_store(&f);
    fixture_store(&f);
    fixture_alert(&f, "first", "id-9", 1, "x");
    cr_assert_eq(tc_store_commit(f.store, &(tc_store_committed){0}, &f.error).code, TC_OK);
    run("DELETE FROM tally WHERE receiver = 'first' AND level = 4;"
        "UPDATE tally SET waiting = 100 WHERE receiver = 'first'");
    fixture_alert(&f, "first", "id-10", 5, "x");
    cr_assert_eq(tc_store_journal(f.store, 9, TC_LIT("row number 9"), &sequence).code, TC_OK);
    cr_expect_eq(tc_store_commit(f.store, &(tc_store_committed){0}, &f.error).code, TC_ESYNTAX);
    tc_store_health_of(f.store, &health);
    cr_expect_eq(health.state, TC_STORE_DAMAGED);
    cr_assert_eq(tc_store_renew(f.store, &f.error).code, TC_OK, "%s", f.error.text);
    tc_store_health_of(f.store, &health);
    cr_expect_eq(health.state, TC_STORE_WELL);
    cr_assert_eq(tc_store_put_point(f.store, TC_LIT("point-1"), TC_LIT("mine")).code, TC_OK);
    cr_assert_eq(tc_store_commit(f.store, &(tc_store_committed){0}, &f.error).code, TC_OK, "%s",
                 f.error.text);
    memory now = {.count = 9, .sum = 45, .last = 9};
    fixture_snapshot(&f, &now);
    fixture_close_store(&f);
    fixture_store(&f);
    fixture_restore(&f, &m, &r);
    cr_expect_eq(m.count, 9);
    cr_expect_str_eq(memory_point(&m, "point-1"), "mine");
    cr_expect(r.whole);
}

/* -- versions of the tables ----------------------------------------------------------------- */

static TC_STATUS open_with(const tc_schema_steps *schema, tc_schema_found *found)
{
    tc_sql *db;
    tc_status status =
        tc_sql_open(fixture_path(&f, "state.db"), TC_SQL_WRITE, true, 100, &db, &f.error);
    if (!tc_failed(status)) status = tc_schema_open(db, schema, f.now, found, &f.error);
    tc_sql_close(db);
    return status;
}

Test(damage, an_older_one_is_upgraded_in_one_transaction_or_not_at_all)
{
    const char *bad[] = {tc_schema.steps[0], "CREATE TABLE more(x)", "CREATE TABLE more(x)"};
    const char *good[] = {tc_schema.steps[0], "CREATE TABLE more(x)", "CREATE TABLE most(x)"};
    tc_schema_found found;
    tc_schema_steps wrong = {bad, 3}, right = {good, 3};
    fixture_close_store(&f);
    cr_expect_neq(open_with(&wrong, &found).code, TC_OK);
    cr_assert_eq(open_with(&tc_schema, &found).code, TC_OK, "%s", f.error.text);
    cr_expect_eq(found, TC_SCHEMA_SOUND, "it is as it was");
    cr_assert_eq(open_with(&right, &found).code, TC_OK, "%s", f.error.text);
    cr_expect_eq(found, TC_SCHEMA_UPGRADED);
    cr_assert_eq(open_with(&right, &found).code, TC_OK);
    cr_expect_eq(found, TC_SCHEMA_SOUND);
    cr_expect_eq(open_with(&tc_schema, &found).code, TC_EUNSUPPORTED);
}
