/*
 * Syslog over UDP (RFC 5426): one datagram for each message, never more of them at a time than a
 * receiver's buffer takes. Whether one arrives, nobody learns; that nobody listens, sometimes.
 */
#include "detector/send/at_once.h"
#include "detector/send/connect.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#define BURST 8
#define PAUSE_MS 4

static tc_answer answer_to(int problem, tc_at_once *way, tc_error *reterr)
{
    (void)tc_fail_sys(reterr, problem, way->receiver->host, "cannot send");
    if (problem == EMSGSIZE) return TC_REFUSED;
    tc_at_once_drop(way);
    return TC_LATER;
}

static tc_answer send_datagram(void *state, const tc_parcel *parcel, tc_error *reterr)
{
    tc_at_once *way = state;
    const tc_receiver *r = way->receiver;
    if (way->fd < 0)
        way->fd = tc_connect_datagram(r->host, r->port, r->timeout_ms, way->patience, reterr);
    if (way->fd < 0) return TC_LATER;
    if (way->taken % BURST == BURST - 1)
        (void)tc_patience_wait(way->patience, -1, 0, tc_patience_ms(way->patience) + PAUSE_MS);
    uint64_t deadline = tc_patience_ms(way->patience) + r->timeout_ms;
    while (send(way->fd, parcel->text.ptr, parcel->text.len, MSG_NOSIGNAL) < 0) {
        int problem = errno;
        bool is_full = problem == EAGAIN || problem == ENOBUFS;
        if (problem == EINTR) continue;
        if (!is_full ||
            tc_patience_wait(way->patience, way->fd, POLLOUT, deadline) != TC_WAIT_READY)
            return answer_to(problem, way, reterr);
    }
    way->taken++;
    return TC_TAKEN;
}

const tc_transport tc_transport_udp = {
    .scheme = "udp",
    .port = 514,
    .window = 500,
    .open = tc_at_once_open,
    .send = send_datagram,
    .settle = tc_at_once_settle,
    .watch = tc_at_once_watch,
    .finish = tc_at_once_finish,
    .close = tc_at_once_close,
};
