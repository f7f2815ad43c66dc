#include "detector/input/cap.h"

#define WAY_OUT "; unpack it if you trust it"

static void check(tc_cap *c)
{
    if (c->out > TC_CAP_RATIO_FROM && c->out / TC_CAP_RATIO > *c->used) {
        (void)tc_fail(&c->failure, TC_ELIMIT, "%s holds more than %u times its own size" WAY_OUT,
                      c->name, TC_CAP_RATIO);
    } else if (c->out > TC_CAP_OUTPUT) {
        (void)tc_fail(&c->failure, TC_ELIMIT, "%s holds more than %" PRIu64 " GiB" WAY_OUT, c->name,
                      TC_CAP_OUTPUT >> 30);
    }
}

static tc_bytes_result read_cap(void *context, uint8_t *buffer, size_t room, size_t *ret_got,
                                tc_error *reterr)
{
    tc_cap *c = context;
    if (c->failure.code != TC_OK) return tc_bytes_tell(&c->failure, reterr);
    tc_bytes_result result = tc_bytes_read(c->below, buffer, room, ret_got, reterr);
    c->out += *ret_got;
    check(c);
    return result;
}

static void close_cap(void *context)
{
    tc_cap *c = context;
    tc_bytes_close(c->below);
}

tc_bytes tc_cap_start(tc_cap *cap, tc_bytes below, const char *name, const uint64_t *used)
{
    *cap = (tc_cap){.below = below, .name = name, .used = used};
    return (tc_bytes){cap, read_cap, close_cap};
}

void tc_cap_refuse_window(const char *name, tc_error *reterr)
{
    (void)tc_fail(reterr, TC_ELIMIT,
                  "%s needs more than %" PRIu64 " MiB of memory to be unpacked" WAY_OUT, name,
                  TC_CAP_WINDOW >> 20);
}
