#include "detector/app/watch_reload.h"

#define DRAIN_MS 10000
#define DRAIN_TURN_MS 50

static bool has_same_inputs(const tc_options *a, const tc_options *b)
{
    bool same = a->listen.count == b->listen.count;
    for (size_t i = 0; same && i < a->listen.count; i++)
        same = strcmp(a->listen.items[i], b->listen.items[i]) == 0;
    return same;
}

TC_STATUS tc_watch_reload_try(const tc_watch_reload *r, tc_live_receivers **ret_receivers,
                              tc_error *reterr)
{
    tc_receive *receive = tc_live_inputs_receive(r->inputs);
    TC_TRY(tc_live_receivers_new(r->next, ret_receivers, reterr));
    TC_TRY(tc_live_receivers_try(r->receivers, *ret_receivers, reterr));
    if (receive != NULL) TC_TRY(tc_receive_renew(receive, reterr));
    if (!has_same_inputs(r->now, r->next))
        r->say(r->context, "inputs have changed: they stay those of the start until a restart");
    return TC_SUCCESS;
}

void tc_watch_drain(tc_live_receivers *receivers, bool once)
{
    uint64_t before = UINT64_MAX;
    for (int waited = 0; waited < DRAIN_MS; waited += DRAIN_TURN_MS) {
        uint64_t waiting = tc_live_receivers_waiting(receivers, true);
        if (waiting == 0) return;
        if (once && waiting < before) waited = 0;
        before = waiting;
        tc_live_receivers_wake(receivers);
        (void)nanosleep(&(struct timespec){.tv_nsec = DRAIN_TURN_MS * 1000000}, NULL);
    }
}
