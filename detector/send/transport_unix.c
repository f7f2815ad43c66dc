/* The syslog socket of this machine (syslog(3)): a datagram for each message. */
#include "detector/send/at_once.h"
#include "detector/send/connect.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

static tc_answer send_datagram(void *state, const tc_parcel *parcel, tc_error *reterr)
{
    tc_at_once *way = state;
    if (way->fd < 0) way->fd = tc_connect_path(way->receiver->path, reterr);
    if (way->fd < 0) return TC_LATER;
    uint64_t deadline = tc_patience_ms(way->patience) + way->receiver->timeout_ms;
    while (send(way->fd, parcel->text.ptr, parcel->text.len, MSG_NOSIGNAL) < 0) {
        int problem = errno;
        if (problem == EINTR) continue;
        if (problem == EAGAIN &&
            tc_patience_wait(way->patience, way->fd, POLLOUT, deadline) == TC_WAIT_READY)
            continue;
        (void)tc_fail_sys(reterr, problem, way->receiver->path, "cannot send");
        if (problem == EMSGSIZE) return TC_REFUSED;
        tc_at_once_drop(way);
        return TC_LATER;
    }
    way->taken++;
    return TC_TAKEN;
}

const tc_transport tc_transport_unix = {
    .scheme = "unix",
    .window = 200,
    .open = tc_at_once_open,
    .send = send_datagram,
    .settle = tc_at_once_settle,
    .watch = tc_at_once_watch,
    .finish = tc_at_once_finish,
    .close = tc_at_once_close,
};
