#include "detector/store/inspect.h"

#include "detector/store/inside.h"
#include "detector/store/inspect_check.h"
#include "detector/store/rows.h"
#include "detector/store/schema.h"
#include "parsers/base/alloc.h"

#define BUSY_MS 5000

struct tc_inspect {
    tc_folder folder;
    tc_sql *sql;
    bool used;
};

/* -- opening -------------------------------------------------------------------------------- */

static TC_STATUS open_database(tc_inspect *i, tc_error *reterr)
{
    bool there;
    uint64_t size;
    char path[TC_FOLDER_PATH];
    TC_TRY(tc_folder_find(&i->folder, TC_STORE_DATABASE, &there, &size, reterr));
    if (!there) return tc_fail(reterr, TC_EUNSUPPORTED, "no state is kept in this folder");
    TC_TRY(tc_sql_open(tc_folder_path(&i->folder, TC_STORE_DATABASE, path), TC_SQL_READ, false,
                       BUSY_MS, &i->sql, reterr));
    return tc_schema_look(i->sql, &tc_schema, reterr);
}

TC_STATUS tc_inspect_open(const char *folder, tc_inspect **ret, tc_error *reterr)
{
    tc_inspect *i = tc_alloc(1, sizeof(*i));
    *ret = NULL;
    if (i == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    tc_status status = tc_folder_look(&i->folder, folder, &i->used, reterr);
    if (!tc_failed(status)) status = open_database(i, reterr);
    if (tc_failed(status))
        tc_inspect_close(i);
    else
        *ret = i;
    return status;
}

void tc_inspect_close(tc_inspect *i)
{
    if (i == NULL) return;
    tc_sql_close(i->sql);
    tc_folder_close(&i->folder);
    tc_free(i);
}

/* -- figures -------------------------------------------------------------------------------- */

static TC_STATUS number(tc_sql *sql, const char *text, uint64_t *ret, tc_error *reterr)
{
    int64_t value;
    TC_TRY(tc_sql_get(sql, text, 0, &value, reterr));
    *ret = (uint64_t)value;
    return TC_SUCCESS;
}

static TC_STATUS sizes(tc_inspect *i, tc_inspect_facts *f, tc_error *reterr)
{
    bool there;
    uint64_t log;
    TC_TRY(tc_folder_find(&i->folder, TC_STORE_DATABASE, &there, &f->bytes, reterr));
    TC_TRY(tc_folder_find(&i->folder, TC_STORE_LOG, &there, &log, reterr));
    f->bytes += log;
    return TC_SUCCESS;
}

static TC_STATUS journal(tc_sql *sql, tc_inspect_facts *f, tc_error *reterr)
{
    tc_sql_query *q;
    bool row;
    TC_TRY(tc_sql_ask(sql,
                      "SELECT count(*), ifnull(min(sequence), 0), ifnull(max(sequence), 0),"
                      " ifnull(sum(length), 0), min(made), max(made) FROM journal",
                      &q, reterr));
    TC_TRY(tc_sql_step(q, &row, reterr));
    if (!row) return TC_SUCCESS;
    f->journal_rows = (uint64_t)tc_sql_number_of(q, 0);
    f->journal_first = (uint64_t)tc_sql_number_of(q, 1);
    f->journal_last = (uint64_t)tc_sql_number_of(q, 2);
    f->journal_bytes = (uint64_t)tc_sql_number_of(q, 3);
    f->journal_from = f->journal_rows ? tc_sql_number_of(q, 4) : TC_TIME_NONE;
    f->journal_to = f->journal_rows ? tc_sql_number_of(q, 5) : TC_TIME_NONE;
    tc_sql_rest(q);
    return TC_SUCCESS;
}

static TC_STATUS snapshots(tc_sql *sql, tc_inspect_facts *f, tc_error *reterr)
{
    tc_sql_query *q;
    bool row = true;
    TC_TRY(tc_sql_ask(sql,
                      "SELECT number, journal, bytes, made FROM snapshot ORDER BY number DESC"
                      " LIMIT 2",
                      &q, reterr));
    for (size_t n = 0; n < TC_COUNT_OF(f->snapshots); n++) {
        TC_TRY(tc_sql_step(q, &row, reterr));
        if (!row) return TC_SUCCESS;
        f->snapshots[n] = (tc_inspect_snapshot){
            (uint64_t)tc_sql_number_of(q, 0), (uint64_t)tc_sql_number_of(q, 1),
            (uint64_t)tc_sql_number_of(q, 2), tc_sql_number_of(q, 3)};
    }
    tc_sql_rest(q);
    return TC_SUCCESS;
}

TC_STATUS tc_inspect_facts_of(tc_inspect *i, tc_inspect_facts *f, tc_error *reterr)
{
    *f = (tc_inspect_facts){.used = i->used};
    TC_TRY(sizes(i, f, reterr));
    TC_TRY(tc_store_fact(i->sql, "born", &f->born, reterr));
    TC_TRY(number(i->sql, "SELECT count(*) FROM kept WHERE space = 1", &f->points, reterr));
    TC_TRY(number(i->sql, "SELECT count(*) FROM kept WHERE space = 0", &f->values, reterr));
    TC_TRY(journal(i->sql, f, reterr));
    return snapshots(i->sql, f, reterr);
}

/* -- the journal ---------------------------------------------------------------------------- */

TC_STATUS tc_inspect_newest(tc_inspect *i, uint64_t bytes, uint64_t *ret_after, tc_error *reterr)
{
    tc_sql_query *q;
    bool row;
    uint64_t sum = 0;
    *ret_after = 0;
    TC_TRY(tc_sql_ask(i->sql, "SELECT sequence, length FROM journal ORDER BY sequence DESC", &q,
                      reterr));
    for (;;) {
        TC_TRY(tc_sql_step(q, &row, reterr));
        if (!row) return TC_SUCCESS;
        sum += (uint64_t)tc_sql_number_of(q, 1);
        if (sum <= bytes) continue;
        *ret_after = (uint64_t)tc_sql_number_of(q, 0);
        tc_sql_rest(q);
        return TC_SUCCESS;
    }
}

static TC_STATUS take_row(tc_sql_query *q, tc_inspect_row *ret, tc_str *body, tc_error *reterr)
{
    tc_slice bytes = tc_sql_bytes_of(q, 4);
    *ret = (tc_inspect_row){(uint64_t)tc_sql_number_of(q, 0), (uint32_t)tc_sql_number_of(q, 1),
                            tc_sql_number_of(q, 2)};
    tc_str_clear(body);
    tc_str_add(body, bytes);
    if (tc_failed(tc_str_status(body))) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    if (tc_store_journal_sum(ret->sequence, ret->kind, ret->made, bytes) == tc_sql_number_of(q, 3))
        return TC_SUCCESS;
    return tc_fail(reterr, TC_ESYNTAX, "the checksum of row %" PRIu64 " of the journal is wrong",
                   ret->sequence);
}

TC_STATUS tc_inspect_row_behind(tc_inspect *i, uint64_t after, tc_inspect_row *ret, tc_str *body,
                                bool *ret_there, tc_error *reterr)
{
    tc_sql_query *q;
    TC_TRY(tc_sql_ask(i->sql,
                      "SELECT sequence, kind, made, sum, body FROM journal WHERE sequence > ?"
                      " ORDER BY sequence LIMIT 1",
                      &q, reterr));
    tc_sql_number(q, 1, (int64_t)after);
    TC_TRY(tc_sql_step(q, ret_there, reterr));
    if (!*ret_there) return TC_SUCCESS;
    tc_status status = take_row(q, ret, body, reterr);
    tc_sql_rest(q);
    return status;
}

/* -- one after the other -------------------------------------------------------------------- */

static TC_STATUS stopped(tc_sql_query *q, tc_status status, tc_error *reterr)
{
    tc_sql_rest(q);
    if (reterr->code == TC_OK) (void)tc_fail(reterr, status.code, "it cannot be told");
    return status;
}

TC_STATUS tc_inspect_receivers(tc_inspect *i, const tc_inspect_calls *calls, tc_error *reterr)
{
    tc_sql_query *q;
    bool row;
    TC_TRY(tc_sql_ask(i->sql,
                      "SELECT receiver, sum(put), sum(waiting), sum(waiting_bytes), sum(sent),"
                      " sum(dead), sum(dropped) FROM tally GROUP BY receiver",
                      &q, reterr));
    for (;;) {
        TC_TRY(tc_sql_step(q, &row, reterr));
        if (!row) return TC_SUCCESS;
        tc_outbox_tally all = {(uint64_t)tc_sql_number_of(q, 1), (uint64_t)tc_sql_number_of(q, 2),
                               (uint64_t)tc_sql_number_of(q, 3), (uint64_t)tc_sql_number_of(q, 4),
                               (uint64_t)tc_sql_number_of(q, 5), (uint64_t)tc_sql_number_of(q, 6)};
        tc_status status = calls->receiver(calls->context, tc_sql_bytes_of(q, 0), &all);
        if (tc_failed(status)) return stopped(q, status, reterr);
    }
}

static void pass_on_broken(void *context, const char *name)
{
    const tc_inspect_calls *calls = context;
    size_t length = strlen(name);
    bool beside = length > 4 && (strcmp(name + length - 4, "-wal") == 0 ||
                                 strcmp(name + length - 4, "-shm") == 0);
    if (strstr(name, ".broken-") && !beside) calls->set_aside(calls->context, name);
}

TC_STATUS tc_inspect_set_aside(tc_inspect *i, const tc_inspect_calls *calls, tc_error *reterr)
{
    tc_inspect_calls copy = *calls;
    return tc_folder_each(&i->folder, pass_on_broken, &copy, reterr);
}

TC_STATUS tc_inspect_kept(tc_inspect *i, const tc_inspect_calls *calls, tc_error *reterr)
{
    tc_sql_query *q;
    bool row;
    TC_TRY(
        tc_sql_ask(i->sql, "SELECT space, key, value FROM kept ORDER BY space, key", &q, reterr));
    for (;;) {
        TC_TRY(tc_sql_step(q, &row, reterr));
        if (!row) return TC_SUCCESS;
        tc_status status = calls->kept(calls->context, tc_sql_number_of(q, 0) == TC_SPACE_POINT,
                                       tc_sql_bytes_of(q, 1), tc_sql_bytes_of(q, 2));
        if (tc_failed(status)) return stopped(q, status, reterr);
    }
}

TC_STATUS tc_inspect_alerts(tc_inspect *i, const tc_inspect_calls *calls, tc_error *reterr)
{
    tc_sql_query *q;
    bool row;
    TC_TRY(tc_sql_ask(i->sql,
                      "SELECT receiver, sequence, level, id, ordinal, time, made, attempts, state,"
                      " why, payload FROM outbox ORDER BY sequence",
                      &q, reterr));
    for (;;) {
        TC_TRY(tc_sql_step(q, &row, reterr));
        if (!row) return TC_SUCCESS;
        tc_outbox_row r = {.sequence = (uint64_t)tc_sql_number_of(q, 1),
                           .level = (uint32_t)tc_sql_number_of(q, 2),
                           .id = tc_sql_bytes_of(q, 3),
                           .ordinal = (uint32_t)tc_sql_number_of(q, 4),
                           .time = tc_sql_number_of(q, 5),
                           .made = tc_sql_number_of(q, 6),
                           .attempts = (uint32_t)tc_sql_number_of(q, 7),
                           .payload = tc_sql_bytes_of(q, 10)};
        tc_status status =
            calls->alert(calls->context, tc_sql_bytes_of(q, 0), &r,
                         tc_sql_number_of(q, 8) == TC_ROW_DEAD, tc_sql_bytes_of(q, 9));
        if (tc_failed(status)) return stopped(q, status, reterr);
    }
}

TC_STATUS tc_inspect_check(tc_inspect *i, const tc_inspect_calls *calls, tc_error *reterr)
{
    return tc_inspect_check_all(i->sql, &i->folder, calls, reterr);
}
