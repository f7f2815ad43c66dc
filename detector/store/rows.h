/*
 * rows: the outbox's rows and their tally, as both the store and its senders change them. Every
 * function works within the transaction that is open.
 */
#ifndef TC_STORE_ROWS_H
#define TC_STORE_ROWS_H

#include "detector/store/sql.h"
#include "parsers/base/time.h"

#define TC_ROW_WAITING 0
#define TC_ROW_DEAD 1

typedef struct tc_row {
    uint64_t sequence;
    tc_slice receiver, id, payload;
    uint32_t ordinal, level;
    tc_time time, made;
    uint64_t journal; /* the journal's last row when it was put */
} tc_row;

int64_t tc_rows_sum(const tc_row *row);

/* Unless it waits, is dead or was told. */
TC_STATUS tc_rows_insert(tc_sql *sql, const tc_row *row, bool *ret_inserted, tc_error *reterr);

/* Puts right what of the tally does not fit the rows that are there, so that a bound is never held
 * against a figure that was damaged. In a transaction of its own, and only if there is need. */
TC_STATUS tc_rows_recount(tc_sql *sql, tc_error *reterr);

typedef enum tc_row_end { TC_ROW_SENT, TC_ROW_DIED, TC_ROW_DROPPED, TC_ROW_FORGOTTEN } tc_row_end;
/* What becomes of a row: sent, dead (and kept), dropped unsent, a dead one forgotten. All but dead
 * ones leave the outbox and are remembered as told. One that is not there, or is dead already, is
 * passed over. */
TC_STATUS tc_rows_end(tc_sql *sql, uint64_t sequence, tc_row_end end, const char *why,
                      tc_error *reterr);
/* Drops the eldest of the lowest level until no receiver has more waiting. */
TC_STATUS tc_rows_bound(tc_sql *sql, uint64_t rows, uint64_t bytes, uint64_t *dropped,
                        tc_error *reterr);
/* Forgets at most so many dead letters beyond the bound of a receiver, the eldest first. */
TC_STATUS tc_rows_forget_dead(tc_sql *sql, uint64_t kept, uint32_t at_most, uint64_t *forgotten,
                              tc_error *reterr);

#endif
