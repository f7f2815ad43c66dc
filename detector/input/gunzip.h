/*
 * gunzip: one member of a gzip stream (RFC 1952), decoded in pieces, as packing.h wants it.
 *
 * The state is on the heap and reused for member after member and file after file. It holds at most
 * one window (64 KiB) of output; it never reads behind the end of the member, whose checksum and
 * length are verified. Two implementations exist, chosen when building: isa-l where it is there,
 * else zlib. Hostile bytes end in TC_UNPACKED_DAMAGED with a reason, never in anything else.
 */
#ifndef TC_INPUT_GUNZIP_H
#define TC_INPUT_GUNZIP_H

#include "detector/input/packing.h"

/* NULL without memory. */
void *tc_gunzip_new(void) TC_MUST_USE;
void tc_gunzip_free(void *decoder);
/* Expects the header of a member next. */
void tc_gunzip_begin(void *decoder);
/* As tc_packing.step. */
TC_MUST_USE tc_unpacked tc_gunzip_step(void *decoder, tc_slice *in, uint8_t *out, size_t room,
                                       size_t *ret_got);
/* What is wrong after TC_UNPACKED_DAMAGED, for a person. */
const char *tc_gunzip_problem(const void *decoder);
/* As tc_packing.library. */
void tc_gunzip_library(tc_str *out);

#endif
