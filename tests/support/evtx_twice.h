/*
 * evtx_twice: the records of a chunk of an event log, each read by the plans of its templates and
 * as XML, and the one held against the other.
 */
#ifndef TC_TESTS_EVTX_TWICE_H
#define TC_TESTS_EVTX_TWICE_H

#include "parsers/base/slice.h"

typedef struct tc_evtx_twice {
    size_t records;
    size_t planned; /* of them: read by plans */
    size_t differ;  /* of these: otherwise than as XML */
} tc_evtx_twice;

/* `all`: what nobody asked for, too. */
tc_evtx_twice tc_evtx_read_twice(tc_slice chunk, bool all);

#endif
