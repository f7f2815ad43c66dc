#include "detector/input/cap.h"

#include "parsers/base/alloc.h"

enum {
    SMALL_PIECE = 64 * 1024,
    SMALL_UNTIL = 1024 * 1024,
    PIECE = 256 * 1024,
};

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

/* Small at first: of most files that are looked at only the beginning is wanted. */
static size_t piece_at(uint64_t out)
{
    return out < SMALL_UNTIL ? SMALL_PIECE : PIECE;
}

static tc_bytes_result read_piece(tc_cap *c, uint8_t *out, size_t size, size_t *ret_got,
                                  tc_error *reterr)
{
    tc_bytes_result result = tc_bytes_read(c->below, out, size, ret_got, reterr);
    c->out += *ret_got;
    check(c);
    return result;
}

static tc_bytes_result read_cap(void *context, uint8_t *buffer, size_t room, size_t *ret_got,
                                tc_error *reterr)
{
    tc_cap *c = context;
    size_t size = piece_at(c->out);
    if (c->left.len == 0) {
        if (c->failure.code != TC_OK) return tc_bytes_tell(&c->failure, reterr);
        if (room >= size) return read_piece(c, buffer, size, ret_got, reterr);
        size_t got;
        tc_bytes_result result = read_piece(c, c->piece, size, &got, reterr);
        c->left = tc_slice_make(c->piece, got);
        if (result != TC_BYTES_MORE) return result;
    }
    *ret_got = TC_MIN(c->left.len, room);
    memcpy(buffer, c->left.ptr, *ret_got);
    c->left = tc_slice_sub(c->left, *ret_got, SIZE_MAX);
    return TC_BYTES_MORE;
}

static void close_cap(void *context)
{
    tc_cap *c = context;
    tc_bytes_close(c->below);
}

TC_STATUS tc_cap_start(tc_cap *cap, tc_bytes below, const char *name, const uint64_t *used,
                       tc_bytes *ret)
{
    if (!cap->piece) cap->piece = tc_alloc(PIECE, 1);
    if (!cap->piece) return (tc_status){TC_ENOMEM};
    *cap = (tc_cap){.below = below, .name = name, .used = used, .piece = cap->piece};
    *ret = (tc_bytes){cap, read_cap, close_cap};
    return TC_SUCCESS;
}

void tc_cap_done(tc_cap *cap)
{
    tc_free(cap->piece);
    cap->piece = NULL;
}

void tc_cap_refuse_window(const char *name, tc_error *reterr)
{
    (void)tc_fail(reterr, TC_ELIMIT,
                  "%s needs more than %" PRIu64 " MiB of memory to be unpacked" WAY_OUT, name,
                  TC_CAP_WINDOW >> 20);
}
