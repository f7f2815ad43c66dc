#include "detector/app/watch_desk.h"

#include "detector/live/metrics.h"

#define MEASURE (15 * TC_SECOND)

static tc_time steady_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (tc_time)t.tv_sec * TC_SECOND + t.tv_nsec;
}

TC_STATUS tc_watch_desk_open(tc_watch_desk *d, const tc_figures_of *of, tc_error *why,
                             tc_error *reterr)
{
    d->of = *of;
    d->measured = TC_TIME_NONE;
    TC_TRY(tc_live_health_new(of->store, &d->health, reterr));
    if (tc_failed(tc_control_open(of->folder, &d->control, why))) d->control = NULL;
    return TC_SUCCESS;
}

void tc_watch_desk_close(tc_watch_desk *d)
{
    tc_control_close(d->control);
    tc_live_health_free(d->health);
    d->control = NULL;
    d->health = NULL;
}

void tc_watch_desk_use(tc_watch_desk *d, tc_live_stage *stage, tc_live_tell *tell)
{
    d->of.stage = d->stage = stage;
    d->of.tell = d->tell = tell;
}

static void gather(tc_watch_desk *d, tc_time now)
{
    tc_figures_gather(&d->of, now, &d->figures);
    d->figures.problems = tc_live_health_problems(d->health);
}

/* -- looking after -------------------------------------------------------------------------- */

typedef struct asking {
    tc_watch_desk *desk;
    tc_time now;
} asking;

static TC_STATUS answer(void *context, const tc_request *request, tc_str *out, tc_error *reterr)
{
    const asking *a = context;
    if (request->kind < TC_REQUEST_CHANGES)
        return tc_live_stage_ask(a->desk->stage, request, out, reterr);
    gather(a->desk, a->now);
    tc_metrics_write(&a->desk->figures, out);
    return tc_str_status(out);
}

static void measure(tc_watch_desk *d, void (*says)(void *, const char *), void *context)
{
    tc_error error = {0};
    char text[1024];
    tc_status status = tc_metrics_write_file(d->metrics, &d->figures, &error);
    if (tc_failed(status) && !d->complained)
        says(context, tc_error_format(&error, text, sizeof(text)));
    d->complained = tc_failed(status);
}

static void say_gone(tc_watch_desk *d, void (*says)(void *, const char *), void *context)
{
    const tc_live_packets *p = &d->figures.packets;
    char text[sizeof(p->words) + 80];
    if (p->gone <= d->gone) return;
    d->gone = p->gone;
    snprintf(text, sizeof(text), "%s: nothing of it is judged until a restart", p->words);
    says(context, text);
}

void tc_watch_desk_look(tc_watch_desk *d, tc_time now, void (*says)(void *, const char *),
                        void *context)
{
    asking a = {d, now};
    tc_time steady = steady_now();
    if (d->control != NULL) tc_control_look(d->control, steady, answer, &a);
    bool health = tc_live_health_is_due(d->health, steady);
    bool metrics = d->metrics != NULL &&
                   (d->measured == TC_TIME_NONE || tc_time_between(d->measured, steady) >= MEASURE);
    if (health || metrics) gather(d, now);
    say_gone(d, says, context);
    if (metrics) {
        d->measured = steady;
        measure(d, says, context);
    }
    /* What cannot be put because too much waits for the disk is told when it can be. */
    if (health) (void)!tc_failed(tc_live_health_look(d->health, &d->figures, steady, d->tell));
}
