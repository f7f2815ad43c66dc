/*
 * incident_index: where is what has this digest? Keyed 64-bit digests to small numbers.
 *
 * The index holds numbers only and no texts, so nothing that strangers write makes an entry larger.
 * A digest is made under the run's key (incident_state.h); that two things among a million share
 * one is less likely than a broken memory cell, and for nobody to choose. 0 is no digest and no
 * number. Never walked: no order of it can reach an output. Internal to incident*.c.
 */
#ifndef TC_CORRELATE_INCIDENT_INDEX_H
#define TC_CORRELATE_INCIDENT_INDEX_H

#include "parsers/base/status.h"

typedef struct tc_incident_index_slot {
    uint64_t digest;
    uint32_t number; /* 0 = the slot is free */
} tc_incident_index_slot;

/* All zero = empty. */
typedef struct tc_incident_index {
    tc_incident_index_slot *slots;
    size_t capacity; /* 0 or a power of two */
    size_t count;
} tc_incident_index;

void tc_incident_index_done(tc_incident_index *index);
/* 0 if there is none. */
uint32_t tc_incident_index_get(const tc_incident_index *index, uint64_t digest);
/* Sets or replaces; `number` is not 0. TC_ENOMEM changes nothing. */
tc_status tc_incident_index_set(tc_incident_index *index, uint64_t digest,
                                uint32_t number) TC_MUST_USE;
/* Makes sure that the next set cannot fail. */
tc_status tc_incident_index_reserve(tc_incident_index *index) TC_MUST_USE;
void tc_incident_index_remove(tc_incident_index *index, uint64_t digest);

#endif
