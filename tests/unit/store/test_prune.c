/* What may be forgotten, and that the rest is not. */
#include "tests/unit/store/fixture.h"

#include "detector/store/sql.h"

#include <criterion/criterion.h>

static fixture f;

static void begin(void)
{
    fixture_open(&f);
    f.options.journal_keep = 10 * TC_DAY;
}

static void end(void)
{
    fixture_close(&f);
}

TestSuite(prune, .init = begin, .fini = end);

static size_t prune(void)
{
    bool more = true;
    size_t steps = 0;
    for (; more; steps++)
        cr_assert_eq(tc_store_prune(f.store, &more, &f.error).code, TC_OK, "%s", f.error.text);
    return steps;
}

static int64_t get(const char *text)
{
    tc_sql *db;
    int64_t value;
    cr_assert_eq(
        tc_sql_open(fixture_path(&f, "state.db"), TC_SQL_READ, false, 10, &db, &f.error).code,
        TC_OK);
    cr_assert_eq(tc_sql_get(db, text, -1, &value, &f.error).code, TC_OK, "%s", f.error.text);
    tc_sql_close(db);
    return value;
}

static void rows(unsigned count, size_t bytes)
{
    static char body[4096];
    uint64_t sequence;
    for (unsigned i = 0; i < count; i++)
        cr_assert_eq(tc_store_journal(f.store, 1, tc_slice_make(body, bytes), &sequence).code,
                     TC_OK);
    cr_assert_eq(tc_store_commit(f.store, &(tc_store_committed){0}, &f.error).code, TC_OK);
}

Test(prune, rows_that_no_snapshot_needs_go_when_they_are_old)
{
    memory m = {0};
    fixture_store(&f);
    rows(1200, 10);
    f.now = tc_time_add(f.now, 11 * TC_DAY);
    cr_expect_eq(prune(), 1);
    cr_expect_eq(get("SELECT count(*) FROM journal"), 1200, "there is no snapshot");
    fixture_snapshot(&f, &m);
    rows(5, 10);
    fixture_snapshot(&f, &m);
    cr_expect_eq(prune(), 4, "in steps");
    cr_expect_eq(get("SELECT count(*) FROM journal"), 5);
    cr_expect_eq(get("SELECT min(sequence) FROM journal"), 1201);
    cr_expect_eq(get("SELECT value FROM fact WHERE name = 'journal_bytes'"), 50);
    f.now = tc_time_add(f.now, 11 * TC_DAY);
    (void)prune();
    cr_expect_eq(get("SELECT count(*) FROM journal"), 5, "the elder snapshot needs them");
    fixture_snapshot(&f, &m);
    (void)prune();
    cr_expect_eq(get("SELECT count(*) FROM journal"), 0);
    fixture_close_store(&f);
    fixture_store(&f);
    uint64_t sequence;
    cr_assert_eq(tc_store_journal(f.store, 1, TC_LIT("x"), &sequence).code, TC_OK);
    cr_expect_eq(sequence, 1206, "numbers go on");
}

Test(prune, and_the_eldest_when_they_are_too_many_bytes)
{
    memory m = {0};
    tc_store_health health;
    f.options.journal_keep_bytes = 10000;
    fixture_store(&f);
    rows(20, 1000);
    fixture_snapshot(&f, &m);
    (void)prune();
    cr_expect_eq(get("SELECT count(*) FROM journal"), 10);
    cr_expect_eq(get("SELECT min(sequence) FROM journal"), 11);
    tc_store_health_of(f.store, &health);
    cr_expect_eq(health.journal_bytes, 10000);
    rows(20, 1000);
    (void)prune();
    cr_expect_eq(get("SELECT min(sequence) FROM journal"), 21);
    cr_expect_eq(get("SELECT count(*) FROM journal"), 20, "these are behind the snapshot");
}

Test(prune, what_was_told_is_known_as_long_as_a_replay_may_tell_it)
{
    memory m = {0};
    char drained[256];
    fixture_store(&f);
    for (unsigned i = 1; i <= 6; i++)
        fixture_commit(&f, i);
    fixture_drain(&f, "first", drained, sizeof(drained));
    tc_sql *db;
    cr_assert_eq(
        tc_sql_open(fixture_path(&f, "state.db"), TC_SQL_WRITE, false, 10, &db, &f.error).code,
        TC_OK);
    cr_assert_eq(tc_sql_run(db,
                            "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
                            " INSERT INTO told SELECT NULL, 'x', i, 0, 1000000 FROM n",
                            &f.error)
                     .code,
                 TC_OK);
    tc_sql_close(db);
    (void)prune();
    cr_expect_eq(get("SELECT count(*) FROM told"), 100006);
    fixture_snapshot(&f, &m);
    (void)prune();
    cr_expect_eq(get("SELECT count(*) FROM told"), 100000);
}
