#include "detector/pipeline/queue.h"

#include "parsers/base/alloc.h"

#include <errno.h>
#include <pthread.h>

struct tc_queue {
    pthread_mutex_t mutex;
    pthread_cond_t filled, drained;
    void **items;
    size_t capacity, first, count;
    bool closed;
};

tc_queue *tc_queue_new(size_t capacity)
{
    tc_queue *q = tc_alloc(1, sizeof(*q));
    if (q == NULL) return NULL;
    q->items = tc_alloc(capacity, sizeof(void *));
    q->capacity = capacity;
    if (q->items == NULL) {
        tc_free(q);
        return NULL;
    }
    pthread_mutex_init(&q->mutex, NULL);
    /* A wall clock that is set back would stop the ticks. */
    pthread_condattr_t steady;
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&q->filled, &steady);
    pthread_cond_init(&q->drained, &steady);
    pthread_condattr_destroy(&steady);
    return q;
}

void tc_queue_free(tc_queue *q)
{
    if (q == NULL) return;
    pthread_cond_destroy(&q->filled);
    pthread_cond_destroy(&q->drained);
    pthread_mutex_destroy(&q->mutex);
    tc_free(q->items);
    tc_free(q);
}

bool tc_queue_put(tc_queue *q, void *item)
{
    pthread_mutex_lock(&q->mutex);
    while (q->count == q->capacity && !q->closed)
        pthread_cond_wait(&q->drained, &q->mutex);
    bool open = !q->closed;
    if (open) {
        q->items[(q->first + q->count++) % q->capacity] = item;
        pthread_cond_signal(&q->filled);
    }
    pthread_mutex_unlock(&q->mutex);
    return open;
}

static void deadline_in(int wait_ms, struct timespec *ret)
{
    clock_gettime(CLOCK_MONOTONIC, ret);
    ret->tv_sec += wait_ms / 1000;
    ret->tv_nsec += (long)(wait_ms % 1000) * 1000000;
    if (ret->tv_nsec >= 1000000000) {
        ret->tv_sec++;
        ret->tv_nsec -= 1000000000;
    }
}

void *tc_queue_take(tc_queue *q, int wait_ms)
{
    struct timespec deadline = {0, 0};
    void *item = NULL;
    int rc = 0;
    if (wait_ms >= 0) deadline_in(wait_ms, &deadline);
    pthread_mutex_lock(&q->mutex);
    while (q->count == 0 && !q->closed && rc != ETIMEDOUT)
        rc = wait_ms < 0 ? pthread_cond_wait(&q->filled, &q->mutex)
                         : pthread_cond_timedwait(&q->filled, &q->mutex, &deadline);
    if (q->count > 0) {
        item = q->items[q->first];
        q->first = (q->first + 1) % q->capacity;
        q->count--;
        pthread_cond_signal(&q->drained);
    }
    pthread_mutex_unlock(&q->mutex);
    return item;
}

void tc_queue_close(tc_queue *q)
{
    pthread_mutex_lock(&q->mutex);
    q->closed = true;
    pthread_cond_broadcast(&q->filled);
    pthread_cond_broadcast(&q->drained);
    pthread_mutex_unlock(&q->mutex);
}

bool tc_queue_closed_and_empty(tc_queue *q)
{
    pthread_mutex_lock(&q->mutex);
    bool ended = q->closed && q->count == 0;
    pthread_mutex_unlock(&q->mutex);
    return ended;
}
