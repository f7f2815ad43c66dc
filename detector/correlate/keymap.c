#include "detector/correlate/keymap.h"

#include "parsers/base/alloc.h"
#include "parsers/base/hash.h"

#define FIRST_SLOTS 64

void tc_keymap_init(tc_keymap *index, size_t capacity)
{
    *index = (tc_keymap){.capacity = capacity, .seed = tc_hash_random_key().k0};
}

void tc_keymap_done(tc_keymap *index)
{
    tc_free(index->slots);
    index->slots = NULL;
    index->slot_count = index->count = 0;
}

/* The finalizer of MurmurHash3. */
static size_t home_of(const tc_keymap *index, uint64_t key)
{
    uint64_t h = key ^ index->seed;
    h = (h ^ h >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
    h = (h ^ h >> 33) * UINT64_C(0xC4CEB9FE1A85EC53);
    return (size_t)(h ^ h >> 33) & (index->slot_count - 1);
}

static tc_keymap_slot *slot_of(const tc_keymap *index, uint64_t key)
{
    size_t at = home_of(index, key);
    while (index->slots[at].place != TC_KEYMAP_NONE && index->slots[at].key != key)
        at = (at + 1) & (index->slot_count - 1);
    return &index->slots[at];
}

static bool grow(tc_keymap *index)
{
    size_t before = index->slot_count, count = before ? 2 * before : FIRST_SLOTS;
    tc_keymap_slot *old = index->slots;
    tc_keymap_slot *slots = tc_alloc(count, sizeof(tc_keymap_slot));
    if (slots == NULL) return false;
    for (size_t i = 0; i < count; i++)
        slots[i].place = TC_KEYMAP_NONE;
    index->slots = slots;
    index->slot_count = count;
    for (size_t i = 0; i < before; i++)
        if (old[i].place != TC_KEYMAP_NONE) *slot_of(index, old[i].key) = old[i];
    tc_free(old);
    return true;
}

uint32_t tc_keymap_get(const tc_keymap *index, uint64_t key)
{
    return index->slot_count ? slot_of(index, key)->place : TC_KEYMAP_NONE;
}

bool tc_keymap_put(tc_keymap *index, uint64_t key, uint32_t place)
{
    if ((index->count + 1) * 4 > index->slot_count * 3 && !grow(index)) return false;
    tc_keymap_slot *slot = slot_of(index, key);
    if (slot->place == TC_KEYMAP_NONE) {
        if (index->count == index->capacity) return false;
        index->count++;
    }
    *slot = (tc_keymap_slot){key, place};
    return true;
}

/* Moves what stood behind the gap to where it is found without passing it. */
static void close_gap(tc_keymap *index, size_t gap)
{
    size_t mask = index->slot_count - 1;
    for (size_t at = (gap + 1) & mask; index->slots[at].place != TC_KEYMAP_NONE;
         at = (at + 1) & mask) {
        size_t home = home_of(index, index->slots[at].key);
        if (((at - home) & mask) < ((at - gap) & mask)) continue;
        index->slots[gap] = index->slots[at];
        gap = at;
    }
    index->slots[gap].place = TC_KEYMAP_NONE;
}

void tc_keymap_remove(tc_keymap *index, uint64_t key)
{
    if (index->slot_count == 0) return;
    tc_keymap_slot *slot = slot_of(index, key);
    if (slot->place == TC_KEYMAP_NONE) return;
    index->count--;
    close_gap(index, (size_t)(slot - index->slots));
}

size_t tc_keymap_bytes(const tc_keymap *index)
{
    return index->slot_count * sizeof(tc_keymap_slot);
}
