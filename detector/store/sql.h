/*
 * sql: SQLite as the store uses it; the one place that knows the library.
 *
 * A connection belongs to one thread. Statements are kept by the address of their text, which is a
 * constant. Values that could not be bound show at the next step. Every answer of SQLite other than
 * done or row is a failure with words: TC_ESYNTAX for a damaged file, TC_ENOMEM, TC_EIO for all
 * that may pass (locked, full, read-only, input/output). Checkpoints are never made on the side:
 * tc_sql_checkpoint says how they went.
 */
#ifndef TC_STORE_SQL_H
#define TC_STORE_SQL_H

#include "parsers/base/str.h"

typedef struct tc_sql tc_sql;
typedef struct tc_sql_query tc_sql_query;

typedef enum tc_sql_access { TC_SQL_READ, TC_SQL_WRITE } tc_sql_access;

/* The file must be there. `full` asks for a sync with every commit. */
TC_STATUS tc_sql_open(const char *path, tc_sql_access access, bool full, int busy_ms, tc_sql **ret,
                      tc_error *reterr);
void tc_sql_close(tc_sql *sql);
/* Closing leaves the log and the file as they are. */
void tc_sql_leave_alone(tc_sql *sql, bool alone);

/* Statements without values. */
TC_STATUS tc_sql_run(tc_sql *sql, const char *text, tc_error *reterr);
/* Takes back a transaction that is open; nothing if none is. */
void tc_sql_roll_back(tc_sql *sql);

/* A statement at its beginning, without values. */
TC_STATUS tc_sql_ask(tc_sql *sql, const char *text, tc_sql_query **ret, tc_error *reterr);
/* Values, from 1. Bytes must stay until the step. */
void tc_sql_number(tc_sql_query *query, int at, int64_t value);
void tc_sql_bytes(tc_sql_query *query, int at, tc_slice value);
void tc_sql_text(tc_sql_query *query, int at, tc_slice value);
TC_STATUS tc_sql_step(tc_sql_query *query, bool *ret_row, tc_error *reterr);
/* A step that gives no row; the statement is done. */
TC_STATUS tc_sql_done(tc_sql_query *query, tc_error *reterr);
void tc_sql_rest(tc_sql_query *query);
/* Columns, from 0; bytes are valid until the next step or rest. */
int64_t tc_sql_number_of(tc_sql_query *query, int column);
tc_slice tc_sql_bytes_of(tc_sql_query *query, int column);
/* Rows that the last statement changed. */
uint64_t tc_sql_changes(tc_sql *sql);

/* The one number that a statement gives; `none` without a row. */
TC_STATUS tc_sql_get(tc_sql *sql, const char *text, int64_t none, int64_t *ret, tc_error *reterr);

/* How many pages the log had at the last commit of this connection; folds it in as far as readers
 * let it. */
int tc_sql_log_pages(const tc_sql *sql);
TC_STATUS tc_sql_checkpoint(tc_sql *sql, tc_error *reterr);

/* Adds "sqlite VERSION", of the library as linked. */
void tc_sql_library(tc_str *out);

#endif
