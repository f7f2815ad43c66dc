#include "detector/store/outbox.h"

#include "detector/store/folder.h"
#include "detector/store/inside.h"
#include "detector/store/rows.h"
#include "detector/store/schema.h"
#include "parsers/base/alloc.h"

#include <errno.h>

#define BUSY_MS 5000

struct tc_outbox {
    char path[TC_FOLDER_PATH];
    char receiver[TC_STORE_NAME_MAX + 1];
    int busy_ms;
    tc_sql *sql; /* NULL after a failure */
    tc_str id, payload;
};

/* -- the connection ------------------------------------------------------------------------- */

static void disconnect(tc_outbox *o)
{
    tc_sql_close(o->sql);
    o->sql = NULL;
}

static TC_STATUS connect(tc_outbox *o, tc_error *reterr)
{
    if (o->sql) return TC_SUCCESS;
    TC_TRY(tc_sql_open(o->path, TC_SQL_WRITE, false, o->busy_ms, &o->sql, reterr));
    tc_status status = tc_schema_look(o->sql, &tc_schema, reterr);
    if (tc_failed(status)) disconnect(o);
    return status;
}

/* What was begun is taken back; a connection that saw the disk fail is not trusted any more. */
static TC_STATUS failed(tc_outbox *o, tc_status status, const tc_error *why)
{
    if (o->sql == NULL) return status;
    tc_sql_roll_back(o->sql);
    if (why->code == TC_EIO && why->sys != EBUSY) disconnect(o);
    return status;
}

TC_STATUS tc_outbox_open(const char *folder, const char *receiver, const tc_store_options *options,
                         tc_outbox **ret, tc_error *reterr)
{
    tc_outbox *o = tc_alloc(1, sizeof(*o));
    *ret = NULL;
    if (o == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    TC_ASSERT(strlen(receiver) <= TC_STORE_NAME_MAX);
    snprintf(o->receiver, sizeof(o->receiver), "%s", receiver);
    snprintf(o->path, sizeof(o->path), "%s/%s", folder, TC_STORE_DATABASE);
    o->busy_ms = options->busy_ms ? options->busy_ms : BUSY_MS;
    tc_str_init(&o->id, TC_STORE_NAME_MAX + 1);
    tc_str_init(&o->payload, TC_STORE_BODY_MAX + 1);
    tc_status status = connect(o, reterr);
    if (tc_failed(status))
        tc_outbox_close(o);
    else
        *ret = o;
    return status;
}

void tc_outbox_close(tc_outbox *o)
{
    if (o == NULL) return;
    disconnect(o);
    tc_str_done(&o->id);
    tc_str_done(&o->payload);
    tc_free(o);
}

/* -- the next row --------------------------------------------------------------------------- */

static TC_STATUS copy_row(tc_outbox *o, tc_sql_query *q, tc_outbox_row *ret, bool *ret_sound,
                          tc_error *reterr)
{
    tc_str_clear(&o->id);
    tc_str_clear(&o->payload);
    tc_str_add(&o->id, tc_sql_bytes_of(q, 2));
    tc_str_add(&o->payload, tc_sql_bytes_of(q, 8));
    *ret = (tc_outbox_row){.sequence = (uint64_t)tc_sql_number_of(q, 0),
                           .level = (uint32_t)tc_sql_number_of(q, 1),
                           .id = tc_str_view(&o->id),
                           .ordinal = (uint32_t)tc_sql_number_of(q, 3),
                           .time = tc_sql_number_of(q, 4),
                           .made = tc_sql_number_of(q, 5),
                           .attempts = (uint32_t)tc_sql_number_of(q, 6),
                           .payload = tc_str_view(&o->payload)};
    tc_row row = {.receiver = tc_slice_of(o->receiver),
                  .id = ret->id,
                  .payload = ret->payload,
                  .ordinal = ret->ordinal,
                  .level = ret->level,
                  .time = ret->time,
                  .made = ret->made};
    *ret_sound = tc_sql_number_of(q, 7) == tc_rows_sum(&row);
    if (tc_failed(tc_str_status(&o->id)) || tc_failed(tc_str_status(&o->payload)))
        return tc_fail(reterr, TC_ENOMEM, "no memory for an alert");
    return TC_SUCCESS;
}

static TC_STATUS first_behind(tc_outbox *o, uint64_t after, uint32_t least_level,
                              tc_outbox_row *ret, bool *ret_sound, tc_error *reterr)
{
    tc_sql_query *q;
    bool row;
    *ret = (tc_outbox_row){0};
    *ret_sound = true;
    TC_TRY(tc_sql_ask(o->sql,
                      "WITH step(l) AS (VALUES(0),(1),(2),(3),(4),(5),(6),(7))"
                      " SELECT sequence, level, id, ordinal, time, made, attempts, sum, payload"
                      " FROM outbox WHERE sequence = (SELECT min((SELECT min(sequence) FROM outbox"
                      " WHERE receiver = ?1 AND state = 0 AND level = l AND sequence > ?2))"
                      " FROM step WHERE l >= ?3)",
                      &q, reterr));
    tc_sql_text(q, 1, tc_slice_of(o->receiver));
    tc_sql_number(q, 2, (int64_t)after);
    tc_sql_number(q, 3, least_level);
    TC_TRY(tc_sql_step(q, &row, reterr));
    if (!row) return TC_SUCCESS;
    tc_status status = copy_row(o, q, ret, ret_sound, reterr);
    tc_sql_rest(q);
    return status;
}

TC_STATUS tc_outbox_next(tc_outbox *o, uint64_t after, uint32_t least_level, tc_outbox_row *ret,
                         tc_error *reterr)
{
    for (;;) {
        bool sound;
        TC_TRY(connect(o, reterr));
        tc_status status = first_behind(o, after, least_level, ret, &sound, reterr);
        if (tc_failed(status)) return failed(o, status, reterr);
        if (ret->sequence != 0 && ret->sequence <= after)
            return tc_fail(reterr, TC_ESYNTAX, "the database is damaged: rows are out of order");
        if (sound) return TC_SUCCESS;
        TC_TRY(tc_outbox_dead(o, ret->sequence, "its bytes were damaged on disk", reterr));
        after = TC_MAX(after, ret->sequence);
    }
}

/* -- what became of it ---------------------------------------------------------------------- */

static TC_STATUS note_attempt(tc_sql *sql, uint64_t sequence, const char *why, tc_error *reterr)
{
    tc_sql_query *q;
    TC_TRY(tc_sql_ask(sql,
                      "UPDATE outbox SET attempts = attempts + 1, why = ?2"
                      " WHERE sequence = ?1 AND state = 0",
                      &q, reterr));
    tc_sql_number(q, 1, (int64_t)sequence);
    tc_sql_text(q, 2, tc_slice_of(why));
    return tc_sql_done(q, reterr);
}

typedef enum mark { MARK_SENT, MARK_DEAD, MARK_RETRY } mark;

static TC_STATUS in_transaction(tc_outbox *o, uint64_t sequence, mark what, const char *why,
                                tc_error *reterr)
{
    TC_TRY(tc_sql_run(o->sql, "BEGIN IMMEDIATE", reterr));
    if (what == MARK_RETRY)
        TC_TRY(note_attempt(o->sql, sequence, why, reterr));
    else
        TC_TRY(tc_rows_end(o->sql, sequence, what == MARK_SENT ? TC_ROW_SENT : TC_ROW_DIED, why,
                           reterr));
    return tc_sql_run(o->sql, "COMMIT", reterr);
}

static TC_STATUS set_mark(tc_outbox *o, uint64_t sequence, mark what, const char *why,
                          tc_error *reterr)
{
    TC_TRY(connect(o, reterr));
    tc_status status = in_transaction(o, sequence, what, why, reterr);
    return tc_failed(status) ? failed(o, status, reterr) : status;
}

TC_STATUS tc_outbox_sent(tc_outbox *o, uint64_t sequence, tc_error *reterr)
{
    return set_mark(o, sequence, MARK_SENT, "", reterr);
}

TC_STATUS tc_outbox_retry(tc_outbox *o, uint64_t sequence, const char *why, tc_error *reterr)
{
    return set_mark(o, sequence, MARK_RETRY, why, reterr);
}

TC_STATUS tc_outbox_dead(tc_outbox *o, uint64_t sequence, const char *why, tc_error *reterr)
{
    return set_mark(o, sequence, MARK_DEAD, why, reterr);
}

static TC_STATUS read_tallies(tc_outbox *o, tc_outbox_tally ret[TC_STORE_LEVELS], tc_error *reterr)
{
    tc_sql_query *q;
    bool row;
    TC_TRY(tc_sql_ask(o->sql,
                      "SELECT level, put, waiting, waiting_bytes, sent, dead, dropped FROM tally"
                      " WHERE receiver = ? AND level BETWEEN 0 AND 7",
                      &q, reterr));
    tc_sql_text(q, 1, tc_slice_of(o->receiver));
    for (;;) {
        TC_TRY(tc_sql_step(q, &row, reterr));
        if (!row) return TC_SUCCESS;
        ret[tc_sql_number_of(q, 0)] =
            (tc_outbox_tally){(uint64_t)tc_sql_number_of(q, 1), (uint64_t)tc_sql_number_of(q, 2),
                              (uint64_t)tc_sql_number_of(q, 3), (uint64_t)tc_sql_number_of(q, 4),
                              (uint64_t)tc_sql_number_of(q, 5), (uint64_t)tc_sql_number_of(q, 6)};
    }
}

TC_STATUS tc_outbox_tallies(tc_outbox *o, tc_outbox_tally ret[TC_STORE_LEVELS], tc_error *reterr)
{
    memset(ret, 0, TC_STORE_LEVELS * sizeof(ret[0]));
    TC_TRY(connect(o, reterr));
    tc_status status = read_tallies(o, ret, reterr);
    return tc_failed(status) ? failed(o, status, reterr) : status;
}
