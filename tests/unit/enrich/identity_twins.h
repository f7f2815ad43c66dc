/*
 * identity_twins: tables to which the same is said, and that must answer the same.
 *
 * The first one lives through everything; the second one is saved, and goes on as what was loaded,
 * as often as the test wants it. Compared are numbers, serials, labels, values, ranks, counters,
 * bytes, who is forgotten and in which order, and what both save. With one table only, nothing is
 * compared: it must only live.
 */
#ifndef TC_TEST_IDENTITY_TWINS_H
#define TC_TEST_IDENTITY_TWINS_H

#include "detector/enrich/identity.h"
#include "tests/support/tape.h"

typedef struct twin {
    tc_identity *table;
    uint64_t farewells; /* a hash of who was forgotten */
    size_t forgotten;
} twin;

typedef struct twins {
    twin sides[2];
    size_t count;
    size_t max_bytes, max_entities;
    unsigned users; /* so many have names */
    uint32_t seed;
} twins;

twins *twins_new(size_t max_bytes, size_t max_entities, unsigned users, uint32_t seed);
void twins_free(twins *t);
/* The same about one table alone, which becomes the twins'. */
twins *twins_of_one(tc_identity *table, unsigned users, uint32_t seed);
/* One random statement; at some points of it, if `breaks`, the second table is broken off. */
void twins_say(twins *t, bool breaks);
/* Saves the second table, loads that, saves it again and goes on with what was loaded. */
void twins_break(twins *t);
/* Asks both about every name there can be. */
void twins_compare(twins *t);
uint32_t twins_roll(twins *t, uint32_t sides);

tape *identity_saved(tc_identity *table);
TC_STATUS identity_loaded(tape *saved, tc_identity *table);

#endif
