/*
 * search: which of many words stand in a text, and where.
 *
 * Words wanted at an end of the text are filed under four bytes at one of a few distances from that
 * end: a handful of look-ups per text. Words wanted anywhere are filed under the four of their
 * bytes in a row that the fewest other words have: at each place of the text one bit says whether
 * any word is filed under the four bytes there, and only then are words compared. That is several
 * times faster than an automaton on usual text, and quadratic on text (or words) made to defeat it:
 * when comparisons grow out of proportion to the text, the whole of it goes through the automaton
 * of the same words instead, whose cost is linear. Then words may be told twice, and those for one
 * end elsewhere, too; of a word of one byte only the first place and the last byte are told.
 * Immutable once built.
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
