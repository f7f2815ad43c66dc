/*
 * spill: sorted runs of observations in temporary files.
 *
 * A run is written once, front to back, and then does not change: it is read once, and by whoever
 * else looks at it meanwhile. Each observation stands with its own texts, so that a run needs no
 * heap beside it. The file has no name, so nothing stays behind whatever happens. Internal to the
 * sorter, which gives the place for the words of failures and the count of bytes on disk.
 */
#ifndef TC_MEMORY_SPILL_H
#define TC_MEMORY_SPILL_H

#include "detector/enrich/observation.h"

typedef struct tc_spill tc_spill;

/* `folder`, `error` and `held` outlive the spill; every failure of it puts its words into `error`.
 * To *held the run is added when it was written, until its last reader is closed. */
TC_STATUS tc_spill_open(const char *folder, tc_error *error, uint64_t *held, tc_spill **ret);
void tc_spill_close(tc_spill *spill);
TC_STATUS tc_spill_write(tc_spill *spill, const tc_observation *o, tc_slice heap);
/* Ends writing and goes to the first observation. */
TC_STATUS tc_spill_rewind(tc_spill *spill);
/* The next observation and its heap, valid until the next call; *ret NULL at the end. */
TC_STATUS tc_spill_next(tc_spill *spill, const tc_observation **ret, tc_slice *ret_heap);
/* Another reader of what of a run is not read yet, which leaves the first where it is and may
 * outlive it. Its failures have their words in `error`. */
TC_STATUS tc_spill_look(const tc_spill *spill, tc_error *error, tc_spill **ret);
/* Bytes that an observation takes in a run: exactly what writing it will add. */
uint64_t tc_spill_size(const tc_observation *o);
/* Bytes written. */
uint64_t tc_spill_bytes(const tc_spill *spill);

#endif
