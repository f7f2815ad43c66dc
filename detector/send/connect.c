#include "detector/send/connect.h"

#include "detector/send/resolve.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define KEEP_IDLE_S 60
#define KEEP_EVERY_S 10
#define KEEP_TIMES 3

/* 0, or the errno. */
static int wait_connected(int fd, tc_patience *patience, uint64_t deadline)
{
    int problem = 0;
    socklen_t size = sizeof(problem);
    switch (tc_patience_wait(patience, fd, POLLOUT, deadline)) {
    case TC_WAIT_OVER:
        return ETIMEDOUT;
    case TC_WAIT_STOPPED:
        return EINTR;
    case TC_WAIT_READY:
        break;
    }
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &problem, &size) < 0 ? errno : problem;
}

static void keep_alive(int fd, uint32_t timeout_ms)
{
    const int one = 1, idle = KEEP_IDLE_S, every = KEEP_EVERY_S, times = KEEP_TIMES;
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &every, sizeof(every));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &times, sizeof(times));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms, sizeof(timeout_ms));
}

/* -1, and *ret_problem is the errno. */
static int try_address(const struct addrinfo *a, tc_patience *patience, uint64_t deadline,
                       int *ret_problem)
{
    int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol);
    if (fd < 0) {
        *ret_problem = errno;
        return -1;
    }
    *ret_problem = connect(fd, a->ai_addr, a->ai_addrlen) == 0 ? 0 : errno;
    if (*ret_problem == EINPROGRESS) *ret_problem = wait_connected(fd, patience, deadline);
    if (*ret_problem == 0) return fd;
    close(fd);
    return -1;
}

static int connect_to(const char *host, uint16_t port, int type, uint32_t timeout_ms,
                      tc_patience *patience, tc_error *reterr)
{
    uint64_t deadline = tc_patience_ms(patience) + timeout_ms;
    struct addrinfo *list = tc_resolve(host, port, type, patience, deadline, reterr);
    int fd = -1, problem = 0;
    if (list == NULL) return -1;
    for (const struct addrinfo *a = list; fd < 0 && a != NULL; a = a->ai_next)
        if (!tc_patience_stopped(patience)) fd = try_address(a, patience, deadline, &problem);
    freeaddrinfo(list);
    if (fd < 0) (void)tc_fail_sys(reterr, problem, host, "cannot connect to port %u", port);
    return fd;
}

int tc_connect_stream(const char *host, uint16_t port, uint32_t timeout_ms, tc_patience *patience,
                      tc_error *reterr)
{
    int fd = connect_to(host, port, SOCK_STREAM, timeout_ms, patience, reterr);
    if (fd >= 0) keep_alive(fd, timeout_ms);
    return fd;
}

int tc_connect_datagram(const char *host, uint16_t port, uint32_t timeout_ms, tc_patience *patience,
                        tc_error *reterr)
{
    return connect_to(host, port, SOCK_DGRAM, timeout_ms, patience, reterr);
}

int tc_connect_path(const char *path, tc_error *reterr)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    int problem = ENAMETOOLONG;
    if (length < sizeof(address.sun_path)) {
        memcpy(address.sun_path, path, length);
        int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        problem = fd < 0 ? errno : 0;
        if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
            return fd;
        if (fd >= 0) {
            problem = errno;
            close(fd);
        }
    }
    (void)tc_fail_sys(reterr, problem, path, "nobody listens there");
    return -1;
}
