/* commit: what is put, and how it comes to disk. */
#include "detector/store/inside.h"
#include "detector/store/rows.h"

#define LOG_PAGES 1000
#define LOG_BYTES (UINT64_C(32) << 20)

/* -- putting -------------------------------------------------------------------------------- */

static TC_STATUS put(tc_store *s, const tc_change *change)
{
    return tc_batch_add(&s->batch, change);
}

static TC_STATUS put_kept(tc_store *s, uint32_t space, tc_slice key, tc_slice value)
{
    tc_change change = {.kind = TC_CHANGE_KEEP, .level = space, .key = key, .body = value};
    if (key.len > TC_STORE_KEY_MAX || value.len > TC_STORE_VALUE_MAX) return (tc_status){TC_ELIMIT};
    return put(s, &change);
}

TC_STATUS tc_store_put_point(tc_store *s, tc_slice key, tc_slice value)
{
    return put_kept(s, TC_SPACE_POINT, key, value);
}

TC_STATUS tc_store_put_meta(tc_store *s, const char *key, tc_slice value)
{
    return put_kept(s, TC_SPACE_META, tc_slice_of(key), value);
}

TC_STATUS tc_store_drop_point(tc_store *s, tc_slice key)
{
    tc_change change = {.kind = TC_CHANGE_FORGET, .level = TC_SPACE_POINT, .key = key};
    return key.len > TC_STORE_KEY_MAX ? (tc_status){TC_ELIMIT} : put(s, &change);
}

TC_STATUS tc_store_journal(tc_store *s, uint32_t kind, tc_slice body, uint64_t *ret_sequence)
{
    tc_change change = {.kind = TC_CHANGE_JOURNAL,
                        .number = kind,
                        .sequence = s->sequence + 1,
                        .time = tc_store_now(s),
                        .body = body};
    if (body.len > TC_STORE_BODY_MAX) return (tc_status){TC_ELIMIT};
    TC_TRY(put(s, &change));
    *ret_sequence = ++s->sequence;
    s->journal_bytes += body.len;
    s->bytes_since_snapshot += body.len;
    return TC_SUCCESS;
}

TC_STATUS tc_store_outbox_put(tc_store *s, const tc_store_alert *alert)
{
    tc_change change = {.kind = TC_CHANGE_OUTBOX,
                        .number = alert->ordinal,
                        .level = alert->level,
                        .time = alert->time,
                        .key = alert->receiver,
                        .id = alert->id,
                        .body = alert->payload};
    TC_ASSERT(alert->level < TC_STORE_LEVELS && alert->receiver.len > 0);
    if (alert->receiver.len > TC_STORE_NAME_MAX || alert->id.len > TC_STORE_NAME_MAX ||
        alert->payload.len > TC_STORE_BODY_MAX)
        return (tc_status){TC_ELIMIT};
    return put(s, &change);
}

void tc_store_rollback(tc_store *s)
{
    TC_ASSERT(!s->tried);
    for (size_t i = 0; i < s->batch.count; i++) {
        if (s->batch.changes[i].kind != TC_CHANGE_JOURNAL) continue;
        s->journal_bytes -= s->batch.changes[i].body.len;
        s->bytes_since_snapshot -= s->batch.changes[i].body.len;
    }
    tc_batch_clear(&s->batch);
    s->sequence = s->committed;
}

/* -- committing ----------------------------------------------------------------------------- */

static TC_STATUS write_batch(tc_store *s, tc_store_committed *ret, tc_error *reterr)
{
    TC_TRY(tc_store_ready(s, reterr));
    TC_TRY(tc_sql_run(s->sql, "BEGIN IMMEDIATE", reterr));
    s->tried = true;
    TC_TRY(tc_store_apply(s, s->sql, &s->batch, ret, reterr));
    return tc_sql_run(s->sql, "COMMIT", reterr);
}

static bool log_is_long(const tc_store *s)
{
    bool there;
    uint64_t size;
    tc_error error = {0};
    if (tc_sql_log_pages(s->sql) > LOG_PAGES) return true;
    /* What senders mark comes to no commit of this connection. */
    tc_status status = tc_folder_find(&s->folder, TC_STORE_LOG, &there, &size, &error);
    return !tc_failed(status) && size > LOG_BYTES;
}

/* What cannot be folded in stays in the log, where it is safe: the commit is none the worse. */
static void fold_log(tc_store *s)
{
    tc_error error = {0};
    if (!log_is_long(s)) return;
    tc_status status = tc_sql_checkpoint(s->sql, &error);
    if (tc_failed(status)) status = tc_store_trouble(s, status, &error);
}

TC_STATUS tc_store_commit(tc_store *s, tc_store_committed *ret, tc_error *reterr)
{
    *ret = (tc_store_committed){0};
    if (s->state == TC_STORE_DAMAGED ||
        (s->state == TC_STORE_DEGRADED && tc_store_now(s) < s->next_try)) {
        *reterr = s->why;
        return (tc_status){s->why.code};
    }
    tc_status status = TC_SUCCESS;
    if (s->batch.count || s->state != TC_STORE_WELL) status = write_batch(s, ret, reterr);
    if (tc_failed(status)) {
        *ret = (tc_store_committed){0};
        return tc_store_trouble(s, status, reterr);
    }
    s->tried = false;
    s->committed = s->sequence;
    tc_batch_clear(&s->batch);
    tc_store_recovered(s);
    fold_log(s);
    return TC_SUCCESS;
}

void tc_store_health_of(const tc_store *s, tc_store_health *ret)
{
    *ret = (tc_store_health){.state = s->state,
                             .why = s->why,
                             .since = s->since,
                             .waiting_bytes = tc_arena_used(s->batch.bytes),
                             .last_sequence = s->sequence,
                             .journal_bytes = s->journal_bytes,
                             .bytes_since_snapshot = s->bytes_since_snapshot,
                             .snapshot_made = s->newest.number ? s->newest.made : TC_TIME_NONE,
                             .snapshot_bytes = s->newest.bytes};
}
