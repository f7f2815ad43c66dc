/*
 * nearest: the word that somebody may have meant.
 *
 * A pure function over words of the program's own; what was typed is only compared.
 */
#ifndef TC_SETTINGS_NEAREST_H
#define TC_SETTINGS_NEAREST_H

#include "parsers/base/slice.h"

/* The nearest of `count` words by edit distance, NULL when none is near (distance over a third). */
const char *tc_nearest_word(tc_slice word, const char *const *words, size_t count);

#endif
