#include "detector/memory/keymap.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

/* An incident has three maps, mostly of a few entries. */
enum { FIRST_SLOTS = 8 };

void tc_keymap_init(tc_keymap *map, size_t bound)
{
    *map = (tc_keymap){.bound = bound};
}

void tc_keymap_done(tc_keymap *map)
{
    tc_free(map->slots);
    *map = (tc_keymap){0};
}

/* The finalizer of MurmurHash3. */
static size_t home_of(const tc_keymap *map, uint64_t key)
{
    uint64_t h = key ^ map->seed;
    h = (h ^ h >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
    h = (h ^ h >> 33) * UINT64_C(0xC4CEB9FE1A85EC53);
    return (size_t)(h ^ h >> 33) & (map->slot_count - 1);
}

/* The slot of the key, or the free one where it would stand. */
static tc_keymap_slot *slot_of(const tc_keymap *map, uint64_t key)
{
    size_t at = home_of(map, key);
    while (map->slots[at].number != 0 && map->slots[at].key != key)
        at = (at + 1) & (map->slot_count - 1);
    return &map->slots[at];
}

static TC_STATUS grow(tc_keymap *map)
{
    tc_keymap larger = *map;
    larger.slot_count = map->slot_count ? 2 * map->slot_count : FIRST_SLOTS;
    larger.slots = tc_alloc(larger.slot_count, sizeof(tc_keymap_slot));
    if (larger.slots == NULL) return (tc_status){TC_ENOMEM};
    if (map->slot_count == 0) larger.seed = tc_hash_random_key().k0;
    for (size_t i = 0; i < map->slot_count; i++)
        if (map->slots[i].number != 0) *slot_of(&larger, map->slots[i].key) = map->slots[i];
    tc_free(map->slots);
    *map = larger;
    return TC_SUCCESS;
}

uint32_t tc_keymap_get(const tc_keymap *map, uint64_t key)
{
    return map->slot_count ? slot_of(map, key)->number : 0;
}

TC_STATUS tc_keymap_reserve(tc_keymap *map)
{
    if (map->bound != 0 && map->count >= map->bound) return (tc_status){TC_ELIMIT};
    return (map->count + 1) * 4 > map->slot_count * 3 ? grow(map) : TC_SUCCESS;
}

TC_STATUS tc_keymap_put(tc_keymap *map, uint64_t key, uint32_t number)
{
    TC_ASSERT(number != 0);
    if (tc_keymap_get(map, key) == 0) {
        TC_TRY(tc_keymap_reserve(map));
        map->count++;
    }
    *slot_of(map, key) = (tc_keymap_slot){key, number};
    return TC_SUCCESS;
}

/* Moves what stood behind the gap to where it is found without passing it. */
static void close_gap(tc_keymap *map, size_t gap)
{
    size_t mask = map->slot_count - 1;
    for (size_t at = (gap + 1) & mask; map->slots[at].number != 0; at = (at + 1) & mask) {
        size_t home = home_of(map, map->slots[at].key);
        if (((at - home) & mask) < ((at - gap) & mask)) continue;
        map->slots[gap] = map->slots[at];
        gap = at;
    }
    map->slots[gap] = (tc_keymap_slot){0};
}

void tc_keymap_remove(tc_keymap *map, uint64_t key)
{
    if (map->slot_count == 0) return;
    const tc_keymap_slot *slot = slot_of(map, key);
    if (slot->number == 0) return;
    map->count--;
    close_gap(map, (size_t)(slot - map->slots));
}

size_t tc_keymap_bytes(const tc_keymap *map)
{
    return map->slot_count * sizeof(tc_keymap_slot);
}
