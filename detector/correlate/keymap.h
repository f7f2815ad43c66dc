/*
 * keymap: 64-bit key -> 32-bit place, for tables of a fixed bound whose owners keep the things.
 *
 * Open addressing with linear probing; removal closes the gap, so nothing decays however long a run
 * is. Keys are spread under a key of the run, so that strangers cannot aim at one another's place.
 * It grows by doubling up to what `capacity` entries need; its owner never puts in more. Never
 * iterated.
 */
#ifndef TC_CORRELATE_KEYMAP_H
#define TC_CORRELATE_KEYMAP_H

#include "parsers/base/slice.h"

#define TC_KEYMAP_NONE UINT32_MAX

typedef struct tc_keymap_slot {
    uint64_t key;
    uint32_t place; /* TC_KEYMAP_NONE: free */
} __attribute__((packed, aligned(4))) tc_keymap_slot;

typedef struct tc_keymap {
    tc_keymap_slot *slots;
    size_t slot_count; /* a power of two, or 0 */
    size_t count, capacity;
    uint64_t seed;
} tc_keymap;

/* Nothing is allocated yet. */
void tc_keymap_init(tc_keymap *index, size_t capacity);
void tc_keymap_done(tc_keymap *index);
/* TC_KEYMAP_NONE if the key is absent. */
uint32_t tc_keymap_get(const tc_keymap *index, uint64_t key);
/* Sets the place of a key, which may be there already. False without memory or at the bound. */
bool tc_keymap_put(tc_keymap *index, uint64_t key, uint32_t place) TC_MUST_USE;
void tc_keymap_remove(tc_keymap *index, uint64_t key);
size_t tc_keymap_bytes(const tc_keymap *index);

#endif
