#include "tests/unit/input/fake_bytes.h"

#include <criterion/criterion.h>

#define TEXT_MAX ((size_t)1 << 30)
static const char failure[] = "the fake failed";

static tc_bytes_result read_fake(void *context, uint8_t *buffer, size_t room, size_t *ret_got,
                                 tc_error *reterr)
{
    fake_bytes *f = context;
    f->paused = f->idles && !f->paused;
    if (f->paused) return TC_BYTES_IDLE;
    size_t n = TC_MIN(TC_MIN(f->piece, room), f->bytes.len);
    if (n == 0 && !f->fails) return TC_BYTES_END;
    if (n == 0) {
        (void)tc_fail(reterr, TC_EIO, "%s", failure);
        return TC_BYTES_FAILED;
    }
    memcpy(buffer, f->bytes.ptr, n);
    f->bytes = tc_slice_sub(f->bytes, n, SIZE_MAX);
    *ret_got = n;
    return TC_BYTES_MORE;
}

static void close_fake(void *context)
{
    fake_bytes *f = context;
    f->closed++;
}

tc_bytes fake_start(fake_bytes *fake)
{
    return (tc_bytes){fake, read_fake, close_fake};
}

/* The next answer that is not IDLE. */
static tc_bytes_result ask(tc_bytes bytes, uint8_t *buffer, size_t room, size_t *got, drained *d,
                           tc_error *reterr)
{
    tc_bytes_result result;
    uint32_t idle = 0;
    while ((result = tc_bytes_read(bytes, buffer, room, got, reterr)) == TC_BYTES_IDLE)
        cr_assert(++idle < 100000, "idle for ever");
    d->idle += idle;
    return result;
}

void drain(tc_bytes bytes, size_t room, drained *ret)
{
    static uint8_t buffer[1 << 20];
    size_t got = 0;
    cr_assert(room <= sizeof buffer);
    *ret = (drained){.idle = 0};
    tc_str_init(&ret->text, TEXT_MAX);
    while ((ret->result = ask(bytes, buffer, room, &got, ret, &ret->error)) == TC_BYTES_MORE)
        tc_str_add(&ret->text, tc_slice_make(buffer, got));
    for (int i = 0; i < 2; i++) {
        tc_error again = {0};
        cr_expect(ask(bytes, buffer, room, &got, ret, &again) == ret->result);
        cr_expect(ret->result == TC_BYTES_END || strcmp(again.text, ret->error.text) == 0);
        cr_expect(ret->result == TC_BYTES_END || again.code != TC_OK);
    }
}

void drained_done(drained *d)
{
    tc_str_done(&d->text);
}
