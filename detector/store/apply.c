/* apply: the changes of a batch, written in one transaction. Each may have been written before. */
#include "detector/store/inside.h"
#include "detector/store/rows.h"
#include "detector/store/sum.h"

#define ROW_VERSION 1

int64_t tc_store_kept_sum(uint32_t space, tc_slice key, tc_slice value)
{
    uint64_t numbers[] = {space};
    tc_slice parts[] = {key, value};
    return tc_sum_of(numbers, TC_COUNT_OF(numbers), parts, TC_COUNT_OF(parts));
}

int64_t tc_store_journal_sum(uint64_t sequence, uint32_t kind, tc_time made, tc_slice body)
{
    uint64_t numbers[] = {ROW_VERSION, sequence, kind, (uint64_t)made};
    return tc_sum_of(numbers, TC_COUNT_OF(numbers), &body, 1);
}

static TC_STATUS keep(tc_sql *sql, const tc_change *c, tc_error *reterr)
{
    tc_sql_query *q;
    TC_TRY(tc_sql_ask(sql, "INSERT OR REPLACE INTO kept VALUES(?, ?, ?, ?)", &q, reterr));
    tc_sql_number(q, 1, c->level);
    tc_sql_bytes(q, 2, c->key);
    tc_sql_bytes(q, 3, c->body);
    tc_sql_number(q, 4, tc_store_kept_sum(c->level, c->key, c->body));
    return tc_sql_done(q, reterr);
}

static TC_STATUS forget(tc_sql *sql, const tc_change *c, tc_error *reterr)
{
    tc_sql_query *q;
    TC_TRY(tc_sql_ask(sql, "DELETE FROM kept WHERE space = ? AND key = ?", &q, reterr));
    tc_sql_number(q, 1, c->level);
    tc_sql_bytes(q, 2, c->key);
    return tc_sql_done(q, reterr);
}

static TC_STATUS journal(tc_sql *sql, const tc_change *c, uint64_t *bytes, tc_error *reterr)
{
    tc_sql_query *q;
    TC_TRY(
        tc_sql_ask(sql, "INSERT OR IGNORE INTO journal VALUES(?, ?, ?, ?, ?, ?, ?)", &q, reterr));
    tc_sql_number(q, 1, (int64_t)c->sequence);
    tc_sql_number(q, 2, ROW_VERSION);
    tc_sql_number(q, 3, c->number);
    tc_sql_number(q, 4, c->time);
    tc_sql_number(q, 5, (int64_t)c->body.len);
    tc_sql_number(q, 6, tc_store_journal_sum(c->sequence, c->number, c->time, c->body));
    tc_sql_bytes(q, 7, c->body);
    TC_TRY(tc_sql_done(q, reterr));
    if (tc_sql_changes(sql)) *bytes += c->body.len;
    return TC_SUCCESS;
}

static TC_STATUS outbox(tc_store *s, tc_sql *sql, const tc_change *c, tc_store_committed *ret,
                        tc_error *reterr)
{
    bool inserted;
    tc_row row = {.receiver = c->key,
                  .id = c->id,
                  .payload = c->body,
                  .ordinal = c->number,
                  .level = c->level,
                  .time = c->time,
                  .made = tc_store_now(s),
                  .journal = s->sequence};
    TC_TRY(tc_rows_insert(sql, &row, &inserted, reterr));
    if (inserted)
        ret->inserted++;
    else
        ret->known++;
    return TC_SUCCESS;
}

static TC_STATUS apply_one(tc_store *s, tc_sql *sql, const tc_change *c, uint64_t *bytes,
                           tc_store_committed *ret, tc_error *reterr)
{
    switch (c->kind) {
    case TC_CHANGE_KEEP:
        return keep(sql, c, reterr);
    case TC_CHANGE_FORGET:
        return forget(sql, c, reterr);
    case TC_CHANGE_JOURNAL:
        return journal(sql, c, bytes, reterr);
    case TC_CHANGE_OUTBOX:
        return outbox(s, sql, c, ret, reterr);
    default:
        TC_ASSERT(false);
    }
}

TC_STATUS tc_store_apply(tc_store *s, tc_sql *sql, const tc_batch *batch, tc_store_committed *ret,
                         tc_error *reterr)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < batch->count; i++)
        TC_TRY(apply_one(s, sql, &batch->changes[i], &bytes, ret, reterr));
    if (ret->inserted)
        TC_TRY(tc_rows_bound(sql, s->options.outbox_rows, s->options.outbox_bytes, &ret->dropped,
                             reterr));
    int64_t had;
    TC_TRY(tc_store_fact(sql, "journal_bytes", &had, reterr));
    TC_TRY(tc_store_set_fact(sql, "journal_bytes", had + (int64_t)bytes, reterr));
    return tc_store_set_fact(sql, "sequence", (int64_t)s->sequence, reterr);
}
