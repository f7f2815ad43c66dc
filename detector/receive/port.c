/* What is listened on. */
#include "detector/receive/state.h"

#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 128
#define DATAGRAMS_AT_ONCE 256
#define DATAGRAM_ROOM ((int)4 << 20)
#define SOCKET_MODE 0600

static TC_STATUS refuse(const tc_listen *l, const char *what, tc_error *reterr)
{
    int why = errno;
    return tc_fail_sys(reterr, why, NULL, "input %s: %s", l->name, what);
}

static int type_of(const tc_listen *l)
{
    return (l->way == TC_WAY_UDP ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
}

/* -- addresses ------------------------------------------------------------------------------ */

static TC_STATUS bind_to(const tc_listen *l, const struct addrinfo *a, tc_port *port,
                         tc_error *reterr)
{
    int on = 1, room = DATAGRAM_ROOM;
    port->fd = socket(a->ai_family, type_of(l), a->ai_protocol);
    if (port->fd < 0) return refuse(l, "no socket", reterr);
    (void)setsockopt(port->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (l->way == TC_WAY_UDP) {
        (void)setsockopt(port->fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof(on));
        (void)setsockopt(port->fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
    }
    if (bind(port->fd, a->ai_addr, a->ai_addrlen) != 0)
        return refuse(l, "its address cannot be had", reterr);
    if (l->way != TC_WAY_UDP && listen(port->fd, BACKLOG) != 0)
        return refuse(l, "cannot be listened on", reterr);
    return TC_SUCCESS;
}

static TC_STATUS open_address(const tc_listen *l, tc_port *port, tc_error *reterr)
{
    char service[8];
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = l->way == TC_WAY_UDP ? SOCK_DGRAM : SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    snprintf(service, sizeof(service), "%u", (unsigned)l->port);
    int answer = getaddrinfo(l->host, service, &hints, &found);
    if (answer != 0)
        return tc_fail(reterr, TC_EIO, "input %s: '%.100s' is no address of this machine: %s",
                       l->name, l->host, gai_strerror(answer));
    tc_status status = bind_to(l, found, port, reterr);
    freeaddrinfo(found);
    return status;
}

/* -- paths ---------------------------------------------------------------------------------- */

/* A socket that nobody listens on any more, as a killed process leaves it. */
static void remove_stale(const struct sockaddr_un *address)
{
    struct stat st;
    if (lstat(address->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode)) return;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    bool stale = connect(fd, (const struct sockaddr *)address, sizeof(*address)) != 0 &&
                 errno == ECONNREFUSED;
    close(fd);
    if (stale) (void)unlink(address->sun_path);
}

static TC_STATUS open_path(const tc_listen *l, tc_port *port, tc_error *reterr)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(l->path);
    if (length >= sizeof(address.sun_path))
        return tc_fail(reterr, TC_ESYNTAX, "input %s: a socket's path has at most %zu bytes",
                       l->name, sizeof(address.sun_path) - 1);
    memcpy(address.sun_path, l->path, length + 1);
    remove_stale(&address);
    port->fd = socket(AF_UNIX, type_of(l), 0);
    if (port->fd < 0) return refuse(l, "no socket", reterr);
    if (bind(port->fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
        return refuse(l, "the socket cannot be made", reterr);
    /* Nobody gets in before it is listened on. */
    if (chmod(l->path, l->mode ? l->mode : SOCKET_MODE) != 0 || listen(port->fd, BACKLOG) != 0)
        return refuse(l, "cannot be listened on", reterr);
    return TC_SUCCESS;
}

TC_STATUS tc_port_open(const tc_listen *l, tc_port *port, tc_error *reterr)
{
    port->fd = -1;
    if (l->way == TC_WAY_TLS) TC_TRY(tc_tls_new(l, &port->tls, reterr));
    if (l->way == TC_WAY_STDIN) {
        port->fd = STDIN_FILENO;
        return TC_SUCCESS;
    }
    if (l->way == TC_WAY_INTERFACE) return tc_packets_open(l, port, reterr);
    return l->way == TC_WAY_UNIX ? open_path(l, port, reterr) : open_address(l, port, reterr);
}

void tc_port_close(const tc_listen *l, tc_port *port)
{
    tc_tls_free(port->tls);
    port->tls = NULL;
    tc_packets_close(port->packets);
    if (l->way == TC_WAY_INTERFACE) port->fd = -1;
    port->packets = NULL;
    if (port->fd < 0 || l->way == TC_WAY_STDIN) return;
    close(port->fd);
    if (l->way == TC_WAY_UNIX) (void)unlink(l->path);
    port->fd = -1;
}

/* -- datagrams ------------------------------------------------------------------------------ */

/* The system counts what it had no room for, since the socket was made. */
static void note_lost(tc_port *port, struct msghdr *message)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL; c = CMSG_NXTHDR(message, c)) {
        uint32_t lost;
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_RXQ_OVFL) continue;
        memcpy(&lost, CMSG_DATA(c), sizeof(lost));
        port->book.rejected[TC_RECEIVE_LOST] += lost - port->lost;
        port->lost = lost;
    }
}

void tc_port_take(tc_receive *r, uint32_t input)
{
    static const size_t most = 65536;
    tc_port *port = &r->ports[input];
    for (int i = 0; i < DATAGRAMS_AT_ONCE && r->bytes < TC_INLETS_BYTES; i++) {
        uint8_t room[65536];
        char control[128];
        struct iovec piece = {room, most};
        struct msghdr message = {.msg_iov = &piece,
                                 .msg_iovlen = 1,
                                 .msg_control = control,
                                 .msg_controllen = sizeof(control)};
        tc_inlet *inlet;
        uint64_t end;
        ssize_t got = recvmsg(port->fd, &message, MSG_DONTWAIT);
        if (got < 0) return;
        note_lost(port, &message);
        port->book.bytes += (uint64_t)got;
        tc_slice event = tc_syslog_trim(tc_slice_make(room, (size_t)got));
        if (event.len > 0 && tc_intake_event(r, input, event, &inlet, &end) != TC_INTAKE_TAKEN)
            port->book.rejected[TC_RECEIVE_LOST]++;
    }
}
