/*
 * The journal of systemd, in its own protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL): fields in a
 * datagram, a large one as a sealed file of memory whose descriptor is sent.
 */
#include "detector/send/at_once.h"
#include "detector/send/connect.h"
#include "parsers/base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define JOURNAL_SOCKET "/run/systemd/journal/socket"
#define FIELDS_MAX ((size_t)2 << 20)

typedef struct journal {
    tc_at_once way;
    tc_str fields;
} journal;

static TC_STATUS open_journal(const tc_receiver *receiver, tc_patience *patience, void **ret_state,
                              tc_error *reterr)
{
    journal *j = tc_alloc(1, sizeof(*j));
    *ret_state = j;
    if (j == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    tc_at_once_init(&j->way, receiver, patience);
    tc_str_init(&j->fields, FIELDS_MAX);
    return TC_SUCCESS;
}

static void close_journal(void *state)
{
    journal *j = state;
    if (j != NULL) tc_str_done(&j->fields);
    tc_at_once_close(j);
}

/* NAME, line end, 64 bits of length, little end first, the bytes, line end: any value can be told
 * so. */
static void add_field(tc_str *out, const char *name, tc_slice value)
{
    tc_str_add(out, tc_slice_of(name));
    tc_str_add_byte(out, '\n');
    for (unsigned shift = 0; shift < 64; shift += 8)
        tc_str_add_byte(out, (uint8_t)((uint64_t)value.len >> shift));
    tc_str_add(out, value);
    tc_str_add_byte(out, '\n');
}

static TC_STATUS add_fields(journal *j, const tc_parcel *parcel)
{
    tc_str *out = &j->fields;
    tc_str_clear(out);
    add_field(out, "MESSAGE", parcel->text);
    tc_str_addf(out, "PRIORITY=%d\nSYSLOG_FACILITY=%d\nSYSLOG_IDENTIFIER=tocsin\n",
                parcel->severity, parcel->facility);
    add_field(out, "TOCSIN_KIND", tc_slice_of(parcel->kind));
    if (parcel->id.len) add_field(out, "TOCSIN_ID", parcel->id);
    return tc_str_status(out);
}

/* 0, or the errno. */
static int send_descriptor(int socket, int fd)
{
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    memset(&control, 0, sizeof(control));
    struct msghdr message = {.msg_control = &control, .msg_controllen = sizeof(control)};
    struct cmsghdr *first = CMSG_FIRSTHDR(&message);
    first->cmsg_level = SOL_SOCKET;
    first->cmsg_type = SCM_RIGHTS;
    first->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(first), &fd, sizeof(fd));
    return sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? errno : 0;
}

static int send_large(int socket, tc_slice bytes)
{
    int fd = memfd_create("tocsin-message", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    int problem = fd < 0 ? errno : 0;
    while (problem == 0 && bytes.len > 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno != EINTR) problem = errno;
        if (n > 0) bytes = tc_slice_sub(bytes, (size_t)n, bytes.len);
    }
    const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
    if (problem == 0 && fcntl(fd, F_ADD_SEALS, seals) < 0) problem = errno;
    if (problem == 0) problem = send_descriptor(socket, fd);
    if (fd >= 0) close(fd);
    return problem;
}

static int send_fields(const journal *j)
{
    int problem = 0;
    if (send(j->way.fd, j->fields.data, j->fields.len, MSG_NOSIGNAL) < 0) problem = errno;
    return problem == EMSGSIZE ? send_large(j->way.fd, tc_str_view(&j->fields)) : problem;
}

static tc_answer send_message(void *state, const tc_parcel *parcel, tc_error *reterr)
{
    journal *j = state;
    const char *path = j->way.receiver->path[0] ? j->way.receiver->path : JOURNAL_SOCKET;
    if (j->way.fd < 0) j->way.fd = tc_connect_path(path, reterr);
    if (j->way.fd < 0) return TC_LATER;
    if (tc_failed(add_fields(j, parcel))) {
        (void)tc_fail(reterr, TC_ENOMEM, "out of memory");
        return TC_LATER;
    }
    uint64_t deadline = tc_patience_ms(j->way.patience) + j->way.receiver->timeout_ms;
    int problem = send_fields(j);
    while (problem == EINTR ||
           (problem == EAGAIN &&
            tc_patience_wait(j->way.patience, j->way.fd, POLLOUT, deadline) == TC_WAIT_READY))
        problem = send_fields(j);
    if (problem == 0) {
        j->way.taken++;
        return TC_TAKEN;
    }
    (void)tc_fail_sys(reterr, problem, path, "cannot send");
    if (problem == EMSGSIZE) return TC_REFUSED;
    tc_at_once_drop(&j->way);
    return TC_LATER;
}

const tc_transport tc_transport_journald = {
    .scheme = "journald",
    .window = 200,
    .open = open_journal,
    .send = send_message,
    .settle = tc_at_once_settle,
    .watch = tc_at_once_watch,
    .finish = tc_at_once_finish,
    .close = close_journal,
};
