/*
 * index: 64-bit key -> 32-bit place, for tables of a fixed bound whose owners keep the things.
 *
 * Open addressing with linear probing; removal closes the gap, so nothing decays however long a run
 * is. Keys are spread under a key of the run, so that strangers cannot aim at one another's place.
 * It grows by doubling up to what `capacity` entries need; its owner never puts in more. Never
 * iterated.
 */
#ifndef TC_CORRELATE_INDEX_H
#define TC_CORRELATE_INDEX_H

#include "parsers/base/slice.h"

#define TC_INDEX_NONE UINT32_MAX

typedef struct tc_index_slot {
    uint64_t key;
    uint32_t place; /* TC_INDEX_NONE: free */
} __attribute__((packed, aligned(4))) tc_index_slot;

typedef struct tc_index {
    tc_index_slot *slots;
    size_t slot_count; /* a power of two, or 0 */
    size_t count, capacity;
    uint64_t seed;
} tc_index;

/* Nothing is allocated yet. */
void tc_index_init(tc_index *index, size_t capacity);
void tc_index_done(tc_index *index);
/* TC_INDEX_NONE if the key is absent. */
uint32_t tc_index_get(const tc_index *index, uint64_t key);
/* Sets the place of a key, which may be there already. False without memory or at the bound. */
bool tc_index_put(tc_index *index, uint64_t key, uint32_t place) TC_MUST_USE;
void tc_index_remove(tc_index *index, uint64_t key);
size_t tc_index_bytes(const tc_index *index);

#endif
