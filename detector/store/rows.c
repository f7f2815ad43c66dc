#include "detector/store/rows.h"

#include "detector/store/sum.h"

int64_t tc_rows_sum(const tc_row *r)
{
    uint64_t numbers[] = {r->ordinal, r->level, (uint64_t)r->time, (uint64_t)r->made};
    tc_slice parts[] = {r->receiver, r->id, r->payload};
    return tc_sum_of(numbers, TC_COUNT_OF(numbers), parts, TC_COUNT_OF(parts));
}

/* -- coming in ------------------------------------------------------------------------------ */

static TC_STATUS was_told(tc_sql *sql, const tc_row *r, bool *ret, tc_error *reterr)
{
    tc_sql_query *q;
    TC_TRY(tc_sql_ask(sql, "SELECT 1 FROM told WHERE receiver = ? AND id = ? AND ordinal = ?", &q,
                      reterr));
    tc_sql_text(q, 1, r->receiver);
    tc_sql_bytes(q, 2, r->id);
    tc_sql_number(q, 3, r->ordinal);
    TC_TRY(tc_sql_step(q, ret, reterr));
    tc_sql_rest(q);
    return TC_SUCCESS;
}

static TC_STATUS count_in(tc_sql *sql, const tc_row *r, tc_error *reterr)
{
    tc_sql_query *q;
    TC_TRY(tc_sql_ask(sql,
                      "INSERT INTO tally VALUES(?1, ?2, 1, 1, ?3, 0, 0, 0, 0)"
                      " ON CONFLICT(receiver, level) DO UPDATE SET put = put + 1,"
                      " waiting = waiting + 1, waiting_bytes = waiting_bytes + ?3",
                      &q, reterr));
    tc_sql_text(q, 1, r->receiver);
    tc_sql_number(q, 2, r->level);
    tc_sql_number(q, 3, (int64_t)r->payload.len);
    return tc_sql_done(q, reterr);
}

TC_STATUS tc_rows_insert(tc_sql *sql, const tc_row *r, bool *ret_inserted, tc_error *reterr)
{
    tc_sql_query *q;
    bool told;
    *ret_inserted = false;
    TC_TRY(was_told(sql, r, &told, reterr));
    if (told) return TC_SUCCESS;
    TC_TRY(tc_sql_ask(sql,
                      "INSERT OR IGNORE INTO outbox VALUES(NULL, ?, 0, ?, ?, ?, ?, ?, ?, 0, '', ?,"
                      " ?, ?)",
                      &q, reterr));
    tc_sql_text(q, 1, r->receiver);
    tc_sql_number(q, 2, r->level);
    tc_sql_bytes(q, 3, r->id);
    tc_sql_number(q, 4, r->ordinal);
    tc_sql_number(q, 5, r->time);
    tc_sql_number(q, 6, r->made);
    tc_sql_number(q, 7, (int64_t)r->journal);
    tc_sql_number(q, 8, (int64_t)r->payload.len);
    tc_sql_number(q, 9, tc_rows_sum(r));
    tc_sql_bytes(q, 10, r->payload);
    TC_TRY(tc_sql_done(q, reterr));
    if (tc_sql_changes(sql) == 0) return TC_SUCCESS;
    *ret_inserted = true;
    return count_in(sql, r, reterr);
}

/* -- going out ------------------------------------------------------------------------------ */

/* How the tally changes, by end; the row is given by its sequence. */
static const char *const counted[] = {
    [TC_ROW_SENT] = "UPDATE tally SET waiting = waiting - 1, sent = sent + 1,"
                    " waiting_bytes = waiting_bytes - o.length FROM outbox AS o"
                    " WHERE o.sequence = ?1 AND o.state = 0"
                    " AND tally.receiver = o.receiver AND tally.level = o.level",
    [TC_ROW_DIED] = "UPDATE tally SET waiting = waiting - 1, dead = dead + 1,"
                    " dead_kept = dead_kept + 1,"
                    " waiting_bytes = waiting_bytes - o.length FROM outbox AS o"
                    " WHERE o.sequence = ?1 AND o.state = 0"
                    " AND tally.receiver = o.receiver AND tally.level = o.level",
    [TC_ROW_DROPPED] = "UPDATE tally SET waiting = waiting - 1, dropped = dropped + 1,"
                       " waiting_bytes = waiting_bytes - o.length FROM outbox AS o"
                       " WHERE o.sequence = ?1 AND o.state = 0"
                       " AND tally.receiver = o.receiver AND tally.level = o.level",
    [TC_ROW_FORGOTTEN] = "UPDATE tally SET dead_kept = dead_kept - 1 FROM outbox AS o"
                         " WHERE o.sequence = ?1 AND o.state = 1"
                         " AND tally.receiver = o.receiver AND tally.level = o.level",
};

static TC_STATUS run_for(tc_sql *sql, const char *text, uint64_t sequence, tc_error *reterr)
{
    tc_sql_query *q;
    TC_TRY(tc_sql_ask(sql, text, &q, reterr));
    tc_sql_number(q, 1, (int64_t)sequence);
    return tc_sql_done(q, reterr);
}

TC_STATUS tc_rows_end(tc_sql *sql, uint64_t sequence, tc_row_end end, const char *why,
                      tc_error *reterr)
{
    tc_sql_query *q;
    TC_TRY(run_for(sql, counted[end], sequence, reterr));
    if (tc_sql_changes(sql) == 0) return TC_SUCCESS;
    if (end == TC_ROW_DIED) {
        TC_TRY(tc_sql_ask(sql,
                          "UPDATE outbox SET state = 1, why = ?2, attempts = attempts + 1"
                          " WHERE sequence = ?1",
                          &q, reterr));
        tc_sql_number(q, 1, (int64_t)sequence);
        tc_sql_text(q, 2, tc_slice_of(why));
        return tc_sql_done(q, reterr);
    }
    TC_TRY(run_for(sql,
                   "INSERT OR IGNORE INTO told SELECT NULL, receiver, id, ordinal, journal"
                   " FROM outbox WHERE sequence = ?1",
                   sequence, reterr));
    return run_for(sql, "DELETE FROM outbox WHERE sequence = ?1", sequence, reterr);
}

/* -- what is there -------------------------------------------------------------------------- */

#define COUNTED                                                                                    \
    "SELECT receiver, level, sum(state = 0) AS waiting, sum(state = 1) AS dead_kept,"              \
    " sum(CASE state WHEN 0 THEN length ELSE 0 END) AS waiting_bytes FROM outbox GROUP BY "        \
    "receiver, level"

TC_STATUS tc_rows_recount(tc_sql *sql, tc_error *reterr)
{
    int64_t wrong;
    TC_TRY(tc_sql_get(sql,
                      "SELECT (SELECT count(*) FROM (" COUNTED ") AS c LEFT JOIN tally AS t"
                      " USING(receiver, level) WHERE t.waiting IS NOT c.waiting"
                      " OR t.waiting_bytes IS NOT c.waiting_bytes"
                      " OR t.dead_kept IS NOT c.dead_kept)"
                      " + (SELECT count(*) FROM tally AS t LEFT JOIN (" COUNTED ") AS c"
                      " USING(receiver, level) WHERE c.waiting IS NULL"
                      " AND (t.waiting OR t.waiting_bytes OR t.dead_kept))",
                      0, &wrong, reterr));
    if (wrong == 0) return TC_SUCCESS;
    tc_status status = tc_sql_run(
        sql,
        "BEGIN IMMEDIATE; UPDATE tally SET waiting = 0, waiting_bytes = 0, dead_kept = 0;"
        "INSERT INTO tally SELECT receiver, level, waiting + dead_kept, waiting, waiting_bytes, 0,"
        " dead_kept, dead_kept, 0 FROM (" COUNTED ") WHERE true"
        " ON CONFLICT(receiver, level) DO UPDATE SET waiting = excluded.waiting,"
        " waiting_bytes = excluded.waiting_bytes, dead_kept = excluded.dead_kept; COMMIT",
        reterr);
    if (tc_failed(status)) tc_sql_roll_back(sql);
    return status;
}

/* -- bounds --------------------------------------------------------------------------------- */

/* The row that goes first of a receiver that has too many; 0: nobody has. */
static TC_STATUS first_too_many(tc_sql *sql, uint64_t rows, uint64_t bytes, uint64_t *ret,
                                tc_error *reterr)
{
    tc_sql_query *q;
    bool row;
    *ret = 0;
    TC_TRY(tc_sql_ask(sql,
                      "SELECT (SELECT sequence FROM outbox WHERE receiver = t.receiver"
                      " AND state = 0 ORDER BY level, sequence LIMIT 1)"
                      " FROM tally AS t GROUP BY receiver"
                      " HAVING sum(waiting) > ?1 OR sum(waiting_bytes) > ?2 LIMIT 1",
                      &q, reterr));
    tc_sql_number(q, 1, (int64_t)rows);
    tc_sql_number(q, 2, (int64_t)bytes);
    TC_TRY(tc_sql_step(q, &row, reterr));
    if (!row) return TC_SUCCESS;
    *ret = (uint64_t)tc_sql_number_of(q, 0);
    tc_sql_rest(q);
    return TC_SUCCESS;
}

/* A row that the tally does not know stays, whatever is done with it. */
static TC_STATUS uncounted(tc_error *reterr)
{
    return tc_fail(reterr, TC_ESYNTAX, "the database is damaged: its tally does not fit its rows");
}

TC_STATUS tc_rows_bound(tc_sql *sql, uint64_t rows, uint64_t bytes, uint64_t *dropped,
                        tc_error *reterr)
{
    for (uint64_t first = 0, last = 0;; last = first) {
        TC_TRY(first_too_many(sql, rows, bytes, &first, reterr));
        if (first == 0) return TC_SUCCESS;
        if (first == last) return uncounted(reterr);
        TC_TRY(tc_rows_end(sql, first, TC_ROW_DROPPED, "", reterr));
        (*dropped)++;
    }
}

TC_STATUS tc_rows_forget_dead(tc_sql *sql, uint64_t kept, uint32_t at_most, uint64_t *forgotten,
                              tc_error *reterr)
{
    uint64_t last = 0;
    for (uint32_t i = 0; i < at_most; i++) {
        tc_sql_query *q;
        bool row;
        TC_TRY(tc_sql_ask(sql,
                          "SELECT (SELECT sequence FROM outbox WHERE receiver = t.receiver"
                          " AND state = 1 ORDER BY level, sequence LIMIT 1)"
                          " FROM tally AS t GROUP BY receiver HAVING sum(dead_kept) > ?1 LIMIT 1",
                          &q, reterr));
        tc_sql_number(q, 1, (int64_t)kept);
        TC_TRY(tc_sql_step(q, &row, reterr));
        if (!row) return TC_SUCCESS;
        uint64_t first = (uint64_t)tc_sql_number_of(q, 0);
        tc_sql_rest(q);
        if (first == 0 || first == last) return uncounted(reterr);
        last = first;
        TC_TRY(tc_rows_end(sql, first, TC_ROW_FORGOTTEN, "", reterr));
        (*forgotten)++;
    }
    return TC_SUCCESS;
}
