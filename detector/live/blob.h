/*
 * blob: saved state of one thing in memory: a row of a journal, a resume point.
 *
 * Each is one section of a visit, with its version and checksum. What is loaded is hostile.
 */
#ifndef TC_LIVE_BLOB_H
#define TC_LIVE_BLOB_H

#include "parsers/base/str.h"
#include "parsers/base/visit.h"

typedef struct tc_blob {
    tc_visit *visit; /* NULL without memory */
    tc_slice left;   /* of what is loaded */
    tc_str *out;
    bool begun;
} tc_blob;

/* Saves a section behind what stands in `out`; false: nothing is to be saved, but it is to be
 * ended. The blob stays where it is until it is ended. */
bool tc_blob_save(tc_blob *blob, tc_str *out, const char *name, uint32_t version) TC_MUST_USE;
/* Loads it; false: these bytes are no such section. */
bool tc_blob_load(tc_blob *blob, tc_slice bytes, const char *name, uint32_t version) TC_MUST_USE;
/* How it went; with words for the place where it went wrong. */
TC_STATUS tc_blob_end(tc_blob *blob, tc_error *reterr);

#endif
