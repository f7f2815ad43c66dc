#include "detector/follow/content.h"

#include <errno.h>
#include <unistd.h>

bool tc_content_read(int fd, uint8_t *out, size_t room, uint64_t offset, size_t *ret_got)
{
    *ret_got = 0;
    if (offset > (uint64_t)INT64_MAX - room) return true;
    while (*ret_got < room) {
        ssize_t n = pread(fd, out + *ret_got, room - *ret_got, (off_t)(offset + *ret_got));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        if (n == 0) return true;
        *ret_got += (size_t)n;
    }
    return true;
}

static bool read_tail(int fd, uint64_t at, uint8_t out[TC_PRINT_TAIL], size_t *ret_length)
{
    size_t got;
    *ret_length = (size_t)TC_MIN(at, (uint64_t)TC_PRINT_TAIL);
    return tc_content_read(fd, out, *ret_length, at - *ret_length, &got) && got == *ret_length;
}

bool tc_content_tail_is(int fd, const tc_print *print, bool *ret_short)
{
    uint8_t tail[TC_PRINT_TAIL];
    size_t length;
    *ret_short = !read_tail(fd, print->tail_at, tail, &length);
    return !*ret_short && tc_print_tail_is(print, tc_slice_make(tail, length));
}

bool tc_content_is(int fd, const tc_print *print)
{
    uint8_t head[TC_PRINT_HEAD];
    size_t got;
    bool is_short;
    return tc_content_read(fd, head, print->head_length, 0, &got) &&
           tc_print_head_is(print, tc_slice_make(head, got)) &&
           tc_content_tail_is(fd, print, &is_short);
}

bool tc_content_proven(int fd, tc_print *print)
{
    uint8_t tail[TC_PRINT_TAIL];
    size_t length;
    if (!tc_content_is(fd, print) || !read_tail(fd, print->at, tail, &length)) return false;
    print->tail_at = print->at;
    print->tail_hash = tc_print_hash(tc_slice_make(tail, length));
    return true;
}
