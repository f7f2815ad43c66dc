#include "detector/app/pipeline.h"

#include "detector/app/queue.h"
#include "parsers/base/alloc.h"

#include <pthread.h>

/* Blocks that may be under way for each worker: one in work, one waiting, and one of slack. */
#define BLOCKS_PER_WORKER 3
#define TICK_MS 100

typedef struct flight {
    tc_block block;
    tc_block_result result;
} flight;

typedef struct pipeline {
    const tc_pipeline_job *job;
    flight *flights;
    size_t flight_count;
    tc_queue *idle;    /* flights free to be filled */
    tc_queue *filled;  /* blocks for the workers */
    tc_queue *results; /* for the collector */
    pthread_mutex_t mutex;
    tc_status status; /* the first failure */
    tc_error error;
    uint32_t workers_left;
} pipeline;

static void fail(pipeline *p, tc_status status, const tc_error *error)
{
    pthread_mutex_lock(&p->mutex);
    if (!tc_failed(p->status)) {
        p->status = status;
        if (error) p->error = *error;
    }
    pthread_mutex_unlock(&p->mutex);
    tc_queue_close(p->idle);
    tc_queue_close(p->filled);
    tc_queue_close(p->results);
}

/* -- reader --------------------------------------------------------------------------------- */

static void begin_result(flight *f, uint32_t source, uint64_t sequence)
{
    memset(&f->result, 0, sizeof(f->result));
    f->result.source = source;
    f->result.sequence = sequence;
    f->result.first = f->result.last_time = TC_TIME_NONE;
}

/* A source that cannot be opened, or fails in the middle, still ends with one last result. */
static bool hand_over_failure(pipeline *p, flight *f, uint32_t source, uint64_t sequence,
                              const tc_error *error)
{
    begin_result(f, source, sequence);
    f->block.length = 0;
    f->result.last = true;
    f->result.failed = true;
    f->result.error = *error;
    return tc_queue_put(p->results, f);
}

static bool read_source(pipeline *p, uint32_t source)
{
    tc_reader *reader = NULL;
    tc_error error = {0};
    uint64_t sequence = 0;
    flight *f = tc_queue_take(p->idle, -1);
    if (f == NULL) return false;
    if (tc_failed(tc_reader_open(p->job->input, source, p->job->block_size, &reader, &error)))
        return hand_over_failure(p, f, source, 0, &error);
    bool more = true, going = true;
    while (more && going) {
        if (f == NULL) f = tc_queue_take(p->idle, -1);
        if (f == NULL) break;
        tc_status status = tc_reader_next(reader, &f->block, &more, &error);
        if (tc_failed(status)) {
            going = hand_over_failure(p, f, source, sequence, &error);
            f = NULL;
            break;
        }
        begin_result(f, source, sequence);
        f->block.sequence = sequence++;
        f->block.last = !more;
        f->result.last = !more;
        going = tc_queue_put(p->filled, f);
        f = NULL;
    }
    tc_reader_close(reader);
    return going;
}

static void *reader_thread(void *context)
{
    pipeline *p = context;
    for (size_t i = 0; i < tc_input_count(p->job->input); i++) {
        const tc_source *source = tc_input_source(p->job->input, i);
        if (source->state != TC_SOURCE_READABLE) continue;
        if (!read_source(p, (uint32_t)i)) break;
    }
    tc_queue_close(p->filled);
    return NULL;
}

/* -- workers -------------------------------------------------------------------------------- */

static void *worker_thread(void *context)
{
    pipeline *p = context;
    void *worker = p->job->worker_new(p->job->context);
    if (worker == NULL) fail(p, (tc_status){TC_ENOMEM}, NULL);
    flight *f;
    while (worker != NULL && (f = tc_queue_take(p->filled, -1)) != NULL) {
        f->result.ledger = f->block.ledger;
        tc_locator end;
        uint64_t position;
        tc_place behind = {f->block.length, 0, 0};
        tc_block_locate(&f->block, behind, &end, &position);
        f->result.file_end = end.offset;
        tc_status status = p->job->work(worker, &f->block, &f->result);
        if (tc_failed(status)) fail(p, status, NULL);
        if (tc_failed(status) || !tc_queue_put(p->results, f)) break;
    }
    if (worker != NULL) p->job->worker_free(worker);
    pthread_mutex_lock(&p->mutex);
    bool last = --p->workers_left == 0;
    pthread_mutex_unlock(&p->mutex);
    if (last) tc_queue_close(p->results);
    return NULL;
}

/* -- collector ------------------------------------------------------------------------------ */

static bool before(const flight *a, const flight *b)
{
    if (a->result.source != b->result.source) return a->result.source < b->result.source;
    return a->result.sequence < b->result.sequence;
}

static bool collect_one(pipeline *p, flight *f)
{
    tc_status status = p->job->collect(p->job->context, &f->result);
    if (tc_failed(status)) {
        fail(p, status, NULL);
        return false;
    }
    /* Refused only when the run is ending; the flight is then freed with the others. */
    (void)!tc_queue_put(p->idle, f);
    return true;
}

typedef struct turn {
    uint32_t source; /* whose results are due */
    uint64_t sequence;
    bool started;
} turn;

static bool is_due(const pipeline *p, const turn *t, const flight *f)
{
    if (f->result.source == t->source) return f->result.sequence == t->sequence;
    if (f->result.sequence != 0) return false;
    /* The first block of the next readable source is due when the present one has ended. */
    for (uint32_t i = t->started ? t->source + 1 : t->source; i < f->result.source; i++)
        if (tc_input_source(p->job->input, i)->state == TC_SOURCE_READABLE) return false;
    return !t->started || t->sequence == UINT64_MAX;
}

/* Holds results back until they are due; the tickets bound how many there can be. */
static bool collect_in_order(pipeline *p, flight **held, size_t *held_count, turn *t, flight *f)
{
    size_t at = (*held_count)++;
    while (at > 0 && before(f, held[at - 1])) {
        held[at] = held[at - 1];
        at--;
    }
    held[at] = f;
    while (*held_count > 0 && is_due(p, t, held[0])) {
        f = held[0];
        memmove(held, held + 1, --*held_count * sizeof(*held));
        *t = (turn){f->result.source, f->result.last ? UINT64_MAX : f->result.sequence + 1, true};
        if (!collect_one(p, f)) return false;
    }
    return true;
}

static void collect_all(pipeline *p, flight **held)
{
    size_t held_count = 0;
    turn t = {0, 0, false};
    while (!tc_queue_closed_and_empty(p->results)) {
        flight *f = tc_queue_take(p->results, TICK_MS);
        if (p->job->tick) p->job->tick(p->job->context);
        if (f == NULL) continue;
        bool going =
            p->job->in_order ? collect_in_order(p, held, &held_count, &t, f) : collect_one(p, f);
        if (!going) return;
    }
}

/* -- life ----------------------------------------------------------------------------------- */

static bool make(pipeline *p)
{
    p->flight_count = (size_t)p->job->jobs * BLOCKS_PER_WORKER + 1;
    p->flights = tc_alloc(p->flight_count, sizeof(flight));
    p->idle = tc_queue_new(p->flight_count + 1);
    p->filled = tc_queue_new(p->flight_count + 1);
    p->results = tc_queue_new(p->flight_count + 1);
    if (!p->flights || !p->idle || !p->filled || !p->results) return false;
    for (size_t i = 0; i < p->flight_count; i++)
        if (!tc_queue_put(p->idle, &p->flights[i])) return false;
    return true;
}

static void unmake(pipeline *p)
{
    for (size_t i = 0; p->flights && i < p->flight_count; i++)
        tc_block_done(&p->flights[i].block);
    tc_free(p->flights);
    tc_queue_free(p->idle);
    tc_queue_free(p->filled);
    tc_queue_free(p->results);
}

static tc_status run_threads(pipeline *p, flight **held, pthread_t *threads)
{
    pthread_t reader;
    uint32_t started = 0;
    p->workers_left = p->job->jobs;
    for (; started < p->job->jobs; started++)
        if (pthread_create(&threads[started], NULL, worker_thread, p) != 0) break;
    if (started < p->job->jobs || pthread_create(&reader, NULL, reader_thread, p) != 0) {
        fail(p, (tc_status){TC_EIO}, NULL);
        for (uint32_t i = 0; i < started; i++)
            pthread_join(threads[i], NULL);
        return tc_fail(&p->error, TC_EIO, "cannot start a thread");
    }
    collect_all(p, held);
    tc_queue_close(p->idle);
    tc_queue_close(p->filled);
    pthread_join(reader, NULL);
    for (uint32_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    return p->status;
}

tc_status tc_pipeline_run(const tc_pipeline_job *job, tc_error *reterr)
{
    pipeline p = {.job = job};
    tc_status status = {TC_ENOMEM};
    pthread_mutex_init(&p.mutex, NULL);
    pthread_t *threads = tc_alloc(job->jobs, sizeof(*threads));
    bool made = make(&p);
    flight **held = tc_alloc(p.flight_count + 1, sizeof(*held));
    if (threads && made && held) status = run_threads(&p, held, threads);
    if (tc_failed(status) && reterr) *reterr = p.error;
    tc_free(held);
    tc_free(threads);
    unmake(&p);
    pthread_mutex_destroy(&p.mutex);
    return status;
}
