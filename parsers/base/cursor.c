#include "parsers/base/cursor.h"

bool tc_cursor_byte(tc_cursor *c, uint8_t byte)
{
    if (c->at == c->end || *c->at != byte) return false;
    c->at++;
    return true;
}

bool tc_cursor_text(tc_cursor *c, tc_slice text)
{
    if (text.len == 0) return true;
    if (!tc_slice_starts(tc_cursor_rest(c), text)) return false;
    c->at += text.len;
    return true;
}

bool tc_cursor_text_ascii(tc_cursor *c, tc_slice text)
{
    if (text.len == 0) return true;
    if (!tc_slice_starts_ascii(tc_cursor_rest(c), text)) return false;
    c->at += text.len;
    return true;
}

bool tc_cursor_take(tc_cursor *c, size_t n, tc_slice *ret)
{
    if (n > tc_cursor_left(c)) return false;
    *ret = (tc_slice){c->at, n};
    if (n) c->at += n;
    return true;
}

bool tc_cursor_until(tc_cursor *c, uint8_t stop, size_t max, tc_slice *ret)
{
    size_t left = tc_cursor_left(c);
    size_t window = max < left ? max + 1 : left;
    size_t len = tc_slice_find((tc_slice){c->at, window}, stop);
    if (len == TC_NPOS) return false;
    *ret = (tc_slice){c->at, len};
    c->at += len + 1;
    return true;
}

bool tc_cursor_line(tc_cursor *c, size_t max, tc_slice *ret)
{
    size_t left = tc_cursor_left(c);
    if (left == 0) return false;
    /* The longest line is followed by CR LF. */
    size_t window = left > 2 && max < left - 2 ? max + 2 : left;
    size_t len = tc_slice_find((tc_slice){c->at, window}, '\n');
    size_t consumed;
    if (len == TC_NPOS) {
        len = left;
        consumed = left;
    } else {
        consumed = len + 1;
        if (len > 0 && c->at[len - 1] == '\r') len--;
    }
    if (len > max) return false;
    *ret = (tc_slice){c->at, len};
    c->at += consumed;
    return true;
}

size_t tc_cursor_skip_run(tc_cursor *c, uint8_t byte, size_t max)
{
    size_t window = TC_MIN(max, tc_cursor_left(c));
    size_t n = 0;
    while (n < window && c->at[n] == byte) {
        n++;
    }
    if (n) c->at += n;
    return n;
}

bool tc_cursor_digits(tc_cursor *c, size_t max_digits, uint64_t *ret)
{
    size_t window = TC_MIN(max_digits, tc_cursor_left(c));
    size_t len = 0;
    while (len < window && (uint8_t)(c->at[len] - '0') < 10) {
        len++;
    }
    if (!tc_slice_to_u64((tc_slice){c->at, len}, ret)) return false;
    c->at += len;
    return true;
}

bool tc_cursor_fixed(tc_cursor *c, size_t digits, uint32_t *ret)
{
    if (digits > tc_cursor_left(c)) return false;
    uint64_t n;
    if (!tc_slice_to_u64((tc_slice){c->at, digits}, &n) || n > UINT32_MAX) return false;
    c->at += digits;
    *ret = (uint32_t)n;
    return true;
}

/* The next `size` bytes as an integer, in the order of the wire. */
static bool read_little(tc_cursor *c, size_t size, uint64_t *ret)
{
    if (tc_cursor_left(c) < size) return false;
    uint64_t n = 0;
    for (size_t i = size; i-- > 0;) {
        n = n << 8 | c->at[i];
    }
    c->at += size;
    *ret = n;
    return true;
}

static bool read_big(tc_cursor *c, size_t size, uint64_t *ret)
{
    if (tc_cursor_left(c) < size) return false;
    uint64_t n = 0;
    for (size_t i = 0; i < size; i++) {
        n = n << 8 | c->at[i];
    }
    c->at += size;
    *ret = n;
    return true;
}

bool tc_cursor_u8(tc_cursor *c, uint8_t *ret)
{
    if (c->at == c->end) return false;
    *ret = *c->at++;
    return true;
}

bool tc_cursor_u16be(tc_cursor *c, uint16_t *ret)
{
    uint64_t n;
    if (!read_big(c, 2, &n)) return false;
    *ret = (uint16_t)n;
    return true;
}

bool tc_cursor_u16le(tc_cursor *c, uint16_t *ret)
{
    uint64_t n;
    if (!read_little(c, 2, &n)) return false;
    *ret = (uint16_t)n;
    return true;
}

bool tc_cursor_u32be(tc_cursor *c, uint32_t *ret)
{
    uint64_t n;
    if (!read_big(c, 4, &n)) return false;
    *ret = (uint32_t)n;
    return true;
}

bool tc_cursor_u32le(tc_cursor *c, uint32_t *ret)
{
    uint64_t n;
    if (!read_little(c, 4, &n)) return false;
    *ret = (uint32_t)n;
    return true;
}

bool tc_cursor_u64le(tc_cursor *c, uint64_t *ret)
{
    return read_little(c, 8, ret);
}
