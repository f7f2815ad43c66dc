/* The outbox: order, what is known, letters that are dead, bounds, figures that add up. */
#include "tests/unit/store/fixture.h"

#include "detector/store/sql.h"

#include <criterion/criterion.h>

static fixture f;
static tc_outbox *o;

static void begin(void)
{
    fixture_open(&f);
}

static void end(void)
{
    tc_outbox_close(o);
    o = NULL;
    fixture_close(&f);
}

TestSuite(outbox, .init = begin, .fini = end);

static tc_store_committed put(const char *receiver, const char *id, unsigned level)
{
    tc_store_committed done;
    fixture_alert(&f, receiver, id, level, id);
    cr_assert_eq(tc_store_commit(f.store, &done, &f.error).code, TC_OK, "%s", f.error.text);
    return done;
}

static const char *next(uint64_t after, uint32_t level, tc_outbox_row *row)
{
    static char id[64];
    cr_assert_eq(tc_outbox_next(o, after, level, row, &f.error).code, TC_OK, "%s", f.error.text);
    return row->sequence ? tc_slice_to_cstr(row->id, id, sizeof(id)) : "none";
}

static tc_outbox_tally tally(unsigned level)
{
    tc_outbox_tally all[TC_STORE_LEVELS];
    cr_assert_eq(tc_outbox_tallies(o, all, &f.error).code, TC_OK);
    cr_expect_eq(all[level].put,
                 all[level].waiting + all[level].sent + all[level].dead + all[level].dropped);
    return all[level];
}

Test(outbox, rows_come_in_order_and_stay_until_they_are_marked)
{
    tc_outbox_row row;
    fixture_store(&f);
    o = fixture_outbox(&f, "siem");
    cr_expect_str_eq(next(0, 0, &row), "none");
    (void)put("siem", "a", 2);
    (void)put("other", "b", 2);
    (void)put("siem", "c", 5);
    (void)put("siem", "d", 1);
    cr_expect_str_eq(next(0, 0, &row), "a");
    cr_expect_str_eq(next(0, 0, &row), "a");
    cr_expect(tc_slice_equal(row.payload, TC_LIT("a")));
    cr_expect_eq(row.time, f.now);
    cr_expect_str_eq(next(row.sequence, 0, &row), "c");
    cr_expect_str_eq(next(0, 3, &row), "c", "the urgent ones first, for who asks so");
    cr_expect_str_eq(next(row.sequence, 3, &row), "none");
    cr_expect_str_eq(next(0, 0, &row), "a");
    cr_assert_eq(tc_outbox_retry(o, row.sequence, "nobody there", &f.error).code, TC_OK);
    cr_expect_str_eq(next(0, 0, &row), "a");
    cr_expect_eq(row.attempts, 1);
    cr_assert_eq(tc_outbox_sent(o, row.sequence, &f.error).code, TC_OK);
    cr_assert_eq(tc_outbox_sent(o, row.sequence, &f.error).code, TC_OK, "twice is fine");
    cr_expect_str_eq(next(0, 0, &row), "c");
    cr_assert_eq(tc_outbox_dead(o, row.sequence, "too large", &f.error).code, TC_OK);
    cr_expect_str_eq(next(0, 0, &row), "d");
    cr_expect_eq(tally(2).sent, 1);
    cr_expect_eq(tally(5).dead, 1);
    cr_expect_eq(tally(1).waiting, 1);
    cr_expect_eq(tally(1).waiting_bytes, 1);
}

Test(outbox, what_waits_is_dead_or_was_sent_is_known)
{
    tc_outbox_row row;
    fixture_store(&f);
    o = fixture_outbox(&f, "siem");
    cr_expect_eq(put("siem", "a", 2).inserted, 1);
    cr_expect_eq(put("siem", "a", 2).known, 1);
    (void)next(0, 0, &row);
    cr_assert_eq(tc_outbox_dead(o, row.sequence, "refused", &f.error).code, TC_OK);
    cr_expect_eq(put("siem", "a", 2).known, 1);
    cr_expect_eq(put("siem", "b", 2).inserted, 1);
    (void)next(0, 0, &row);
    cr_assert_eq(tc_outbox_sent(o, row.sequence, &f.error).code, TC_OK);
    cr_expect_eq(put("siem", "b", 2).known, 1);
    cr_expect_eq(put("other", "b", 2).inserted, 1, "each receiver for itself");
    cr_expect_str_eq(next(0, 0, &row), "none");
    cr_expect_eq(tally(2).put, 2);
}

Test(outbox, the_lowest_and_eldest_make_room_and_are_counted)
{
    tc_outbox_row row;
    char id[8];
    f.options.outbox_rows = 4;
    fixture_store(&f);
    o = fixture_outbox(&f, "siem");
    for (unsigned i = 0; i < 8; i++) {
        snprintf(id, sizeof(id), "%u", i);
        cr_expect_eq(put("siem", id, i % 2 ? 5 : 1).dropped, i >= 4);
    }
    cr_expect_str_eq(next(0, 0, &row), "1");
    cr_expect_eq(tally(1).dropped, 4);
    cr_expect_eq(tally(5).waiting, 4);
    cr_expect_eq(put("siem", "0", 1).known, 1, "what was dropped does not come back");
    cr_expect_eq(put("siem", "9", 1).dropped, 1);
    cr_expect_str_eq(next(0, 0, &row), "1");
}

Test(outbox, so_do_bytes)
{
    tc_outbox_row row;
    f.options.outbox_bytes = 5;
    fixture_store(&f);
    o = fixture_outbox(&f, "siem");
    (void)put("siem", "aa", 1);
    (void)put("siem", "bb", 1);
    cr_expect_eq(put("siem", "cc", 1).dropped, 1);
    cr_expect_str_eq(next(0, 0, &row), "bb");
    cr_expect_eq(tally(1).waiting_bytes, 4);
}

Test(outbox, dead_letters_are_kept_within_a_bound)
{
    tc_outbox_row row;
    char id[8];
    bool more;
    int64_t count;
    tc_sql *db;
    f.options.dead_rows = 3;
    fixture_store(&f);
    o = fixture_outbox(&f, "siem");
    for (unsigned i = 0; i < 6; i++) {
        snprintf(id, sizeof(id), "%u", i);
        (void)put("siem", id, 1);
        (void)next(0, 0, &row);
        cr_assert_eq(tc_outbox_dead(o, row.sequence, "why not", &f.error).code, TC_OK);
    }
    cr_assert_eq(tc_store_prune(f.store, &more, &f.error).code, TC_OK, "%s", f.error.text);
    cr_expect_not(more);
    cr_assert_eq(
        tc_sql_open(fixture_path(&f, "state.db"), TC_SQL_READ, false, 10, &db, &f.error).code,
        TC_OK);
    cr_assert_eq(tc_sql_get(db, "SELECT count(*) FROM outbox WHERE state = 1 AND why = 'why not'",
                            0, &count, &f.error)
                     .code,
                 TC_OK);
    cr_expect_eq(count, 3);
    tc_sql_close(db);
    cr_expect_eq(tally(1).dead, 6);
    cr_expect_eq(put("siem", "0", 1).known, 1);
}

Test(outbox, a_damaged_row_blocks_nobody)
{
    tc_outbox_row row;
    tc_sql *db;
    fixture_store(&f);
    o = fixture_outbox(&f, "siem");
    (void)put("siem", "a", 1);
    (void)put("siem", "b", 1);
    cr_assert_eq(
        tc_sql_open(fixture_path(&f, "state.db"), TC_SQL_WRITE, false, 10, &db, &f.error).code,
        TC_OK);
    cr_assert_eq(
        tc_sql_run(db, "UPDATE outbox SET payload = x'00' WHERE sequence = 1", &f.error).code,
        TC_OK);
    tc_sql_close(db);
    cr_expect_str_eq(next(0, 0, &row), "b");
    cr_expect_eq(tally(1).dead, 1);
}

Test(outbox, a_lock_that_others_hold_is_a_failure_that_passes)
{
    tc_outbox_row row;
    tc_sql *db;
    fixture_store(&f);
    o = fixture_outbox(&f, "siem");
    (void)put("siem", "a", 1);
    (void)next(0, 0, &row);
    cr_assert_eq(
        tc_sql_open(fixture_path(&f, "state.db"), TC_SQL_WRITE, false, 10, &db, &f.error).code,
        TC_OK);
    cr_assert_eq(tc_sql_run(db, "BEGIN IMMEDIATE", &f.error).code, TC_OK);
    cr_expect_eq(tc_outbox_sent(o, row.sequence, &f.error).code, TC_EIO);
    cr_expect_str_eq(next(0, 0, &row), "a", "reading goes on");
    tc_sql_close(db);
    cr_expect_eq(tc_outbox_sent(o, row.sequence, &f.error).code, TC_OK);
    cr_expect_str_eq(next(0, 0, &row), "none");
}
