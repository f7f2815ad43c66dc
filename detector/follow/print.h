/*
 * print: what tells the content of one file from that of another.
 *
 * Of what was read up to `at`: a hash of the first bytes, which grows with the file up to 4,096,
 * and one of the 256 bytes before tail_at (`at` itself, or a little before it). A file goes on from
 * `at` only if both are the same there. Pure: bytes in, answers out.
 */
#ifndef TC_FOLLOW_PRINT_H
#define TC_FOLLOW_PRINT_H

#include "parsers/base/slice.h"

#define TC_PRINT_HEAD ((size_t)4096)
#define TC_PRINT_TAIL ((size_t)256)

typedef struct tc_print {
    uint64_t at;
    uint64_t head_hash;
    uint64_t tail_hash;
    uint64_t tail_at;
    uint16_t head_length;
    bool telling; /* the head holds a line that is no header, so it is nobody else's by chance */
} tc_print;

/* Where the bytes begin that must be looked at to go on from `at`. */
uint64_t tc_print_from(const tc_print *print);
/* Whether the bytes of a file from tc_print_from on are what was read; tail_at must be `at`. False
 * also if there are too few. */
bool tc_print_goes_on(const tc_print *print, tc_slice window);
/* The print after `more` bytes, which stand in the window (that begins at tc_print_from) behind
 * what was read before. */
void tc_print_advance(tc_print *print, tc_slice window, size_t more);

/* Whether the beginning of a file has the same head; false if it is shorter. */
bool tc_print_head_is(const tc_print *print, tc_slice beginning);
/* Whether the bytes before tail_at, at most TC_PRINT_TAIL, are the same. */
bool tc_print_tail_is(const tc_print *print, tc_slice before);
uint64_t tc_print_hash(tc_slice bytes);
/* Whether a line stands there whole that neither begins with '#' nor is blank; in UTF-16 too. */
bool tc_print_telling(tc_slice beginning);

#endif
