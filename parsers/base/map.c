/*
 * Entries stand in an array in the order of insertion; a removed one stays as a gap (key NULL)
 * until the array is full and is written anew without gaps. The index is a table of entry numbers,
 * half full at most, probed linearly; removal moves later entries of the run back, so that no marks
 * of removed entries slow down the search. Keys live in an arena of the map.
 */
#include "parsers/base/map.h"

#include "parsers/base/alloc.h"
#include "parsers/base/arena.h"

enum { FIRST_CAPACITY = 8, KEPT_DEAD_BYTES = 4096 };

typedef struct entry {
    uint64_t hash;
    uint64_t value;
    tc_slice key;
} entry;

typedef struct slot {
    uint32_t tag;    /* high half of the hash: spares most visits to the entry */
    uint32_t number; /* entry + 1; 0 = free */
} slot;

struct tc_map {
    tc_hash_key secret;
    entry *entries;
    slot *slots; /* 2 * capacity of them */
    tc_arena *keys;
    size_t max;
    size_t capacity;  /* a power of two, 0 at first */
    size_t used;      /* entries with gaps */
    size_t count;     /* entries without gaps */
    size_t key_bytes; /* of living keys */
    size_t dead_bytes;
};

tc_map *tc_map_new(size_t max_entries)
{
    tc_map *map = tc_alloc(1, sizeof(*map));
    if (!map) return NULL;
    map->keys = tc_arena_new(SIZE_MAX);
    if (!map->keys) {
        tc_free(map);
        return NULL;
    }
    map->secret = tc_hash_random_key();
    /* Entry numbers have 32 bits, and gaps may take as many as the entries. */
    map->max = TC_MIN(max_entries, (size_t)1 << 30);
    return map;
}

void tc_map_free(tc_map *map)
{
    if (!map) return;
    tc_arena_free(map->keys);
    tc_free(map->entries);
    tc_free(map->slots);
    tc_free(map);
}

static inline uint32_t tag_of(uint64_t hash)
{
    return (uint32_t)(hash >> 32);
}

static inline size_t slot_mask(const tc_map *map)
{
    return 2 * map->capacity - 1;
}

/* The slot of the key or the free slot where its search ends. The table must have slots. */
static size_t find_slot(const tc_map *map, tc_slice key, uint64_t hash)
{
    size_t mask = slot_mask(map);
    for (size_t at = hash & mask;; at = (at + 1) & mask) {
        slot s = map->slots[at];
        if (s.number == 0) return at;
        if (s.tag != tag_of(hash)) continue;
        const entry *e = &map->entries[s.number - 1];
        if (e->hash == hash && tc_slice_equal(e->key, key)) return at;
    }
}

uint64_t *tc_map_get(const tc_map *map, tc_slice key)
{
    if (map->count == 0) return NULL;
    size_t at = find_slot(map, key, tc_siphash(map->secret, key));
    uint32_t number = map->slots[at].number;
    return number ? &map->entries[number - 1].value : NULL;
}

static void index_entry(tc_map *map, size_t i)
{
    uint64_t hash = map->entries[i].hash;
    size_t mask = slot_mask(map);
    size_t at = hash & mask;
    while (map->slots[at].number) {
        at = (at + 1) & mask;
    }
    map->slots[at] = (slot){tag_of(hash), (uint32_t)i + 1};
}

/* A new arena with the living keys, or NULL. */
static tc_arena *copy_keys(entry *entries, size_t count)
{
    tc_arena *keys = tc_arena_new(SIZE_MAX);
    if (!keys) return NULL;
    for (size_t i = 0; i < count; i++) {
        if (!tc_arena_copy(keys, entries[i].key, &entries[i].key)) {
            tc_arena_free(keys);
            return NULL;
        }
    }
    return keys;
}

/* Writes the entries anew without gaps; on failure nothing changes. */
static TC_STATUS rebuild(tc_map *map, size_t capacity)
{
    entry *entries = tc_alloc(capacity, sizeof(*entries));
    slot *slots = tc_alloc(capacity, 2 * sizeof(*slots));
    tc_arena *keys = map->keys;
    size_t count = 0;
    if (!entries || !slots) goto no_memory;
    for (size_t i = 0; i < map->used; i++) {
        if (map->entries[i].key.ptr) entries[count++] = map->entries[i];
    }
    if (map->dead_bytes > KEPT_DEAD_BYTES && map->dead_bytes > map->key_bytes) {
        keys = copy_keys(entries, count);
        if (!keys) goto no_memory;
        tc_arena_free(map->keys);
        map->dead_bytes = 0;
    }
    tc_free(map->entries);
    tc_free(map->slots);
    map->entries = entries;
    map->slots = slots;
    map->keys = keys;
    map->capacity = capacity;
    map->used = count;
    for (size_t i = 0; i < count; i++) {
        index_entry(map, i);
    }
    return TC_SUCCESS;

no_memory:
    tc_free(entries);
    tc_free(slots);
    return (tc_status){TC_ENOMEM};
}

/* Makes room for one more entry. */
static TC_STATUS make_room(tc_map *map)
{
    bool dead_weight = map->dead_bytes > KEPT_DEAD_BYTES && map->dead_bytes > 2 * map->key_bytes;
    if (map->used < map->capacity && !dead_weight) return TC_SUCCESS;
    if (map->capacity == 0) return rebuild(map, FIRST_CAPACITY);
    /* With a quarter of gaps the array is only tidied up. */
    bool tidy = dead_weight || map->used - map->count >= map->capacity / 4;
    return rebuild(map, tidy ? map->capacity : 2 * map->capacity);
}

TC_STATUS tc_map_put(tc_map *map, tc_slice key, uint64_t **ret_value, bool *ret_created)
{
    uint64_t hash = tc_siphash(map->secret, key);
    if (map->count) {
        uint32_t number = map->slots[find_slot(map, key, hash)].number;
        if (number) {
            *ret_value = &map->entries[number - 1].value;
            if (ret_created) *ret_created = false;
            return TC_SUCCESS;
        }
    }
    if (map->count >= map->max) return (tc_status){TC_ELIMIT};
    TC_TRY(make_room(map));
    entry *e = &map->entries[map->used];
    if (!tc_arena_copy(map->keys, key, &e->key)) {
        e->key = TC_EMPTY_SLICE;
        return (tc_status){TC_ENOMEM};
    }
    e->hash = hash;
    e->value = 0;
    index_entry(map, map->used++);
    map->count++;
    map->key_bytes += key.len;
    *ret_value = &e->value;
    if (ret_created) *ret_created = true;
    return TC_SUCCESS;
}

/* Frees a slot, moving back the later ones of its run that may stand there. */
static void free_slot(tc_map *map, size_t gap)
{
    size_t mask = slot_mask(map);
    for (size_t at = (gap + 1) & mask; map->slots[at].number; at = (at + 1) & mask) {
        size_t home = map->entries[map->slots[at].number - 1].hash & mask;
        if (((at - home) & mask) >= ((at - gap) & mask)) {
            map->slots[gap] = map->slots[at];
            gap = at;
        }
    }
    map->slots[gap] = (slot){0, 0};
}

bool tc_map_remove(tc_map *map, tc_slice key)
{
    if (map->count == 0) return false;
    size_t at = find_slot(map, key, tc_siphash(map->secret, key));
    uint32_t number = map->slots[at].number;
    if (number == 0) return false;
    entry *e = &map->entries[number - 1];
    map->key_bytes -= e->key.len;
    map->dead_bytes += e->key.len;
    free_slot(map, at);
    e->key = TC_EMPTY_SLICE;
    map->count--;
    return true;
}

size_t tc_map_count(const tc_map *map)
{
    return map->count;
}

size_t tc_map_bytes(const tc_map *map)
{
    return sizeof(*map) + map->capacity * (sizeof(entry) + 2 * sizeof(slot)) +
           tc_arena_held(map->keys);
}

bool tc_map_next(const tc_map *map, size_t *cursor, tc_slice *ret_key, uint64_t **ret_value)
{
    for (; *cursor < map->used; ++*cursor) {
        entry *e = &map->entries[*cursor];
        if (!e->key.ptr) continue;
        *ret_key = e->key;
        *ret_value = &e->value;
        ++*cursor;
        return true;
    }
    return false;
}
