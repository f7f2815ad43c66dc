#include "detector/input/file.h"

#include <errno.h>
#include <unistd.h>

static tc_bytes_result at_end(tc_file *f, tc_error *reterr)
{
    f->ended = f->taken >= f->least;
    if (f->ended) return TC_BYTES_END;
    (void)tc_fail(&f->failure, TC_EIO,
                  "shrank while it was read: %" PRIu64 " of %" PRIu64 " bytes were there", f->taken,
                  f->least);
    return tc_bytes_tell(&f->failure, reterr);
}

static tc_bytes_result read_file(void *context, uint8_t *buffer, size_t room, size_t *ret_got,
                                 tc_error *reterr)
{
    tc_file *f = context;
    if (f->failure.code != TC_OK) return tc_bytes_tell(&f->failure, reterr);
    if (f->ended) return TC_BYTES_END;
    ssize_t n;
    do {
        n = read(f->fd, buffer, room);
    } while (n < 0 && errno == EINTR);
    if (n == 0) return at_end(f, reterr);
    if (n > 0) {
        f->taken += (uint64_t)n;
        *ret_got = (size_t)n;
        return TC_BYTES_MORE;
    }
    /* Standard input may have been made non-blocking by whoever shares it. */
    if (errno == EAGAIN) return TC_BYTES_IDLE;
    (void)tc_fail_sys(&f->failure, errno, NULL, "cannot read");
    return tc_bytes_tell(&f->failure, reterr);
}

static void close_file(void *context)
{
    tc_file *f = context;
    if (f->fd >= 0) (void)close(f->fd);
    f->fd = -1;
}

tc_bytes tc_file_start(tc_file *file, int fd, uint64_t least)
{
    *file = (tc_file){.fd = fd, .least = least};
    return (tc_bytes){file, read_file, close_file};
}
