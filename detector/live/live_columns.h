/*
 * live_columns: what columns each log was seen with, so that a change of them can be told once.
 *
 * A log is a folder and format, or what an input takes in of one log; the columns are a hash of
 * their names. Kept with the state, so that a change while nothing was running is one, too. Of each
 * log the last TC_COLUMNS_KEPT are known: one that goes back and forth is told once for each.
 * Bounded: of logs beyond TC_COLUMNS_LOGS nothing is known.
 */
#ifndef TC_LIVE_LIVE_COLUMNS_H
#define TC_LIVE_LIVE_COLUMNS_H

#include "parsers/base/slice.h"

struct tc_store;

#define TC_COLUMNS_KEPT 8
#define TC_COLUMNS_LOGS ((size_t)4096)

typedef struct tc_live_columns tc_live_columns;

tc_live_columns *tc_live_columns_new(struct tc_store *store) TC_MUST_USE;
void tc_live_columns_free(tc_live_columns *columns);
/* A record of the log had these. *ret_changed: the log is known with others only. */
TC_STATUS tc_live_columns_note(tc_live_columns *columns, uint64_t log, uint64_t hash,
                               bool *ret_changed);

#endif
