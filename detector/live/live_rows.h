/*
 * live_rows: what stands in the journal of a run that goes on, and doing it again. For live_*.c.
 */
#ifndef TC_LIVE_LIVE_ROWS_H
#define TC_LIVE_LIVE_ROWS_H

#include "detector/live/live_state.h"
#include "parsers/base/alloc.h"

#define TC_LIVE_OBSERVATIONS_MAX ((size_t)1 << 24) /* of one row */

/* A step of the watermark: up to where, by which clock, and what had been told behind it. */
typedef struct tc_live_step_row {
    tc_time watermark, now;
    bool history;
    uint64_t told, hash, early;
} tc_live_step_row;

TC_STATUS tc_live_put_request(tc_live_stage *stage, tc_request *request);
/* Within the caller's section. */
void tc_live_visit_source(tc_live_stage *stage, uint32_t *index, uint32_t *id, uint64_t *key,
                          tc_visit *visit);
void tc_live_visit_step(tc_live_step_row *row, tc_visit *visit);
void tc_live_visit_books(tc_live_books *books, tc_visit *visit);
/* live_redo.c: does again what a row says. */
TC_STATUS tc_live_redo(tc_live_stage *stage, uint32_t kind, tc_slice body);
/* A resume point: tells the follower, and keeps the place. One of an unknown source is dropped. */
TC_STATUS tc_live_load_point(tc_live_stage *stage, tc_slice key, tc_slice value);

#endif
