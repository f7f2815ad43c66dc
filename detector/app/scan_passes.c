#include "detector/app/scan_passes.h"

#include "detector/pipeline/input_feed.h"
#include "detector/pipeline/scan_worker.h"
#include "parsers/base/alloc.h"

typedef struct pass {
    const tc_run *run;
    const tc_scan_options *options;
    const tc_scan_hooks *hooks;
    tc_scan_result *result;
    tc_scan_shared shared;
    bool may_void;    /* the first pass: disorder is answered by a second one */
    uint64_t *late;   /* by source: what came behind its time */
    uint64_t *judged; /* by source: what an earlier scan judged */
    tc_error *error;
} pass;

static TC_STATUS out_of_memory(tc_error *reterr)
{
    return tc_fail(reterr, TC_ENOMEM, "out of memory");
}

static void *worker_new(void *context)
{
    return tc_scan_worker_new(&((pass *)context)->shared);
}

/* -- collecting ----------------------------------------------------------------------------- */

/* What has been judged is void: nothing is fed any more, and the workers need only look at the
 * order of the rest. */
static void void_pass(pass *p)
{
    tc_ordered_free(p->result->ordered);
    p->result->ordered = NULL;
    atomic_store_explicit(&p->shared.times_only, true, memory_order_relaxed);
}

static TC_STATUS take_payload(pass *p, tc_block_result *r)
{
    uint64_t late = 0;
    if (r->payload == NULL) return TC_SUCCESS;
    if (p->result->ordered == NULL) {
        tc_scan_payload_free(r->payload);
        return TC_SUCCESS;
    }
    if (p->options->state)
        p->judged[r->source] += tc_state_filter(p->options->state, r->source, r->payload);
    tc_status status = tc_ordered_add(p->result->ordered, r->payload, &late);
    p->late[r->source] += late;
    return status;
}

static TC_STATUS take_result(pass *p, tc_block_result *r)
{
    tc_scan_result *result = p->result;
    tc_status status = take_payload(p, r);
    if (tc_failed(status) || r->part) return status;
    TC_TRY(tc_sources_note(result->sources, r));
    if (result->ordered == NULL) return TC_SUCCESS;
    if (p->may_void && tc_sources_broken(result->sources)) {
        void_pass(p);
        return TC_SUCCESS;
    }
    tc_time watermark = tc_sources_watermark(result->sources);
    if (p->options->state) watermark = TC_MIN(watermark, tc_state_until(p->options->state));
    return tc_ordered_release(result->ordered, watermark);
}

static bool is_cut_short(pass *p, tc_status status)
{
    tc_scan_result *result = p->result;
    if (result->ordered == NULL) return false;
    if (!tc_ordered_is_cut_short(result->ordered, status, &result->cut)) return false;
    result->cut_short = true;
    return true;
}

static TC_STATUS collect(void *context, tc_block_result *r)
{
    pass *p = context;
    tc_status status = take_result(p, r);
    if (tc_failed(status) && !is_cut_short(p, status) && p->error->code == TC_OK)
        (void)tc_fail(p->error, status.code, "the records could not be put in order: %s",
                      status.code == TC_ENOMEM ? "out of memory" : "a bound was reached");
    return status;
}

static void tick(void *context)
{
    const pass *p = context;
    uint64_t done, total;
    tc_sources_bytes(p->result->sources, &done, &total);
    p->hooks->tick(p->hooks->context, done, total);
}

/* -- a pass --------------------------------------------------------------------------------- */

static TC_STATUS new_ordered(pass *p)
{
    tc_state *state = p->options->state;
    tc_ordered_options options = {.run = p->run,
                                  .sink = &p->hooks->told,
                                  .observer = p->options->observer,
                                  .known = state ? tc_state_known(state) : NULL,
                                  .spill_folder = p->options->spill_folder,
                                  .spill_max = p->options->spill_max};
    tc_ordered_free(p->result->ordered);
    p->result->ordered = NULL;
    return tc_ordered_new(&options, &p->result->ordered, p->error);
}

/* A state in another form leaves behind a stage that holds parts of it. */
static TC_STATUS open_ordered(pass *p)
{
    tc_state *state = p->options->state;
    TC_TRY(new_ordered(p));
    if (state) {
        bool usable = true;
        TC_TRY(tc_state_load(state, p->result->ordered, &usable, p->error));
        if (!usable) {
            TC_TRY(new_ordered(p));
            TC_TRY(tc_state_start(state, p->result->ordered, p->error));
        }
    }
    return tc_ordered_begin(p->result->ordered, p->error);
}

static TC_STATUS open_pass(pass *p)
{
    tc_scan_result *result = p->result;
    tc_sources_free(result->sources);
    result->sources = tc_sources_new(p->run->input, result->reading);
    if (result->sources == NULL) return out_of_memory(p->error);
    if (p->options->state) tc_state_again(p->options->state);
    return open_ordered(p);
}

/* What reading did not come to the end of cannot be gone on from: the old state stays. */
static void keep_old_state(tc_scan_result *result)
{
    (void)tc_fail(&result->unsaved, TC_ELIMIT, "the logs were not read to their end");
}

/* Records that nothing is said about show that there are logs of their time, too. */
static void tell_newest(pass *p)
{
    tc_time until = p->run->options->until;
    for (size_t i = 0; i < tc_input_count(p->run->input); i++) {
        tc_time last = tc_sources_progress(p->result->sources, i)->last;
        if (until != TC_TIME_NONE) last = TC_MIN(last, until);
        if (last != TC_TIME_NONE) tc_ordered_data(p->result->ordered, last);
    }
}

static TC_STATUS finish(pass *p)
{
    tc_scan_result *result = p->result;
    tc_ordered_save save;
    tell_newest(p);
    if (result->cut_short) keep_old_state(result);
    if (p->options->state == NULL || result->cut_short) return tc_ordered_finish(result->ordered);
    tc_status status =
        tc_state_begin_save(p->options->state, result->sources, &save, &result->unsaved);
    if (tc_failed(status)) return tc_ordered_finish(result->ordered);
    status = tc_ordered_finish_saving(result->ordered, &save);
    if (tc_failed(status)) keep_old_state(result);
    return status;
}

/* Before the state is saved, which keeps what came too late. */
static void book(pass *p)
{
    for (size_t i = 0; i < tc_input_count(p->run->input); i++) {
        tc_sources_book_late(p->result->sources, i, p->late[i]);
        tc_sources_book_copies(p->result->sources, i, p->judged[i]);
        p->late[i] = p->judged[i] = 0;
    }
}

/* The rest is judged when everything has been read, or no more can be taken in. */
static TC_STATUS close_pass(pass *p, tc_status status)
{
    tc_scan_result *result = p->result;
    if (tc_failed(status) && !result->cut_short) return status;
    book(p);
    if (result->ordered) {
        status = finish(p);
        if (tc_failed(status) && !is_cut_short(p, status)) return status;
    }
    for (size_t i = 0; i < tc_input_count(p->run->input); i++) {
        if (!tc_sources_progress(result->sources, i)->disordered || result->disordered[i]) continue;
        result->disordered[i] = true;
        result->disordered_count++;
    }
    return TC_SUCCESS;
}

static TC_STATUS read_pass(pass *p)
{
    TC_TRY(open_pass(p));
    p->result->passes++;
    atomic_store(&p->shared.times_only, false);
    const tc_reading *reading = p->result->reading;
    tc_input_feed feed;
    tc_input_feed_start(&feed, p->run->input, reading->order, reading->count,
                        p->run->options->block_size);
    tc_pipeline_job job = {.context = p,
                           .worker_new = worker_new,
                           .worker_free = tc_scan_worker_free,
                           .work = tc_scan_worker_work,
                           .collect = collect,
                           .payload_free = tc_scan_payload_free,
                           .tick = tick,
                           .jobs = p->run->jobs,
                           .feed = tc_input_feed_of(&feed)};
    tc_status status = tc_pipeline_run(&job, p->error);
    tc_input_feed_done(&feed);
    return close_pass(p, status);
}

/* -- both ----------------------------------------------------------------------------------- */

static bool open_result(const tc_run *run, tc_scan_result *r)
{
    *r = (tc_scan_result){.reading = tc_reading_new(run->input)};
    r->disordered = tc_alloc(tc_input_count(run->input), sizeof(bool));
    return r->reading != NULL && r->disordered != NULL;
}

static TC_STATUS read_passes(pass *p)
{
    tc_scan_result *r = p->result;
    TC_TRY(read_pass(p));
    if (r->ordered != NULL) return TC_SUCCESS;
    TC_TRY(p->hooks->voided(p->hooks->context, r->disordered_count));
    tc_reading_hold(r->reading, p->run->input, r->disordered);
    p->may_void = false;
    return read_pass(p);
}

/* What all workers and the ordered stage have seen. */
static void gather_sights(pass *p)
{
    const tc_run *run = p->run;
    unsigned count = TC_MIN(atomic_load(&p->shared.sight_count), (unsigned)TC_SCAN_SIGHTS);
    const tc_sight *derived = p->result->ordered ? tc_ordered_sight(p->result->ordered) : NULL;
    if (derived) p->result->sight = tc_sight_new(run->rules, run->shipped_rules);
    if (p->result->sight) tc_sight_add(p->result->sight, derived);
    for (unsigned i = 0; i < count; i++) {
        tc_sight *seen = p->shared.sights[i];
        if (p->result->sight && seen) tc_sight_add(p->result->sight, seen);
        if (!seen) { /* it may have seen anything */
            tc_sight_free(p->result->sight);
            p->result->sight = NULL;
        }
        tc_sight_free(seen);
    }
}

TC_STATUS tc_scan_read(const tc_run *run, const tc_scan_options *options,
                       const tc_scan_hooks *hooks, tc_scan_result *ret, tc_error *reterr)
{
    tc_error error = {0};
    pass p = {.run = run,
              .options = options,
              .hooks = hooks,
              .result = ret,
              .may_void = true,
              .shared = {.run = run},
              .error = &error};
    p.late = tc_alloc(tc_input_count(run->input), sizeof(uint64_t));
    p.judged = tc_alloc(tc_input_count(run->input), sizeof(uint64_t));
    bool open = open_result(run, ret) && p.late && p.judged;
    tc_status status = open ? read_passes(&p) : out_of_memory(&error);
    gather_sights(&p);
    if (tc_failed(status) && reterr && error.code != TC_OK) *reterr = error;
    tc_free(p.late);
    tc_free(p.judged);
    return status;
}

void tc_scan_result_done(tc_scan_result *r)
{
    tc_ordered_free(r->ordered);
    tc_sources_free(r->sources);
    tc_reading_free(r->reading);
    tc_free(r->disordered);
    tc_sight_free(r->sight);
    *r = (tc_scan_result){0};
}
