/*
 * spool: output that is not certain yet.
 *
 * What is added is kept in memory up to a bound, past it in a temporary file without a name, until
 * it is either copied to where it belongs or thrown away. Failures have words. One thread.
 */
#ifndef TC_PIPELINE_SPOOL_H
#define TC_PIPELINE_SPOOL_H

#include "parsers/base/str.h"

typedef struct tc_spool tc_spool;

/* `folder` outlives the spool. */
tc_spool *tc_spool_new(size_t memory_bytes, const char *folder) TC_MUST_USE;
void tc_spool_free(tc_spool *spool);
TC_STATUS tc_spool_add(tc_spool *spool, tc_slice text, tc_error *reterr);
/* Throws away what was added. */
void tc_spool_clear(tc_spool *spool);
/* Writes everything that was added, in that order, and empties the spool. */
typedef TC_STATUS (*tc_spool_write)(void *context, tc_slice text, tc_error *reterr);
TC_STATUS tc_spool_copy(tc_spool *spool, tc_spool_write write, void *context, tc_error *reterr);
/* Bytes that wait on disk. */
uint64_t tc_spool_on_disk(const tc_spool *spool);

#endif
