#include "detector/send/dispatch.h"

#include "detector/send/dispatch_thread.h"
#include "parsers/base/alloc.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define POLL_MS 1000

struct tc_dispatch {
    tc_dispatch_thread *threads;
    size_t count;
    int stop;
};

static TC_STATUS start_one(tc_dispatch *d, tc_dispatch_thread *t, tc_error *reterr)
{
    t->patience = (tc_patience){t->clock, d->stop};
    t->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (t->wake < 0) return tc_fail_sys(reterr, errno, NULL, "no eventfd");
    int problem = pthread_create(&t->thread, NULL, tc_dispatch_run, t);
    if (problem != 0) return tc_fail_sys(reterr, problem, t->receiver->name, "no thread");
    t->is_started = true;
    return TC_SUCCESS;
}

static void prepare(tc_dispatch *d, const tc_receiver *const *receivers, const tc_send_rows *rows,
                    const tc_dispatch_options *o)
{
    for (size_t i = 0; i < d->count; i++) {
        tc_dispatch_thread *t = &d->threads[i];
        *t = (tc_dispatch_thread){.receiver = receivers[i],
                                  .rows = rows[i],
                                  .clock = o->clock ? o->clock : &tc_send_clock_machine,
                                  .poll_ms = o->poll_ms ? o->poll_ms : POLL_MS,
                                  .wake = -1};
        t->counts.last_sent = t->counts.failing_since = TC_TIME_NONE;
        pthread_mutex_init(&t->lock, NULL);
        tc_delivery_init(&t->delivery, &o->delivery);
    }
}

TC_STATUS tc_dispatch_start(const tc_receiver *const *receivers, const tc_send_rows *rows,
                            size_t count, const tc_dispatch_options *options, tc_dispatch **ret,
                            tc_error *reterr)
{
    tc_dispatch *d = tc_alloc(1, sizeof(*d));
    *ret = NULL;
    if (d == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    d->threads = tc_alloc(count, sizeof(*d->threads));
    d->count = d->threads != NULL ? count : 0;
    d->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    prepare(d, receivers, rows, options);
    tc_status status = TC_SUCCESS;
    if (d->threads == NULL || d->stop < 0)
        status = tc_fail(reterr, TC_ENOMEM, "out of memory or descriptors");
    for (size_t i = 0; i < d->count && !tc_failed(status); i++)
        status = start_one(d, &d->threads[i], reterr);
    if (tc_failed(status))
        tc_dispatch_stop(d);
    else
        *ret = d;
    return status;
}

static void raise_event(int fd)
{
    uint64_t one = 1;
    /* Full means raised already. */
    while (fd >= 0 && write(fd, &one, sizeof(one)) < 0 && errno == EINTR)
        ;
}

void tc_dispatch_wake(tc_dispatch *d)
{
    for (size_t i = 0; i < d->count; i++)
        raise_event(d->threads[i].wake);
}

void tc_dispatch_counts(const tc_dispatch *d, size_t receiver, tc_receiver_counts *ret)
{
    tc_dispatch_thread *t = &d->threads[receiver];
    pthread_mutex_lock(&t->lock);
    *ret = t->counts;
    pthread_mutex_unlock(&t->lock);
}

const char *tc_receiver_state_name(tc_receiver_state state)
{
    static const char *const names[TC_RECEIVER_STATE_COUNT] = {"idle", "sending", "waiting",
                                                               "stopped"};
    return names[state];
}

void tc_dispatch_stop(tc_dispatch *d)
{
    if (d == NULL) return;
    raise_event(d->stop);
    for (size_t i = 0; i < d->count; i++)
        if (d->threads[i].is_started) pthread_join(d->threads[i].thread, NULL);
    for (size_t i = 0; i < d->count; i++) {
        if (d->threads[i].wake >= 0) close(d->threads[i].wake);
        pthread_mutex_destroy(&d->threads[i].lock);
    }
    if (d->stop >= 0) close(d->stop);
    tc_free(d->threads);
    tc_free(d);
}
