#include "detector/input/peek.h"

static tc_bytes_result read_peek(void *context, uint8_t *buffer, size_t room, size_t *ret_got,
                                 tc_error *reterr)
{
    tc_peek *p = context;
    size_t seen = TC_MIN(p->to - p->from, room);
    if (seen == 0) return tc_bytes_read(p->below, buffer, room, ret_got, reterr);
    memcpy(buffer, p->bytes + p->from, seen);
    p->from += seen;
    *ret_got = seen;
    return TC_BYTES_MORE;
}

static void close_peek(void *context)
{
    tc_peek *p = context;
    tc_bytes_close(p->below);
}

tc_bytes tc_peek_start(tc_peek *peek, tc_bytes below)
{
    peek->below = below;
    peek->from = peek->to = 0;
    return (tc_bytes){peek, read_peek, close_peek};
}

tc_bytes_result tc_peek_look(tc_peek *peek)
{
    tc_bytes_result result = TC_BYTES_MORE;
    while (peek->to < TC_PEEK_SIZE && result == TC_BYTES_MORE) {
        size_t got = 0;
        result =
            tc_bytes_read(peek->below, peek->bytes + peek->to, TC_PEEK_SIZE - peek->to, &got, NULL);
        peek->to += got;
    }
    return result;
}

tc_slice tc_peek_head(const tc_peek *peek)
{
    return tc_slice_make(peek->bytes + peek->from, peek->to - peek->from);
}
