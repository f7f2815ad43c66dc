/*
 * stretches: where in a plain file archives stand.
 *
 * A tar and a stream end somewhere, and what follows is met there. A zip file is read from its end,
 * so of two of them in one file the library sees the second alone; and one that unpacks itself is a
 * program with a zip or 7-Zip archive behind it. Both are found here, by the record that ends a zip
 * file (APPNOTE.TXT 4.3.16, 4.3.14) and by the signature of 7-Zip, so that each is read by itself.
 *
 * Pure but for pread; bounded: TC_STRETCHES_MAX archives, a window at each end. What says nothing
 * clear is one archive, from the first byte to the last.
 */
#ifndef TC_INPUT_STRETCHES_H
#define TC_INPUT_STRETCHES_H

#include "parsers/base/slice.h"

#define TC_STRETCHES_MAX 256

typedef struct tc_stretches {
    size_t count;                    /* at least 1 */
    uint64_t ends[TC_STRETCHES_MAX]; /* the last one's first: each ends where the next begins */
    uint64_t starts[TC_STRETCHES_MAX];
    bool program; /* there is a program before the first */
    bool more;    /* before the first there are others yet */
} tc_stretches;

/* TC_ENOMEM only. */
TC_STATUS tc_stretches_of(int fd, uint64_t size, tc_stretches *ret);
/* How many entries the directory of the zip file from..to has: as many as it says, or, if it says
 * no number, as there can be. */
uint64_t tc_stretches_entries(int fd, uint64_t from, uint64_t to);
/* Whether a file is one that unpacks itself; false also without memory. */
bool tc_stretches_in_program(int fd, uint64_t size);

#endif
