#include "detector/store/store.h"

#include "detector/store/inside.h"
#include "detector/store/rows.h"
#include "detector/store/schema.h"
#include "parsers/base/alloc.h"

#define KEEP (14 * TC_DAY)
#define KEEP_BYTES (UINT64_C(2) << 30)
#define OUTBOX_ROWS 1000000
#define OUTBOX_BYTES (UINT64_C(1) << 30)
#define DEAD_ROWS 10000
#define WAITING_BYTES ((size_t)64 << 20)
#define BUSY_MS 5000

/* -- facts ---------------------------------------------------------------------------------- */

/* The journal and its snapshots know the last number; where neither is left, the note does. */
static TC_STATUS read_sequence(tc_store *s, tc_error *reterr)
{
    int64_t noted, last;
    TC_TRY(tc_store_fact(s->sql, "sequence", &noted, reterr));
    TC_TRY(tc_sql_get(s->sql, "SELECT ifnull(max(sequence), 0) FROM journal", 0, &last, reterr));
    uint64_t known = TC_MAX((uint64_t)last, s->newest.journal);
    s->sequence = s->committed = known ? known : (uint64_t)noted;
    return TC_SUCCESS;
}

TC_STATUS tc_store_read_facts(tc_store *s, tc_error *reterr)
{
    int64_t value;
    TC_TRY(tc_store_fact(s->sql, "journal_bytes", &value, reterr));
    s->journal_bytes = (uint64_t)value;
    TC_TRY(tc_store_fact(s->sql, "renewed", &value, reterr));
    s->renewed = value != 0;
    TC_TRY(tc_store_read_snapshots(s, reterr));
    return read_sequence(s, reterr);
}

/* -- the database --------------------------------------------------------------------------- */

static TC_STATUS connect(tc_store *s, tc_error *reterr)
{
    tc_schema_found found;
    char path[TC_FOLDER_PATH];
    TC_TRY(tc_folder_touch(&s->folder, TC_STORE_DATABASE, reterr));
    TC_TRY(tc_sql_open(tc_folder_path(&s->folder, TC_STORE_DATABASE, path), TC_SQL_WRITE,
                       s->options.durability == TC_STORE_FULL, s->options.busy_ms, &s->sql,
                       reterr));
    TC_TRY(tc_schema_open(s->sql, &tc_schema, tc_store_now(s), &found, reterr));
    TC_TRY(tc_folder_sync(&s->folder, reterr));
    if (found == TC_SCHEMA_UPGRADED)
        tc_store_tell(s, TC_STORE_UPGRADED, "the state of an older tocsin was taken over");
    TC_TRY(tc_store_adopt(s, reterr));
    TC_TRY(tc_rows_recount(s->sql, reterr));
    return tc_store_read_facts(s, reterr);
}

static void disconnect(tc_store *s)
{
    tc_sql_close(s->sql);
    s->sql = NULL;
}

/* A log without its database is of no use to a new one, and SQLite would delete it. */
static TC_STATUS set_lone_log_aside(tc_store *s, tc_error *reterr)
{
    bool there, log;
    uint64_t size, log_size;
    char name[TC_FOLDER_NAME];
    TC_TRY(tc_folder_find(&s->folder, TC_STORE_DATABASE, &there, &size, reterr));
    TC_TRY(tc_folder_find(&s->folder, TC_STORE_LOG, &log, &log_size, reterr));
    if ((there && size > 0) || !log || log_size == 0) return TC_SUCCESS;
    TC_TRY(tc_folder_set_aside(&s->folder, TC_STORE_DATABASE, tc_store_now(s), name, reterr));
    tc_store_tell(s, TC_STORE_SET_ASIDE, "the database is gone; its log was set aside as %s", name);
    return TC_SUCCESS;
}

TC_STATUS tc_store_begin_anew(tc_store *s, const char *why, tc_error *reterr)
{
    char name[TC_FOLDER_NAME], made[TC_TIME_TEXT];
    uint64_t rows;
    disconnect(s);
    TC_TRY(tc_folder_set_aside(&s->folder, TC_STORE_DATABASE, tc_store_now(s), name, reterr));
    TC_TRY(connect(s, reterr));
    tc_store_salvage(s, name, &rows);
    if (s->newest.number)
        tc_store_tell(s, TC_STORE_SET_ASIDE,
                      "%s; it was set aside as %s. Memory goes back to the snapshot of %s, and the "
                      "logs are read again from there; %" PRIu64 " waiting alerts moved over",
                      why, name, tc_time_format_human(s->newest.made, made), rows);
    else
        tc_store_tell(s, TC_STORE_SET_ASIDE,
                      "%s; it was set aside as %s. There is no snapshot: what was learned is lost, "
                      "and the logs are read again as far as they are there; %" PRIu64
                      " waiting alerts moved over",
                      why, name, rows);
    return TC_SUCCESS;
}

/* There was no database, or a crash came before the new one had its points. */
static void tell_gone(const tc_store *s)
{
    char made[TC_TIME_TEXT];
    tc_store_tell(s, TC_STORE_LOST,
                  "the database is gone. Memory goes back to the snapshot of %s, and the logs are "
                  "read again from there; alerts that waited are lost if that reading does not "
                  "tell them again",
                  tc_time_format_human(s->newest.made, made));
}

TC_STATUS tc_store_open_database(tc_store *s, tc_error *reterr)
{
    char words[512];
    TC_TRY(set_lone_log_aside(s, reterr));
    tc_status status = connect(s, reterr);
    if (!tc_failed(status) && s->renewed) tell_gone(s);
    if (status.code != TC_ESYNTAX) return status;
    snprintf(words, sizeof(words), "%s", reterr->text);
    return tc_store_begin_anew(s, words, reterr);
}

/* -- opening and closing -------------------------------------------------------------------- */

static void fill_options(tc_store_options *o)
{
    TC_ASSERT(o->now);
    if (o->journal_keep == 0) o->journal_keep = KEEP;
    if (o->journal_keep_bytes == 0) o->journal_keep_bytes = KEEP_BYTES;
    if (o->outbox_rows == 0) o->outbox_rows = OUTBOX_ROWS;
    if (o->outbox_bytes == 0) o->outbox_bytes = OUTBOX_BYTES;
    if (o->dead_rows == 0) o->dead_rows = DEAD_ROWS;
    if (o->waiting_bytes == 0) o->waiting_bytes = WAITING_BYTES;
    if (o->busy_ms == 0) o->busy_ms = BUSY_MS;
}

static TC_STATUS open_all(tc_store *s, const char *folder, tc_error *reterr)
{
    if (tc_failed(tc_batch_open(&s->batch, s->options.waiting_bytes)))
        return tc_fail(reterr, TC_ENOMEM, "out of memory");
    TC_TRY(tc_folder_open(&s->folder, folder, reterr));
    return tc_store_open_database(s, reterr);
}

TC_STATUS tc_store_open(const char *folder, const tc_store_options *options, tc_store **ret,
                        tc_error *reterr)
{
    tc_store *s = tc_alloc(1, sizeof(*s));
    *ret = NULL;
    if (s == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    s->options = *options;
    fill_options(&s->options);
    s->folder.at = s->folder.lock = -1;
    s->since = TC_TIME_NONE;
    tc_status status = open_all(s, folder, reterr);
    if (!tc_failed(status)) {
        tc_sql_leave_alone(s->sql, false);
        *ret = s;
        return status;
    }
    tc_store_close(s);
    return status;
}

void tc_store_close(tc_store *s)
{
    if (s == NULL) return;
    tc_store_snapshot_drop(s);
    disconnect(s);
    tc_batch_close(&s->batch);
    tc_folder_close(&s->folder);
    tc_free(s);
}

TC_STATUS tc_store_renew(tc_store *s, tc_error *reterr)
{
    uint64_t sequence = s->sequence;
    TC_ASSERT(s->writing == NULL);
    TC_TRY(tc_store_begin_anew(s, s->state == TC_STORE_DAMAGED ? s->why.text : "it was asked for",
                               reterr));
    tc_sql_leave_alone(s->sql, false);
    s->sequence = TC_MAX(s->sequence, sequence);
    s->unsure = false;
    tc_store_recovered(s);
    return TC_SUCCESS;
}
