/*
 * keymap: 64-bit key -> small number that is not 0, for tables whose owners keep the things.
 *
 * Open addressing with linear probing; removal closes the gap, so nothing decays however long a run
 * is. Keys are spread under a seed of the run, so that strangers cannot aim at one another's place.
 * It holds numbers only and no texts, so nothing that strangers write makes an entry larger. It
 * grows by doubling and refuses what would pass its bound, if it has one; the slots are the map's,
 * what the numbers stand for is the caller's. All zero is an empty map without a bound. Never
 * walked: no order of it can reach an output.
 */
#ifndef TC_MEMORY_KEYMAP_H
#define TC_MEMORY_KEYMAP_H

#include "parsers/base/status.h"

typedef struct tc_keymap_slot {
    uint64_t key;
    uint32_t number; /* 0: free */
} __attribute__((packed, aligned(4))) tc_keymap_slot;

typedef struct tc_keymap {
    tc_keymap_slot *slots;
    size_t slot_count; /* a power of two, or 0 */
    size_t count;
    size_t bound; /* entries; 0: none */
    uint64_t seed;
} tc_keymap;

/* Nothing is allocated yet. */
void tc_keymap_init(tc_keymap *map, size_t bound);
void tc_keymap_done(tc_keymap *map);
/* 0 if the key is absent. */
uint32_t tc_keymap_get(const tc_keymap *map, uint64_t key);
/* Sets the number of a key, which may be there already. TC_ENOMEM, or TC_ELIMIT at the bound,
 * changes nothing; a key that is there can always be set. */
TC_STATUS tc_keymap_put(tc_keymap *map, uint64_t key, uint32_t number);
/* Makes sure that the next put cannot fail; refuses like a put. */
TC_STATUS tc_keymap_reserve(tc_keymap *map);
void tc_keymap_remove(tc_keymap *map, uint64_t key);
size_t tc_keymap_bytes(const tc_keymap *map);

#endif
