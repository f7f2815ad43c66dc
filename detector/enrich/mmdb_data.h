/*
 * mmdb_data: values in the data section of a MaxMind DB file (MaxMind-DB-spec 2.0, "Data Format").
 *
 * libmaxminddb walks the search tree; its readers of the data recurse as deep as the file says. A
 * database is a file from strangers like any other, so values are read here: no recursion, every
 * offset checked, a bound on the steps of one look-up.
 */
#ifndef TC_ENRICH_MMDB_DATA_H
#define TC_ENRICH_MMDB_DATA_H

#include "parsers/base/slice.h"

typedef enum tc_mmdb_kind {
    TC_MMDB_NONE = 0,
    TC_MMDB_STRING,
    TC_MMDB_NUMBER,
    TC_MMDB_MAP
} tc_mmdb_kind;

typedef struct tc_mmdb_value {
    tc_mmdb_kind kind; /* TC_MMDB_NONE: anything else */
    tc_slice text;     /* TC_MMDB_STRING */
    uint64_t number;   /* TC_MMDB_NUMBER: unsigned, at most 64 bits */
    size_t offset;     /* TC_MMDB_MAP: where the map stands */
} tc_mmdb_value;

/* The member of that name of the map at `offset`. *ret_broken is set, and never cleared, if the
 * data is not as the specification wants it; false also if there is no such member. */
bool tc_mmdb_member(tc_slice data, size_t offset, tc_slice name, tc_mmdb_value *ret,
                    bool *ret_broken);
/* True if the value at the start of `data` nests no deeper than `depth` maps and arrays. */
bool tc_mmdb_is_shallow(tc_slice data, size_t depth);

#endif
