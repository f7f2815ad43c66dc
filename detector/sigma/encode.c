#include "detector/sigma/encode.h"

#include "parsers/base/utf8.h"

bool tc_encode_base64(tc_arena *arena, tc_slice bytes, tc_slice *ret)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t *out = tc_arena_get(arena, bytes.len / 3 + 1, 4);
    if (!out) return false;
    size_t filled = 0;
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t left = TC_MIN(bytes.len - i, (size_t)3);
        uint32_t group = 0;
        for (size_t j = 0; j < 3; j++)
            group = group << 8 | (j < left ? bytes.ptr[i + j] : 0u);
        for (size_t j = 0; j < 4; j++)
            out[filled++] = j <= left ? (uint8_t)alphabet[group >> (18 - 6 * j) & 63] : '=';
    }
    *ret = tc_slice_make(out, filled);
    return true;
}

bool tc_encode_base64_offsets(tc_arena *arena, tc_slice bytes, tc_slice ret[3])
{
    /* Characters that also hold bits of a neighbour, in front and behind. */
    static const size_t front[3] = {0, 2, 3};
    static const size_t back[3] = {0, 3, 2};
    for (size_t shift = 0; shift < 3; shift++) {
        uint8_t *padded = tc_arena_zero(arena, bytes.len + shift, 1);
        tc_slice whole;
        if (!padded) return false;
        if (bytes.len > 0) memcpy(padded + shift, bytes.ptr, bytes.len);
        if (!tc_encode_base64(arena, tc_slice_make(padded, bytes.len + shift), &whole))
            return false;
        size_t drop = front[shift] + back[(bytes.len + shift) % 3];
        ret[shift] =
            drop < whole.len ? tc_slice_sub(whole, front[shift], whole.len - drop) : TC_EMPTY_SLICE;
    }
    return true;
}

bool tc_encode_utf16(tc_arena *arena, tc_slice text, tc_utf16 form, tc_slice *ret)
{
    uint8_t *out = tc_arena_get(arena, text.len + 1, 2);
    if (!out) return false;
    size_t filled = 0;
    size_t low = form == TC_UTF16_BE;
    if (form == TC_UTF16_BOM) {
        out[filled++] = 0xff;
        out[filled++] = 0xfe;
    }
    for (size_t i = 0, length; i < text.len; i += length) {
        uint32_t code = tc_utf8_next(tc_slice_sub(text, i, text.len), &length);
        uint32_t units[2] = {code, 0};
        size_t count = 1;
        if (code > 0xffff) {
            units[0] = 0xd800 + ((code - 0x10000) >> 10);
            units[1] = 0xdc00 + ((code - 0x10000) & 0x3ff);
            count = 2;
        }
        for (size_t j = 0; j < count; j++, filled += 2) {
            out[filled + low] = (uint8_t)(units[j] & 0xff);
            out[filled + 1 - low] = (uint8_t)(units[j] >> 8);
        }
    }
    *ret = tc_slice_make(out, filled);
    return true;
}
