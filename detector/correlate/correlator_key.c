#include "detector/correlate/correlator_state.h"

/* A single text is its own key; several are joined with their lengths, so that no two tuples give
 * the same bytes. */
bool tc_correlator_key(const tc_arrival *arrival, const uint32_t *captures, size_t count,
                       size_t cut, uint8_t *scratch, tc_slice *ret)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        if (captures[i] == TC_CAPTURE_NONE) return false;
        const tc_capture *capture = &arrival->captures[captures[i]];
        if (!capture->present) return false;
        tc_slice text = tc_slice_sub(capture->text, 0, cut);
        if (count == 1) {
            *ret = text;
            return true;
        }
        scratch[length++] = (uint8_t)(text.len & 0xFF);
        scratch[length++] = (uint8_t)(text.len >> 8);
        if (text.len) memcpy(scratch + length, text.ptr, text.len);
        length += text.len;
    }
    *ret = tc_slice_make(scratch, length);
    return true;
}

tc_slice tc_correlator_key_text(tc_slice key, size_t count, uint8_t *out)
{
    if (count == 1) {
        if (key.len) memcpy(out, key.ptr, key.len);
        return tc_slice_make(out, key.len);
    }
    size_t length = 0;
    while (key.len >= 2) {
        size_t part = (size_t)key.ptr[0] | (size_t)key.ptr[1] << 8;
        if (length) {
            out[length++] = ',';
            out[length++] = ' ';
        }
        if (part) memcpy(out + length, key.ptr + 2, part);
        length += part;
        key = tc_slice_sub(key, 2 + part, key.len);
    }
    return tc_slice_make(out, length);
}

bool tc_correlator_key_fits(tc_slice key, size_t count, size_t cut)
{
    if (count <= 1) return key.len <= (count ? cut : 0);
    for (; count && key.len >= 2; count--) {
        size_t part = (size_t)key.ptr[0] | (size_t)key.ptr[1] << 8;
        if (part > cut || part > key.len - 2) return false;
        key = tc_slice_sub(key, 2 + part, key.len);
    }
    return !count && !key.len;
}
