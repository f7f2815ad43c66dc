/*
 * pipeline: the only threads of a scan.
 *
 *   reader (1 thread)  ->  blocks  ->  workers (N threads)  ->  results  ->  collector (the caller)
 *
 * A block, and then its result, is owned by one stage at a time; queues hand them over. The reader
 * may run ahead by a fixed number of blocks, whose tickets the collector gives back, so memory is
 * bounded whatever the stages' speeds. Workers share nothing that changes. The collector sees every
 * result on the calling thread: in any order, or, when asked, in the order of sources and blocks.
 * The first status that fails stops everything and is returned.
 */
#ifndef TC_APP_PIPELINE_H
#define TC_APP_PIPELINE_H

#include "detector/input/input.h"

typedef struct tc_block_result {
    uint32_t source;
    uint64_t sequence;
    uint64_t file_end; /* file offset behind the block */
    bool last;         /* of its source */
    bool failed;       /* the source could not be read to its end: error says why */
    tc_error error;
    tc_ledger ledger;
    tc_time first, last_time; /* of its events; TC_TIME_NONE if none */
    void *payload;            /* the worker's product; the collector takes it */
} tc_block_result;

typedef struct tc_pipeline_job {
    void *context;
    /* Called on each worker thread before its first and after its last block. */
    void *(*worker_new)(void *context);
    void (*worker_free)(void *worker);
    /* Fills result->ledger, times and payload. */
    tc_status (*work)(void *worker, const tc_block *block, tc_block_result *result);
    /* On the caller's thread. */
    tc_status (*collect)(void *context, tc_block_result *result);
    /* Called on the caller's thread about ten times a second; may be NULL. */
    void (*tick)(void *context);
    bool in_order;
    uint32_t jobs;
    size_t block_size;
    const tc_input *input;
} tc_pipeline_job;

/* Reads every readable source of job->input. */
tc_status tc_pipeline_run(const tc_pipeline_job *job, tc_error *reterr) TC_MUST_USE;

#endif
