#include "detector/input/below.h"

#include "parsers/base/alloc.h"

#include <errno.h>
#include <unistd.h>

enum {
    KEPT = 4096, /* more than any look ahead of the library's decoders */
    PIECE = 64 * 1024,
};

bool tc_below_start(tc_below *below, tc_bytes bytes, int fd, uint64_t size)
{
    *below = (tc_below){.bytes = bytes, .fd = fd, .to = size};
    below->room = tc_alloc(KEPT + PIECE, 1);
    return below->room != NULL;
}

void tc_below_done(tc_below *below)
{
    if (below->fd >= 0) (void)close(below->fd);
    tc_free(below->room);
    *below = (tc_below){.fd = -1};
}

/* Reads into room (at least one byte); 0 at the end. */
static ssize_t fill_file(tc_below *b, uint8_t *out, size_t room)
{
    size_t wanted = (size_t)TC_MIN((uint64_t)room, b->at < b->to ? b->to - b->at : 0);
    ssize_t n;
    do {
        n = wanted > 0 ? pread(b->fd, out, wanted, (off_t)b->at) : 0;
    } while (n < 0 && errno == EINTR);
    if (n < 0) (void)tc_fail_sys(&b->failure, errno, NULL, "cannot read");
    return n;
}

static ssize_t fill_layer(tc_below *b, uint8_t *out, size_t room)
{
    size_t got = 0;
    if (tc_bytes_read(b->bytes, out, room, &got, &b->failure) != TC_BYTES_FAILED)
        return (ssize_t)got;
    return -1;
}

/* A whole piece, unless the end comes before it; behind the last bytes of those before. */
static ssize_t fill(tc_below *b)
{
    size_t kept = TC_MIN(b->held, (size_t)KEPT);
    size_t got = 0;
    ssize_t n = 1;
    memmove(b->room, b->room + b->end - kept, kept);
    while (got < PIECE && n > 0) {
        n = b->fd >= 0 ? fill_file(b, b->room + kept + got, PIECE - got)
                       : fill_layer(b, b->room + kept + got, PIECE - got);
        if (n <= 0) break;
        got += (size_t)n;
        b->at += (uint64_t)n;
    }
    b->held = b->end = kept + got;
    return got > 0 ? (ssize_t)got : n;
}

int64_t tc_below_read(tc_below *below, const uint8_t **ret)
{
    tc_below *b = below;
    ssize_t n = b->again > 0 ? (ssize_t)b->again : fill(b);
    b->again = 0;
    *ret = b->room + b->end - (n > 0 ? (size_t)n : 0);
    return n;
}

bool tc_below_go(tc_below *below, uint64_t position)
{
    tc_below *b = below;
    if (position <= b->at && b->at - position <= b->held) {
        b->again = (size_t)(b->at - position);
        return true;
    }
    if (b->fd < 0) return false;
    b->at = position;
    b->held = b->end = b->again = 0;
    return true;
}

bool tc_below_has(tc_below *below, uint64_t position, size_t bytes)
{
    TC_ASSERT(bytes <= KEPT);
    if (!tc_below_go(below, position)) return false;
    if (below->again < bytes && fill(below) <= 0) return false;
    return tc_below_go(below, position) && below->again >= bytes;
}

bool tc_below_skip_zeros(tc_below *below)
{
    const uint8_t *piece;
    int64_t n;
    while ((n = tc_below_read(below, &piece)) > 0) {
        size_t at = 0;
        while (at < (size_t)n && piece[at] == 0)
            at++;
        if (at == (size_t)n) continue;
        below->again = (size_t)n - at;
        return true;
    }
    return false;
}

bool tc_below_starts(tc_below *below, tc_slice bytes)
{
    uint64_t position = below->at - below->again;
    return tc_below_has(below, position, bytes.len) &&
           memcmp(below->room + below->end - below->again, bytes.ptr, bytes.len) == 0;
}
