/*
 * sorter: observations of all blocks in one total order.
 *
 * Takes whole batches, each sorted by its worker, in any order of time, and hands out their
 * observations in the order of tc_order (and, where that is equal, of their content: never of
 * arrival). What comes behind what was handed out already is not taken in but counted: order is
 * never broken.
 *
 * Memory is bounded: past the bound everything held is merged into one run in a temporary file, and
 * runs are merged when there are many. So is the room on disk: a run that would pass that bound is
 * refused before it is begun, and everything is still there to be handed out. One thread. Failures
 * have words; nothing is lost silently.
 */
#ifndef TC_MEMORY_SORTER_H
#define TC_MEMORY_SORTER_H

#include "detector/memory/spill_view.h"

typedef struct tc_sorter tc_sorter;

/* Gets each observation with the heap that its texts lie in; both live during the call. */
typedef tc_spill_visit tc_sorter_visit;

/* `folder` is where runs are spilled; it must outlive the sorter. At most `spill_max` bytes stand
 * there at a time; 0 = three quarters of what is free there now, but at least
 * TC_SORTER_SPILL_LEAST. */
#define TC_SORTER_SPILL_LEAST (UINT64_C(256) << 20)
tc_sorter *tc_sorter_new(size_t memory_bytes, const char *folder, uint64_t spill_max) TC_MUST_USE;
void tc_sorter_free(tc_sorter *sorter);
/* Takes the batch, also on failure. *ret_late: how many observations of it came too late.
 * TC_ELIMIT: the bound on disk is reached; what was taken in so far can still be released. TC_EIO:
 * what was being written is lost. */
TC_STATUS tc_sorter_add(tc_sorter *sorter, tc_observations *batch, uint64_t *ret_late);
/* Visits everything with order.time < before (TC_TIME_MAX: everything). */
TC_STATUS tc_sorter_release(tc_sorter *sorter, tc_time before, tc_sorter_visit visit,
                            void *context);
/* Shows everything that waits, in any order, and leaves it there: what is in memory at once, and
 * what lies on disk comes into `ret_rest`, an empty view, to be shown when there is time: it stays
 * what it is while the sorter goes on. The view is closed before the sorter is freed. */
TC_STATUS tc_sorter_look(tc_sorter *sorter, tc_sorter_visit visit, void *context,
                         tc_spill_view *ret_rest);
/* When the first that waits is; TC_TIME_NONE: nothing does. */
tc_time tc_sorter_first(const tc_sorter *sorter);
/* The words of the last failure of add or of release that was not the visitor's. */
const tc_error *tc_sorter_error(const tc_sorter *sorter);
/* Bytes ever written to temporary files. */
uint64_t tc_sorter_spilled_bytes(const tc_sorter *sorter);

#endif
