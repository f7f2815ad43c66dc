#include "tests/fault/script.h"

#include <stdarg.h>

#define POINTS 5
#define RECEIVER "siem"

typedef struct run {
    const char *folder;
    unsigned patience;
    script_progress *p;
    tc_store_options options;
    tc_store *store;
    tc_outbox *outbox;
    bool saving; /* a snapshot is under way */
    tc_time now;
    tc_error error;
} run;

/* -- one commit ----------------------------------------------------------------------------- */

static size_t body_of(unsigned i, char body[4096])
{
    size_t size = 20 + i * 37 % 3000;
    memset(body, 'a' + (int)(i % 26), size);
    int length = snprintf(body, 20, "row %u", i);
    body[length] = '.';
    return size;
}

static TC_STATUS put(run *r, unsigned i)
{
    char key[32], value[32], id[32], body[4096];
    uint64_t sequence;
    size_t size = body_of(i, body);
    snprintf(key, sizeof(key), "point-%u", i % POINTS);
    snprintf(value, sizeof(value), "at-%u", i);
    snprintf(id, sizeof(id), "id-%06u", i);
    tc_store_alert alert = {.receiver = TC_LIT(RECEIVER),
                            .id = tc_slice_of(id),
                            .payload = tc_slice_make(body, size / 2),
                            .level = 3};
    TC_TRY(tc_store_put_point(r->store, tc_slice_of(key), tc_slice_of(value)));
    TC_TRY(tc_store_journal(r->store, i, tc_slice_make(body, size), &sequence));
    TC_TRY(tc_store_outbox_put(r->store, &alert));
    if (i % 10) return TC_SUCCESS;
    return tc_store_put_meta(r->store, "value", tc_slice_of(value));
}

/* Notes a failure and lets the clock go on; false: there is no patience left. */
static bool once_more(run *r, tc_status status, unsigned *tries)
{
    if (!tc_failed(status)) return false;
    r->p->failures++;
    r->p->mute += r->error.text[0] == '\0' || r->error.code == TC_OK;
    r->now = tc_time_add(r->now, 31 * TC_SECOND);
    r->error = (tc_error){0};
    return (*tries)++ < r->patience;
}

static bool commit(run *r, unsigned i)
{
    tc_store_committed done;
    tc_status status;
    unsigned tries = 0;
    if (tc_failed(put(r, i))) return false;
    r->p->attempted = i;
    do {
        status = tc_store_commit(r->store, &done, &r->error);
    } while (once_more(r, status, &tries));
    if (tc_failed(status)) return false;
    r->p->acknowledged = i;
    r->now = tc_time_add(r->now, TC_MINUTE);
    return true;
}

/* -- beside the commits --------------------------------------------------------------------- */

static bool send_one(run *r)
{
    tc_outbox_row row = {0};
    tc_status status;
    unsigned tries = 0;
    do {
        status = TC_SUCCESS;
        if (r->outbox == NULL)
            status = tc_outbox_open(r->folder, RECEIVER, &r->options, &r->outbox, &r->error);
        if (!tc_failed(status)) status = tc_outbox_next(r->outbox, 0, 0, &row, &r->error);
        if (!tc_failed(status)) status = tc_outbox_sent(r->outbox, row.sequence, &r->error);
    } while (once_more(r, status, &tries));
    if (tc_failed(status)) return false;
    r->p->marked++;
    return true;
}

static void visit_state(tc_visit *v, unsigned *count)
{
    uint64_t number = *count;
    if (!tc_visit_begin(v, "script", 1)) return;
    tc_visit_u64(v, &number);
    for (uint64_t i = 0; i < number; i++)
        tc_visit_u64(v, &i);
    *count = (unsigned)number;
    tc_visit_end(v);
}

/* One that fails is made at another time; the journal stays as long. */
static void begin_snapshot(run *r, unsigned i)
{
    tc_visit *v;
    unsigned tries = r->patience;
    tc_status status = tc_store_snapshot_begin(r->store, &v, &r->error);
    r->saving = !tc_failed(status);
    if (r->saving) {
        visit_state(v, &i);
        tc_store_snapshot_flush(r->store);
    }
    (void)once_more(r, status, &tries);
}

/* On disk under its name; commits come before its row does. */
static void place_snapshot(run *r)
{
    unsigned tries = r->patience;
    if (!r->saving) return;
    tc_status status = tc_store_snapshot_end(r->store, &r->error);
    r->saving = !tc_failed(status);
    if (r->saving) {
        status = tc_store_snapshot_place(r->store, &r->error);
        r->saving = !tc_failed(status);
        if (!r->saving) tc_store_snapshot_drop(r->store);
    }
    (void)once_more(r, status, &tries);
}

static void end_snapshot(run *r)
{
    bool more;
    unsigned tries = r->patience;
    tc_status status = TC_SUCCESS;
    if (r->saving) status = tc_store_snapshot_commit(r->store, &r->error);
    r->saving = false;
    (void)once_more(r, status, &tries);
    do {
        more = false;
        status = tc_store_prune(r->store, &more, &r->error);
    } while (more && !tc_failed(status));
    (void)once_more(r, status, &tries);
}

/* -- the run -------------------------------------------------------------------------------- */

static tc_time now_of(void *context)
{
    return ((run *)context)->now;
}

static void hear(void *context, tc_store_news news, const char *sentence)
{
    script_progress *p = ((run *)context)->p;
    p->set_aside += news == TC_STORE_SET_ASIDE;
    p->lost += news == TC_STORE_LOST;
    p->troubles += news == TC_STORE_TROUBLE;
    p->recoveries += news == TC_STORE_RECOVERED;
    p->mute += sentence[0] == '\0';
}

static void begin(run *r, const char *folder, unsigned patience, script_progress *p)
{
    *r = (run){.folder = folder, .patience = patience, .p = p};
    r->now = INT64_C(1300000000) * TC_SECOND;
    r->options = (tc_store_options){.now = now_of,
                                    .now_context = r,
                                    .tell = hear,
                                    .tell_context = r,
                                    .journal_keep = TC_MINUTE,
                                    .busy_ms = 50};
}

static bool open_store(run *r)
{
    unsigned tries = 0;
    tc_status status;
    do {
        status = tc_store_open(r->folder, &r->options, &r->store, &r->error);
    } while (once_more(r, status, &tries));
    r->p->opened += !tc_failed(status);
    return !tc_failed(status);
}

/* What failed last is over before the end, and was said to be. */
static bool settle(run *r)
{
    tc_store_committed done;
    tc_status status;
    unsigned tries = 0;
    do {
        status = tc_store_commit(r->store, &done, &r->error);
    } while (once_more(r, status, &tries));
    return !tc_failed(status);
}

bool script_run(const char *folder, unsigned commits, unsigned patience, script_progress *p,
                void (*noted)(void *context), void *context)
{
    run r;
    begin(&r, folder, patience, p);
    bool goes = open_store(&r);
    for (unsigned i = 1; goes && i <= commits; i++) {
        goes = commit(&r, i);
        if (goes && noted) noted(context);
        if (goes && i % 3 == 0) goes = send_one(&r);
        /* Commits come while it is written, and before it counts. */
        if (goes && i % 20 == 17) begin_snapshot(&r, i);
        if (goes && i % 20 == 18) place_snapshot(&r);
        if (goes && i % 20 == 0) end_snapshot(&r);
    }
    if (goes) goes = settle(&r);
    tc_outbox_close(r.outbox);
    tc_store_close(r.store);
    return goes;
}

/* -- what is there -------------------------------------------------------------------------- */

typedef struct found {
    unsigned count;
    unsigned points[POINTS];
    script_verdict *verdict;
} found;

static void complain(script_verdict *v, const char *format, ...) TC_PRINTF(2, 3);
static void complain(script_verdict *v, const char *format, ...)
{
    va_list args;
    if (v->problem[0]) return;
    va_start(args, format);
    vsnprintf(v->problem, sizeof(v->problem), format, args);
    va_end(args);
}

static TC_STATUS fresh(void *context)
{
    found *f = context;
    *f = (found){.verdict = f->verdict};
    return TC_SUCCESS;
}

static void state(void *context, tc_visit *v)
{
    visit_state(v, &((found *)context)->count);
}

static TC_STATUS row(void *context, uint64_t sequence, uint32_t kind, tc_slice body)
{
    found *f = context;
    char expected[4096];
    size_t size = body_of(kind, expected);
    if (kind != f->count + 1 || sequence != kind)
        complain(f->verdict, "row %u comes behind %u", kind, f->count);
    if (!tc_slice_equal(body, tc_slice_make(expected, size)))
        complain(f->verdict, "row %u has other bytes", kind);
    f->count = kind;
    return TC_SUCCESS;
}

static TC_STATUS point(void *context, tc_slice key, tc_slice value)
{
    found *f = context;
    uint64_t which = POINTS, at = 0;
    bool sound = tc_slice_to_u64(tc_slice_sub(key, 6, TC_NPOS), &which) && which < POINTS &&
                 tc_slice_to_u64(tc_slice_sub(value, 3, TC_NPOS), &at);
    if (sound)
        f->points[which] = (unsigned)at;
    else
        complain(f->verdict, "a strange point");
    return TC_SUCCESS;
}

static void check_points(const found *f)
{
    for (unsigned i = 0; i < POINTS; i++) {
        unsigned last = f->count - (f->count + POINTS - i) % POINTS;
        if (f->count < i || last == 0 || last > f->count) last = 0;
        if (f->points[i] != last)
            complain(f->verdict, "with %u commits point %u is at %u", f->count, i, f->points[i]);
    }
}

/* The outbox has all alerts but the first ones, which were sent. */
static void check_outbox(run *r, const found *f, unsigned marked, bool marks_last)
{
    tc_outbox_row row = {0};
    unsigned gone = 0, expected = 0;
    for (;; expected++) {
        uint64_t number = 0;
        tc_status status = tc_outbox_next(r->outbox, row.sequence, 0, &row, &r->error);
        if (tc_failed(status)) complain(f->verdict, "outbox: %s", r->error.text);
        if (tc_failed(status) || row.sequence == 0) break;
        if (!tc_slice_to_u64(tc_slice_sub(row.id, 3, TC_NPOS), &number)) number = 0;
        if (expected == 0 && number > 0) {
            gone = (unsigned)number - 1;
            expected = (unsigned)number;
        }
        if (number != expected) complain(f->verdict, "alert %u is missing", expected);
    }
    if (expected == 0) {
        gone = f->count;
        expected = f->count + 1;
    }
    if (expected != f->count + 1)
        complain(f->verdict, "%u commits, but alerts up to %u", f->count, expected - 1);
    if (gone > marked || (marks_last && gone + 1 < marked))
        complain(f->verdict, "%u alerts are gone, %u were sent", gone, marked);
}

static void go_on(run *r, const found *f)
{
    tc_store_committed done;
    if (tc_failed(put(r, f->count + 1)) || tc_failed(tc_store_commit(r->store, &done, &r->error)))
        complain(f->verdict, "it cannot go on: %s", r->error.text);
    else if (done.inserted != 1 && !f->verdict->told)
        complain(f->verdict, "the next alert is known already");
}

static void restore(run *r, found *f)
{
    tc_store_restored restored;
    tc_store_hooks hooks = {f, fresh, state, row, point};
    if (tc_failed(tc_store_restore(r->store, &hooks, &restored, &r->error)))
        complain(f->verdict, "restore: %s", r->error.text);
    f->verdict->commits = f->count;
    f->verdict->told = !restored.whole || r->p->set_aside || r->p->lost;
    check_points(f);
}

static void look(run *r, found *f, unsigned least, unsigned most)
{
    restore(r, f);
    if (f->verdict->told) complain(f->verdict, "it was taken for damaged");
    if (f->count < least || f->count > most)
        complain(f->verdict, "%u commits of %u to %u", f->count, least, most);
}

static bool open_both(run *r, const char *folder, script_progress *p, script_verdict *ret)
{
    *ret = (script_verdict){0};
    begin(r, folder, 0, p);
    ret->opened = open_store(r) &&
                  !tc_failed(tc_outbox_open(folder, RECEIVER, &r->options, &r->outbox, &r->error));
    if (!ret->opened) complain(ret, "it does not open: %s", r->error.text);
    return ret->opened;
}

static void close_both(run *r)
{
    tc_outbox_close(r->outbox);
    tc_store_close(r->store);
}

void script_check(const char *folder, unsigned least, unsigned most, unsigned marked,
                  bool marks_last, script_verdict *ret)
{
    run r;
    script_progress p = {0};
    found f = {.verdict = ret};
    if (open_both(&r, folder, &p, ret)) {
        look(&r, &f, least, most);
        check_outbox(&r, &f, marked, marks_last);
        go_on(&r, &f);
    }
    close_both(&r);
}

static uint64_t letters_dead(run *r)
{
    tc_outbox_tally tallies[TC_STORE_LEVELS];
    uint64_t dead = 0;
    tc_outbox_row row = {0};
    do { /* what is damaged dies when it is come by */
        if (tc_failed(tc_outbox_next(r->outbox, row.sequence, 0, &row, &r->error))) return 0;
    } while (row.sequence);
    if (tc_failed(tc_outbox_tallies(r->outbox, tallies, &r->error))) return 0;
    for (unsigned i = 0; i < TC_STORE_LEVELS; i++)
        dead += tallies[i].dead;
    return dead;
}

void script_check_damaged(const char *folder, unsigned commits, script_verdict *ret)
{
    run r;
    script_progress p = {0};
    found f = {.verdict = ret};
    if (open_both(&r, folder, &p, ret)) {
        restore(&r, &f);
        if (f.count > commits) complain(ret, "%u commits of %u", f.count, commits);
        if (f.count == commits && !ret->told && letters_dead(&r) == 0)
            check_outbox(&r, &f, commits, false);
        go_on(&r, &f);
    }
    close_both(&r);
}
