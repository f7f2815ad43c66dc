/*
 * watch_reload: what besides rules is made of settings, when they are read again; and the end.
 */
#ifndef TC_APP_WATCH_RELOAD_H
#define TC_APP_WATCH_RELOAD_H

#include "detector/live/live_inputs.h"
#include "detector/live/live_receivers.h"

typedef struct tc_watch_reload {
    const tc_options *now, *next;
    const tc_live_receivers *receivers;
    const tc_live_inputs *inputs; /* NULL: none */
} tc_watch_reload;

/* Makes the receivers that are to be, and takes up the certificates of the inputs; what cannot be
 * used changes nothing. Refused, with the words that only a restart takes it up, is what was
 * settled at the start: inputs, the state's folder, the sandbox, whether links are followed.
 * *ret_receivers is the caller's in any case. */
TC_STATUS tc_watch_reload_try(const tc_watch_reload *reload, tc_live_receivers **ret_receivers,
                              tc_error *reterr);
/* What can be delivered is, before the end: for a while; with `once` as long as it goes on. */
void tc_watch_drain(tc_live_receivers *receivers, bool once);

#endif
