/*
 * evtx_chunk: the chunks of a Windows event log file (EVTX), cut into their records.
 *
 * A chunk is 64 KiB: a head of 512 bytes, records one behind the other, and free space, in which
 * older records may lie that are none any more. Where free space begins the head tells, which may
 * be older than the records: those behind that place count as long as they go on in the numbering.
 * A record is known by its signature and by its length, which stands at both its ends. A chunk
 * whose head is damaged is searched for records; what is damaged between two records costs the
 * bytes up to the next one. The last chunk of a file that was cut off is as long as it is.
 */
#ifndef TC_WINDOWS_EVTX_CHUNK_H
#define TC_WINDOWS_EVTX_CHUNK_H

#include "parsers/base/slice.h"
#include "parsers/base/time.h"
#include "parsers/event/ledger.h"

#define TC_EVTX_CHUNK ((size_t)65536)
#define TC_EVTX_CHUNK_HEAD 512
#define TC_EVTX_RECORD_HEAD 24 /* before the binary XML; four bytes follow it */

typedef enum tc_evtx_kind {
    TC_EVTX_RECORD,
    TC_EVTX_DAMAGE, /* a record that is none; see reason */
    TC_EVTX_HEAD,   /* of the chunk */
    TC_EVTX_FREE    /* nothing was ever written there, or nothing counts any more */
} tc_evtx_kind;

typedef struct tc_evtx_item {
    tc_evtx_kind kind;
    size_t at, length; /* in the chunk */
    tc_reason reason;
    tc_time written; /* of a record */
} tc_evtx_item;

typedef struct tc_evtx_chunk {
    tc_slice bytes;
    size_t at;
    size_t end; /* free space begins here */
} tc_evtx_chunk;

/* `bytes` are one chunk, or what there is of it. */
tc_evtx_chunk tc_evtx_chunk_of(tc_slice bytes);
/* The next item; false at the end. Items follow one another without gaps. */
bool tc_evtx_next(tc_evtx_chunk *chunk, tc_evtx_item *ret);
/* The first place from `from` on where a whole record lies; TC_NPOS if there is none. */
size_t tc_evtx_find(tc_slice bytes, size_t from, size_t end);
/* When the record that lies at `at` was written; false if that is no time. */
bool tc_evtx_written(tc_slice bytes, size_t at, tc_time *ret);

#endif
