#include "detector/capture/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPEN_MS 30000

/* Waits for the first frame. */
static bool read_all(int fd, void *out, size_t size)
{
    uint8_t *at = out;
    while (size > 0) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int ready = poll(&p, 1, OPEN_MS);
        ssize_t n = ready > 0 ? read(fd, at, size) : 0;
        if ((ready < 0 || n < 0) && errno == EINTR) continue;
        if (ready <= 0 || n <= 0) return false;
        at += n;
        size -= (size_t)n;
    }
    return true;
}

static TC_STATUS await_open(tc_tap *tap, const char *interface, tc_error *reterr)
{
    tc_tap_head head = {0};
    char words[256] = "its process ended";
    bool told = read_all(tap->fd, &head, sizeof(head)) && head.length < sizeof(words);
    if (told && head.length > 0) told = read_all(tap->fd, words, head.length);
    if (told) words[head.length] = 0;
    if (told && head.kind == TC_TAP_OPEN) {
        memcpy(tap->lack, words, head.length + 1);
        return TC_SUCCESS;
    }
    return tc_fail(reterr, TC_EIO, "interface %.64s: %s", interface, words);
}

TC_STATUS tc_tap_start(const tc_tap_settings *settings, tc_tap *ret, tc_error *reterr)
{
    int ends[2];
    *ret = (tc_tap){.fd = -1, .process = -1};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return tc_fail_sys(reterr, errno, NULL, "no socket for packets");
    pid_t process = fork();
    if (process == 0) {
        (void)close(ends[0]);
        tc_tap_process(ends[1], settings);
    }
    int sys = errno;
    (void)close(ends[1]);
    *ret = (tc_tap){.fd = ends[0], .process = process};
    tc_status status = process < 0 ? tc_fail_sys(reterr, sys, NULL, "no process for packets")
                                   : await_open(ret, settings->interface, reterr);
    if (tc_failed(status))
        tc_tap_stop(ret);
    else
        (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
    return status;
}

void tc_tap_stop(tc_tap *tap)
{
    int status;
    if (tap->fd >= 0) (void)close(tap->fd);
    while (tap->process > 0 && waitpid(tap->process, &status, 0) < 0 && errno == EINTR)
        continue;
    *tap = (tc_tap){.fd = -1, .process = -1};
}
