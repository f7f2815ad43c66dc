/*
 * watch_reload: what besides rules is made of settings, when they are read again; and the end.
 */
#ifndef TC_APP_WATCH_RELOAD_H
#define TC_APP_WATCH_RELOAD_H

#include "detector/app/live_inputs.h"
#include "detector/app/live_receivers.h"

typedef struct tc_watch_reload {
    const tc_options *now, *next;
    const tc_live_receivers *receivers;
    const tc_live_inputs *inputs; /* NULL: none */
    void (*say)(void *context, const char *sentence);
    void *context;
} tc_watch_reload;

/* Makes the receivers that are to be, and takes up the certificates of the inputs; what cannot be
 * used changes nothing. That inputs stay those of the start is said. *ret_receivers is the caller's
 * in any case. */
TC_STATUS tc_watch_reload_try(const tc_watch_reload *reload, tc_live_receivers **ret_receivers,
                              tc_error *reterr);
/* What can be delivered is, before the end: for a while; with `once` as long as it goes on. */
void tc_watch_drain(tc_live_receivers *receivers, bool once);

#endif
