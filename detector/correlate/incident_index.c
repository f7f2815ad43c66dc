#include "detector/correlate/incident_index.h"

#include "parsers/base/alloc.h"

enum { FIRST_SLOTS = 8 };

void tc_incident_index_done(tc_incident_index *index)
{
    tc_free(index->slots);
    *index = (tc_incident_index){0};
}

/* The slot of the digest, or the free one where it would stand. */
static size_t slot_of(const tc_incident_index *index, uint64_t digest)
{
    size_t mask = index->capacity - 1, at = (size_t)digest & mask;
    while (index->slots[at].number && index->slots[at].digest != digest)
        at = (at + 1) & mask;
    return at;
}

uint32_t tc_incident_index_get(const tc_incident_index *index, uint64_t digest)
{
    return index->capacity ? index->slots[slot_of(index, digest)].number : 0;
}

tc_status tc_incident_index_reserve(tc_incident_index *index)
{
    if ((index->count + 1) * 4 <= index->capacity * 3) return TC_SUCCESS;
    size_t capacity = index->capacity ? index->capacity * 2 : FIRST_SLOTS;
    tc_incident_index larger = {tc_alloc(capacity, sizeof(tc_incident_index_slot)), capacity,
                                index->count};
    if (larger.slots == NULL) return (tc_status){TC_ENOMEM};
    for (size_t i = 0; i < index->capacity; i++) {
        const tc_incident_index_slot *slot = &index->slots[i];
        if (slot->number) larger.slots[slot_of(&larger, slot->digest)] = *slot;
    }
    tc_free(index->slots);
    *index = larger;
    return TC_SUCCESS;
}

tc_status tc_incident_index_set(tc_incident_index *index, uint64_t digest, uint32_t number)
{
    TC_ASSERT(number);
    TC_TRY(tc_incident_index_reserve(index));
    tc_incident_index_slot *slot = &index->slots[slot_of(index, digest)];
    index->count += slot->number == 0;
    *slot = (tc_incident_index_slot){digest, number};
    return TC_SUCCESS;
}

/* What stands behind the hole and could not be found across it moves into it. */
void tc_incident_index_remove(tc_incident_index *index, uint64_t digest)
{
    if (index->capacity == 0) return;
    size_t mask = index->capacity - 1, hole = slot_of(index, digest);
    if (index->slots[hole].number == 0) return;
    index->count--;
    for (size_t at = (hole + 1) & mask; index->slots[at].number; at = (at + 1) & mask) {
        size_t home = (size_t)index->slots[at].digest & mask;
        if (((at - home) & mask) < ((at - hole) & mask)) continue;
        index->slots[hole] = index->slots[at];
        hole = at;
    }
    index->slots[hole] = (tc_incident_index_slot){0};
}
