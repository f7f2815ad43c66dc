/*
 * utf16: UTF-16 in pieces, into a caller's buffer.
 *
 * base/utf8.h turns a whole text; a stream needs to know whether a lone high surrogate at the end
 * of a piece is wrong or merely cut. Nothing is lost or invented: every 16-bit unit becomes the
 * character that it stands for, an unpaired surrogate becomes U+FFFD, so that the number of units
 * can be counted back from the UTF-8 (tc_utf16_units_of) and file offsets stay exact.
 */
#ifndef TC_INPUT_UTF16_H
#define TC_INPUT_UTF16_H

#include "parsers/base/slice.h"

typedef enum tc_encoding {
    TC_ENCODING_UTF8 = 0, /* or anything else: bytes are handed through */
    TC_ENCODING_UTF16LE,
    TC_ENCODING_UTF16BE,
} tc_encoding;

/* What the first bytes of a text say: a byte order mark, whose length is *ret_bom, or, without one,
 * at least eight ASCII characters that are all two bytes wide, or text most of whose characters
 * are. */
tc_encoding tc_encoding_detect(tc_slice head, size_t *ret_bom);

/* Decodes the front of *in, which is advanced past what was used, into at most room bytes at out;
 * returns how many were written. A unit or a pair that is not complete yet is left in *in, unless
 * `last`: then it becomes U+FFFD. Uses something whenever there is a whole character and room for
 * four bytes. */
size_t tc_utf16_decode(tc_slice *in, bool big_endian, bool last, uint8_t *out, size_t room);

/* UTF-16 units that a run of such output stands for; runs add up, however they are cut. */
uint64_t tc_utf16_units_of(tc_slice utf8);

#endif
