/*
 * pattern: a Sigma string, taken apart into text and wildcards.
 *
 * '*' is any run of bytes (line ends included), '?' exactly one code point, a dash (from the
 * modifier windash) one of five; a backslash escapes '*', '?' and itself and is else itself. A
 * pattern matches a whole value. Adjacent text is one piece, adjacent stars are one.
 */
#ifndef TC_SIGMA_PATTERN_H
#define TC_SIGMA_PATTERN_H

#include "parsers/base/arena.h"

typedef enum tc_pattern_piece_kind {
    TC_PATTERN_TEXT,
    TC_PATTERN_ANY,  /* * */
    TC_PATTERN_ONE,  /* ? */
    TC_PATTERN_DASH, /* - / en dash, em dash, horizontal bar */
    TC_PATTERN_KIND_COUNT
} tc_pattern_piece_kind;

typedef struct tc_pattern_piece {
    tc_pattern_piece_kind kind;
    tc_slice text;
} tc_pattern_piece;

typedef struct tc_pattern {
    const tc_pattern_piece *pieces;
    size_t count;
} tc_pattern;

/* False at the arena's limit. The pieces' text lives in the arena. */
bool tc_pattern_parse(tc_arena *arena, tc_slice written, tc_pattern *ret) TC_MUST_USE;
/* The text without any escape or wildcard. */
bool tc_pattern_literal(tc_arena *arena, tc_slice text, tc_pattern *ret) TC_MUST_USE;
/* With stars added in front and behind where there is none yet. */
bool tc_pattern_open(tc_arena *arena, tc_pattern p, bool front, bool back,
                     tc_pattern *ret) TC_MUST_USE;
/* Every dash at the start of a word becomes a TC_PATTERN_DASH. */
bool tc_pattern_windash(tc_arena *arena, tc_pattern p, tc_pattern *ret) TC_MUST_USE;
/* Under simple case folding. */
bool tc_pattern_fold(tc_arena *arena, tc_pattern p, tc_pattern *ret) TC_MUST_USE;

/* True if there is no wildcard; *ret is then the text. */
bool tc_pattern_plain(tc_pattern p, tc_slice *ret);
/* Exactly one star and nothing else. */
bool tc_pattern_is_any(tc_pattern p);
/* The longest text piece; empty if there is none. */
tc_slice tc_pattern_longest(tc_pattern p);

/* Does the pattern match the whole value? Takes from *budget for its work; with the budget used up
 * the answer is false and *budget 0. */
bool tc_pattern_match(tc_pattern p, tc_slice value, size_t *budget);

#endif
