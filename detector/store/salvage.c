/* salvage: an outbox in a database that was set aside; what can be read of it is still to be told.
 */
#include "detector/store/inside.h"
#include "detector/store/rows.h"

#define TRIES 64 /* around a place that cannot be read */

static TC_STATUS read_row(tc_sql *old, uint64_t after, tc_row *ret, bool *ret_row, bool *ret_sound,
                          tc_sql_query **ret_query, tc_error *reterr)
{
    tc_sql_query *q;
    TC_TRY(tc_sql_ask(old,
                      "SELECT sequence, receiver, level, id, ordinal, time, made, sum, payload,"
                      " state, why FROM outbox WHERE sequence > ? ORDER BY sequence LIMIT 1",
                      &q, reterr));
    *ret_query = q;
    tc_sql_number(q, 1, (int64_t)after);
    TC_TRY(tc_sql_step(q, ret_row, reterr));
    if (!*ret_row) return TC_SUCCESS;
    *ret = (tc_row){.sequence = (uint64_t)tc_sql_number_of(q, 0),
                    .receiver = tc_sql_bytes_of(q, 1),
                    .level = (uint32_t)tc_sql_number_of(q, 2),
                    .id = tc_sql_bytes_of(q, 3),
                    .ordinal = (uint32_t)tc_sql_number_of(q, 4),
                    .time = tc_sql_number_of(q, 5),
                    .made = tc_sql_number_of(q, 6),
                    .payload = tc_sql_bytes_of(q, 8)};
    *ret_sound = tc_sql_number_of(q, 7) == tc_rows_sum(ret) && ret->level < TC_STORE_LEVELS;
    return TC_SUCCESS;
}

/* The last row of the outbox of this database, for one that is dead there. */
static TC_STATUS bury(tc_sql *sql, tc_slice why, tc_error *reterr)
{
    int64_t last;
    char words[256];
    TC_TRY(tc_sql_get(sql, "SELECT max(sequence) FROM outbox", 0, &last, reterr));
    return tc_rows_end(sql, (uint64_t)last, TC_ROW_DIED,
                       tc_slice_to_cstr(why, words, sizeof(words)), reterr);
}

static TC_STATUS move_outbox(tc_store *s, tc_sql *old, uint64_t *rows, tc_error *reterr)
{
    uint64_t after = 0, stride = 1;
    for (int tries = 0; tries < TRIES;) {
        bool row = false, sound = false, inserted = false;
        tc_sql_query *q = NULL;
        tc_row r;
        tc_error passed = {0};
        tc_status status = read_row(old, after, &r, &row, &sound, &q, &passed);
        /* In a damaged tree a search may find what it did not look for. */
        if (tc_failed(status) || (row && r.sequence <= after)) {
            after += stride;
            stride *= 2;
            tries++;
            continue;
        }
        if (!row) break;
        stride = 1;
        after = r.sequence;
        if (sound) TC_TRY(tc_rows_insert(s->sql, &r, &inserted, reterr));
        if (inserted && tc_sql_number_of(q, 9) == TC_ROW_DEAD)
            TC_TRY(bury(s->sql, tc_sql_bytes_of(q, 10), reterr));
        else
            *rows += inserted;
    }
    return TC_SUCCESS;
}

static TC_STATUS move_told(tc_store *s, tc_sql *old, tc_error *reterr)
{
    tc_sql_query *from, *to;
    bool row = false;
    tc_error passed = {0};
    TC_TRY(tc_sql_ask(old, "SELECT receiver, id, ordinal FROM told ORDER BY sequence", &from,
                      &passed));
    while (!tc_failed(tc_sql_step(from, &row, &passed)) && row) {
        TC_TRY(
            tc_sql_ask(s->sql, "INSERT OR IGNORE INTO told VALUES(NULL, ?, ?, ?, ?)", &to, reterr));
        tc_sql_text(to, 1, tc_sql_bytes_of(from, 0));
        tc_sql_bytes(to, 2, tc_sql_bytes_of(from, 1));
        tc_sql_number(to, 3, tc_sql_number_of(from, 2));
        tc_sql_number(to, 4, (int64_t)s->sequence);
        TC_TRY(tc_sql_done(to, reterr));
    }
    return TC_SUCCESS;
}

static TC_STATUS move_all(tc_store *s, tc_sql *old, uint64_t *rows, tc_error *reterr)
{
    TC_TRY(tc_sql_run(s->sql, "BEGIN IMMEDIATE", reterr));
    tc_status status = move_outbox(s, old, rows, reterr);
    if (!tc_failed(status)) status = move_told(s, old, reterr);
    if (!tc_failed(status)) status = tc_sql_run(s->sql, "COMMIT", reterr);
    if (tc_failed(status)) tc_sql_roll_back(s->sql);
    return status;
}

void tc_store_salvage(tc_store *s, const char *name, uint64_t *ret_rows)
{
    char path[TC_FOLDER_PATH];
    tc_error error = {0};
    tc_sql *old;
    *ret_rows = 0;
    tc_status status = tc_sql_open(tc_folder_path(&s->folder, name, path), TC_SQL_READ, false,
                                   s->options.busy_ms, &old, &error);
    if (tc_failed(status)) return;
    status = move_all(s, old, ret_rows, &error);
    if (tc_failed(status)) *ret_rows = 0;
    tc_sql_close(old);
}
