/*
 * live_placing: bringing a snapshot to disk beside the ordered stage, on a thread of its own.
 *
 * The disk takes as long as it takes, and judging does not wait for it. The thread has the snapshot
 * from `start` to `end` and touches nothing else of the store; where none can be had, `start` does
 * it all itself. All zero: nothing is under way.
 */
#ifndef TC_LIVE_LIVE_PLACING_H
#define TC_LIVE_LIVE_PLACING_H

#include "detector/store/store.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct tc_live_placing {
    tc_store *store;
    pthread_t thread;
    bool begun, alone; /* alone: without a thread */
    atomic_bool done;
    tc_status status;
    tc_error error;
} tc_live_placing;

/* Places the snapshot of the store, which was ended. It stays where it is until `end`. */
void tc_live_placing_start(tc_live_placing *placing, tc_store *store);
/* Whether `end` would not wait; false if nothing was started. */
bool tc_live_placing_is_done(const tc_live_placing *placing);
/* Waits for it, and says what came of it. Nothing is under way then. */
TC_STATUS tc_live_placing_end(tc_live_placing *placing, tc_error *reterr);

#endif
