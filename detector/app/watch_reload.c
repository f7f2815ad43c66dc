#include "detector/app/watch_reload.h"

#include "detector/app/watch_options.h"

#define DRAIN_MS 10000
#define DRAIN_TURN_MS 50

static bool has(const tc_path_list *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], text) == 0) return true;
    return false;
}

static bool has_same_inputs(const tc_options *a, const tc_options *b)
{
    bool same = a->listen.count == b->listen.count;
    for (size_t i = 0; same && i < a->listen.count; i++)
        same = has(&b->listen, a->listen.items[i]);
    return same;
}

static bool is_same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* What was settled before the sandbox closed and the first peer came. NULL: nothing of it differs.
 * (Paths are said on the command line alone.) */
static const char *of_the_start(const tc_options *now, const tc_options *next)
{
    return !has_same_inputs(now, next)                            ? "inputs"
           : !is_same_text(now->state_folder, next->state_folder) ? "run.state"
           : now->sandbox != next->sandbox                        ? "run.sandbox"
           : now->follow_links != next->follow_links              ? "logs.follow_links"
                                                                  : NULL;
}

TC_STATUS tc_watch_reload_try(const tc_watch_reload *r, tc_live_receivers **ret_receivers,
                              tc_error *reterr)
{
    tc_receive *receive = tc_live_inputs_receive(r->inputs);
    const char *changed = of_the_start(r->now, r->next);
    tc_watch_options read;
    TC_TRY(tc_watch_options_read(r->next, &read, reterr));
    if (changed != NULL)
        return tc_fail(reterr, TC_ESYNTAX,
                       "'%s' has changed, which only a restart takes up: restart it", changed);
    TC_TRY(tc_live_receivers_new(r->next, ret_receivers, reterr));
    TC_TRY(tc_live_receivers_try(r->receivers, *ret_receivers, reterr));
    return receive != NULL ? tc_receive_renew(receive, reterr) : TC_SUCCESS;
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
