/* Syslog over TCP (RFC 6587) and whatever else is lines or counted messages in a stream. */
#include "detector/send/connect.h"
#include "detector/send/socket_io.h"
#include "parsers/base/alloc.h"

#include <sys/socket.h>
#include <unistd.h>

typedef struct wire {
    int fd;
    uint64_t written;
    const tc_receiver *receiver;
    tc_patience *patience;
} wire;

static void *connect_link(const tc_receiver *r, tc_patience *patience, tc_error *reterr)
{
    wire *l = tc_alloc(1, sizeof(*l));
    if (l == NULL) {
        (void)tc_fail(reterr, TC_ENOMEM, "out of memory");
        return NULL;
    }
    *l = (wire){.receiver = r, .patience = patience};
    l->fd = tc_connect_stream(r->host, r->port, r->timeout_ms, patience, reterr);
    if (l->fd >= 0) return l;
    tc_free(l);
    return NULL;
}

static bool write_all(void *context, tc_slice bytes, tc_error *reterr)
{
    wire *l = context;
    if (!tc_socket_write(l->fd, bytes, l->receiver, l->patience, reterr)) return false;
    l->written += bytes.len;
    return true;
}

static tc_heard listen_to(void *context)
{
    const wire *l = context;
    return tc_socket_listen(l->fd);
}

static uint64_t written(const void *context)
{
    const wire *l = context;
    return l->written;
}

static int descriptor(const void *context)
{
    const wire *l = context;
    return l->fd;
}

static void end(void *context)
{
    const wire *l = context;
    (void)shutdown(l->fd, SHUT_WR);
}

static void close_link(void *context)
{
    wire *l = context;
    close(l->fd);
    tc_free(l);
}

static const tc_stream_way way = {
    .connect = connect_link,
    .write = write_all,
    .listen = listen_to,
    .written = written,
    .descriptor = descriptor,
    .end = end,
    .close = close_link,
};

static TC_STATUS open_way(const tc_receiver *receiver, tc_patience *patience, void **ret_state,
                          tc_error *reterr)
{
    return tc_stream_open(&way, receiver, patience, ret_state, reterr);
}

const tc_transport tc_transport_tcp = {
    .scheme = "tcp",
    .port = 601,
    TC_STREAM_TRANSPORT(open_way),
};
