#include "detector/pipeline/room.h"

#include "parsers/base/alloc.h"

#include <pthread.h>

struct tc_room {
    pthread_mutex_t mutex;
    pthread_cond_t freed;
    size_t bytes, taken;
    bool closed;
};

tc_room *tc_room_new(size_t bytes)
{
    tc_room *r = tc_alloc(1, sizeof(*r));
    if (r == NULL) return NULL;
    r->bytes = bytes;
    pthread_mutex_init(&r->mutex, NULL);
    pthread_cond_init(&r->freed, NULL);
    return r;
}

void tc_room_free(tc_room *r)
{
    if (r == NULL) return;
    pthread_cond_destroy(&r->freed);
    pthread_mutex_destroy(&r->mutex);
    tc_free(r);
}

bool tc_room_take(tc_room *r, size_t bytes)
{
    pthread_mutex_lock(&r->mutex);
    while (!r->closed && r->taken > 0 && (r->taken >= r->bytes || bytes > r->bytes - r->taken))
        pthread_cond_wait(&r->freed, &r->mutex);
    bool open = !r->closed;
    if (open) r->taken += bytes;
    pthread_mutex_unlock(&r->mutex);
    return open;
}

void tc_room_give_back(tc_room *r, size_t bytes)
{
    pthread_mutex_lock(&r->mutex);
    TC_ASSERT(bytes <= r->taken);
    r->taken -= bytes;
    pthread_cond_broadcast(&r->freed);
    pthread_mutex_unlock(&r->mutex);
}

void tc_room_close(tc_room *r)
{
    pthread_mutex_lock(&r->mutex);
    r->closed = true;
    pthread_cond_broadcast(&r->freed);
    pthread_mutex_unlock(&r->mutex);
}
