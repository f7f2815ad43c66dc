/*
 * blocks: memory of one size that connections take and give back all the time.
 *
 * What was given back last is handed out next, so that it still lies in the caches and the heap
 * does not shrink and grow with every request. At most TC_BLOCKS_KEPT wait; further ones are freed.
 * A block that waits is poisoned: who touches it is caught by a build with AddressSanitizer. Owner:
 * the wire of a capture, whose dialogues are done before it. Not for blocks of several sizes, and
 * not shared by threads.
 */
#ifndef TC_PACKET_BLOCKS_H
#define TC_PACKET_BLOCKS_H

#include "parsers/base/prelude.h"

#define TC_BLOCKS_KEPT 64

typedef struct tc_blocks {
    void *kept[TC_BLOCKS_KEPT];
    size_t count;
    size_t size; /* of each, as the first that was asked for */
} tc_blocks;

/* `size` bytes, the same at every call, all zero; NULL without memory. */
void *tc_blocks_take(tc_blocks *blocks, size_t size);
/* Takes one back; NULL is none. */
void tc_blocks_give(tc_blocks *blocks, void *block);
/* Frees those that wait. */
void tc_blocks_done(tc_blocks *blocks);

#endif
