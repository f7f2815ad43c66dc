/*
 * pipeline: the only threads of a scan.
 *
 *   reader (1 thread)  ->  blocks  ->  workers (N threads)  ->  results  ->  collector (the caller)
 *
 * A block, and then its result, is owned by one stage at a time; queues hand them over. The reader
 * may run ahead by a fixed number of blocks, whose tickets the collector gives back, and workers
 * may have so many bytes of payloads under way and then wait: memory is bounded whatever the
 * stages' speeds and whatever is found. Workers share nothing that changes. The collector sees
 * every result on the calling thread: in any order, or, when asked, in the order in which the feed
 * gave the blocks (feed.h).
 *
 * The first status that fails stops everything and is returned with its words. What is then still
 * under way is freed.
 */
#ifndef TC_PIPELINE_PIPELINE_H
#define TC_PIPELINE_PIPELINE_H

#include "detector/enrich/enricher.h"
#include "detector/pipeline/feed.h"
#include "detector/pipeline/hours.h"
#include "detector/pipeline/spans.h"

/* Each worker may have this much of payloads under way, twice. */
#define TC_PAYLOAD_BYTES ((size_t)1 << 20)

#define TC_BLOCK_COLUMNS 4

typedef struct tc_block_result {
    uint32_t source;
    uint64_t sequence;
    /* A payload that was handed over before its block is done: only source, sequence and payload
     * are set, and the rest follows. */
    bool part;
    bool last;   /* of its source */
    bool failed; /* the source could not be read to its end: error says why */
    tc_error error;
    tc_ledger ledger;
    tc_time first, last_time; /* least and largest of its events; TC_TIME_NONE if none */
    uint64_t end;             /* decoded offset behind its last event; 0 if none */
    /* A hash of format and columns for each kind of event in it, as far as there is room. */
    uint64_t columns[TC_BLOCK_COLUMNS];
    size_t column_count;
    uint64_t inside;                    /* formats of records that envelopes carried (parser.h) */
    tc_spans shipped;                   /* of those records */
    tc_hours hours;                     /* of its events */
    uint64_t hidden[TC_EVIDENCE_KINDS]; /* records that tell of what could not be read */
    tc_web_fields web;
    tc_account_fields accounts;
    int64_t fall;  /* how far one of them stands behind the largest before it */
    void *payload; /* the worker's product; the collector takes it */
    size_t payload_bytes;
    struct tc_pipeline *pipeline; /* for tc_pipeline_hand_over */
} tc_block_result;

typedef struct tc_pipeline_job {
    void *context;
    /* Called on each worker thread before its first and after its last block. */
    void *(*worker_new)(void *context);
    void (*worker_free)(void *worker);
    /* Fills result->ledger, times and payload; where it fails it may put words into
     * result->error. */
    TC_STATUS (*work)(void *worker, const tc_block *block, tc_block_result *result);
    /* On the caller's thread. Takes the payload, also on failure. */
    TC_STATUS (*collect)(void *context, tc_block_result *result);
    /* Frees a payload that was never collected. */
    void (*payload_free)(void *payload);
    /* Called on the caller's thread about ten times a second; may be NULL. */
    void (*tick)(void *context);
    bool in_order;
    uint32_t jobs;
    tc_feed feed;
} tc_pipeline_job;

TC_STATUS tc_pipeline_run(const tc_pipeline_job *job, tc_error *reterr);

/* For a worker in the middle of a block: hands one payload over, waiting while too much is under
 * way. Takes the payload, also on failure, which means that the run is ending: return the status.
 * Not with in_order, where the block that is waited for may be the one that waits. */
TC_STATUS tc_pipeline_hand_over(tc_block_result *result, void *payload, size_t bytes);

#endif
