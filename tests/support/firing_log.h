/*
 * firing_log: everything a firing says, one line of text each, so that two correlators can be
 * compared.
 */
#ifndef TC_TEST_FIRING_LOG_H
#define TC_TEST_FIRING_LOG_H

#include "detector/correlate/correlator.h"
#include "parsers/base/str.h"

typedef struct tc_firing_log {
    tc_str text;
    size_t count;   /* firings */
    size_t went_on; /* further hits of episodes */
} tc_firing_log;

void tc_firing_log_init(tc_firing_log *log);
void tc_firing_log_done(tc_firing_log *log);
/* A sink that writes into the log. */
tc_firing_sink tc_firing_log_sink(tc_firing_log *log);
/* The same, which hears of episodes too: their lines begin with "+ ". */
tc_firing_sink tc_firing_log_episodes(tc_firing_log *log);

#endif
