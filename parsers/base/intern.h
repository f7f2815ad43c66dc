/*
 * intern: equal strings, one small number.
 *
 * Ids count up from 1 in order of first sight (0 = none); the text of an id lives as long as the
 * table. Bounded in bytes (the texts and a fixed cost for each): past the bound interning gives
 * TC_ELIMIT. Used by the ordered stage, whose input order is total, so ids are the same in every
 * run; still, no output is ordered by them.
 */
#ifndef TC_BASE_INTERN_H
#define TC_BASE_INTERN_H

#include "parsers/base/slice.h"

typedef struct tc_intern tc_intern;

tc_intern *tc_intern_new(size_t max_bytes) TC_MUST_USE;
void tc_intern_free(tc_intern *table);
TC_STATUS tc_intern_put(tc_intern *table, tc_slice text, uint32_t *ret_id);
/* 0 if the text was never interned. */
uint32_t tc_intern_find(const tc_intern *table, tc_slice text);
/* Empty for 0. */
tc_slice tc_intern_text(const tc_intern *table, uint32_t id);
size_t tc_intern_count(const tc_intern *table);
size_t tc_intern_bytes(const tc_intern *table);

#endif
