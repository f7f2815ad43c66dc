#include "detector/send/socket_io.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

/* Nobody sends us much; who does is not waited for. */
#define LISTEN_MOST 64

static bool wait_for_room(int fd, const tc_receiver *r, tc_patience *patience, tc_error *reterr)
{
    uint64_t deadline = tc_patience_ms(patience) + r->timeout_ms;
    tc_wait wait = tc_patience_wait(patience, fd, POLLOUT, deadline);
    if (wait == TC_WAIT_OVER)
        (void)tc_fail(reterr, TC_EIO, "%s has taken nothing for %" PRIu32 " ms", r->host,
                      r->timeout_ms);
    else if (wait == TC_WAIT_STOPPED)
        (void)tc_fail(reterr, TC_EIO, "the program stops");
    return wait == TC_WAIT_READY;
}

bool tc_socket_write(int fd, tc_slice bytes, const tc_receiver *r, tc_patience *patience,
                     tc_error *reterr)
{
    while (bytes.len > 0) {
        ssize_t n = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (n >= 0) {
            bytes = tc_slice_sub(bytes, (size_t)n, bytes.len);
        } else if (errno == EAGAIN) {
            if (!wait_for_room(fd, r, patience, reterr)) return false;
        } else if (errno != EINTR) {
            (void)tc_fail_sys(reterr, errno, r->host, "cannot send");
            return false;
        }
    }
    return true;
}

tc_heard tc_socket_listen(int fd)
{
    char room[512];
    for (int i = 0; i < LISTEN_MOST; i++) {
        ssize_t n = recv(fd, room, sizeof(room), MSG_DONTWAIT);
        if (n == 0) return TC_HEARD_END;
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return errno == EAGAIN ? TC_HEARD_NOTHING : TC_HEARD_BREAK;
    }
    return TC_HEARD_NOTHING;
}
