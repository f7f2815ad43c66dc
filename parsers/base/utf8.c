#include "parsers/base/utf8.h"

#define REPLACEMENT 0xfffdu
#define HIGH_BITS UINT64_C(0x8080808080808080)

/* Length and value of a well-formed sequence (Unicode 15, table 3-7); 0 if there is none. */
static size_t decode(const uint8_t *p, size_t left, uint32_t *ret)
{
    uint8_t lead = p[0];
    if (lead < 0x80) {
        *ret = lead;
        return 1;
    }
    if (lead < 0xc2 || lead > 0xf4) return 0;
    size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (left < length || (p[1] & 0xc0) != 0x80) return 0;
    uint32_t code = (lead & (0x7fu >> length)) << 6 | (p[1] & 0x3fu);
    for (size_t i = 2; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80) return 0;
        code = code << 6 | (p[i] & 0x3fu);
    }
    bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    if (overlong || (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return 0;
    *ret = code;
    return length;
}

uint32_t tc_utf8_next(tc_slice s, size_t *ret_len)
{
    TC_ASSERT(s.len > 0);
    uint32_t code = REPLACEMENT;
    size_t length = decode(s.ptr, s.len, &code);
    *ret_len = length ? length : 1;
    return code;
}

/* How many bytes at the start are ASCII. */
static size_t ascii_run(const uint8_t *p, size_t len)
{
    size_t i = 0;
    for (; len - i >= 8; i += 8) {
        uint64_t word;
        memcpy(&word, p + i, sizeof word);
        if (word & HIGH_BITS) break;
    }
    while (i < len && p[i] < 0x80)
        i++;
    return i;
}

bool tc_utf8_is_ascii(tc_slice s)
{
    return s.len == 0 || ascii_run(s.ptr, s.len) == s.len;
}

bool tc_utf8_valid(tc_slice s)
{
    for (size_t i = 0; i < s.len;) {
        i += ascii_run(s.ptr + i, s.len - i);
        if (i == s.len) break;
        uint32_t code;
        size_t length = decode(s.ptr + i, s.len - i, &code);
        if (length == 0) return false;
        i += length;
    }
    return true;
}

size_t tc_utf8_encode(uint32_t code_point, uint8_t out[4])
{
    if (code_point < 0x80) {
        out[0] = (uint8_t)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        out[0] = (uint8_t)(0xc0 | code_point >> 6);
        out[1] = (uint8_t)(0x80 | (code_point & 0x3f));
        return 2;
    }
    if (code_point < 0x10000) {
        if (code_point >= 0xd800 && code_point <= 0xdfff) return 0;
        out[0] = (uint8_t)(0xe0 | code_point >> 12);
        out[1] = (uint8_t)(0x80 | (code_point >> 6 & 0x3f));
        out[2] = (uint8_t)(0x80 | (code_point & 0x3f));
        return 3;
    }
    if (code_point > 0x10ffff) return 0;
    out[0] = (uint8_t)(0xf0 | code_point >> 18);
    out[1] = (uint8_t)(0x80 | (code_point >> 12 & 0x3f));
    out[2] = (uint8_t)(0x80 | (code_point >> 6 & 0x3f));
    out[3] = (uint8_t)(0x80 | (code_point & 0x3f));
    return 4;
}

bool tc_utf8_is_active(uint32_t c)
{
    if (c < 0xa0) return c < 0x20 || c >= 0x7f;
    if (c < 0x2000) return c == 0x61c;
    /* U+200E/F, the line and paragraph separators with LRE..RLO behind them, LRI..PDI */
    return c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

#define UTF16_BUFFER 512

void tc_utf16le_to_utf8(tc_slice s, tc_str *out, size_t *ret_used)
{
    uint8_t buffer[UTF16_BUFFER];
    size_t filled = 0;
    size_t end = s.len - s.len % 2;
    for (size_t i = 0; i < end; i += 2) {
        uint32_t unit = s.ptr[i] | (uint32_t)s.ptr[i + 1] << 8;
        if (unit >= 0xd800 && unit <= 0xdfff) {
            uint32_t low = 0;
            if (unit < 0xdc00 && end - i >= 4) low = s.ptr[i + 2] | (uint32_t)s.ptr[i + 3] << 8;
            if (low >= 0xdc00 && low <= 0xdfff) {
                unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                i += 2;
            } else {
                unit = REPLACEMENT;
            }
        }
        filled += tc_utf8_encode(unit, buffer + filled);
        if (filled > sizeof buffer - 4) {
            tc_str_add(out, tc_slice_make(buffer, filled));
            filled = 0;
        }
    }
    tc_str_add(out, tc_slice_make(buffer, filled));
    *ret_used = end;
}

size_t tc_utf8_utf16_units(tc_slice s)
{
    size_t units = 0;
    for (size_t i = 0; i < s.len;) {
        uint32_t code = REPLACEMENT;
        size_t run = ascii_run(s.ptr + i, s.len - i);
        units += run;
        i += run;
        if (i == s.len) break;
        size_t length = decode(s.ptr + i, s.len - i, &code);
        units += code >= 0x10000 ? 2 : 1;
        i += length ? length : 1;
    }
    return units;
}

static void add_escape(tc_str *out, char kind, uint32_t code, unsigned digits)
{
    static const char hex[] = "0123456789abcdef";
    uint8_t text[8] = {'\\', (uint8_t)kind};
    size_t length = 2;
    while (digits-- > 0)
        text[length++] = (uint8_t)hex[code >> 4 * digits & 15];
    tc_str_add(out, tc_slice_make(text, length));
}

void tc_escape_text(tc_str *out, tc_slice s)
{
    size_t from = 0; /* what stands between here and i is copied as it is */
    for (size_t i = 0; i < s.len;) {
        uint8_t byte = s.ptr[i];
        if (byte >= 0x20 && byte < 0x7f && byte != '\\') {
            i++;
            continue;
        }
        uint32_t code;
        size_t length = decode(s.ptr + i, s.len - i, &code);
        if (length > 1 && !tc_utf8_is_active(code)) {
            i += length;
            continue;
        }
        tc_str_add(out, tc_slice_make(s.ptr + from, i - from));
        if (byte == '\\')
            tc_str_add(out, TC_LIT("\\\\"));
        else if (length > 1)
            add_escape(out, 'u', code, 4);
        else
            add_escape(out, 'x', byte, 2);
        i += length ? length : 1;
        from = i;
    }
    tc_str_add(out, tc_slice_sub(s, from, s.len - from));
}
