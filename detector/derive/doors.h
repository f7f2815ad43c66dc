/*
 * doors: remote addresses that many people of the organisation come through as a matter of course:
 * its own VPN or proxy, most likely.
 *
 * Learned so that it can be told and declared as an exit; nothing is judged by it. Whoever feeds it
 * leaves out sessions whose source is new to the mailbox, so that an intruder's host does not get
 * in. Bounded by the space-saving of Metwally et al. (2005): at the bound the address with the
 * fewest sessions makes room, and the newcomer goes on from its count, so that what is frequent
 * stays.
 */
#ifndef TC_DERIVE_DOORS_H
#define TC_DERIVE_DOORS_H

#include "parsers/base/ip.h"
#include "parsers/base/visit.h"

#define TC_DOORS_MAX 128
#define TC_DOOR_PEOPLE 64 /* more are not told apart */

typedef struct tc_door {
    tc_ip ip;
    uint64_t sessions;
    uint64_t people[TC_DOOR_PEOPLE]; /* content keys of the first distinct ones */
    uint32_t people_count, days;
    int64_t day; /* the last, since 1970 */
} tc_door;

typedef struct tc_doors tc_doors;

/* NULL without memory. */
tc_doors *tc_doors_new(void) TC_MUST_USE;
void tc_doors_free(tc_doors *doors);
/* A session of the mailbox (a content key) from there. */
void tc_doors_note(tc_doors *doors, tc_ip ip, uint64_t mailbox, tc_time now);
size_t tc_doors_count(const tc_doors *doors);
const tc_door *tc_doors_at(const tc_doors *doors, size_t index);
/* Into empty ones. */
void tc_doors_visit(tc_doors *doors, tc_visit *visit);

#endif
