#include "detector/send/patience.h"

#include <errno.h>
#include <poll.h>

#define SLICE_MS 60000

uint64_t tc_patience_ms(const tc_patience *patience)
{
    return patience->clock->ms(patience->clock->context);
}

tc_wait tc_patience_wait(const tc_patience *patience, int descriptor, short events,
                         uint64_t deadline)
{
    struct pollfd polled[] = {{.fd = patience->stop, .events = POLLIN},
                              {.fd = descriptor, .events = events}};
    for (;;) {
        uint64_t now = tc_patience_ms(patience);
        uint64_t left = now < deadline ? deadline - now : 0;
        int ready = poll(polled, TC_COUNT_OF(polled), (int)TC_MIN(left, (uint64_t)SLICE_MS));
        if (ready < 0 && errno != EINTR) return TC_WAIT_STOPPED;
        if (ready > 0 && polled[0].revents) return TC_WAIT_STOPPED;
        if (ready > 0) return TC_WAIT_READY;
        if (tc_patience_ms(patience) >= deadline) return TC_WAIT_OVER;
    }
}

bool tc_patience_stopped(const tc_patience *patience)
{
    struct pollfd polled = {.fd = patience->stop, .events = POLLIN};
    return patience->stop >= 0 && poll(&polled, 1, 0) > 0;
}
