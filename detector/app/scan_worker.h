/*
 * scan_worker: what a worker makes of a block in a scan: observations.
 *
 * One per thread. Parses the block, sorts out what is too late or out of range, lets the stateless
 * rules match, and appends what was observed to a batch, which becomes the result's payload
 * (tc_observations *, owned by the collector).
 */
#ifndef TC_APP_SCAN_WORKER_H
#define TC_APP_SCAN_WORKER_H

#include "detector/app/pipeline.h"
#include "detector/app/run.h"

/* `context` is the tc_run. */
void *tc_scan_worker_new(void *context);
void tc_scan_worker_free(void *worker);
tc_status tc_scan_worker_work(void *worker, const tc_block *block, tc_block_result *result);

/* Nothing in the source from this file offset on is older than this, unless it is counted as late;
 * TC_TIME_NONE when nothing is known. */
tc_time tc_source_bound(const tc_source *source, uint64_t file_offset);

#endif
