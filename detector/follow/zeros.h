/*
 * zeros: where a log is not written yet.
 *
 * A network file system, or a machine that lost its power, shows zeros where a writer's bytes have
 * not arrived. Trailing zeros, and long runs in the middle, are therefore no content for as long as
 * they may be overwritten. UTF-16 has zeros in every other byte; there whole characters count.
 */
#ifndef TC_FOLLOW_ZEROS_H
#define TC_FOLLOW_ZEROS_H

#include "parsers/base/slice.h"

/* Shorter runs in the middle of a file are content, if strange. */
#define TC_ZEROS_RUN ((size_t)32)

/* Whether a file that begins so is UTF-16. */
bool tc_zeros_wide(tc_slice beginning);
/* How many of the bytes, which stand at that offset of the file, may be handed on. The
 * rest is zeros that may be overwritten; whether they are many shows with what follows them. */
size_t tc_zeros_before(tc_slice bytes, uint64_t offset, bool wide);
/* How many zeros the bytes begin with; of wide ones, whole characters. */
size_t tc_zeros_leading(tc_slice bytes, bool wide);

#endif
