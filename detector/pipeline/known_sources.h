/*
 * known_sources: what earlier scans have read, and how far.
 *
 * A source is known by the hash of its beginning and its name; what stands before the horizon of
 * the state in it, and in its first bytes that were read, was judged. A run counts its own sources
 * from 0; the known ones come behind them, so that evidence of an earlier scan can still be shown
 * with its path. Append-only: a number stands for the same source for as long as the state is
 * carried on. At its bound nothing more is added, and that is counted: such a source is read again,
 * and what of it is behind the horizon then is late. What came too late stays counted: that a
 * source is known does not mean that all of it was judged.
 */
#ifndef TC_PIPELINE_KNOWN_SOURCES_H
#define TC_PIPELINE_KNOWN_SOURCES_H

#include "parsers/base/arena.h"
#include "parsers/base/map.h"
#include "parsers/base/visit.h"

#define TC_KNOWN_SOURCES_MAX ((size_t)1 << 18)

/* The index of a source that found no place in the list. */
#define TC_SOURCE_UNLISTED (UINT32_MAX - 1)

typedef struct tc_known_source {
    tc_slice path;   /* as it was shown */
    tc_slice format; /* name of its parser */
    uint64_t key;    /* tc_source.key */
    uint64_t size;   /* on disk */
    uint32_t
        head_length; /* bytes that the key is made of: fewer than TC_HEAD_MAX = it may have grown */
    uint64_t length; /* decoded bytes from its beginning on to the end of its last record */
    uint64_t reading;  /* by what it was read: format, columns, zone */
    uint64_t rejected; /* records that could not be understood so */
    tc_time newest;    /* of its records; TC_TIME_NONE if it had none */
    uint64_t late;     /* records that came too late: no scan has judged them */
} tc_known_source;

typedef struct tc_known_sources tc_known_sources;

tc_known_sources *tc_known_sources_new(void) TC_MUST_USE;
void tc_known_sources_free(tc_known_sources *known);
size_t tc_known_sources_count(const tc_known_sources *known);
const tc_known_source *tc_known_sources_at(const tc_known_sources *known, size_t number);
/* By key and base name; UINT32_MAX if it is not known. */
uint32_t tc_known_sources_find(const tc_known_sources *known, uint64_t key, tc_slice path);
/* Those of that base name, one after the other: `number` UINT32_MAX gives the first; UINT32_MAX at
 * the end. */
uint32_t tc_known_sources_named(const tc_known_sources *known, tc_slice path, uint32_t number);
/* The source of that number has grown: it has another beginning from now on. */
void tc_known_sources_rekey(tc_known_sources *known, uint32_t number, uint64_t key,
                            uint32_t head_length);
/* Adds it, or brings up to date what is known of it (late records add up), and gives its number;
 * UINT32_MAX at the bound (which is counted) or without memory. Its texts are copied. */
uint32_t tc_known_sources_note(tc_known_sources *known, const tc_known_source *source);
uint64_t tc_known_sources_refused(const tc_known_sources *known);
void tc_known_sources_visit(tc_known_sources *known, tc_visit *visit);

#endif
