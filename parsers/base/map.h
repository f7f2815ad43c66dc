/*
 * map: bytes -> 64-bit value, open addressing, keyed hash.
 *
 * Keys are copied into the map. Never iterated for output: order of iteration is insertion order
 * (entries are kept in a list in that order), so even internal walks are deterministic. A map has a
 * maximum of entries; beyond it put says TC_ELIMIT and the caller applies its policy. Not for
 * concurrent use.
 */
#ifndef TC_BASE_MAP_H
#define TC_BASE_MAP_H

#include "parsers/base/hash.h"

typedef struct tc_map tc_map;

/* A map of at most `max_entries`; NULL without memory. */
tc_map *tc_map_new(size_t max_entries) TC_MUST_USE;
void tc_map_free(tc_map *map);
/* The value's address, valid until the next put or remove; NULL if the key is absent. */
uint64_t *tc_map_get(const tc_map *map, tc_slice key);
/* The value's address, created as 0 when absent (*ret_created, may be NULL). TC_ELIMIT at the
 * maximum, TC_ENOMEM without memory. */
TC_STATUS tc_map_put(tc_map *map, tc_slice key, uint64_t **ret_value, bool *ret_created);
bool tc_map_remove(tc_map *map, tc_slice key);
size_t tc_map_count(const tc_map *map);
size_t tc_map_bytes(const tc_map *map);
/* Insertion order: start with *cursor = 0; false at the end. No put or remove meanwhile. */
bool tc_map_next(const tc_map *map, size_t *cursor, tc_slice *ret_key, uint64_t **ret_value);

#endif
