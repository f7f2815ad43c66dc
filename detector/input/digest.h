/*
 * digest: what a source holds, decoded, as one number that nobody can make another file have.
 *
 * For members of archives, which cannot be read side by side with others without unpacking all that
 * stands before them: their bytes are read once, in the archive's order, and compared by this.
 */
#ifndef TC_INPUT_DIGEST_H
#define TC_INPUT_DIGEST_H

#include "detector/input/state.h"

#define TC_DIGEST_SIZE 32 /* SHA-256 */

struct tc_digest {
    uint64_t length; /* decoded bytes */
    uint8_t hash[TC_DIGEST_SIZE];
};

/* The entry's digest, made if it is not there yet, in the memory of the input; NULL if what it
 * holds cannot be known: the system failed, or there is no memory. Damage counts as the end. `room`
 * is of any size from one byte on. */
const tc_digest *tc_digest_of(tc_input *input, tc_entry *entry, tc_stream *stream, uint8_t *buffer,
                              size_t room);

#endif
