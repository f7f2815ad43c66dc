#include "detector/pipeline/pipeline.h"

#include "detector/pipeline/queue.h"
#include "detector/pipeline/room.h"
#include "parsers/base/alloc.h"

#include <pthread.h>

/* Blocks that may be under way for each worker: one in work, one waiting, and one of slack. */
#define BLOCKS_PER_WORKER 3
#define TICK_MS 100

typedef struct flight {
    uint64_t ticket; /* its place among all that the feed gave */
    tc_block block;
    tc_block_result result;
} flight;

/* What the collector gets: the end of a flight, or a part of one that goes on. */
typedef struct parcel {
    flight *flight; /* NULL: a part */
    tc_block_result part;
} parcel;

typedef struct tc_pipeline {
    const tc_pipeline_job *job;
    flight *flights;
    parcel *ends; /* one of each flight */
    size_t flight_count;
    flight **held;     /* results that came before their turn */
    tc_queue *idle;    /* flights free to be filled */
    tc_queue *filled;  /* blocks for the workers */
    tc_queue *results; /* parcels for the collector */
    tc_room *room;     /* for payloads */
    pthread_mutex_t mutex;
    tc_status status; /* the first failure */
    tc_error error;   /* its words; without a code if whoever failed keeps them */
    uint32_t workers_left;
} pipeline;

static void end_run(pipeline *p)
{
    tc_queue_close(p->idle);
    tc_queue_close(p->filled);
    tc_queue_close(p->results);
    tc_room_close(p->room);
}

static void fail(pipeline *p, tc_status status, const tc_error *error)
{
    pthread_mutex_lock(&p->mutex);
    if (!tc_failed(p->status)) {
        p->status = status;
        if (error) p->error = *error;
    }
    pthread_mutex_unlock(&p->mutex);
    end_run(p);
}

static bool put_end(pipeline *p, flight *f)
{
    return tc_queue_put(p->results, &p->ends[f - p->flights]);
}

/* -- reader --------------------------------------------------------------------------------- */

static void begin_result(pipeline *p, flight *f, uint64_t ticket)
{
    f->ticket = ticket;
    f->result = (tc_block_result){.source = f->block.source,
                                  .sequence = f->block.sequence,
                                  .last = f->block.last,
                                  .first = TC_TIME_NONE,
                                  .last_time = TC_TIME_NONE,
                                  .pipeline = p};
}

/* A source that cannot be opened, or fails in the middle, still ends with one last result. */
static bool hand_over_failure(pipeline *p, flight *f, uint64_t ticket, const tc_error *error)
{
    begin_result(p, f, ticket);
    f->result.last = true;
    f->result.failed = true;
    f->result.error = *error;
    return put_end(p, f);
}

/* Whether reading goes on. The flight is in other hands then, or was given back. */
static bool read_block(pipeline *p, flight *f, uint64_t *ticket)
{
    const tc_feed *feed = &p->job->feed;
    tc_error error = {0};
    switch (feed->next(feed->context, &f->block, &error)) {
    case TC_FEED_BLOCK:
        begin_result(p, f, (*ticket)++);
        return tc_queue_put(p->filled, f);
    case TC_FEED_FAILED:
        return hand_over_failure(p, f, (*ticket)++, &error);
    case TC_FEED_IDLE:
        return tc_queue_put(p->idle, f);
    case TC_FEED_END:
        break;
    }
    return false;
}

static void *reader_thread(void *context)
{
    pipeline *p = context;
    uint64_t ticket = 0;
    flight *f;
    while ((f = tc_queue_take(p->idle, -1)) != NULL)
        if (!read_block(p, f, &ticket)) break;
    tc_queue_close(p->filled);
    return NULL;
}

/* -- workers -------------------------------------------------------------------------------- */

TC_STATUS tc_pipeline_hand_over(tc_block_result *result, void *payload, size_t bytes)
{
    pipeline *p = result->pipeline;
    TC_ASSERT(!p->job->in_order);
    parcel *part = tc_alloc(1, sizeof(*part));
    if (part == NULL) {
        p->job->payload_free(payload);
        return (tc_status){TC_ENOMEM};
    }
    part->part = (tc_block_result){.source = result->source,
                                   .sequence = result->sequence,
                                   .part = true,
                                   .first = TC_TIME_NONE,
                                   .last_time = TC_TIME_NONE,
                                   .payload = payload,
                                   .payload_bytes = bytes,
                                   .pipeline = p};
    if (tc_room_take(p->room, bytes) && tc_queue_put(p->results, part)) return TC_SUCCESS;
    p->job->payload_free(payload);
    tc_free(part);
    return (tc_status){TC_ELIMIT}; /* the run has failed already: nobody will look at this */
}

/* A worker that fails without words gets some; the file is what a person can act on. */
static void fail_work(pipeline *p, tc_status status, flight *f)
{
    tc_error *error = &f->result.error;
    if (error->code == TC_OK) {
        const char *why = status.code == TC_ENOMEM   ? "out of memory"
                          : status.code == TC_ELIMIT ? "a bound of the program was reached"
                                                     : "this file could not be worked on";
        (void)tc_fail(error, status.code, "%s", why);
    }
    if (error->source[0] == 0) {
        tc_slice name = p->job->feed.name(p->job->feed.context, f->result.source);
        tc_error_set_source(error, (const char *)name.ptr, name.len);
    }
    fail(p, status, error);
}

static bool work_on(pipeline *p, void *worker, flight *f)
{
    f->result.ledger = f->block.ledger;
    tc_status status = p->job->work(worker, &f->block, &f->result);
    if (tc_failed(status)) {
        fail_work(p, status, f);
        return false;
    }
    /* Held for its turn, a payload would keep the room that the block whose turn it is waits for:
     * then only tickets count. */
    if (p->job->in_order) f->result.payload_bytes = 0;
    /* From here on the payload is counted; the collector gives the room back. */
    if (!tc_room_take(p->room, f->result.payload_bytes)) return false;
    return put_end(p, f);
}

static void *worker_thread(void *context)
{
    pipeline *p = context;
    void *worker = p->job->worker_new(p->job->context);
    flight *f;
    if (worker == NULL) {
        tc_error error = {0};
        fail(p, tc_fail(&error, TC_ENOMEM, "out of memory for a worker"), &error);
    } else {
        while ((f = tc_queue_take(p->filled, -1)) != NULL)
            if (!work_on(p, worker, f)) break;
        p->job->worker_free(worker);
    }
    pthread_mutex_lock(&p->mutex);
    bool last = --p->workers_left == 0;
    pthread_mutex_unlock(&p->mutex);
    if (last) tc_queue_close(p->results);
    return NULL;
}

/* -- collector ------------------------------------------------------------------------------ */

static bool collect(pipeline *p, tc_block_result *result)
{
    size_t bytes = result->payload_bytes;
    tc_status status = p->job->collect(p->job->context, result);
    result->payload = NULL;
    tc_room_give_back(p->room, bytes);
    if (tc_failed(status)) fail(p, status, NULL);
    return !tc_failed(status);
}

static bool collect_end(pipeline *p, flight *f)
{
    if (!collect(p, &f->result)) return false;
    /* Refused only when the run is ending; the flight is then freed with the others. */
    (void)!tc_queue_put(p->idle, f);
    return true;
}

/* Holds results back until they are due; the tickets bound how many there can be. */
static bool collect_in_order(pipeline *p, size_t *held_count, uint64_t *due, flight *f)
{
    flight **held = p->held;
    size_t at = (*held_count)++;
    while (at > 0 && f->ticket < held[at - 1]->ticket) {
        held[at] = held[at - 1];
        at--;
    }
    held[at] = f;
    while (*held_count > 0 && held[0]->ticket == *due) {
        f = held[0];
        memmove(held, held + 1, --*held_count * sizeof(*held));
        ++*due;
        if (!collect_end(p, f)) return false;
    }
    return true;
}

static bool collect_part(pipeline *p, parcel *part)
{
    bool going = collect(p, &part->part);
    tc_free(part);
    return going;
}

static void collect_all(pipeline *p)
{
    size_t held_count = 0;
    uint64_t due = 0;
    bool going = true;
    while (going && !tc_queue_closed_and_empty(p->results)) {
        parcel *next = tc_queue_take(p->results, TICK_MS);
        if (p->job->tick) p->job->tick(p->job->context);
        if (next == NULL) continue;
        if (next->flight == NULL)
            going = collect_part(p, next);
        else if (p->job->in_order)
            going = collect_in_order(p, &held_count, &due, next->flight);
        else
            going = collect_end(p, next->flight);
    }
}

/* -- life ----------------------------------------------------------------------------------- */

static bool make(pipeline *p)
{
    size_t n = p->flight_count = (size_t)p->job->jobs * BLOCKS_PER_WORKER + 1;
    p->flights = tc_alloc(n, sizeof(flight));
    p->ends = tc_alloc(n, sizeof(parcel));
    p->held = tc_alloc(n + 1, sizeof(flight *));
    p->idle = tc_queue_new(n + 1);
    p->filled = tc_queue_new(n + 1);
    p->results = tc_queue_new(n + 1);
    p->room = tc_room_new(((size_t)p->job->jobs * 2 + 2) * TC_PAYLOAD_BYTES);
    if (!p->flights || !p->ends || !p->held || !p->idle || !p->filled || !p->results || !p->room)
        return false;
    for (size_t i = 0; i < n; i++) {
        p->ends[i].flight = &p->flights[i];
        if (!tc_queue_put(p->idle, &p->flights[i])) return false;
    }
    return true;
}

/* All threads have ended. What they left is freed: parts in the queue, payloads of flights. */
static void unmake(pipeline *p)
{
    parcel *left;
    if (p->results) tc_queue_close(p->results);
    while (p->results && (left = tc_queue_take(p->results, 0)) != NULL) {
        if (left->flight != NULL) continue;
        p->job->payload_free(left->part.payload);
        tc_free(left);
    }
    for (size_t i = 0; p->flights && i < p->flight_count; i++) {
        if (p->flights[i].result.payload) p->job->payload_free(p->flights[i].result.payload);
        tc_block_done(&p->flights[i].block);
    }
    tc_free(p->flights);
    tc_free(p->ends);
    tc_free(p->held);
    tc_queue_free(p->idle);
    tc_queue_free(p->filled);
    tc_queue_free(p->results);
    tc_room_free(p->room);
}

static void run_threads(pipeline *p, pthread_t *threads)
{
    pthread_t reader;
    uint32_t started = 0;
    int sys = 0;
    p->workers_left = p->job->jobs;
    while (started < p->job->jobs && sys == 0) {
        sys = pthread_create(&threads[started], NULL, worker_thread, p);
        if (sys == 0) started++;
    }
    if (sys == 0) sys = pthread_create(&reader, NULL, reader_thread, p);
    if (sys == 0) {
        collect_all(p);
    } else {
        tc_error error = {0};
        error.sys = sys;
        fail(p, tc_fail(&error, TC_EIO, "cannot start a thread: %s", strerrordesc_np(sys)), &error);
    }
    end_run(p);
    if (sys == 0) pthread_join(reader, NULL);
    for (uint32_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}

TC_STATUS tc_pipeline_run(const tc_pipeline_job *job, tc_error *reterr)
{
    pipeline p = {.job = job};
    TC_ASSERT(job->payload_free != NULL && job->feed.next != NULL);
    pthread_mutex_init(&p.mutex, NULL);
    pthread_t *threads = tc_alloc(job->jobs, sizeof(*threads));
    if (make(&p) && threads)
        run_threads(&p, threads);
    else
        p.status = tc_fail(&p.error, TC_ENOMEM, "out of memory for blocks");
    if (tc_failed(p.status) && reterr && p.error.code != TC_OK) *reterr = p.error;
    tc_free(threads);
    unmake(&p);
    pthread_mutex_destroy(&p.mutex);
    return p.status;
}
