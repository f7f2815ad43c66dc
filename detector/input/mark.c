#include "detector/input/mark.h"

static tc_bytes_result read_mark(void *context, uint8_t *buffer, size_t room, size_t *ret_got,
                                 tc_error *reterr)
{
    tc_mark *m = context;
    while (m->left > 0) {
        uint8_t dropped[4];
        size_t got = 0;
        size_t want = TC_MIN(m->left, sizeof dropped);
        tc_bytes_result result = tc_bytes_read(m->below, dropped, want, &got, reterr);
        if (result != TC_BYTES_MORE) return result;
        m->left -= got;
    }
    return tc_bytes_read(m->below, buffer, room, ret_got, reterr);
}

static void close_mark(void *context)
{
    tc_mark *m = context;
    tc_bytes_close(m->below);
}

tc_bytes tc_mark_start(tc_mark *mark, tc_bytes below, size_t length)
{
    *mark = (tc_mark){below, length};
    return (tc_bytes){mark, read_mark, close_mark};
}
