/*
 * search: which of many words stand in a text, and where.
 *
 * Each word is filed under the four of its bytes in a row that the fewest other words have. At each
 * place of the text one bit says whether any word is filed under the four bytes there; only then
 * are words compared. That is several times faster than an automaton on usual text, and quadratic
 * on text (or words) made to defeat it: when comparisons grow out of proportion to the text, the
 * whole of it goes through the automaton of the same words instead, whose cost is linear. Words
 * that both find are told twice, and of a word of one byte only the first place and the ends are
 * told. Immutable once built.
 */
#ifndef TC_SIGMA_SEARCH_H
#define TC_SIGMA_SEARCH_H

#include "detector/sigma/automaton.h"

typedef struct tc_search tc_search;

/* The words' texts must live on; sorts `words`. NULL without memory. */
tc_search *tc_search_new(tc_automaton_word *words, size_t count) TC_MUST_USE;
void tc_search_free(tc_search *search);
/* Tells of each word's id and the place behind it, in no particular order. */
void tc_search_scan(const tc_search *search, tc_slice text, tc_automaton_found *found,
                    void *context);
size_t tc_search_bytes(const tc_search *search);

#endif
