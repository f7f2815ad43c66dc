/* restore: the newest sound snapshot, and the journal behind it. */
#include "detector/store/inside.h"
#include "parsers/base/alloc.h"

/* -- points and values ---------------------------------------------------------------------- */

static TC_STATUS next_kept(tc_sql_query *q, bool *ret_row, tc_error *reterr)
{
    TC_TRY(tc_sql_step(q, ret_row, reterr));
    if (!*ret_row) return TC_SUCCESS;
    int64_t sum = tc_store_kept_sum((uint32_t)tc_sql_number_of(q, 0), tc_sql_bytes_of(q, 1),
                                    tc_sql_bytes_of(q, 2));
    if (sum == tc_sql_number_of(q, 3)) return TC_SUCCESS;
    tc_sql_rest(q);
    return tc_fail(reterr, TC_ESYNTAX, "the database is damaged: the checksum of a point is wrong");
}

/* Looks at all of them; calls for the points, if somebody is to hear of them. */
static TC_STATUS each_kept(tc_store *s, const tc_store_hooks *hooks, tc_error *reterr)
{
    tc_sql_query *q;
    bool row;
    TC_TRY(tc_sql_ask(s->sql, "SELECT space, key, value, sum FROM kept ORDER BY space, key", &q,
                      reterr));
    for (;;) {
        TC_TRY(next_kept(q, &row, reterr));
        if (!row) return TC_SUCCESS;
        if (hooks == NULL || tc_sql_number_of(q, 0) != TC_SPACE_POINT) continue;
        tc_status status =
            hooks->point(hooks->context, tc_sql_bytes_of(q, 1), tc_sql_bytes_of(q, 2));
        if (!tc_failed(status)) continue;
        tc_sql_rest(q);
        return tc_fail(reterr, status.code, "a resume point cannot be taken");
    }
}

/* A database that begins anew gets the values of the snapshot, in one transaction with the note
 * that it has them. */
static TC_STATUS take_values(tc_store *s, const tc_batch *values, tc_error *reterr)
{
    tc_store_committed ignored = {0};
    TC_TRY(tc_sql_run(s->sql, "BEGIN IMMEDIATE", reterr));
    tc_status status = tc_sql_run(s->sql, "DELETE FROM kept", reterr);
    if (!tc_failed(status)) status = tc_store_apply(s, s->sql, values, &ignored, reterr);
    if (!tc_failed(status)) status = tc_store_set_fact(s->sql, "renewed", 0, reterr);
    if (!tc_failed(status)) status = tc_sql_run(s->sql, "COMMIT", reterr);
    if (tc_failed(status)) tc_sql_roll_back(s->sql);
    if (!tc_failed(status)) s->renewed = false;
    return status;
}

/* -- one snapshot --------------------------------------------------------------------------- */

static TC_STATUS read_values(tc_snapshot_file *file, tc_batch *values)
{
    uint32_t space = 0;
    tc_slice key, value;
    while (tc_snapshot_value(file, false, &space, &key, &value)) {
        tc_change change = {.kind = TC_CHANGE_KEEP, .level = space, .key = key, .body = value};
        TC_TRY(tc_batch_add(values, &change));
    }
    return TC_SUCCESS;
}

/* TC_ESYNTAX: it is of no use. */
static TC_STATUS load_file(tc_store *s, tc_snapshot_file *file, const tc_store_hooks *hooks,
                           tc_batch *values, tc_error *reterr)
{
    tc_snapshot head = {0};
    uint64_t bytes;
    int64_t sum;
    TC_TRY(tc_snapshot_measure(file, &bytes, &sum, reterr));
    if (bytes != s->newest.bytes || sum != s->newest.sum)
        return tc_fail(reterr, TC_ESYNTAX, "its checksum is wrong");
    tc_status status = TC_SUCCESS;
    if (tc_snapshot_head(file, &head)) status = read_values(file, values);
    if (tc_failed(status)) return tc_fail(reterr, TC_ENOMEM, "no memory for its points");
    if (head.number != s->newest.number || head.journal != s->newest.journal)
        tc_visit_refuse(tc_snapshot_visit(file), "it is not the one that the database means");
    if (!tc_visit_failed(tc_snapshot_visit(file)))
        hooks->state(hooks->context, tc_snapshot_visit(file));
    tc_snapshot_end(file);
    if (tc_visit_failed(tc_snapshot_visit(file))) return tc_snapshot_failed(file, reterr);
    return TC_SUCCESS;
}

static TC_STATUS load_newest(tc_store *s, const tc_store_hooks *hooks, tc_batch *values,
                             tc_error *reterr)
{
    tc_snapshot_file *file;
    tc_batch_clear(values);
    TC_TRY(tc_snapshot_open(&s->folder, s->newest.number, &file, reterr));
    tc_status status = load_file(s, file, hooks, values, reterr);
    tc_snapshot_close(file);
    return status;
}

static TC_STATUS load_state(tc_store *s, const tc_store_hooks *hooks, tc_batch *values,
                            tc_error *reterr)
{
    for (;;) {
        tc_status status = hooks->fresh(hooks->context);
        if (tc_failed(status)) return tc_fail(reterr, status.code, "there is no room to begin in");
        tc_batch_clear(values);
        if (s->newest.number == 0) return TC_SUCCESS;
        status = load_newest(s, hooks, values, reterr);
        if (!tc_failed(status) || status.code == TC_ENOMEM) return status;
        char why[sizeof(reterr->text)];
        snprintf(why, sizeof(why), "%s", reterr->text);
        TC_TRY(tc_store_refuse_snapshot(s, why, reterr));
    }
}

/* -- the journal ---------------------------------------------------------------------------- */

typedef struct journal_row {
    uint64_t sequence;
    uint32_t kind;
    tc_time made;
    tc_str body;
} journal_row;

static TC_STATUS take_row(tc_sql_query *q, journal_row *r, tc_error *reterr)
{
    tc_slice body = tc_sql_bytes_of(q, 5);
    r->sequence = (uint64_t)tc_sql_number_of(q, 0);
    r->kind = (uint32_t)tc_sql_number_of(q, 1);
    r->made = tc_sql_number_of(q, 2);
    if (tc_sql_number_of(q, 3) != (int64_t)body.len ||
        tc_sql_number_of(q, 4) != tc_store_journal_sum(r->sequence, r->kind, r->made, body))
        return tc_fail(reterr, TC_ESYNTAX,
                       "the database is damaged: the checksum of row %" PRIu64
                       " of the journal is wrong",
                       r->sequence);
    tc_str_clear(&r->body);
    tc_str_add(&r->body, body);
    if (tc_failed(tc_str_status(&r->body))) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    return TC_SUCCESS;
}

/* The row behind `after`, taken out of the database so that whoever hears of it may commit. */
static TC_STATUS next_row(tc_store *s, uint64_t after, journal_row *r, bool *ret_row,
                          tc_error *reterr)
{
    tc_sql_query *q;
    TC_TRY(tc_store_ready(s, reterr));
    TC_TRY(tc_sql_ask(s->sql,
                      "SELECT sequence, kind, made, length, sum, body FROM journal"
                      " WHERE sequence > ? ORDER BY sequence LIMIT 1",
                      &q, reterr));
    tc_sql_number(q, 1, (int64_t)after);
    TC_TRY(tc_sql_step(q, ret_row, reterr));
    if (!*ret_row) return TC_SUCCESS;
    tc_status status = take_row(q, r, reterr);
    tc_sql_rest(q);
    return status;
}

static void tell_gap(const tc_store *s, const journal_row *r, tc_store_restored *ret)
{
    char from[TC_TIME_TEXT], to[TC_TIME_TEXT];
    int64_t born = 0;
    tc_error error = {0};
    tc_status status = tc_store_fact(s->sql, "born", &born, &error);
    ret->whole = false;
    tc_store_tell(s, TC_STORE_LOST,
                  "the journal does not reach back to a snapshot: what was learned from %s to %s "
                  "is lost",
                  tc_failed(status) ? "the beginning" : tc_time_format_human(born, from),
                  tc_time_format_human(r->made, to));
}

static TC_STATUS replay(tc_store *s, const tc_store_hooks *hooks, journal_row *r,
                        tc_store_restored *ret, tc_error *reterr)
{
    for (;;) {
        bool row;
        TC_TRY(next_row(s, ret->sequence, r, &row, reterr));
        if (!row) return TC_SUCCESS;
        if (r->sequence != ret->sequence + 1) {
            if (ret->rows || r->sequence <= ret->sequence)
                return tc_fail(reterr, TC_ESYNTAX,
                               "the database is damaged: the journal "
                               "lacks rows");
            tell_gap(s, r, ret);
        }
        ret->sequence = r->sequence;
        ret->rows++;
        tc_status status = hooks->row(hooks->context, r->sequence, r->kind, tc_str_view(&r->body));
        if (tc_failed(status))
            return tc_fail(reterr, status.code == TC_ESYNTAX ? TC_EUNSUPPORTED : status.code,
                           "row %" PRIu64 " of the journal cannot be replayed", r->sequence);
    }
}

/* -- all of it ------------------------------------------------------------------------------ */

static TC_STATUS attempt(tc_store *s, const tc_store_hooks *hooks, tc_batch *values,
                         journal_row *row, tc_store_restored *ret, tc_error *reterr)
{
    TC_TRY(each_kept(s, NULL, reterr));
    TC_TRY(load_state(s, hooks, values, reterr));
    ret->rows = 0;
    ret->sequence = s->newest.journal;
    ret->snapshot_made = s->newest.number ? s->newest.made : TC_TIME_NONE;
    if (s->renewed) {
        s->sequence = s->committed = s->newest.journal;
        TC_TRY(take_values(s, values, reterr));
    }
    TC_TRY(replay(s, hooks, row, ret, reterr));
    TC_TRY(tc_store_ready(s, reterr));
    return each_kept(s, hooks, reterr);
}

static TC_STATUS restore(tc_store *s, const tc_store_hooks *hooks, tc_batch *values,
                         journal_row *row, tc_store_restored *ret, tc_error *reterr)
{
    tc_status status = attempt(s, hooks, values, row, ret, reterr);
    for (int again = 0; again < 2 && status.code == TC_ESYNTAX; again++) {
        char why[sizeof(reterr->text)];
        snprintf(why, sizeof(why), "%s", reterr->text);
        TC_TRY(tc_store_begin_anew(s, why, reterr));
        tc_sql_leave_alone(s->sql, false);
        if (s->newest.number == 0) ret->whole = false;
        status = attempt(s, hooks, values, row, ret, reterr);
    }
    return status;
}

TC_STATUS tc_store_restore(tc_store *s, const tc_store_hooks *hooks, tc_store_restored *ret,
                           tc_error *reterr)
{
    journal_row row = {0};
    tc_batch values;
    TC_ASSERT(s->batch.count == 0 && s->writing == NULL);
    *ret = (tc_store_restored){.snapshot_made = TC_TIME_NONE, .whole = true};
    if (tc_failed(tc_batch_open(&values, s->options.waiting_bytes)))
        return tc_fail(reterr, TC_ENOMEM, "out of memory");
    tc_str_init(&row.body, TC_STORE_BODY_MAX + 1);
    tc_status status = restore(s, hooks, &values, &row, ret, reterr);
    tc_str_done(&row.body);
    tc_batch_close(&values);
    return status;
}

TC_STATUS tc_store_meta(tc_store *s, const char *key, tc_str *out, bool *ret_found,
                        tc_error *reterr)
{
    tc_sql_query *q;
    TC_TRY(tc_store_ready(s, reterr));
    TC_TRY(tc_sql_ask(s->sql, "SELECT space, key, value, sum FROM kept WHERE space = 0 AND key = ?",
                      &q, reterr));
    tc_sql_bytes(q, 1, tc_slice_of(key));
    TC_TRY(next_kept(q, ret_found, reterr));
    if (!*ret_found) return TC_SUCCESS;
    tc_str_add(out, tc_sql_bytes_of(q, 2));
    tc_sql_rest(q);
    return tc_failed(tc_str_status(out)) ? tc_fail(reterr, TC_ELIMIT, "no room for a value")
                                         : TC_SUCCESS;
}
