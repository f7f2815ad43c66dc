/*
 * sorter: observations of all blocks in one total order.
 *
 * Takes whole batches, each sorted by its worker, in any order of time, and hands out their
 * observations in the order of tc_order (and, where that is equal, of their content: never of
 * arrival). Memory is bounded: past the bound everything held is merged into one run in an unlinked
 * temporary file, and runs are merged when there are many. One thread. I/O errors are statuses;
 * nothing is lost silently.
 */
#ifndef TC_CORRELATE_SORTER_H
#define TC_CORRELATE_SORTER_H

#include "detector/enrich/observation.h"

typedef struct tc_sorter tc_sorter;

/* Gets each observation with the heap that its texts lie in; both live during the call. */
typedef tc_status (*tc_sorter_visit)(void *context, const tc_observation *o, tc_slice heap);

/* `folder` is where runs are spilled; it must outlive the sorter. */
tc_sorter *tc_sorter_new(size_t memory_bytes, const char *folder) TC_MUST_USE;
void tc_sorter_free(tc_sorter *sorter);
/* Takes the batch, also on failure. */
tc_status tc_sorter_add(tc_sorter *sorter, tc_observations *batch) TC_MUST_USE;
/* Visits everything with order.time < before (TC_TIME_MAX: everything). */
tc_status tc_sorter_release(tc_sorter *sorter, tc_time before, tc_sorter_visit visit,
                            void *context) TC_MUST_USE;
/* Bytes ever written to temporary files. */
uint64_t tc_sorter_spilled_bytes(const tc_sorter *sorter);

#endif
