/*
 * spill: sorted runs of observations in temporary files.
 *
 * A run is written once, front to back, and then read once. Each observation stands with its own
 * texts, so that a run needs no heap beside it. The file has no name, so nothing stays behind
 * whatever happens. Internal to the sorter, which gives the place for the words of failures.
 */
#ifndef TC_CORRELATE_SPILL_H
#define TC_CORRELATE_SPILL_H

#include "detector/enrich/observation.h"

typedef struct tc_spill tc_spill;

/* `folder` and `error` outlive the spill; every failure of it puts its words into `error`. */
TC_STATUS tc_spill_open(const char *folder, tc_error *error, tc_spill **ret);
void tc_spill_close(tc_spill *spill);
TC_STATUS tc_spill_write(tc_spill *spill, const tc_observation *o, tc_slice heap);
/* Ends writing and goes to the first observation. */
TC_STATUS tc_spill_rewind(tc_spill *spill);
/* The next observation and its heap, valid until the next call; *ret NULL at the end. */
TC_STATUS tc_spill_next(tc_spill *spill, const tc_observation **ret, tc_slice *ret_heap);
/* Another reader of what of a run is not read yet, which leaves the first where it is; closed
 * before it. */
TC_STATUS tc_spill_look(const tc_spill *spill, tc_spill **ret);
/* Bytes that an observation takes in a run: exactly what writing it will add. */
uint64_t tc_spill_size(const tc_observation *o);
/* Bytes written. */
uint64_t tc_spill_bytes(const tc_spill *spill);

#endif
