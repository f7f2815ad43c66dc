#include "detector/input/wide.h"

#include "detector/input/utf16.h"
#include "parsers/base/alloc.h"

enum {
    UNITS_SIZE = 64 * 1024, /* bytes of UTF-16 decoded at once */
    ROOM_MIN = 4,           /* less is no room for a character */
};

static void refill(tc_wide *w, tc_error *reterr)
{
    size_t kept = w->left.len;
    size_t got = 0;
    if (kept > 0) memmove(w->units, w->left.ptr, kept);
    w->said = tc_bytes_read(w->below, w->units + kept, UNITS_SIZE - kept, &got, reterr);
    w->left = tc_slice_make(w->units, kept + got);
}

static size_t decode(tc_wide *w, uint8_t *out, size_t room)
{
    bool last = w->said == TC_BYTES_END || w->said == TC_BYTES_FAILED;
    return tc_utf16_decode(&w->left, w->big_endian, last, out, room);
}

static size_t take_spilled(tc_wide *w, uint8_t *out, size_t room)
{
    size_t n = TC_MIN(w->spilled, room);
    memcpy(out, w->spill, n);
    memmove(w->spill, w->spill + n, w->spilled - n);
    w->spilled -= n;
    return n;
}

/* What can be given without asking the layer below. */
static size_t give(tc_wide *w, uint8_t *out, size_t room)
{
    if (w->spilled == 0 && room >= ROOM_MIN) return decode(w, out, room);
    if (w->spilled == 0) w->spilled = decode(w, w->spill, sizeof w->spill);
    return take_spilled(w, out, room);
}

static tc_bytes_result read_wide(void *context, uint8_t *buffer, size_t room, size_t *ret_got,
                                 tc_error *reterr)
{
    tc_wide *w = context;
    *ret_got = give(w, buffer, room);
    while (*ret_got == 0) {
        /* An end or a failure below is said again; what is left now becomes U+FFFD. */
        refill(w, reterr);
        *ret_got = give(w, buffer, room);
        if (*ret_got == 0 && w->said != TC_BYTES_MORE) return w->said;
    }
    return TC_BYTES_MORE;
}

static void close_wide(void *context)
{
    tc_wide *w = context;
    tc_bytes_close(w->below);
}

TC_STATUS tc_wide_start(tc_wide *wide, tc_bytes below, bool big_endian, tc_bytes *ret)
{
    if (!wide->units) wide->units = tc_alloc(UNITS_SIZE, 1);
    if (!wide->units) return (tc_status){TC_ENOMEM};
    wide->below = below;
    wide->big_endian = big_endian;
    wide->said = TC_BYTES_MORE;
    wide->left = TC_EMPTY_SLICE;
    wide->spilled = 0;
    *ret = (tc_bytes){wide, read_wide, close_wide};
    return TC_SUCCESS;
}

void tc_wide_done(tc_wide *wide)
{
    tc_free(wide->units);
    wide->units = NULL;
}
