/* Memory that is not there, at each place in turn: words, and nothing that was committed is lost.
 */
#include "tests/unit/store/fixture.h"

#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

static fixture f;

static void begin(void)
{
    fixture_open(&f);
}

static void end(void)
{
    tc_alloc_fail_once(0);
    fixture_close(&f);
}

TestSuite(memory, .init = begin, .fini = end);

static TC_STATUS fresh(void *context)
{
    *(memory *)context = (memory){0};
    return TC_SUCCESS;
}

static void state(void *context, tc_visit *v)
{
    memory *m = context;
    if (!tc_visit_begin(v, "memory", 1)) return;
    tc_visit_u64(v, &m->count);
    tc_visit_u64(v, &m->sum);
    tc_visit_u64(v, &m->last);
    tc_visit_end(v);
}

static TC_STATUS row(void *context, uint64_t sequence, uint32_t kind, tc_slice body)
{
    memory *m = context;
    (void)kind;
    (void)body;
    m->count++;
    m->last = sequence;
    return TC_SUCCESS;
}

static TC_STATUS point(void *context, tc_slice key, tc_slice value)
{
    (void)key;
    (void)value;
    ((memory *)context)->points++;
    return TC_SUCCESS;
}

/* Opens, restores, adds a row, and takes a snapshot; the first failure ends it. */
static TC_STATUS work(memory *m)
{
    tc_store_hooks hooks = {m, fresh, state, row, point};
    tc_store_restored restored;
    tc_store_committed done;
    uint64_t sequence;
    tc_visit *v;
    TC_TRY(tc_store_open(f.folder, &f.options, &f.store, &f.error));
    TC_TRY(tc_store_restore(f.store, &hooks, &restored, &f.error));
    TC_TRY(tc_store_journal(f.store, 7, TC_LIT("row number 7"), &sequence));
    TC_TRY(tc_store_put_point(f.store, TC_LIT("point"), TC_LIT("value")));
    TC_TRY(tc_store_commit(f.store, &done, &f.error));
    TC_TRY(tc_store_snapshot_begin(f.store, &v, &f.error));
    m->count++;
    m->last = sequence;
    state(m, v);
    return tc_store_snapshot_commit(f.store, &f.error);
}

Test(memory, is_missed_at_each_place_in_turn)
{
    memory m = {0};
    uint64_t last = 0;
    unsigned failures = 0;
    tc_status status;
    do {
        tc_alloc_fail_once(failures + 1);
        f.error = (tc_error){0};
        status = work(&m);
        bool came = tc_alloc_left() == 0;
        tc_alloc_fail_once(0);
        if (!came) break;
        failures++;
        cr_expect(tc_failed(status), "failure %u had no effect", failures);
        cr_expect(status.code == TC_ENOMEM || status.code == TC_ELIMIT, "%d: %s", status.code,
                  f.error.text);
        fixture_close_store(&f);
        f.options.journal_keep_bytes = 0;
        fixture_store(&f);
        tc_store_restored restored;
        tc_store_hooks hooks = {&m, fresh, state, row, point};
        cr_assert_eq(tc_store_restore(f.store, &hooks, &restored, &f.error).code, TC_OK);
        cr_expect_eq(m.count, m.last, "no row is missing, none twice");
        cr_expect_geq(m.last, last);
        last = m.last;
        fixture_close_store(&f);
    } while (failures < 500);
    cr_expect_eq(status.code, TC_OK, "%s", f.error.text);
    cr_expect_gt(failures, 5);
    cr_expect_str_empty(f.words);
}
