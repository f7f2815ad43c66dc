/*
 * regex_literal: texts of which a regular expression cannot match without at least one.
 *
 * The search for rules' expressions begins with these: only a value that holds one (under simple
 * case folding) is given to the expression. The analysis understands a part of the syntax and says
 * "none" for the rest; it never names a text that a match could do without.
 */
#ifndef TC_SIGMA_REGEX_LITERAL_H
#define TC_SIGMA_REGEX_LITERAL_H

#include "parsers/base/slice.h"

#define TC_REGEX_LITERALS_MAX 32
#define TC_REGEX_LITERAL_MIN 3 /* shorter ones tell too little */

typedef struct tc_regex_literals {
    size_t count; /* 0: none is provable */
    tc_slice text[TC_REGEX_LITERALS_MAX];
} tc_regex_literals;

/* The texts lie in `room`, which must hold pattern.len bytes. */
void tc_regex_literals_find(tc_slice pattern, uint8_t *room, tc_regex_literals *ret);

#endif
