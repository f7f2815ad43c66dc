/*
 * reading: in what order a scan reads its sources, and which of them it trusts.
 *
 * A source is trusted while the writer of its format keeps order: then its newest record tells how
 * old the next ones can be at most, and judging may follow reading. A source is held if anybody may
 * have shuffled it, or if it was found disordered; nothing is judged before it has been read to its
 * end. Held sources come first, the others by their first time, so that as little as possible waits
 * for anything.
 *
 * Where something can be read only once (standard input, a pipe) everything is held: should a
 * trusted source turn out disordered, all of it would have to be read again.
 */
#ifndef TC_PIPELINE_READING_H
#define TC_PIPELINE_READING_H

#include "detector/input/input.h"

typedef struct tc_reading {
    size_t source_count;
    bool *held;      /* by source */
    uint32_t *order; /* the readable sources as they are read */
    size_t count;
    uint32_t *place; /* by readable source: where it stands in order */
} tc_reading;

tc_reading *tc_reading_new(const tc_input *input) TC_MUST_USE;
void tc_reading_free(tc_reading *reading);
/* Holds more sources from now on (by source, true: hold it): not while any is being read. */
void tc_reading_hold(tc_reading *reading, const tc_input *input, const bool *more);

#endif
