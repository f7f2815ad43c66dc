/*
 * condition: words of a boolean expression, as conditions of detections and correlations write it.
 *
 * A word is a maximal run of letters, digits and "_.-|*", compared with the keywords only when it
 * is whole, so that an identifier may begin with one; keywords count in any case.
 */
#ifndef TC_SIGMA_CONDITION_H
#define TC_SIGMA_CONDITION_H

#include "parsers/base/slice.h"

#define TC_CONDITION_DEPTH 64
#define TC_CONDITION_BYTES 65536

typedef enum tc_word {
    TC_WORD_END,
    TC_WORD_NAME,
    TC_WORD_AND,
    TC_WORD_OR,
    TC_WORD_NOT,
    TC_WORD_OF,
    TC_WORD_OPEN,
    TC_WORD_CLOSE,
    TC_WORD_BAD
} tc_word;

typedef struct tc_words {
    tc_slice text;
    size_t next; /* behind the current word */
    tc_word word;
    tc_slice token;
    size_t at; /* where the current word begins */
} tc_words;

/* Reads the first word. */
void tc_words_begin(tc_words *w, tc_slice text);
void tc_words_next(tc_words *w);
/* Does the name fit a pattern with stars? */
bool tc_words_fit(tc_slice pattern, tc_slice name);

#endif
