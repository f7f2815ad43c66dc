/*
 * watch_kept: what a run that goes on draws once and keeps for as long as its state: the key that
 * sessions are hashed under, and when it was started first.
 */
#ifndef TC_APP_WATCH_KEPT_H
#define TC_APP_WATCH_KEPT_H

#include "parsers/base/hash.h"
#include "parsers/base/time.h"

struct tc_store;

typedef struct tc_watch_kept {
    tc_hash_key key;
    tc_time first;
    bool has_key, has_first; /* the state has it */
} tc_watch_kept;

/* What the state has; the rest is drawn now. TC_ESYNTAX: it holds something else. */
TC_STATUS tc_watch_kept_take(tc_watch_kept *ret, struct tc_store *store, tc_time now,
                             tc_error *reterr);
/* Puts what the state did not have; with the next commit. */
TC_STATUS tc_watch_kept_put(const tc_watch_kept *kept, struct tc_store *store);

#endif
