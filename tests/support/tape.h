/*
 * tape: saved state in memory, for tests of visitors.
 *
 * A tape is written by a saver and read by a loader, as often as wanted. tape_damage changes a
 * value inside a section and makes the checksums right again, so that what gets through is what a
 * hostile author of state could write, not what a broken disk would.
 */
#ifndef TC_TEST_TAPE_H
#define TC_TEST_TAPE_H

#include "parsers/base/visit.h"

typedef struct tape {
    uint8_t *bytes;
    size_t length, at, capacity;
    size_t room;  /* what fits; writes beyond it fail */
    size_t piece; /* reads give at most so many bytes at once */
} tape;

tape *tape_new(void);
void tape_free(tape *t);
tape *tape_copy(const tape *t);
bool tape_equal(const tape *a, const tape *b);
/* Visits of the tape; freed by the caller with tc_visit_free. Both begin at the tape's start. */
tc_visit *tape_saver(tape *t);
tc_visit *tape_loader(tape *t);
/* Changes one byte of a chunk, chosen by `dice`, and mends all checksums. */
void tape_damage(tape *t, uint64_t dice);
/* Makes the section of that name one of another version. */
void tape_outdate(tape *t, const char *section);

#endif
