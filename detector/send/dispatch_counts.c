#include "detector/send/dispatch_thread.h"

static tc_time now(const tc_dispatch_thread *t)
{
    return t->clock->now(t->clock->context);
}

void tc_count_state(tc_dispatch_thread *t, tc_receiver_state state)
{
    pthread_mutex_lock(&t->lock);
    t->counts.state = state;
    t->counts.in_flight = (uint32_t)t->flying;
    pthread_mutex_unlock(&t->lock);
}

void tc_count_failure(tc_dispatch_thread *t, const tc_error *error, bool of_store)
{
    pthread_mutex_lock(&t->lock);
    if (of_store) {
        t->counts.store_failures++;
    } else {
        t->counts.failures++;
        t->counts.resent += t->flying;
    }
    if (t->counts.failing_since == TC_TIME_NONE) t->counts.failing_since = now(t);
    (void)tc_error_format(error, t->counts.why, sizeof(t->counts.why));
    pthread_mutex_unlock(&t->lock);
}

void tc_count_taken(tc_dispatch_thread *t, size_t bytes)
{
    pthread_mutex_lock(&t->lock);
    t->counts.bytes += bytes;
    t->counts.in_flight = (uint32_t)t->flying;
    pthread_mutex_unlock(&t->lock);
}

void tc_count_sent(tc_dispatch_thread *t, size_t rows)
{
    pthread_mutex_lock(&t->lock);
    t->counts.sent += rows;
    t->counts.in_flight = (uint32_t)t->flying;
    t->counts.last_sent = now(t);
    t->counts.failing_since = TC_TIME_NONE;
    pthread_mutex_unlock(&t->lock);
}

void tc_count_refused(tc_dispatch_thread *t, const tc_error *error, bool is_dead)
{
    pthread_mutex_lock(&t->lock);
    t->counts.refused++;
    t->counts.dead += is_dead;
    (void)tc_error_format(error, t->counts.why, sizeof(t->counts.why));
    pthread_mutex_unlock(&t->lock);
}
