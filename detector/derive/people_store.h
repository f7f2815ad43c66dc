/*
 * people_store: things of one size in chunks that do not move, numbered from 1.
 *
 * Numbers are given in order and never taken back: whoever gives a thing up keeps a list of its
 * own. Internal to people*.c.
 */
#ifndef TC_DERIVE_PEOPLE_STORE_H
#define TC_DERIVE_PEOPLE_STORE_H

#include "parsers/base/status.h"

#define TC_PEOPLE_CHUNK 4096 /* things that come from the heap at once */

/* All zero but for size and limit is an empty one. */
typedef struct tc_people_store {
    uint8_t **chunks;
    size_t chunk_count, chunk_capacity, size, used, limit;
    uint32_t free; /* the owner's list of those given up */
} tc_people_store;

static inline void *tc_people_store_at(const tc_people_store *s, uint32_t number)
{
    return s->chunks[number / TC_PEOPLE_CHUNK] + (size_t)(number % TC_PEOPLE_CHUNK) * s->size;
}

/* A zeroed thing of the next number; 0 at the limit or without memory. */
uint32_t tc_people_store_fresh(tc_people_store *store);
void tc_people_store_done(tc_people_store *store);
size_t tc_people_store_bytes(const tc_people_store *store);

#endif
