/*
 * watchdog: which mounts do not answer. Private to detector/follow; under the lock.
 *
 * A lane beats whenever it comes back from the system. One that has not for half a minute hangs:
 * its mount is told as FAILED, and as WORKS when it beats again. The caller's thread looks, once a
 * second; a clock that is set does not make a mount hang.
 */
#ifndef TC_FOLLOW_WATCHDOG_H
#define TC_FOLLOW_WATCHDOG_H

#include "detector/follow/state.h"

void tc_watchdog_look(tc_follow *follow);

#endif
