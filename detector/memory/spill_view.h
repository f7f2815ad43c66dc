/*
 * spill_view: runs on disk as they were at one moment, shown bit by bit.
 *
 * Runs do not change, so whoever owns them reads on, merges and drops them meanwhile; what a view
 * still shows stays on disk until then, and counts there. One thread, that of the runs' owner, who
 * is freed after the view.
 */
#ifndef TC_MEMORY_SPILL_VIEW_H
#define TC_MEMORY_SPILL_VIEW_H

#include "detector/memory/spill.h"

/* Gets an observation with the heap that its texts lie in; both live during the call. */
typedef TC_STATUS (*tc_spill_visit)(void *context, const tc_observation *o, tc_slice heap);

/* All zero: an empty one. */
typedef struct tc_spill_view {
    tc_spill **runs;
    size_t count, capacity;
    tc_error error; /* the words of a failure */
} tc_spill_view;

/* What of the run is not read yet. */
TC_STATUS tc_spill_view_add(tc_spill_view *view, const tc_spill *run);
/* Shows the next of them, `count` at most; *ret_more: there are others. */
TC_STATUS tc_spill_view_show(tc_spill_view *view, size_t count, tc_spill_visit visit, void *context,
                             bool *ret_more);
/* Leaves an empty one. */
void tc_spill_view_close(tc_spill_view *view);

#endif
