#include "detector/follow/bell.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

int tc_bell_new(void)
{
    return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

void tc_bell_ring(int bell)
{
    uint64_t one = 1;
    /* A full counter rings as well. */
    ssize_t n = write(bell, &one, sizeof one);
    (void)n;
}

bool tc_bell_wait(int bell, int other, uint32_t ms, bool *ret_other)
{
    struct pollfd fds[2] = {{.fd = bell, .events = POLLIN}, {.fd = other, .events = POLLIN}};
    int n = poll(fds, 2, (int)TC_MIN(ms, (uint32_t)INT32_MAX));
    *ret_other = n > 0 && fds[1].revents != 0;
    if (n > 0 && fds[0].revents != 0) {
        uint64_t rung;
        ssize_t got = read(bell, &rung, sizeof rung);
        (void)got;
    }
    /* A signal wakes it, too. */
    return n > 0 || (n < 0 && errno == EINTR);
}
