/* The ordered stage's state, saved and had back. */
#include "detector/pipeline/ordered_state.h"

#include "detector/memory/observation_visit.h"

#define BATCH_BYTES ((size_t)1 << 20)

/* In the order in which they refer to one another: persons to names, incidents to both. */
void tc_ordered_visit(tc_ordered *o, tc_visit *v, tc_references *r)
{
    /* Between two statements nothing is in use, but for what was only looked at, for a page say,
     * when the clock asked for one: that is no state. */
    if (!tc_visit_loads(v)) tc_identity_begin(o->identity);
    tc_identity_visit(o->identity, v);
    tc_deriver_visit(o->deriver, v, r);
    tc_correlator_visit(o->correlator, v, r);
    tc_incidents_visit(o->incidents, v, r);
    tc_dedupe_visit(o->dedupe, v, r);
    tc_twins_visit(o->twins, "requests told twice", v);
}

TC_STATUS tc_ordered_settle(tc_ordered *o)
{
    return tc_sorter_release(o->sorter, TC_TIME_MAX, tc_ordered_observe, o);
}

/* -- what waits for its turn ---------------------------------------------------------------- */

typedef struct tail {
    tc_ordered *ordered;
    const tc_ordered_save *save;
} tail;

static TC_STATUS save_and_observe(void *context, const tc_observation *o, tc_slice heap)
{
    const tail *t = context;
    bool more = true;
    tc_visit_bool(t->save->visit, &more);
    tc_observation_save(t->save->visit, t->save->references, o, heap);
    return tc_ordered_observe(t->ordered, o, heap);
}

/* Releases up to save->until, saves all state, then saves and releases the rest. */
static TC_STATUS save_and_release(tc_ordered *o, const tc_ordered_save *save)
{
    tail t = {o, save};
    bool more = false;
    TC_TRY(tc_ordered_release(o, save->until));
    tc_incidents_finals_follow(o->incidents);
    tc_ordered_visit(o, save->visit, save->references);
    if (!tc_visit_begin(save->visit, "waiting", 2)) return tc_ordered_release(o, TC_TIME_MAX);
    TC_TRY(tc_sorter_release(o->sorter, TC_TIME_MAX, save_and_observe, &t));
    tc_visit_bool(save->visit, &more);
    tc_visit_end(save->visit);
    return tc_ordered_release(o, TC_TIME_MAX);
}

TC_STATUS tc_ordered_finish_saving(tc_ordered *o, const tc_ordered_save *save)
{
    return tc_ordered_conclude(o, save_and_release(o, save));
}

#define SAVED_PER_SIGN 65536

typedef struct saver {
    tc_visit *visit;
    tc_references *references;
    void (*alive)(void);
    uint64_t saved;
} saver;

static TC_STATUS save_waiting(void *context, const tc_observation *o, tc_slice heap)
{
    saver *to = context;
    bool more = true;
    if (++to->saved % SAVED_PER_SIGN == 0 && to->alive != NULL) to->alive();
    tc_visit_bool(to->visit, &more);
    tc_observation_save(to->visit, to->references, o, heap);
    return TC_SUCCESS;
}

TC_STATUS tc_ordered_save_begin(tc_ordered *o, tc_visit *v, tc_references *r, void (*alive)(void),
                                tc_spill_view *ret_rest)
{
    saver to = {.visit = v, .references = r, .alive = alive};
    tc_ordered_visit(o, v, r);
    if (!tc_visit_begin(v, "waiting", 2)) return TC_SUCCESS;
    return tc_sorter_look(o->sorter, save_waiting, &to, ret_rest);
}

TC_STATUS tc_ordered_save_rest(tc_spill_view *rest, tc_visit *v, tc_references *r, size_t count,
                               bool *ret_more)
{
    saver to = {.visit = v, .references = r};
    bool more = false;
    *ret_more = false;
    if (tc_visit_failed(v)) return TC_SUCCESS;
    TC_TRY(tc_spill_view_show(rest, count, save_waiting, &to, ret_more));
    if (*ret_more) return TC_SUCCESS;
    tc_visit_bool(v, &more);
    tc_visit_end(v);
    return TC_SUCCESS;
}

tc_time tc_ordered_first(const tc_ordered *o)
{
    return tc_sorter_first(o->sorter);
}

/* Fills a batch; *ret_more: there are more behind it. */
static tc_observations *load_batch(tc_visit *v, tc_references *r, bool *ret_more)
{
    tc_observations *batch = tc_observations_new(BATCH_BYTES + TC_OBSERVATION_BYTES);
    if (batch == NULL) tc_visit_fail(v, TC_ENOMEM, "no memory for what waits");
    *ret_more = false;
    while (batch && !tc_visit_failed(v) && tc_observations_bytes(batch) < BATCH_BYTES) {
        tc_visit_bool(v, ret_more);
        if (!*ret_more) break;
        (void)tc_observation_load(v, r, batch);
    }
    return batch;
}

static TC_STATUS load_waiting(tc_ordered *o, tc_visit *v, tc_references *r)
{
    bool more = true;
    while (more && !tc_visit_failed(v)) {
        uint64_t late;
        tc_observations *batch = load_batch(v, r, &more);
        if (tc_visit_failed(v)) {
            tc_observations_free(batch);
            break;
        }
        tc_observations_sort(batch);
        TC_TRY(tc_sorter_add(o->sorter, batch, &late));
        if (late) tc_visit_refuse(v, "what waits is older than what was judged");
    }
    return TC_SUCCESS;
}

TC_STATUS tc_ordered_start_at(tc_ordered *o, tc_time until)
{
    if (until == TC_TIME_NONE) return TC_SUCCESS;
    return tc_sorter_release(o->sorter, until, tc_ordered_observe, o);
}

/* Whatever comes is not older than `until`, so nothing that was told may be newer, nor anything
 * still have to be told that is older: the parts behind rely on their order. */
static void check_order(const tc_ordered *o, tc_visit *v, tc_time until)
{
    const tc_order *last = tc_correlator_last(o->correlator);
    if (last != NULL && last->time >= until)
        tc_visit_refuse(v, "it remembers what is newer than its end");
    if (tc_deriver_overdue(o->deriver, until)) tc_visit_refuse(v, "a logon was never decided");
}

TC_STATUS tc_ordered_load(tc_ordered *o, tc_visit *v, tc_references *r, tc_time until)
{
    tc_ordered_visit(o, v, r);
    if (!tc_visit_failed(v)) check_order(o, v, until);
    if (!tc_visit_begin(v, "waiting", 2)) return TC_SUCCESS;
    tc_status status = load_waiting(o, v, r);
    tc_visit_end(v);
    return status;
}
