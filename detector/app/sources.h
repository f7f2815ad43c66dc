/*
 * sources: how far each source has been read, and what its books say.
 *
 * Kept by the collector. Results of a source may come in any order; what is known to be complete is
 * the longest run from its start. From that follows the watermark: nothing older will be delivered
 * by any source that is not finished.
 */
#ifndef TC_APP_SOURCES_H
#define TC_APP_SOURCES_H

#include "detector/app/pipeline.h"

typedef struct tc_source_progress {
    tc_ledger ledger;
    tc_time first, last; /* of its events */
    uint64_t next;       /* blocks before this one are complete */
    uint64_t end;        /* file offset behind them */
    uint64_t blocks;     /* how many there are; UINT64_MAX until known */
    bool finished, failed;
    tc_error error;
} tc_source_progress;

typedef struct tc_sources tc_sources;

tc_sources *tc_sources_new(const tc_input *input) TC_MUST_USE;
void tc_sources_free(tc_sources *sources);
/* Books a result. */
tc_status tc_sources_note(tc_sources *sources, const tc_block_result *result) TC_MUST_USE;
/* Times before it will not come any more; TC_TIME_MAX when every source is finished, TC_TIME_NONE
 * while nothing can be said. */
tc_time tc_sources_watermark(const tc_sources *sources);
const tc_source_progress *tc_sources_progress(const tc_sources *sources, size_t index);
tc_source_progress *tc_sources_progress_of(tc_sources *sources, size_t index);
/* Bytes on disk that have been read, of those that will be. */
void tc_sources_bytes(const tc_sources *sources, uint64_t *ret_read, uint64_t *ret_total);

#endif
