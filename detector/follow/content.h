/*
 * content: what stands in a file, against a print. Private to detector/follow; without the lock.
 */
#ifndef TC_FOLLOW_CONTENT_H
#define TC_FOLLOW_CONTENT_H

#include "detector/follow/print.h"

/* Reads up to so many bytes at an offset, until there are no more; false with errno. */
bool tc_content_read(int fd, uint8_t *out, size_t room, uint64_t offset, size_t *ret_got);
/* Whether the file begins and goes on as the print says. */
bool tc_content_is(int fd, const tc_print *print);
/* The same for the bytes before tail_at alone. *ret_short: there are fewer. */
bool tc_content_tail_is(int fd, const tc_print *print, bool *ret_short);
/* The print with tail_at at `at`; false if the file has fewer bytes, or cannot be read. */
bool tc_content_proven(int fd, tc_print *print);

#endif
