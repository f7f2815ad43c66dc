/*
 * watch_says: the clocks of a run that goes on, and its words on standard error.
 */
#ifndef TC_APP_WATCH_SAYS_H
#define TC_APP_WATCH_SAYS_H

#include "parsers/base/slice.h"
#include "parsers/base/time.h"

/* The time of day. */
tc_time tc_watch_now(void *context);
/* Nanoseconds of a clock that nobody sets and that goes on in sleep. */
int64_t tc_watch_steady(void *context);
/* One line, made safe to print. */
void tc_watch_say_line(tc_slice sentence);
void tc_watch_say(void *context, const char *sentence);

#endif
