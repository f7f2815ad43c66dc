#include "detector/store/sql.h"

#include "parsers/base/alloc.h"

#include <errno.h>
#include <sqlite3.h>

#define STATEMENTS_MAX 64

struct tc_sql_query {
    tc_sql *sql;
    const char *text;
    sqlite3_stmt *statement;
    int bound; /* the first failure of binding */
};

struct tc_sql {
    sqlite3 *db;
    tc_sql_query statements[STATEMENTS_MAX];
    size_t count;
    int log_pages;
    char path[4096];
};

/* -- failures ------------------------------------------------------------------------------- */

static TC_STATUS fail(tc_sql *s, int rc, tc_error *reterr)
{
    int sys = s->db ? sqlite3_system_errno(s->db) : 0;
    const char *detail = s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc);
    tc_error_set_source(reterr, s->path, strlen(s->path));
    switch (rc & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
        return tc_fail(reterr, TC_ESYNTAX, "the database is damaged: %s", detail);
    case SQLITE_NOMEM:
        return tc_fail(reterr, TC_ENOMEM, "no memory for the database");
    case SQLITE_FULL:
        return tc_fail_sys(reterr, ENOSPC, NULL, "cannot write the database");
    case SQLITE_READONLY:
        return tc_fail_sys(reterr, EROFS, NULL, "cannot write the database");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return tc_fail_sys(reterr, EBUSY, NULL, "another connection keeps the database locked");
    case SQLITE_TOOBIG:
        return tc_fail(reterr, TC_ELIMIT, "the database takes no value as large as this");
    case SQLITE_IOERR:
        return tc_fail_sys(reterr, sys ? sys : EIO, NULL, "the database: %s", sqlite3_errstr(rc));
    default:
        return tc_fail_sys(reterr, sys, NULL, "the database: %s", detail);
    }
}

/* -- connections ---------------------------------------------------------------------------- */

static int note_log(void *context, sqlite3 *db, const char *name, int pages)
{
    (void)db;
    (void)name;
    ((tc_sql *)context)->log_pages = pages;
    return SQLITE_OK;
}

/* What SQLite does by itself is done in the open here, and its files are read without mapping: an
 * error of the disk is an answer, not a signal. */
static TC_STATUS prepare_connection(tc_sql *s, tc_sql_access access, bool full, int busy_ms,
                                    tc_error *reterr)
{
    int rc = sqlite3_extended_result_codes(s->db, 1);
    if (rc == SQLITE_OK) rc = sqlite3_busy_timeout(s->db, busy_ms);
    if (rc == SQLITE_OK) rc = sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    if (rc != SQLITE_OK) return fail(s, rc, reterr);
    tc_sql_leave_alone(s, true);
    (void)sqlite3_wal_hook(s->db, note_log, s);
    TC_TRY(
        tc_sql_run(s, "PRAGMA mmap_size=0; PRAGMA cell_size_check=1; PRAGMA temp_store=2", reterr));
    if (access == TC_SQL_READ) return TC_SUCCESS;
    TC_TRY(tc_sql_run(s, "PRAGMA journal_size_limit=8388608", reterr));
    return tc_sql_run(s, full ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL", reterr);
}

TC_STATUS tc_sql_open(const char *path, tc_sql_access access, bool full, int busy_ms, tc_sql **ret,
                      tc_error *reterr)
{
    int flags = access == TC_SQL_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    tc_sql *s = tc_alloc(1, sizeof(*s));
    *ret = NULL;
    if (s == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    snprintf(s->path, sizeof(s->path), "%s", path);
    int rc = sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    tc_status status = rc == SQLITE_OK ? prepare_connection(s, access, full, busy_ms, reterr)
                                       : fail(s, rc, reterr);
    if (tc_failed(status))
        tc_sql_close(s);
    else
        *ret = s;
    return status;
}

void tc_sql_close(tc_sql *s)
{
    if (s == NULL) return;
    for (size_t i = 0; i < s->count; i++)
        (void)sqlite3_finalize(s->statements[i].statement);
    (void)sqlite3_close_v2(s->db);
    tc_free(s);
}

void tc_sql_leave_alone(tc_sql *s, bool alone)
{
    (void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, alone ? 1 : 0, NULL);
}

TC_STATUS tc_sql_run(tc_sql *s, const char *text, tc_error *reterr)
{
    int rc = sqlite3_exec(s->db, text, NULL, NULL, NULL);
    return rc == SQLITE_OK ? TC_SUCCESS : fail(s, rc, reterr);
}

void tc_sql_roll_back(tc_sql *s)
{
    for (size_t i = 0; i < s->count; i++)
        (void)sqlite3_reset(s->statements[i].statement);
    if (!sqlite3_get_autocommit(s->db)) (void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

/* -- statements ----------------------------------------------------------------------------- */

TC_STATUS tc_sql_ask(tc_sql *s, const char *text, tc_sql_query **ret, tc_error *reterr)
{
    *ret = NULL;
    for (size_t i = 0; i < s->count; i++) {
        tc_sql_query *q = &s->statements[i];
        if (q->text != text) continue;
        tc_sql_rest(q);
        *ret = q;
        return TC_SUCCESS;
    }
    TC_ASSERT(s->count < STATEMENTS_MAX);
    tc_sql_query *q = &s->statements[s->count];
    *q = (tc_sql_query){.sql = s, .text = text};
    int rc = sqlite3_prepare_v3(s->db, text, -1, SQLITE_PREPARE_PERSISTENT, &q->statement, NULL);
    if (rc != SQLITE_OK) return fail(s, rc, reterr);
    s->count++;
    *ret = q;
    return TC_SUCCESS;
}

static void note_bound(tc_sql_query *q, int rc)
{
    if (q->bound == SQLITE_OK) q->bound = rc;
}

void tc_sql_number(tc_sql_query *q, int at, int64_t value)
{
    note_bound(q, sqlite3_bind_int64(q->statement, at, value));
}

void tc_sql_bytes(tc_sql_query *q, int at, tc_slice value)
{
    const void *bytes = value.len ? (const void *)value.ptr : "";
    note_bound(q, sqlite3_bind_blob64(q->statement, at, bytes, value.len, SQLITE_STATIC));
}

void tc_sql_text(tc_sql_query *q, int at, tc_slice value)
{
    const char *text = value.len ? (const char *)value.ptr : "";
    note_bound(q,
               sqlite3_bind_text64(q->statement, at, text, value.len, SQLITE_STATIC, SQLITE_UTF8));
}

TC_STATUS tc_sql_step(tc_sql_query *q, bool *ret_row, tc_error *reterr)
{
    int rc = q->bound == SQLITE_OK ? sqlite3_step(q->statement) : q->bound;
    *ret_row = rc == SQLITE_ROW;
    if (rc == SQLITE_ROW) return TC_SUCCESS;
    tc_status status = rc == SQLITE_DONE ? TC_SUCCESS : fail(q->sql, rc, reterr);
    tc_sql_rest(q);
    return status;
}

TC_STATUS tc_sql_done(tc_sql_query *q, tc_error *reterr)
{
    bool row;
    TC_TRY(tc_sql_step(q, &row, reterr));
    if (row) tc_sql_rest(q);
    return TC_SUCCESS;
}

void tc_sql_rest(tc_sql_query *q)
{
    (void)sqlite3_reset(q->statement); /* tells the step's failure once more */
    (void)sqlite3_clear_bindings(q->statement);
    q->bound = SQLITE_OK;
}

int64_t tc_sql_number_of(tc_sql_query *q, int column)
{
    return sqlite3_column_int64(q->statement, column);
}

tc_slice tc_sql_bytes_of(tc_sql_query *q, int column)
{
    const void *bytes = sqlite3_column_blob(q->statement, column);
    int length = sqlite3_column_bytes(q->statement, column);
    return bytes ? tc_slice_make(bytes, (size_t)length) : TC_EMPTY_SLICE;
}

uint64_t tc_sql_changes(tc_sql *s)
{
    return (uint64_t)sqlite3_changes64(s->db);
}

TC_STATUS tc_sql_get(tc_sql *s, const char *text, int64_t none, int64_t *ret, tc_error *reterr)
{
    bool row;
    *ret = none;
    tc_sql_query *q;
    TC_TRY(tc_sql_ask(s, text, &q, reterr));
    TC_TRY(tc_sql_step(q, &row, reterr));
    if (!row) return TC_SUCCESS;
    *ret = tc_sql_number_of(q, 0);
    tc_sql_rest(q);
    return TC_SUCCESS;
}

/* -- the log -------------------------------------------------------------------------------- */

int tc_sql_log_pages(const tc_sql *s)
{
    return s->log_pages;
}

TC_STATUS tc_sql_checkpoint(tc_sql *s, tc_error *reterr)
{
    int rc = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    s->log_pages = 0;
    return rc == SQLITE_OK || rc == SQLITE_BUSY ? TC_SUCCESS : fail(s, rc, reterr);
}

void tc_sql_library(tc_str *out)
{
    tc_str_addf(out, "sqlite %s", sqlite3_libversion());
}
