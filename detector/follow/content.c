#include "detector/follow/content.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
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

tc_content tc_content_still(int fd, tc_slice bytes, uint64_t offset)
{
    uint8_t again[TC_PRINT_HEAD];
    size_t got;
    bytes = tc_slice_sub(bytes, 0, sizeof again);
    if (!tc_content_read(fd, again, bytes.len, offset, &got)) return TC_CONTENT_UNREADABLE;
    if (got < bytes.len) return TC_CONTENT_SHORT;
    return tc_slice_equal(tc_slice_make(again, got), bytes) ? TC_CONTENT_SAME : TC_CONTENT_OTHER;
}

tc_time tc_content_born(int fd)
{
    struct statx s;
    bool told = statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &s) == 0 && (s.stx_mask & STATX_BTIME);
    if (!told) return TC_TIME_NONE;
    return tc_time_add(s.stx_btime.tv_nsec, tc_time_add(0, s.stx_btime.tv_sec * TC_SECOND));
}

static tc_content read_tail(int fd, uint64_t at, uint8_t out[TC_PRINT_TAIL], tc_slice *ret)
{
    size_t got, length = (size_t)TC_MIN(at, (uint64_t)TC_PRINT_TAIL);
    if (!tc_content_read(fd, out, length, at - length, &got)) return TC_CONTENT_UNREADABLE;
    *ret = tc_slice_make(out, got);
    return got == length ? TC_CONTENT_SAME : TC_CONTENT_SHORT;
}

tc_content tc_content_tail(int fd, const tc_print *print)
{
    uint8_t bytes[TC_PRINT_TAIL];
    tc_slice tail;
    tc_content content = read_tail(fd, print->tail_at, bytes, &tail);
    if (content != TC_CONTENT_SAME) return content;
    return tc_print_tail_is(print, tail) ? TC_CONTENT_SAME : TC_CONTENT_OTHER;
}

tc_content tc_content_of(int fd, const tc_print *print)
{
    uint8_t head[TC_PRINT_HEAD];
    size_t got;
    if (!tc_content_read(fd, head, print->head_length, 0, &got)) return TC_CONTENT_UNREADABLE;
    if (!tc_print_head_is(print, tc_slice_make(head, got))) return TC_CONTENT_OTHER;
    return tc_content_tail(fd, print);
}

tc_content tc_content_prove(int fd, tc_print *print)
{
    tc_content content = tc_content_of(fd, print);
    if (content != TC_CONTENT_SAME) return content;
    uint8_t bytes[TC_PRINT_TAIL];
    tc_slice tail;
    content = read_tail(fd, print->at, bytes, &tail);
    if (content != TC_CONTENT_SAME) return content;
    print->tail_at = print->at;
    print->tail_hash = tc_print_hash(tail);
    return TC_CONTENT_SAME;
}
