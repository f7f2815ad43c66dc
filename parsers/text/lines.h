/*
 * lines: a source whose records are its lines, whatever stands in them.
 *
 * A frame is as many whole lines as there are; a line that does not end within record_max bytes
 * and its end is rejected as oversize, in pieces, and counted once. A shorter one that is still too
 * long reaches the parser, which must refuse it likewise.
 */
#ifndef TC_TEXT_LINES_H
#define TC_TEXT_LINES_H

#include "parsers/parser.h"

/* Frames; `skipping` (part of the carry, begins false): inside a line that is too long. */
void tc_lines_frame(bool *skipping, tc_slice bytes, bool last, size_t record_max, tc_frame *ret);

/* Begins or goes on to reject a line that is too long. A byte is left behind where more follow, so
 * that the last piece is never empty. */
void tc_lines_skip(bool *skipping, tc_slice bytes, bool last, tc_frame *ret);

/* A walk over the lines of a block. */
typedef struct tc_lines {
    tc_slice block;
    size_t at;
    size_t next;   /* behind the line's end */
    tc_slice text; /* without it */
    bool ended;    /* there is one */
} tc_lines;

/* Goes to the next line; false at the block's end. */
bool tc_lines_next(tc_lines *lines);

#endif
