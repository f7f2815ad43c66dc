/*
 * watch_sandbox: what a run that goes on may still do, of its options and its receivers.
 */
#ifndef TC_APP_WATCH_SANDBOX_H
#define TC_APP_WATCH_SANDBOX_H

#include "detector/app/watch_options.h"
#include "detector/live/live_receivers.h"

/* Closes it (sandbox.h). What could not be done is written to `ret_lack`, empty if nothing. */
TC_STATUS tc_watch_sandbox(const tc_options *options, const tc_watch_options *watched,
                           const tc_live_receivers *receivers, char ret_lack[256],
                           tc_error *reterr);

#endif
