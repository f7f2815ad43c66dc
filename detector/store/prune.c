/* prune: forgetting what nobody needs any more, a bounded piece at a time. */
#include "detector/store/inside.h"
#include "detector/store/rows.h"

#define STEP 500
#define TOLD_KEPT 100000

/* The journal is needed from the eldest snapshot on; without one, from its beginning. */
static TC_STATUS eldest_needed(tc_store *s, int64_t *ret, tc_error *reterr)
{
    return tc_sql_get(s->sql, "SELECT ifnull(min(journal), 0) FROM snapshot", 0, ret, reterr);
}

/* The last row that goes, and the bytes up to it. */
static TC_STATUS what_goes(tc_store *s, int64_t needed, int64_t *ret_last, uint64_t *ret_bytes,
                           tc_error *reterr)
{
    tc_sql_query *q;
    bool row = true;
    tc_time old = tc_time_sub(tc_store_now(s), s->options.journal_keep);
    *ret_last = 0;
    *ret_bytes = 0;
    TC_TRY(tc_sql_ask(s->sql,
                      "SELECT sequence, made, length FROM journal WHERE sequence <= ?1"
                      " ORDER BY sequence LIMIT ?2",
                      &q, reterr));
    tc_sql_number(q, 1, needed);
    tc_sql_number(q, 2, STEP);
    for (;;) {
        TC_TRY(tc_sql_step(q, &row, reterr));
        if (!row) return TC_SUCCESS;
        uint64_t left = s->journal_bytes - TC_MIN(s->journal_bytes, *ret_bytes);
        if (tc_sql_number_of(q, 1) >= old && left <= s->options.journal_keep_bytes) break;
        *ret_last = tc_sql_number_of(q, 0);
        *ret_bytes += (uint64_t)tc_sql_number_of(q, 2);
    }
    tc_sql_rest(q);
    return TC_SUCCESS;
}

static TC_STATUS forget_journal(tc_store *s, int64_t last, uint64_t bytes, tc_error *reterr)
{
    tc_sql_query *q;
    int64_t had;
    TC_TRY(tc_sql_ask(s->sql, "DELETE FROM journal WHERE sequence <= ?", &q, reterr));
    tc_sql_number(q, 1, last);
    TC_TRY(tc_sql_done(q, reterr));
    TC_TRY(tc_store_fact(s->sql, "journal_bytes", &had, reterr));
    return tc_store_set_fact(s->sql, "journal_bytes", TC_MAX(had - (int64_t)bytes, 0), reterr);
}

/* A replay can put again what came behind the eldest snapshot: that stays known. */
static TC_STATUS forget_told(tc_store *s, int64_t needed, uint64_t *gone, tc_error *reterr)
{
    tc_sql_query *q;
    TC_TRY(tc_sql_ask(s->sql,
                      "DELETE FROM told WHERE sequence IN (SELECT sequence FROM told WHERE sequence"
                      " <= (SELECT max(sequence) FROM told) - ?1 AND journal <= ?2"
                      " ORDER BY sequence LIMIT ?3)",
                      &q, reterr));
    tc_sql_number(q, 1, TOLD_KEPT);
    tc_sql_number(q, 2, needed);
    tc_sql_number(q, 3, STEP);
    TC_TRY(tc_sql_done(q, reterr));
    *gone = tc_sql_changes(s->sql);
    return TC_SUCCESS;
}

static TC_STATUS one_step(tc_store *s, uint64_t *ret_bytes, bool *ret_more, tc_error *reterr)
{
    int64_t needed, last;
    uint64_t told = 0, dead = 0;
    TC_TRY(eldest_needed(s, &needed, reterr));
    TC_TRY(what_goes(s, needed, &last, ret_bytes, reterr));
    if (last) TC_TRY(forget_journal(s, last, *ret_bytes, reterr));
    TC_TRY(forget_told(s, needed, &told, reterr));
    TC_TRY(tc_rows_forget_dead(s->sql, s->options.dead_rows, STEP, &dead, reterr));
    *ret_more = last || told == STEP || dead == STEP;
    return TC_SUCCESS;
}

TC_STATUS tc_store_prune(tc_store *s, bool *ret_more, tc_error *reterr)
{
    uint64_t bytes = 0;
    *ret_more = false;
    if (s->state != TC_STORE_WELL) {
        *reterr = s->why;
        return (tc_status){s->why.code};
    }
    tc_status status = tc_store_ready(s, reterr);
    if (!tc_failed(status)) status = tc_sql_run(s->sql, "BEGIN IMMEDIATE", reterr);
    if (!tc_failed(status)) status = one_step(s, &bytes, ret_more, reterr);
    if (!tc_failed(status)) status = tc_sql_run(s->sql, "COMMIT", reterr);
    if (tc_failed(status)) return tc_store_trouble(s, status, reterr);
    s->journal_bytes -= TC_MIN(s->journal_bytes, bytes);
    return TC_SUCCESS;
}
