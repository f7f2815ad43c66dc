/*
 * content: what stands in a file, against a print. Private to detector/follow; without the lock.
 *
 * What cannot be read is neither the same nor another: who asks waits until it can.
 */
#ifndef TC_FOLLOW_CONTENT_H
#define TC_FOLLOW_CONTENT_H

#include "detector/follow/print.h"
#include "parsers/base/time.h"

typedef enum tc_content {
    TC_CONTENT_SAME = 0,
    TC_CONTENT_OTHER,
    TC_CONTENT_SHORT,      /* it ends before that place */
    TC_CONTENT_UNREADABLE, /* with errno */
} tc_content;

/* Reads up to so many bytes at an offset, until there are no more; false with errno. */
bool tc_content_read(int fd, uint8_t *out, size_t room, uint64_t offset, size_t *ret_got);
/* Whether the bytes (at most TC_PRINT_HEAD of them count) still stand there. */
tc_content tc_content_still(int fd, tc_slice bytes, uint64_t offset);
/* When the file came into being, as far as its file system says; TC_TIME_NONE: it does not. */
tc_time tc_content_born(int fd);
/* Whether the file begins, and stands before tail_at, as the print says. */
tc_content tc_content_of(int fd, const tc_print *print);
/* The same for the bytes before tail_at alone. */
tc_content tc_content_tail(int fd, const tc_print *print);
/* The same, and the print's tail_at is then at `at`. */
tc_content tc_content_prove(int fd, tc_print *print);

#endif
