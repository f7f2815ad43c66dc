/*
 * people_state: how persons and their traits lie in memory (see people.h). Internal to people*.c.
 *
 * A person that was given up has no entity and stands in the list of free ones; of a person's
 * pieces only the first is ever not full.
 */
#ifndef TC_DERIVE_PEOPLE_STATE_H
#define TC_DERIVE_PEOPLE_STATE_H

#include "detector/derive/people.h"
#include "detector/derive/people_store.h"

#define PIECE_TRAITS 4
/* So many are forgotten at once at most to make room for one. */
#define EVICTIONS_MAX 64

typedef struct people_trait {
    uint64_t key;         /* of kind and value */
    uint32_t first, last; /* seconds since 1970 */
} people_trait;

typedef struct people_piece {
    people_trait traits[PIECE_TRAITS];
    uint32_t next;
    uint32_t count;
} people_piece;

_Static_assert(sizeof(tc_person) <= 96, "the budget of a mailbox: person");
_Static_assert(sizeof(people_piece) <= 72, "the budget of a mailbox: traits");

struct tc_people {
    tc_identity *identity;
    tc_people_store persons, pieces;
    uint64_t forgotten, unmade, traits_refused;
};

static inline tc_person *tc_people_person(const tc_people *people, uint32_t number)
{
    return tc_people_store_at(&people->persons, number);
}

static inline people_piece *tc_people_piece(const tc_people *people, uint32_t number)
{
    return tc_people_store_at(&people->pieces, number);
}

/* people_traits.c: */
/* Gives up the pieces from that one on. */
void tc_people_pieces_give(tc_people *people, uint32_t number);
/* The trait of that key; else NULL, and *ret_oldest is the one of that kind used longest ago. */
people_trait *tc_people_trait_find(const tc_people *people, const tc_person *p, uint64_t key,
                                   people_trait **ret_oldest);
/* The traits of `from` become those of `into` too. */
void tc_people_traits_fold(tc_people *people, tc_person *into, const tc_person *from);
/* The kind of a key; TC_TRAIT_COUNT or more for none. */
static inline unsigned tc_people_trait_kind(uint64_t key)
{
    return (unsigned)(key % 8);
}
/* So many of a kind a person may have. */
unsigned tc_people_quota(unsigned kind);

#endif
