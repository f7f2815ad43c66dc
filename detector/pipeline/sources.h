/*
 * sources: how far each source has been read, and what its books say.
 *
 * Kept by the collector. Results of a source may come in any order; what is known to be complete is
 * the longest run from its start. Two things follow from it:
 *
 *   - the watermark: nothing older will be delivered by a source that is not finished, as far as
 *     the trusted ones keep their order;
 *   - whether a source is disordered: a record stands behind a newer one by more than the lateness
 *     of its format. Blocks say how far they fall within themselves, and are put together in their
 *     sequence: so the answer depends on what the source holds and on nothing else.
 */
#ifndef TC_PIPELINE_SOURCES_H
#define TC_PIPELINE_SOURCES_H

#include "detector/pipeline/pipeline.h"
#include "detector/pipeline/presence.h"
#include "detector/pipeline/reading.h"

typedef struct tc_source_progress {
    tc_ledger ledger;
    tc_time first, last;                /* of its events */
    tc_time newest;                     /* of the complete blocks */
    uint64_t end;                       /* decoded offset behind the last event; 0 if none */
    uint64_t next;                      /* blocks before this one are complete */
    uint64_t blocks;                    /* how many there are; UINT64_MAX until known */
    uint64_t inside;                    /* formats of records that envelopes carried (parser.h) */
    uint64_t hidden[TC_EVIDENCE_KINDS]; /* records that tell of what could not be read */
    tc_web_fields web;
    tc_account_fields accounts;
    bool finished, failed;
    bool disordered; /* never for formats whose writers promise no order */
    tc_error error;
} tc_source_progress;

typedef struct tc_sources tc_sources;

/* `reading` may be NULL where nobody asks for the watermark; else it outlives the sources. */
tc_sources *tc_sources_new(const tc_input *input, const tc_reading *reading) TC_MUST_USE;
void tc_sources_free(tc_sources *sources);
/* Books a result that is no part. */
TC_STATUS tc_sources_note(tc_sources *sources, const tc_block_result *result);
/* Times before it will not come any more; TC_TIME_MAX when every source is finished, TC_TIME_NONE
 * while nothing can be said. In whole milliseconds, as the order counts. The work is that of the
 * few sources that are under way, whatever their number. */
tc_time tc_sources_watermark(const tc_sources *sources);
/* A trusted source was found disordered: what followed the watermark is void. */
bool tc_sources_broken(const tc_sources *sources);
/* How many sources are disordered, trusted or not. */
uint64_t tc_sources_disordered(const tc_sources *sources);
const tc_source_progress *tc_sources_progress(const tc_sources *sources, size_t index);
/* From when to when the records in envelopes are, of all sources together. */
const tc_spans *tc_sources_shipped(const tc_sources *sources);
/* Of which hours each server's logs hold records. */
const tc_presence *tc_sources_presence(const tc_sources *sources);
/* Moves at most so many of a source's delivered events to its duplicates, or to its late ones. */
void tc_sources_book_copies(tc_sources *sources, size_t index, uint64_t events);
void tc_sources_book_late(tc_sources *sources, size_t index, uint64_t events);
/* Bytes on disk that have been read, of those that will be. */
void tc_sources_bytes(const tc_sources *sources, uint64_t *ret_read, uint64_t *ret_total);

#endif
