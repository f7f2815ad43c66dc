/* snapshots: which there are, in the database and beside it, and making one. */
#include "detector/store/inside.h"

/* -- the table ------------------------------------------------------------------------------ */

static TC_STATUS read_rows(tc_store *s, tc_error *reterr)
{
    tc_snapshot *to[] = {&s->newest, &s->elder};
    tc_sql_query *q;
    bool row;
    int64_t born;
    s->newest = s->elder = (tc_snapshot){0};
    TC_TRY(tc_store_fact(s->sql, "born", &born, reterr));
    TC_TRY(tc_sql_ask(s->sql,
                      "SELECT number, journal, made, bytes, sum FROM snapshot"
                      " ORDER BY number DESC LIMIT 2",
                      &q, reterr));
    for (size_t i = 0; i < TC_COUNT_OF(to); i++) {
        TC_TRY(tc_sql_step(q, &row, reterr));
        if (!row) return TC_SUCCESS;
        *to[i] = (tc_snapshot){.number = (uint64_t)tc_sql_number_of(q, 0),
                               .journal = (uint64_t)tc_sql_number_of(q, 1),
                               .made = tc_sql_number_of(q, 2),
                               .born = born,
                               .bytes = (uint64_t)tc_sql_number_of(q, 3),
                               .sum = tc_sql_number_of(q, 4)};
    }
    tc_sql_rest(q);
    return TC_SUCCESS;
}

static TC_STATUS insert(tc_store *s, const tc_snapshot *snapshot, tc_error *reterr)
{
    tc_sql_query *q;
    TC_TRY(tc_sql_ask(s->sql, "INSERT OR REPLACE INTO snapshot VALUES(?, ?, ?, ?, ?)", &q, reterr));
    tc_sql_number(q, 1, (int64_t)snapshot->number);
    tc_sql_number(q, 2, (int64_t)snapshot->journal);
    tc_sql_number(q, 3, (int64_t)snapshot->bytes);
    tc_sql_number(q, 4, snapshot->sum);
    tc_sql_number(q, 5, snapshot->made);
    return tc_sql_done(q, reterr);
}

static void remove_stray(void *context, const char *name)
{
    const tc_store *s = context;
    uint64_t number;
    bool is_new = strcmp(name, TC_SNAPSHOT_NEW) == 0;
    if (!is_new && !tc_snapshot_is(name, &number)) return;
    if (!is_new && (number == s->newest.number || number == s->elder.number)) return;
    tc_folder_remove(&s->folder, name);
}

/* -- files ---------------------------------------------------------------------------------- */

typedef struct highest {
    uint64_t below, found;
} highest;

static void look_for_highest(void *context, const char *name)
{
    highest *h = context;
    uint64_t number;
    if (tc_snapshot_is(name, &number) && number < h->below) h->found = TC_MAX(h->found, number);
}

static TC_STATUS read_file(tc_store *s, uint64_t number, tc_snapshot *ret, tc_error *reterr)
{
    tc_snapshot_file *file;
    TC_TRY(tc_snapshot_open(&s->folder, number, &file, reterr));
    tc_status status = tc_snapshot_measure(file, &ret->bytes, &ret->sum, reterr);
    if (!tc_failed(status) && !tc_snapshot_head(file, ret))
        status = tc_snapshot_failed(file, reterr);
    tc_snapshot_close(file);
    if (!tc_failed(status) && ret->number != number)
        status = tc_fail(reterr, TC_ESYNTAX, "this snapshot was renamed");
    return status;
}

static TC_STATUS bytes_behind(tc_store *s, tc_error *reterr)
{
    tc_sql_query *q;
    bool row;
    TC_TRY(tc_sql_ask(s->sql, "SELECT ifnull(sum(length), 0) FROM journal WHERE sequence > ?", &q,
                      reterr));
    tc_sql_number(q, 1, (int64_t)s->newest.journal);
    TC_TRY(tc_sql_step(q, &row, reterr));
    s->bytes_since_snapshot = row ? (uint64_t)tc_sql_number_of(q, 0) : 0;
    tc_sql_rest(q);
    return TC_SUCCESS;
}

/* A snapshot that no row names was placed just before a crash, and all that it stands for is in the
 * database. If that is not so, the database has lost its end: its log is gone, or somebody put an
 * older copy back. */
static TC_STATUS check_age(tc_store *s, tc_error *reterr)
{
    highest h = {.below = UINT64_MAX};
    tc_snapshot found = {0};
    int64_t last;
    tc_error passed = {0};
    TC_TRY(tc_folder_each(&s->folder, look_for_highest, &h, reterr));
    if (h.found <= s->newest.number) return TC_SUCCESS;
    if (tc_failed(read_file(s, h.found, &found, &passed))) return TC_SUCCESS;
    TC_TRY(tc_store_fact(s->sql, "sequence", &last, reterr));
    if (found.journal <= (uint64_t)last) return TC_SUCCESS;
    return tc_fail(reterr, TC_ESYNTAX,
                   "the database is older than its snapshots: it has lost its "
                   "end");
}

TC_STATUS tc_store_read_snapshots(tc_store *s, tc_error *reterr)
{
    TC_TRY(read_rows(s, reterr));
    TC_TRY(check_age(s, reterr));
    TC_TRY(tc_folder_each(&s->folder, remove_stray, s, reterr));
    s->last_number = TC_MAX(s->last_number, s->newest.number);
    return bytes_behind(s, reterr);
}

/* -- taking over ---------------------------------------------------------------------------- */

static TC_STATUS set_aside(tc_store *s, uint64_t number, const char *why, tc_error *reterr)
{
    char name[TC_FOLDER_NAME], to[TC_FOLDER_NAME];
    TC_TRY(tc_folder_set_aside(&s->folder, tc_snapshot_name(number, name), tc_store_now(s), to,
                               reterr));
    tc_store_tell(s, TC_STORE_SET_ASIDE, "%s cannot be used (%s); it was set aside as %s", name,
                  why, to);
    return TC_SUCCESS;
}

static TC_STATUS adopt_files(tc_store *s, tc_error *reterr)
{
    highest h = {.below = UINT64_MAX};
    size_t kept = 0;
    while (kept < 2) {
        tc_snapshot found = {0};
        h.found = 0;
        TC_TRY(tc_folder_each(&s->folder, look_for_highest, &h, reterr));
        if (h.found == 0) return TC_SUCCESS;
        h.below = h.found;
        tc_status status = read_file(s, h.found, &found, reterr);
        if (status.code == TC_ENOMEM) return status;
        if (tc_failed(status)) {
            TC_TRY(set_aside(s, h.found, reterr->text, reterr));
            continue;
        }
        TC_TRY(insert(s, &found, reterr));
        if (kept++ > 0) continue;
        TC_TRY(tc_store_set_fact(s->sql, "born", found.born, reterr));
        TC_TRY(tc_store_set_fact(s->sql, "sequence", (int64_t)found.journal, reterr));
        TC_TRY(tc_store_set_fact(s->sql, "renewed", 1, reterr));
    }
    return TC_SUCCESS;
}

/* In one transaction with the note that it was done, so that a crash before leaves the files. */
TC_STATUS tc_store_adopt(tc_store *s, tc_error *reterr)
{
    int64_t done;
    TC_TRY(tc_store_fact(s->sql, "adopted", &done, reterr));
    if (done) return TC_SUCCESS;
    TC_TRY(tc_sql_run(s->sql, "BEGIN IMMEDIATE", reterr));
    tc_status status = adopt_files(s, reterr);
    if (!tc_failed(status)) status = tc_store_set_fact(s->sql, "adopted", 1, reterr);
    if (!tc_failed(status)) status = tc_sql_run(s->sql, "COMMIT", reterr);
    if (tc_failed(status)) tc_sql_roll_back(s->sql);
    return status;
}

TC_STATUS tc_store_refuse_snapshot(tc_store *s, const char *why, tc_error *reterr)
{
    tc_sql_query *q;
    TC_TRY(set_aside(s, s->newest.number, why, reterr));
    TC_TRY(tc_sql_ask(s->sql, "DELETE FROM snapshot WHERE number = ?", &q, reterr));
    tc_sql_number(q, 1, (int64_t)s->newest.number);
    TC_TRY(tc_sql_done(q, reterr));
    s->newest = s->elder;
    s->elder = (tc_snapshot){0};
    return bytes_behind(s, reterr);
}

/* -- making one ----------------------------------------------------------------------------- */

static TC_STATUS copy_kept(tc_store *s, tc_error *reterr)
{
    tc_sql_query *q;
    bool row;
    uint32_t space = 0;
    tc_slice key = TC_EMPTY_SLICE, value = TC_EMPTY_SLICE;
    TC_TRY(
        tc_sql_ask(s->sql, "SELECT space, key, value FROM kept ORDER BY space, key", &q, reterr));
    for (;;) {
        TC_TRY(tc_sql_step(q, &row, reterr));
        if (!row) break;
        space = (uint32_t)tc_sql_number_of(q, 0);
        key = tc_sql_bytes_of(q, 1);
        value = tc_sql_bytes_of(q, 2);
        if (!tc_snapshot_value(s->writing, true, &space, &key, &value)) break;
    }
    tc_sql_rest(q);
    (void)tc_snapshot_value(s->writing, false, &space, &key, &value);
    return TC_SUCCESS;
}

static TC_STATUS begin_file(tc_store *s, tc_error *reterr)
{
    tc_snapshot head = {.made = tc_store_now(s), .journal = s->committed};
    TC_TRY(tc_store_ready(s, reterr));
    TC_TRY(tc_store_fact(s->sql, "born", &head.born, reterr));
    TC_TRY(tc_snapshot_create(&s->folder, &s->writing, reterr));
    head.number = ++s->last_number;
    s->beginning = head;
    if (tc_snapshot_head(s->writing, &head)) TC_TRY(copy_kept(s, reterr));
    return TC_SUCCESS;
}

/* A file that cannot be written leaves the database as well as it was. */
static TC_STATUS no_snapshot(tc_store *s, tc_status status)
{
    tc_store_snapshot_drop(s);
    return status;
}

/* Nothing is in trouble, and nothing waits: what is counted of the journal stands on disk. */
static TC_STATUS check_rest(const tc_store *s, tc_error *reterr)
{
    if (s->state == TC_STORE_WELL && s->batch.count == 0) return TC_SUCCESS;
    *reterr = s->why;
    if (reterr->code != TC_OK) return (tc_status){reterr->code};
    return tc_fail(reterr, TC_ELIMIT, "what waits has to be committed before a snapshot");
}

TC_STATUS tc_store_snapshot_begin(tc_store *s, tc_visit **ret, tc_error *reterr)
{
    TC_ASSERT(s->writing == NULL);
    *ret = NULL;
    TC_TRY(check_rest(s, reterr));
    tc_status status = begin_file(s, reterr);
    if (tc_failed(status)) return no_snapshot(s, status);
    *ret = tc_snapshot_visit(s->writing);
    return TC_SUCCESS;
}

static TC_STATUS note_snapshot(tc_store *s, tc_error *reterr)
{
    TC_TRY(tc_sql_run(s->sql, "BEGIN IMMEDIATE", reterr));
    TC_TRY(insert(s, &s->beginning, reterr));
    TC_TRY(tc_sql_run(s->sql,
                      "DELETE FROM snapshot WHERE number NOT IN"
                      " (SELECT number FROM snapshot ORDER BY number DESC LIMIT 2)",
                      reterr));
    return tc_sql_run(s->sql, "COMMIT", reterr);
}

TC_STATUS tc_store_snapshot_end(tc_store *s, tc_error *reterr)
{
    TC_ASSERT(s->writing && s->stage == TC_SNAPSHOT_SAVED);
    tc_status status = check_rest(s, reterr);
    if (tc_failed(status)) return no_snapshot(s, status);
    tc_snapshot_end(s->writing);
    /* Without a sync of every commit: no snapshot is on disk before what it stands for. */
    if (s->options.durability == TC_STORE_NORMAL) status = tc_sql_checkpoint(s->sql, reterr);
    if (tc_failed(status)) return no_snapshot(s, status);
    s->stage = TC_SNAPSHOT_ENDED;
    return TC_SUCCESS;
}

/* May run beside the store's own thread: of the store it touches what is the snapshot's alone. */
TC_STATUS tc_store_snapshot_place(tc_store *s, tc_error *reterr)
{
    TC_ASSERT(s->writing && s->stage == TC_SNAPSHOT_ENDED);
    TC_TRY(tc_snapshot_place(s->writing, &s->beginning, reterr));
    s->stage = TC_SNAPSHOT_PLACED;
    return TC_SUCCESS;
}

/* On disk under its name, if it is not yet. */
static TC_STATUS place(tc_store *s, tc_error *reterr)
{
    if (s->stage == TC_SNAPSHOT_SAVED) TC_TRY(tc_store_snapshot_end(s, reterr));
    tc_status status = TC_SUCCESS;
    if (s->stage == TC_SNAPSHOT_ENDED) status = tc_store_snapshot_place(s, reterr);
    if (!tc_failed(status)) status = check_rest(s, reterr);
    return tc_failed(status) ? no_snapshot(s, status) : status;
}

TC_STATUS tc_store_snapshot_commit(tc_store *s, tc_error *reterr)
{
    TC_ASSERT(s->writing);
    TC_TRY(place(s, reterr));
    /* From here on a row may name it, also if that is said to have failed. */
    s->stage = TC_SNAPSHOT_SAVED;
    tc_store_snapshot_drop(s);
    tc_status status = note_snapshot(s, reterr);
    if (tc_failed(status)) return tc_store_trouble(s, status, reterr);
    return tc_store_read_snapshots(s, reterr);
}

void tc_store_snapshot_flush(tc_store *s)
{
    TC_ASSERT(s->writing);
    tc_snapshot_flush(s->writing);
}

void tc_store_snapshot_drop(tc_store *s)
{
    char name[TC_FOLDER_NAME];
    if (s->stage == TC_SNAPSHOT_PLACED)
        tc_folder_remove(&s->folder, tc_snapshot_name(s->beginning.number, name));
    tc_snapshot_close(s->writing);
    s->writing = NULL;
    s->stage = TC_SNAPSHOT_SAVED;
}
