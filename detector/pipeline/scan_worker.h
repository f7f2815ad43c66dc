/*
 * scan_worker: what a worker makes of a block in a scan: observations.
 *
 * One per thread. Parses the block, sorts out what is out of range, lets the stateless rules match,
 * and appends what was observed to batches of about TC_PAYLOAD_BYTES. A full batch is handed over
 * in the middle of the block and a new one is begun, so neither many rules nor many hits cost
 * memory; nothing is lost by it, because everything a worker says may be said in pieces. The last
 * batch becomes the result's payload.
 *
 * Payloads are tc_observations *, sorted, owned by the collector.
 */
#ifndef TC_PIPELINE_SCAN_WORKER_H
#define TC_PIPELINE_SCAN_WORKER_H

#include "detector/pipeline/block_worker.h"

#include "detector/sigma/sight.h"

#include <stdatomic.h>

#define TC_SCAN_SIGHTS 512 /* workers of two passes */

/* What all workers share; `times_only` may change while they work: then the order of records is
 * looked at and nothing else. */
typedef struct tc_scan_shared {
    const tc_run *run;
    atomic_bool times_only;
    /* What each worker has seen for the run's own rules, when it ended; whoever shares them frees
     * them. */
    tc_sight *sights[TC_SCAN_SIGHTS];
    atomic_uint sight_count;
    /* Nothing is judged again: no rules, but all use, and whom every event of Windows names. */
    bool second_look;
} tc_scan_shared;

/* `context` is the tc_scan_shared. */
void *tc_scan_worker_new(void *context);
void tc_scan_worker_free(void *worker);
TC_STATUS tc_scan_worker_work(void *worker, const tc_block *block, tc_block_result *result);
void tc_scan_payload_free(void *payload);

#endif
