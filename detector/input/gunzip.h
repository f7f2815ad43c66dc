/*
 * gunzip: one member of a gzip stream (RFC 1952), decoded in pieces.
 *
 * The state is on the heap and reused for member after member and file after file. It holds at most
 * one window (64 KiB) of output; it never reads behind the end of the member, whose checksum and
 * length are verified. Two implementations exist, chosen when building: isa-l where it is there,
 * else zlib. Hostile bytes end in TC_GUNZIP_DAMAGED with a reason, never in anything else.
 */
#ifndef TC_INPUT_GUNZIP_H
#define TC_INPUT_GUNZIP_H

#include "parsers/base/slice.h"

typedef struct tc_gunzip tc_gunzip;

typedef enum tc_gunzip_result {
    TC_GUNZIP_OK,      /* the output is full, or the input is used up */
    TC_GUNZIP_END,     /* the member is complete and its checksum right */
    TC_GUNZIP_DAMAGED, /* no gzip, or broken: see tc_gunzip_problem */
    TC_GUNZIP_NO_MEMORY,
} tc_gunzip_result;

/* NULL without memory. */
tc_gunzip *tc_gunzip_new(void) TC_MUST_USE;
void tc_gunzip_free(tc_gunzip *gunzip);
/* Expects the header of a member next. */
void tc_gunzip_reset(tc_gunzip *gunzip);
/* Decodes the front of *in, which is advanced past what was used, into room bytes at out; *ret_got
 * is how many it wrote, also when the result is not OK. */
tc_gunzip_result tc_gunzip_step(tc_gunzip *gunzip, tc_slice *in, uint8_t *out, size_t room,
                                size_t *ret_got);
/* What is wrong after TC_GUNZIP_DAMAGED, for a person. */
const char *tc_gunzip_problem(const tc_gunzip *gunzip);

#endif
