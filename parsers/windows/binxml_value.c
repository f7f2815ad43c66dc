#include "parsers/windows/binxml_value.h"

enum {
    TYPE_ANSI = 0x02,
    TYPE_SIZE = 0x10, /* size_t, of the machine that wrote it */
    TYPE_FILETIME = 0x11,
    TYPE_SID = 0x13
};

/* -- numbers --------------------------------------------------------------------------------- */

static uint64_t number(tc_slice s)
{
    uint64_t n = 0;
    for (size_t i = TC_MIN(s.len, (size_t)8); i-- > 0;)
        n = n << 8 | s.ptr[i];
    return n;
}

static uint8_t *put_literal(tc_slice text, uint8_t *out)
{
    memcpy(out, text.ptr, text.len);
    return out + text.len;
}

static uint8_t *put_decimal(uint64_t n, uint8_t *out)
{
    uint8_t digits[TC_U64_DIGITS];
    return put_literal(tc_slice_of_u64(n, digits), out);
}

/* So many digits, with zeros in front. */
static uint8_t *put_digits(uint64_t n, size_t count, uint8_t *out)
{
    for (size_t i = count; i-- > 0; n /= 10)
        out[i] = (uint8_t)('0' + n % 10);
    return out + count;
}

static uint8_t *put_hex_digits(uint64_t n, size_t count, uint8_t *out)
{
    for (size_t i = count; i-- > 0; n >>= 4)
        out[i] = (uint8_t) "0123456789abcdef"[n & 15];
    return out + count;
}

static uint8_t *put_hex(tc_slice s, uint8_t *out)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.len; i++) {
        *out++ = (uint8_t)digits[s.ptr[i] >> 4];
        *out++ = (uint8_t)digits[s.ptr[i] & 15];
    }
    return out;
}

static uint8_t *put_unsigned(tc_slice s, uint8_t *out)
{
    return put_decimal(number(s), out);
}

static uint8_t *put_signed(tc_slice s, uint8_t *out)
{
    unsigned shift = 64 - 8 * (unsigned)s.len;
    int64_t n = (int64_t)(number(s) << shift) >> shift;
    if (n < 0) *out++ = '-';
    return put_decimal(n < 0 ? 0 - (uint64_t)n : (uint64_t)n, out);
}

static uint8_t *put_hex_number(tc_slice s, uint8_t *out)
{
    uint64_t n = number(s);
    size_t digits = n ? (size_t)(67 - __builtin_clzll(n)) / 4 : 1;
    return put_hex_digits(n, digits, put_literal(TC_LIT("0x"), out));
}

static uint8_t *put_bool(tc_slice s, uint8_t *out)
{
    return put_literal(number(s) ? TC_LIT("true") : TC_LIT("false"), out);
}

static uint8_t *put_float(tc_slice s, uint8_t *out)
{
    float f;
    memcpy(&f, s.ptr, sizeof f);
    return out + snprintf((char *)out, 4 * sizeof f, "%.9g", (double)f);
}

static uint8_t *put_double(tc_slice s, uint8_t *out)
{
    double d;
    memcpy(&d, s.ptr, sizeof d);
    return out + snprintf((char *)out, 4 * sizeof d, "%.17g", d);
}

static uint8_t *put_guid(tc_slice s, uint8_t *out)
{
    *out++ = '{';
    out = put_hex_digits(number(tc_slice_sub(s, 0, 4)), 8, out);
    for (size_t i = 4; i < 16; i += i < 8 ? 2 : 1) {
        if (i <= 8 || i == 10) *out++ = '-';
        out = i < 8 ? put_hex_digits(number(tc_slice_sub(s, i, 2)), 4, out)
                    : put_hex_digits(s.ptr[i], 2, out);
    }
    *out++ = '}';
    return out;
}

/* -- times and identifiers ------------------------------------------------------------------- */

static uint8_t *put_filetime(tc_slice s, uint8_t *out)
{
    char text[TC_TIME_TEXT];
    tc_time time;
    if (!tc_time_from_filetime(number(s), &time)) return put_unsigned(s, out);
    if (time >= 0 && time % 1000 > 0) /* all nine digits are written in any case */
        return put_literal(tc_slice_of(tc_time_format(time, text)), out);
    int64_t day =
        tc_time_midnight(time) == TC_TIME_NONE ? 0 : tc_time_between(tc_time_midnight(time), time);
    tc_time second = tc_time_sub(time, day % TC_SECOND);
    out = put_literal(tc_slice_sub(tc_slice_of(tc_time_format(second, text)), 0, 19), out);
    *out++ = '.';
    out = put_digits((uint64_t)(day % TC_SECOND), 9, out);
    *out++ = 'Z';
    return out;
}

/* At least so many digits. */
static uint8_t *put_padded(uint64_t n, size_t count, uint8_t *out)
{
    uint64_t least = 1;
    for (size_t i = 1; i < count; i++)
        least *= 10;
    return n < least ? put_digits(n, count, out) : put_decimal(n, out);
}

/* Year, month, day of the week, day, hour, minute, second, millisecond: two bytes each. */
static uint8_t *put_systemtime(tc_slice s, uint8_t *out)
{
    static const struct {
        uint8_t at, digits, behind;
    } parts[] = {{0, 4, '-'},  {2, 2, '-'},  {6, 2, 'T'}, {8, 2, ':'},
                 {10, 2, ':'}, {12, 2, '.'}, {14, 3, 'Z'}};
    for (size_t i = 0; i < TC_COUNT_OF(parts); i++) {
        out = put_padded(number(tc_slice_sub(s, parts[i].at, 2)), parts[i].digits, out);
        *out++ = parts[i].behind;
    }
    return out;
}

static size_t sid_length(tc_slice s)
{
    return 8 + 4 * (size_t)s.ptr[1];
}

static bool is_sid(tc_slice s)
{
    return s.len >= 8 && s.len >= sid_length(s);
}

/* Revision, number of parts, six bytes of authority, and the parts. */
static uint8_t *put_sid(tc_slice s, uint8_t *out)
{
    uint64_t authority = 0;
    if (!is_sid(s)) return put_hex(s, out);
    for (size_t i = 2; i < 8; i++)
        authority = authority << 8 | s.ptr[i];
    out = put_decimal(s.ptr[0], put_literal(TC_LIT("S-"), out));
    *out++ = '-';
    out = put_decimal(authority, out);
    for (size_t i = 0; i < s.ptr[1]; i++) {
        *out++ = '-';
        out = put_decimal(number(tc_slice_sub(s, 8 + 4 * i, 4)), out);
    }
    return out;
}

/* -- all of them ----------------------------------------------------------------------------- */

/* By type; a size of 0: any. */
static const struct {
    size_t size;
    uint8_t *(*put)(tc_slice data, uint8_t *out);
} types[] = {
    [0x01] = {0, tc_binxml_text_put},
    [TYPE_ANSI] = {0, tc_binxml_ansi_put},
    [0x03] = {1, put_signed},
    [0x04] = {1, put_unsigned},
    [0x05] = {2, put_signed},
    [0x06] = {2, put_unsigned},
    [0x07] = {4, put_signed},
    [0x08] = {4, put_unsigned},
    [0x09] = {8, put_signed},
    [0x0A] = {8, put_unsigned},
    [0x0B] = {4, put_float},
    [0x0C] = {8, put_double},
    [0x0D] = {4, put_bool},
    [0x0E] = {0, put_hex},
    [0x0F] = {16, put_guid},
    [TYPE_SIZE] = {0, put_hex_number},
    [TYPE_FILETIME] = {8, put_filetime},
    [0x12] = {16, put_systemtime},
    [TYPE_SID] = {0, put_sid},
    [0x14] = {4, put_hex_number},
    [0x15] = {8, put_hex_number},
};

uint8_t *tc_binxml_value_put(uint8_t type, tc_slice data, uint8_t *out)
{
    if (data.len == 0) return out;
    if (TC_LIKELY(type == TC_BINXML_STRING)) return tc_binxml_text_put(data, out);
    bool known = type < TC_COUNT_OF(types) && types[type].put != NULL;
    if (known && (types[type].size == 0 || types[type].size == data.len))
        return types[type].put(data, out);
    return put_hex(data, out);
}

/* -- as text of XML -------------------------------------------------------------------------- */

/* What is written of a value that is no text: nothing of that has to be escaped. */
static void write_few(uint8_t type, tc_slice data, tc_str *out)
{
    uint8_t text[TC_BINXML_PLAIN_MAX(16)];
    tc_str_add(out, tc_slice_make(text, (size_t)(tc_binxml_value_put(type, data, text) - text)));
}

#define PIECE (8 + 4 * UINT8_MAX) /* bytes of the longest SID */

static void write_many(uint8_t type, tc_slice data, tc_str *out)
{
    uint8_t text[TC_BINXML_PLAIN_MAX(PIECE)];
    if (type == TYPE_SIZE) data = tc_slice_sub(data, 0, 8);
    if (type == TYPE_SID && is_sid(data)) data = tc_slice_sub(data, 0, sid_length(data));
    for (size_t at = 0; at < data.len; at += PIECE) {
        tc_slice piece = tc_slice_sub(data, at, PIECE);
        uint8_t *end =
            data.len > PIECE ? put_hex(piece, text) : tc_binxml_value_put(type, piece, text);
        tc_str_add(out, tc_slice_make(text, (size_t)(end - text)));
    }
}

void tc_binxml_value_write(uint8_t type, tc_slice data, tc_str *out)
{
    if (type == TC_BINXML_STRING)
        tc_binxml_text_write(data, out);
    else if (type == TYPE_ANSI)
        tc_binxml_ansi_write(data, out);
    else if (data.len <= 16)
        write_few(type, data, out);
    else
        write_many(type, data, out);
}

/* The length of the text at the beginning, with its NUL, in units of that many bytes. */
static size_t text_length(tc_slice s, size_t unit)
{
    for (size_t at = 0; at + unit <= s.len; at += unit)
        if (s.ptr[at] == 0 && s.ptr[at + unit - 1] == 0) return at + unit;
    return s.len;
}

bool tc_binxml_value_time(uint8_t type, tc_slice data, tc_time *ret)
{
    return type == TYPE_FILETIME && data.len == 8 && tc_time_from_filetime(number(data), ret) &&
           *ret >= 0;
}

bool tc_binxml_value_next(uint8_t type, tc_slice *rest, tc_slice *ret)
{
    size_t length = rest->len;
    if (rest->len == 0) return false;
    if (type == TC_BINXML_STRING)
        length = text_length(*rest, 2);
    else if (type == TYPE_ANSI)
        length = text_length(*rest, 1);
    else if (type == TYPE_SID && rest->len >= 8)
        length = TC_MIN(sid_length(*rest), rest->len);
    else if (type < TC_COUNT_OF(types) && types[type].size > 0)
        length = TC_MIN(types[type].size, rest->len);
    *ret = tc_slice_sub(*rest, 0, length);
    *rest = tc_slice_sub(*rest, length, rest->len);
    return true;
}
