/*
 * fake_bytes: a lowest layer that gives bytes of memory in small pieces, with pauses, and fails.
 */
#ifndef TC_TEST_INPUT_FAKE_BYTES_H
#define TC_TEST_INPUT_FAKE_BYTES_H

#include "detector/input/bytes.h"
#include "parsers/base/str.h"

typedef struct fake_bytes {
    tc_slice bytes;
    size_t piece; /* at most so many at once */
    bool idles;   /* says IDLE before every piece, and before the end */
    bool fails;   /* instead of ending */
    bool paused;
    uint32_t closed;
} fake_bytes;

tc_bytes fake_start(fake_bytes *fake);

typedef struct drained {
    tc_str text;
    tc_bytes_result result; /* END or FAILED */
    tc_error error;
    uint64_t idle; /* how often IDLE was said */
} drained;

/* Reads all in pieces of room, holding the layer to the contract: what is said at the end is said
 * again in the same words. */
void drain(tc_bytes bytes, size_t room, drained *ret);
void drained_done(drained *d);
static inline tc_slice drained_text(const drained *d)
{
    return tc_str_view(&d->text);
}

#endif
