/*
 * json_sample: the objects of a piece of a source, read without an account: what a head is of, and
 * from when. The arena is the sample's; what the format makes before the first object stays there
 * until it is closed, what it makes of an object until the next one.
 */
#ifndef TC_OPEN_JSON_SAMPLE_H
#define TC_OPEN_JSON_SAMPLE_H

#include "parsers/open/json_frame.h"

#define TC_JSON_SAMPLE_HEAD 4   /* objects of a head that are read to tell what it is */
#define TC_JSON_SAMPLE_TRIES 64 /* objects of a sample that are read to find a time */

typedef struct tc_json_sample {
    tc_arena *arena;
    tc_arena_mark mark;
    bool begun;
    tc_ledger ledger;
    tc_json_records records;
} tc_json_sample;

/* A place of a source that nobody knows: objects may begin anywhere. */
#define TC_JSON_ANYWHERE ((tc_json_state){.column = UINT32_MAX, .inlined = true})

/* False without memory; it is closed in any case. */
bool tc_json_sample_open(tc_json_sample *sample, const tc_parse_options *options,
                         tc_json_state start, tc_slice bytes);
void tc_json_sample_close(tc_json_sample *sample);
/* The next object, *ret as tc_json_records.text; false at the end. */
bool tc_json_sample_next(tc_json_sample *sample, tc_slice *ret);
/* It is so many bytes long; 0: it is not JSON. Before the next is asked for. */
void tc_json_sample_seen(tc_json_sample *sample, size_t length);

#endif
