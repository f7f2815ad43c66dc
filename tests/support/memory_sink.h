/*
 * memory_sink: a tc_sink that writes down what it is given, one line per event.
 *
 * "OFFSET+LENGTH TIME FORMAT name=form:value ...", control bytes made visible, so that two runs can
 * be compared as text and a test can search it. Offsets are those of the whole source.
 */
#ifndef TC_TESTS_MEMORY_SINK_H
#define TC_TESTS_MEMORY_SINK_H

#include "parsers/base/str.h"
#include "parsers/parser.h"

typedef struct tc_memory_sink {
    tc_str text;
    uint64_t base; /* offset in the source of the block being parsed */
    uint64_t events;
    uint64_t rejects; /* records that parse rejected */
    tc_time last_time;
    size_t last_offset;
    bool monotonic; /* offsets never fell, raw slices lay inside their block */
    tc_slice block;
    bool silent; /* count and check only */
} tc_memory_sink;

void tc_memory_sink_init(tc_memory_sink *memory);
void tc_memory_sink_done(tc_memory_sink *memory);
/* The block that is parsed next and its offset in the source. */
void tc_memory_sink_at(tc_memory_sink *memory, tc_slice block, uint64_t base);
tc_sink tc_memory_sink_view(tc_memory_sink *memory);

#endif
