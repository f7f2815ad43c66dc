/* An executable of the site: one run for each message (hook.h). */
#include "detector/send/at_once.h"
#include "detector/send/hook.h"

static tc_answer send_message(void *state, const tc_parcel *parcel, tc_error *reterr)
{
    static const tc_answer answers[] = {[TC_HOOK_DONE] = TC_TAKEN,
                                        [TC_HOOK_FAILED] = TC_REFUSED,
                                        [TC_HOOK_LATER] = TC_LATER,
                                        [TC_HOOK_TIMEOUT] = TC_REFUSED,
                                        [TC_HOOK_GONE] = TC_LATER};
    tc_at_once *way = state;
    int status = 0;
    if (way->receiver->hook == NULL) {
        (void)tc_fail(reterr, TC_EIO, "the helper of hook %s was not started", way->receiver->path);
        return TC_LATER;
    }
    tc_hook_end end = tc_hook_run(way->receiver->hook, way->patience, parcel->text, &status);
    if (end == TC_HOOK_DONE)
        way->taken++;
    else if (end == TC_HOOK_GONE)
        (void)tc_fail(reterr, TC_EIO, "the helper of hook %s is gone", way->receiver->path);
    else if (end == TC_HOOK_TIMEOUT)
        (void)tc_fail(reterr, TC_EIO, "hook %s was not done after %" PRIu32 " ms",
                      way->receiver->path, way->receiver->timeout_ms);
    else
        (void)tc_fail(reterr, TC_EIO, "hook %s ended with status %d", way->receiver->path, status);
    return answers[end];
}

const tc_transport tc_transport_hook = {
    .scheme = "hook",
    .window = 1,
    .open = tc_at_once_open,
    .send = send_message,
    .settle = tc_at_once_settle,
    .watch = tc_at_once_watch,
    .finish = tc_at_once_finish,
    .close = tc_at_once_close,
};
