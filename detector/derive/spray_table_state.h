/*
 * spray_table_state: how places and members lie in memory. Internal to spray_table*.c.
 *
 * Places stand in one list from the one told longest ago to the one told last; free ones in
 * another, by `younger`.
 */
#ifndef TC_DERIVE_SPRAY_TABLE_STATE_H
#define TC_DERIVE_SPRAY_TABLE_STATE_H

#include "detector/derive/spray_table.h"
#include "detector/memory/keymap.h"

#define SPRAY_FAILED_MAX 64
#define SPRAY_SUCCEEDED_MAX TC_SPRAY_GUESTS
#define SPRAY_MEMBERS_MAX (SPRAY_FAILED_MAX + SPRAY_SUCCEEDED_MAX)

/* Times are seconds since 1970; 0 = never. */
typedef struct spray_member {
    uint64_t id;
    uint32_t failed; /* last; 0 once it succeeded */
    uint32_t first_ok, last_ok;
    uint32_t entity; /* as it was when it succeeded first */
    bool novel;      /* ... from a source new to it */
    uint32_t tries; /* seconds in which it failed, since it was failing without 24 hours of pause */
} spray_member;

typedef struct spray_place {
    uint64_t key;
    spray_member *members;
    size_t count, capacity;
    uint32_t older, younger; /* places from 1 */
    uint32_t told;           /* last */
    uint32_t peak, peak_at;
} spray_place;

struct tc_spray_table {
    spray_place *places;
    size_t used, capacity, places_max;
    size_t members, members_max;
    tc_keymap at; /* key -> place from 1 */
    uint32_t oldest, youngest, free;
    uint64_t given_up;
};

uint32_t tc_spray_seconds(tc_time time);
/* Room for a place, the youngest now; NULL if there is none. */
spray_place *tc_spray_table_make(tc_spray_table *table, uint64_t key);
/* Room for a member of the place; NULL without memory. */
spray_member *tc_spray_table_member(tc_spray_table *table, spray_place *place);

#endif
