#include "detector/store/schema.h"

#define APPLICATION INT64_C(0x746f6373) /* "tocs" */
#define APPLICATION_TEXT "1953457011"
/* What is larger is checked at the start but for its journal, whose rows have checksums of their
 * own and are read then. */
#define CHECKED_PAGES 16384

static const char *const steps[] = {
    "CREATE TABLE fact(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE kept(space INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,"
    " sum INTEGER NOT NULL, PRIMARY KEY(space, key));"
    "CREATE TABLE journal(sequence INTEGER PRIMARY KEY, version INTEGER NOT NULL,"
    " kind INTEGER NOT NULL, made INTEGER NOT NULL, length INTEGER NOT NULL, sum INTEGER NOT NULL,"
    " body BLOB NOT NULL);"
    "CREATE TABLE outbox(sequence INTEGER PRIMARY KEY AUTOINCREMENT, receiver TEXT NOT NULL,"
    " state INTEGER NOT NULL, level INTEGER NOT NULL, id BLOB NOT NULL, ordinal INTEGER NOT NULL,"
    " time INTEGER NOT NULL, made INTEGER NOT NULL, journal INTEGER NOT NULL,"
    " attempts INTEGER NOT NULL, why TEXT NOT NULL, length INTEGER NOT NULL, sum INTEGER NOT NULL,"
    " payload BLOB NOT NULL, UNIQUE(receiver, id, ordinal));"
    "CREATE INDEX outbox_turn ON outbox(receiver, state, level, sequence, length);"
    "CREATE TABLE told(sequence INTEGER PRIMARY KEY AUTOINCREMENT, receiver TEXT NOT NULL,"
    " id BLOB NOT NULL, ordinal INTEGER NOT NULL, journal INTEGER NOT NULL,"
    " UNIQUE(receiver, id, ordinal));"
    "CREATE TABLE tally(receiver TEXT NOT NULL, level INTEGER NOT NULL, put INTEGER NOT NULL,"
    " waiting INTEGER NOT NULL, waiting_bytes INTEGER NOT NULL, sent INTEGER NOT NULL,"
    " dead INTEGER NOT NULL, dead_kept INTEGER NOT NULL, dropped INTEGER NOT NULL,"
    " PRIMARY KEY(receiver, level)) WITHOUT ROWID;"
    "CREATE TABLE snapshot(number INTEGER PRIMARY KEY, journal INTEGER NOT NULL,"
    " bytes INTEGER NOT NULL, sum INTEGER NOT NULL, made INTEGER NOT NULL);"};

const tc_schema_steps tc_schema = {steps, TC_COUNT_OF(steps)};

/* -- what is there -------------------------------------------------------------------------- */

typedef struct head {
    int64_t application, version, tables, written; /* written: the version in its row */
} head;

static TC_STATUS read_head(tc_sql *sql, head *h, tc_error *reterr)
{
    *h = (head){0};
    TC_TRY(tc_sql_get(sql, "PRAGMA application_id", 0, &h->application, reterr));
    TC_TRY(tc_sql_get(sql, "PRAGMA user_version", 0, &h->version, reterr));
    TC_TRY(tc_sql_get(sql, "SELECT count(*) FROM sqlite_schema", 0, &h->tables, reterr));
    if (h->tables == 0) return TC_SUCCESS;
    int64_t fact;
    TC_TRY(tc_sql_get(sql, "SELECT count(*) FROM sqlite_schema WHERE name = 'fact'", 0, &fact,
                      reterr));
    if (fact == 0) return TC_SUCCESS;
    return tc_sql_get(sql, "SELECT value FROM fact WHERE name = 'version'", 0, &h->written, reterr);
}

static TC_STATUS judge_head(const head *h, const tc_schema_steps *schema, tc_error *reterr)
{
    if (h->tables == 0 && h->version == 0) return TC_SUCCESS;
    if (h->application != APPLICATION)
        return tc_fail(reterr, TC_ESYNTAX, "the database is damaged: its mark is not tocsin's");
    if (h->version != h->written)
        return tc_fail(reterr, TC_ESYNTAX, "the database is damaged: it tells two versions");
    if (h->version > (int64_t)schema->count)
        return tc_fail(reterr, TC_EUNSUPPORTED,
                       "a newer tocsin keeps its state here (version %lld, this one knows %zu); "
                       "install that again, or name another folder",
                       (long long)h->version, schema->count);
    if (h->version < 1) return tc_fail(reterr, TC_ESYNTAX, "the database is damaged: no version");
    return TC_SUCCESS;
}

TC_STATUS tc_schema_look(tc_sql *sql, const tc_schema_steps *schema, tc_error *reterr)
{
    head h;
    TC_TRY(read_head(sql, &h, reterr));
    TC_TRY(judge_head(&h, schema, reterr));
    if (h.version == (int64_t)schema->count) return TC_SUCCESS;
    return tc_fail(reterr, TC_EUNSUPPORTED,
                   h.version ? "an older tocsin kept its state here; the next run upgrades it"
                             : "nothing was kept here so far");
}

/* -- making and upgrading ------------------------------------------------------------------- */

static TC_STATUS note_version(tc_sql *sql, size_t version, tc_time now, tc_error *reterr)
{
    char text[256];
    snprintf(text, sizeof(text),
             "PRAGMA application_id=" APPLICATION_TEXT "; PRAGMA user_version=%zu;"
             "INSERT OR REPLACE INTO fact VALUES('version', %zu);"
             "INSERT OR IGNORE INTO fact VALUES('born', %" PRId64 ")",
             version, version, now);
    return tc_sql_run(sql, text, reterr);
}

static TC_STATUS step_up(tc_sql *sql, const tc_schema_steps *schema, size_t from, tc_time now,
                         tc_error *reterr)
{
    TC_TRY(tc_sql_run(sql, "BEGIN IMMEDIATE", reterr));
    tc_status status = TC_SUCCESS;
    for (size_t i = from; i < schema->count && !tc_failed(status); i++)
        status = tc_sql_run(sql, schema->steps[i], reterr);
    if (!tc_failed(status)) status = note_version(sql, schema->count, now, reterr);
    if (!tc_failed(status)) status = tc_sql_run(sql, "COMMIT", reterr);
    if (tc_failed(status)) tc_sql_roll_back(sql);
    return status;
}

/* -- SQLite's own check --------------------------------------------------------------------- */

static TC_STATUS first_problem(tc_sql *sql, const char *text, char *ret, size_t size,
                               tc_error *reterr)
{
    bool row;
    tc_sql_query *q;
    ret[0] = '\0';
    TC_TRY(tc_sql_ask(sql, text, &q, reterr));
    TC_TRY(tc_sql_step(q, &row, reterr));
    if (!row) return TC_SUCCESS;
    (void)tc_slice_to_cstr(tc_sql_bytes_of(q, 0), ret, size);
    tc_sql_rest(q);
    if (strcmp(ret, "ok") == 0) ret[0] = '\0';
    return TC_SUCCESS;
}

TC_STATUS tc_schema_check(tc_sql *sql, bool all, char *ret_problem, size_t size, tc_error *reterr)
{
    static const char *const parts[] = {
        "PRAGMA quick_check(fact)", "PRAGMA quick_check(kept)",  "PRAGMA quick_check(outbox)",
        "PRAGMA quick_check(told)", "PRAGMA quick_check(tally)", "PRAGMA quick_check(snapshot)"};
    int64_t pages;
    TC_TRY(tc_sql_get(sql, "PRAGMA page_count", 0, &pages, reterr));
    if (all || pages <= CHECKED_PAGES)
        return first_problem(sql, "PRAGMA integrity_check(1)", ret_problem, size, reterr);
    ret_problem[0] = '\0';
    for (size_t i = 0; i < TC_COUNT_OF(parts) && ret_problem[0] == '\0'; i++)
        TC_TRY(first_problem(sql, parts[i], ret_problem, size, reterr));
    return TC_SUCCESS;
}

static TC_STATUS quick_check(tc_sql *sql, tc_error *reterr)
{
    char problem[200];
    TC_TRY(tc_schema_check(sql, false, problem, sizeof(problem), reterr));
    if (problem[0] == '\0') return TC_SUCCESS;
    return tc_fail(reterr, TC_ESYNTAX, "the database is damaged: %s", problem);
}

TC_STATUS tc_schema_open(tc_sql *sql, const tc_schema_steps *schema, tc_time now,
                         tc_schema_found *ret, tc_error *reterr)
{
    head h;
    TC_TRY(read_head(sql, &h, reterr));
    TC_TRY(judge_head(&h, schema, reterr));
    *ret = TC_SCHEMA_SOUND;
    if (h.tables != 0) TC_TRY(quick_check(sql, reterr));
    TC_TRY(tc_sql_run(sql, "PRAGMA journal_mode=WAL", reterr));
    if (h.version == (int64_t)schema->count) return TC_SUCCESS;
    *ret = h.version ? TC_SCHEMA_UPGRADED : TC_SCHEMA_NEW;
    return step_up(sql, schema, (size_t)h.version, now, reterr);
}
