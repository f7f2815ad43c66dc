/* What all parts of the stage of a run that goes on lean on: failures, books, what is written. */
#include "detector/live/live_state.h"

#include "detector/live/live_inputs.h"
#include "parsers/base/alloc.h"

#define ROOM_BYTES ((size_t)16 << 20) /* that may wait before nothing more is taken in */
#define NAP_NS 200000000

void tc_live_fail(tc_live_stage *s, tc_status status, const tc_error *error)
{
    if (!tc_failed(status) || tc_failed(s->failed)) return;
    s->failed = status;
    if (error != NULL) s->error = *error;
    if (s->error.code == TC_OK)
        (void)tc_fail(&s->error, status.code, "%s",
                      status.code == TC_ENOMEM ? "out of memory" : "a bound was reached");
}

tc_time tc_live_now(const tc_live_stage *s)
{
    return s->options.now(s->options.context);
}

void tc_live_free_slice(tc_slice *s)
{
    tc_free((void *)(uintptr_t)s->ptr);
    *s = TC_EMPTY_SLICE;
}

void tc_live_arrived_done(tc_arrived *a)
{
    for (size_t i = 0; i < a->batch_count; i++)
        tc_observations_free(a->batches[i]);
    tc_free(a->batches);
    tc_live_free_slice(&a->place);
    *a = (tc_arrived){0};
}

void tc_live_snapshot_drop(tc_live_stage *s)
{
    if (s->saving.visit == NULL) return;
    (void)tc_failed(tc_live_placing_end(&s->saving.placing, NULL)); /* it goes, whatever it says */
    tc_spill_view_close(&s->saving.rest);
    tc_store_snapshot_drop(s->options.store);
    s->saving.visit = NULL;
}

void tc_live_forget_all(tc_live_stage *s)
{
    tc_live_snapshot_drop(s);
    for (size_t i = 0; i < s->arrived_count; i++)
        tc_live_arrived_done(&s->arrived[i]);
    for (size_t i = 0; i < s->count; i++)
        tc_free((void *)(uintptr_t)s->sources[i].place.ptr);
    s->arrived_count = s->count = 0;
    tc_map_free(s->by_id);
    tc_map_free(s->by_key);
    s->by_id = s->by_key = NULL;
    tc_ordered_free(s->ordered);
    s->ordered = NULL;
    tc_watermark_free(s->watermark);
    s->watermark = NULL;
}

static void add_books(tc_live_books *sum, const tc_live_books *b)
{
    sum->bytes += b->bytes;
    sum->events += b->events;
    sum->rejected += b->rejected;
    sum->late += b->late;
    sum->ahead += b->ahead;
}

tc_live_books tc_live_sum(const tc_live_stage *s, bool forgotten)
{
    tc_live_books sum = s->gone;
    for (size_t i = 0; i < s->count; i++)
        if (s->sources[i].forgotten || !forgotten) add_books(&sum, &s->sources[i].books);
    return sum;
}

/* -- what is written ------------------------------------------------------------------------ */

static size_t waiting_bytes(const tc_live_stage *s)
{
    tc_store_health health;
    tc_store_health_of(s->options.store, &health);
    return health.waiting_bytes;
}

/* A database that is damaged is set aside when it is opened the next time: the run ends for it. */
static TC_STATUS note_damage(tc_live_stage *s, tc_status status, const tc_error *error)
{
    tc_store_health health;
    tc_store_health_of(s->options.store, &health);
    if (health.state == TC_STORE_DAMAGED) tc_live_fail(s, status, error);
    return status;
}

TC_STATUS tc_live_write(tc_live_stage *s)
{
    tc_store_committed committed = {0};
    tc_error error = {0};
    tc_status status = tc_store_commit(s->options.store, &committed, &error);
    if (tc_failed(status)) return note_damage(s, status, &error);
    /* What was pledged stands there now; what came since is not in this commit's points. */
    if (s->pledged) tc_receive_commit(tc_live_inputs_receive(s->options.inputs));
    s->pledged = false;
    s->counts.commits++;
    s->uncommitted = 0;
    s->committed = tc_live_now(s);
    if (committed.inserted > 0) s->options.wake(s->options.context);
    return TC_SUCCESS;
}

/* The disk takes nothing: neither do we, until it does or the program is to end. */
TC_STATUS tc_live_make_room(tc_live_stage *s)
{
    while (waiting_bytes(s) > ROOM_BYTES) {
        if (!tc_failed(tc_live_write(s))) return TC_SUCCESS;
        TC_TRY(s->failed);
        if (s->options.stopping(s->options.context))
            return tc_fail(&s->error, TC_EIO, "the state could not be written");
        (void)nanosleep(&(struct timespec){.tv_nsec = NAP_NS}, NULL);
    }
    return TC_SUCCESS;
}
