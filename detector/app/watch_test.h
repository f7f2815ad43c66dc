/*
 * watch_test: a test alert to every receiver, past the state, so that it can be tried while a run
 * is there.
 */
#ifndef TC_APP_WATCH_TEST_H
#define TC_APP_WATCH_TEST_H

#include "detector/settings/options.h"

/* Sends one to each and says on standard error what became of it; returns the exit status. */
int tc_watch_test(const tc_options *options, tc_time now);

#endif
