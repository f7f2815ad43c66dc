/*
 * split: one line into cells at one separator byte, near memory speed.
 *
 * The hot loop of the W3C parser, hence pointer arithmetic over the block. A cell of just '-' is
 * TC_FORM_NULL, any other TC_FORM_TEXT; nothing else is interpreted: two separators in a row give
 * an empty cell. CR before LF belongs to the line end. Never reads at or beyond `end`.
 */
#ifndef TC_TEXT_SPLIT_H
#define TC_TEXT_SPLIT_H

#include "parsers/event/cell.h"

typedef struct tc_split {
    const uint8_t *next; /* behind the line end */
    size_t length;       /* of the line, without its line end */
    size_t count;        /* cells in the line; only the first `room` of them were written */
    bool nul;            /* the line holds a NUL byte */
} tc_split;

/* Splits the line that begins at `at` (< end) and ends at the next LF or at `end`. */
void tc_split_line(const uint8_t *at, const uint8_t *end, uint8_t separator, tc_cell *cells,
                   size_t room, tc_split *ret);

/* The first line of s, other than the one that s begins with, that begins with '#', NUL bytes
 * before it not counted: the offset of the line's first byte, or TC_NPOS. */
size_t tc_split_find_header(tc_slice s);

#endif
