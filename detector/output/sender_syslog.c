#include "detector/output/sender.h"

#include "parsers/base/alloc.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define WAIT_MS 100
#define READY_MAX 10000 /* times that a full queue has room for somebody else only */

typedef struct syslog_socket {
    const char *path;
    int descriptor; /* -1: not connected */
    int waits_left;
} syslog_socket;

static TC_STATUS failed(const syslog_socket *s, int sys, tc_error *reterr)
{
    return tc_fail_sys(reterr, sys, s->path, "cannot send to the syslog socket");
}

/* 0, or the errno. */
static int connect_to(syslog_socket *s)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(s->path);
    if (length >= sizeof(address.sun_path)) return ENAMETOOLONG;
    memcpy(address.sun_path, s->path, length);
    s->descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s->descriptor < 0) return errno;
    if (connect(s->descriptor, (const struct sockaddr *)&address, sizeof(address)) == 0) return 0;
    int sys = errno;
    close(s->descriptor);
    s->descriptor = -1;
    return sys;
}

static TC_STATUS open_socket(const char *target, void **ret_state, tc_error *reterr)
{
    syslog_socket *s = tc_alloc(1, sizeof(*s));
    *ret_state = NULL;
    if (s == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    *s = (syslog_socket){.path = target != NULL ? target : TC_SYSLOG_SOCKET,
                         .waits_left = TC_SYSLOG_PATIENCE_MS / WAIT_MS};
    int sys = connect_to(s);
    if (sys == 0) {
        *ret_state = s;
        return TC_SUCCESS;
    }
    tc_status status =
        tc_fail_sys(reterr, sys, s->path, "no syslog daemon can be reached there (--syslog=PATH)");
    tc_free(s);
    return status;
}

static int send_once(syslog_socket *s, tc_slice text)
{
    int sys = s->descriptor < 0 ? connect_to(s) : 0;
    while (sys == 0) {
        if (send(s->descriptor, text.ptr, text.len, MSG_NOSIGNAL) >= 0) return 0;
        if (errno == EPIPE) return ECONNREFUSED; /* not as a reader of the output that has left */
        if (errno != EINTR) sys = errno;
    }
    return sys;
}

static bool is_full(int sys)
{
    return sys == EAGAIN || sys == ENOBUFS;
}

/* A daemon that starts anew leaves its clients with a socket that nobody reads, and for a moment
 * without the path. */
static bool is_gone(int sys)
{
    return sys == ECONNREFUSED || sys == ECONNRESET || sys == ENOTCONN || sys == ENOENT;
}

/* Waits for room, or for the daemon to come back; takes from the patience what brought nothing. */
static void wait_for(syslog_socket *s, int sys)
{
    struct pollfd queue = {.fd = s->descriptor, .events = POLLOUT};
    bool has_room = is_full(sys) && sys != ENOBUFS && poll(&queue, 1, WAIT_MS) > 0;
    if (has_room) return;
    if (!is_full(sys) || sys == ENOBUFS) (void)poll(NULL, 0, WAIT_MS);
    s->waits_left--;
}

static TC_STATUS send_datagram(void *state, tc_slice text, tc_slice id, tc_error *reterr)
{
    syslog_socket *s = state;
    int sys = 0;
    (void)id; /* stands in the line */
    if (tc_slice_ends(text, TC_LIT("\n"))) text.len--;
    for (int tries = 0; tries < READY_MAX; tries++) {
        sys = send_once(s, text);
        if (sys == 0) return TC_SUCCESS;
        if (is_gone(sys) && s->descriptor >= 0) {
            close(s->descriptor);
            s->descriptor = -1;
        }
        if ((!is_full(sys) && !is_gone(sys)) || s->waits_left == 0) break;
        wait_for(s, sys);
    }
    return failed(s, sys, reterr);
}

static TC_STATUS flush(void *state, tc_error *reterr)
{
    (void)state; /* a datagram that was accepted stands in the receiver's queue */
    (void)reterr;
    return TC_SUCCESS;
}

static void abandon(void *state)
{
    syslog_socket *s = state;
    if (s->descriptor >= 0) close(s->descriptor);
    tc_free(s);
}

static TC_STATUS close_socket(void *state, tc_error *reterr)
{
    (void)reterr;
    abandon(state);
    return TC_SUCCESS;
}

const tc_sender tc_sender_syslog = {
    .open = open_socket,
    .send = send_datagram,
    .flush = flush,
    .close = close_socket,
    .abandon = abandon,
};
