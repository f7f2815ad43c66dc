/*
 * watch_signals: signals of a run that goes on, taken when it has time for them.
 *
 * They are blocked before the first thread is started, so that no handler ever runs; the main
 * thread asks about ten times a second.
 */
#ifndef TC_APP_WATCH_SIGNALS_H
#define TC_APP_WATCH_SIGNALS_H

#include "parsers/base/prelude.h"

#include <signal.h>

typedef struct tc_watch_signals {
    sigset_t set;
    bool blocked;
} tc_watch_signals;

void tc_watch_signals_block(tc_watch_signals *signals);
/* Sets what has come since: SIGHUP, and SIGTERM or SIGINT. */
void tc_watch_signals_take(const tc_watch_signals *signals, bool *reload, bool *end);

#endif
