/*
 * automaton: all places of many words in a text, in one pass (Aho and Corasick, CACM 18, 1975).
 *
 * Immutable once built; the cost of a pass is linear in the text plus what is found, for any words
 * and any text. States are numbered breadth first, so the children of a state stand side by side;
 * states with many children have a row of their own.
 */
#ifndef TC_SIGMA_AUTOMATON_H
#define TC_SIGMA_AUTOMATON_H

#include "parsers/base/slice.h"

typedef struct tc_automaton tc_automaton;

typedef struct tc_automaton_word {
    tc_slice text; /* not empty; not needed after building */
    uint32_t id;
    bool front, back; /* wanted only where the text begins, ends: tc_search looks no further */
} tc_automaton_word;

/* Sorts `words` in place. NULL without memory. */
tc_automaton *tc_automaton_new(tc_automaton_word *words, size_t count) TC_MUST_USE;
void tc_automaton_free(tc_automaton *automaton);

/* Tells of each word's id and the place behind it, from left to right. */
typedef void tc_automaton_found(void *context, uint32_t id, size_t end);
void tc_automaton_scan(const tc_automaton *automaton, tc_slice text, tc_automaton_found *found,
                       void *context);
size_t tc_automaton_bytes(const tc_automaton *automaton);

#endif
