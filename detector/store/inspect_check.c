#include "detector/store/inspect_check.h"

#include "detector/store/inside.h"
#include "detector/store/rows.h"
#include "detector/store/schema.h"

#include <stdarg.h>

static void problem(const tc_inspect_calls *calls, const char *format, ...) TC_PRINTF(2, 3);
static void problem(const tc_inspect_calls *calls, const char *format, ...)
{
    char words[512];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof(words), format, args);
    va_end(args);
    calls->problem(calls->context, words);
}

static TC_STATUS check_journal(tc_sql *sql, const tc_inspect_calls *calls, tc_error *reterr)
{
    tc_sql_query *q;
    bool row;
    uint64_t before = 0;
    TC_TRY(tc_sql_ask(sql, "SELECT sequence, kind, made, sum, body FROM journal ORDER BY sequence",
                      &q, reterr));
    for (;;) {
        TC_TRY(tc_sql_step(q, &row, reterr));
        if (!row) return TC_SUCCESS;
        uint64_t sequence = (uint64_t)tc_sql_number_of(q, 0);
        int64_t sum = tc_store_journal_sum(sequence, (uint32_t)tc_sql_number_of(q, 1),
                                           tc_sql_number_of(q, 2), tc_sql_bytes_of(q, 4));
        if (sum != tc_sql_number_of(q, 3))
            problem(calls, "journal: the checksum of row %" PRIu64 " is wrong", sequence);
        if (before && sequence != before + 1)
            problem(calls, "journal: no rows from %" PRIu64 " to %" PRIu64, before + 1,
                    sequence - 1);
        before = sequence;
    }
}

static TC_STATUS check_kept(tc_sql *sql, const tc_inspect_calls *calls, tc_error *reterr)
{
    tc_sql_query *q;
    bool row;
    TC_TRY(tc_sql_ask(sql, "SELECT space, key, value, sum FROM kept", &q, reterr));
    for (;;) {
        TC_TRY(tc_sql_step(q, &row, reterr));
        if (!row) return TC_SUCCESS;
        int64_t sum = tc_store_kept_sum((uint32_t)tc_sql_number_of(q, 0), tc_sql_bytes_of(q, 1),
                                        tc_sql_bytes_of(q, 2));
        if (sum != tc_sql_number_of(q, 3))
            problem(calls, "the checksum of a %s is wrong",
                    tc_sql_number_of(q, 0) == TC_SPACE_POINT ? "point" : "value");
    }
}

static TC_STATUS check_outbox(tc_sql *sql, const tc_inspect_calls *calls, tc_error *reterr)
{
    tc_sql_query *q;
    bool row;
    TC_TRY(tc_sql_ask(sql,
                      "SELECT receiver, id, payload, ordinal, level, time, made, sum, sequence"
                      " FROM outbox",
                      &q, reterr));
    for (;;) {
        TC_TRY(tc_sql_step(q, &row, reterr));
        if (!row) return TC_SUCCESS;
        tc_row r = {.receiver = tc_sql_bytes_of(q, 0),
                    .id = tc_sql_bytes_of(q, 1),
                    .payload = tc_sql_bytes_of(q, 2),
                    .ordinal = (uint32_t)tc_sql_number_of(q, 3),
                    .level = (uint32_t)tc_sql_number_of(q, 4),
                    .time = tc_sql_number_of(q, 5),
                    .made = tc_sql_number_of(q, 6)};
        if (tc_rows_sum(&r) != tc_sql_number_of(q, 7))
            problem(calls, "outbox: the checksum of row %" PRId64 " is wrong",
                    tc_sql_number_of(q, 8));
    }
}

static TC_STATUS check_tally(tc_sql *sql, const tc_inspect_calls *calls, tc_error *reterr)
{
    int64_t wrong;
    TC_TRY(tc_sql_get(sql,
                      "SELECT count(*) FROM tally WHERE put <> waiting + sent + dead + dropped", 0,
                      &wrong, reterr));
    if (wrong) problem(calls, "outbox: the figures of %" PRId64 " levels do not add up", wrong);
    return TC_SUCCESS;
}

static TC_STATUS check_file(const tc_folder *folder, uint64_t number, uint64_t bytes, int64_t sum,
                            tc_error *reterr)
{
    tc_snapshot_file *file;
    uint64_t found_bytes;
    int64_t found_sum;
    TC_TRY(tc_snapshot_open(folder, number, &file, reterr));
    tc_status status = tc_snapshot_measure(file, &found_bytes, &found_sum, reterr);
    tc_snapshot_close(file);
    TC_TRY(status);
    if (found_bytes != bytes || found_sum != sum)
        return tc_fail(reterr, TC_ESYNTAX, "its checksum is wrong");
    return TC_SUCCESS;
}

static TC_STATUS check_snapshots(tc_sql *sql, const tc_folder *folder,
                                 const tc_inspect_calls *calls, tc_error *reterr)
{
    tc_sql_query *q;
    bool row;
    TC_TRY(tc_sql_ask(sql, "SELECT number, bytes, sum FROM snapshot ORDER BY number", &q, reterr));
    for (;;) {
        TC_TRY(tc_sql_step(q, &row, reterr));
        if (!row) return TC_SUCCESS;
        uint64_t at = (uint64_t)tc_sql_number_of(q, 0);
        tc_error why = {0};
        tc_status status =
            check_file(folder, at, (uint64_t)tc_sql_number_of(q, 1), tc_sql_number_of(q, 2), &why);
        if (tc_failed(status)) problem(calls, "snapshot-%" PRIu64 ": %s", at, why.text);
    }
}

/* A part that cannot be read is one problem, and the next part is looked at all the same. */
static TC_STATUS part(tc_status status, const tc_inspect_calls *calls, const char *name,
                      tc_error *reterr)
{
    if (status.code != TC_ESYNTAX) return status;
    problem(calls, "%s: %s", name, reterr->text);
    *reterr = (tc_error){0};
    return TC_SUCCESS;
}

TC_STATUS tc_inspect_check_all(tc_sql *sql, const tc_folder *folder, const tc_inspect_calls *calls,
                               tc_error *reterr)
{
    char words[300] = "";
    tc_status status = tc_schema_check(sql, true, words, sizeof(words), reterr);
    TC_TRY(part(status, calls, "database", reterr));
    if (words[0]) problem(calls, "database: %s", words);
    TC_TRY(part(check_journal(sql, calls, reterr), calls, "journal", reterr));
    TC_TRY(part(check_kept(sql, calls, reterr), calls, "points", reterr));
    TC_TRY(part(check_outbox(sql, calls, reterr), calls, "outbox", reterr));
    TC_TRY(part(check_tally(sql, calls, reterr), calls, "outbox", reterr));
    return part(check_snapshots(sql, folder, calls, reterr), calls, "snapshots", reterr);
}
