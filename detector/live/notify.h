/*
 * notify: tells the service manager how the program is (sd_notify(3)).
 *
 * Writes to the socket that NOTIFY_SOCKET names, where there is one; without it, or where it does
 * not listen, nothing happens and nothing fails.
 */
#ifndef TC_LIVE_NOTIFY_H
#define TC_LIVE_NOTIFY_H

#include "parsers/base/prelude.h"

/* "READY=1", "STATUS=...", "WATCHDOG=1", lines apart by LF. */
void tc_notify(const char *state);
/* The span between two signs of life that the manager wants, in milliseconds; 0: none. */
uint64_t tc_notify_watchdog_ms(void);

#endif
