#include "parsers/windows/binxml_value.h"

#include "parsers/base/time.h"
#include "parsers/base/utf8.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif
#include <inttypes.h>

/* -- characters ------------------------------------------------------------------------------ */

static void put_escaped(uint32_t code_point, tc_str *out)
{
    uint8_t bytes[4];
    switch (code_point) {
    case '<':
        tc_str_add(out, TC_LIT("&lt;"));
        return;
    case '>':
        tc_str_add(out, TC_LIT("&gt;"));
        return;
    case '&':
        tc_str_add(out, TC_LIT("&amp;"));
        return;
    case '"':
        tc_str_add(out, TC_LIT("&quot;"));
        return;
    case 0:
        code_point = 0xFFFD;
        break;
    default:
        break;
    }
    tc_str_add(out, tc_slice_make(bytes, tc_utf8_encode(code_point, bytes)));
}

static inline bool is_plain(uint32_t unit)
{
    return unit >= ' ' && unit < 0x7F && unit != '<' && unit != '>' && unit != '&' && unit != '"';
}

static inline uint32_t unit_at(tc_slice s, size_t at)
{
    return (uint32_t)s.ptr[at] | (uint32_t)s.ptr[at + 1] << 8;
}

/* The character at *at, behind which *at then is; an unpaired surrogate is U+FFFD. */
static uint32_t next_character(tc_slice s, size_t *at)
{
    uint32_t unit = unit_at(s, *at);
    *at += 2;
    if (unit < 0xD800 || unit > 0xDFFF) return unit;
    uint32_t low = *at + 2 <= s.len ? unit_at(s, *at) : 0;
    if (unit > 0xDBFF || low < 0xDC00 || low > 0xDFFF) return 0xFFFD;
    *at += 2;
    return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
}

#if defined(__SSE2__)
/* Of the eight units there, those before the first that is not plain, as bytes in `run`. A unit
 * beyond a byte is packed as 0 or 255, which is not plain either. */
static inline size_t plain_of_eight(const uint8_t *units, uint8_t run[8])
{
    __m128i wide = _mm_loadu_si128((const __m128i *)(const void *)units);
    __m128i bytes = _mm_packus_epi16(wide, wide);
    __m128i plain =
        _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8(0x1F)),
                      _mm_cmpgt_epi8(_mm_set1_epi8(0x7F), bytes)); /* above 127 is below 0 */
    __m128i marks = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('<')),
                                              _mm_cmpeq_epi8(bytes, _mm_set1_epi8('>'))),
                                 _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('&')),
                                              _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'))));
    unsigned bad = ~(unsigned)_mm_movemask_epi8(_mm_andnot_si128(marks, plain)) | 0x100u;
    _mm_storel_epi64((__m128i *)(void *)run, bytes);
    return (size_t)__builtin_ctz(bad);
}
#else
static inline size_t plain_of_eight(const uint8_t *units, uint8_t run[8])
{
    (void)units;
    (void)run;
    return 0;
}
#endif

void tc_binxml_text_write(tc_slice s, tc_str *out)
{
    uint8_t run[128];
    size_t used = 0;
    s.len &= ~(size_t)1;
    while (s.len >= 2 && unit_at(s, s.len - 2) == 0)
        s.len -= 2;
    for (size_t at = 0; at < s.len;) {
        if (used > sizeof run - 8) {
            tc_str_add(out, tc_slice_make(run, used));
            used = 0;
        }
        if (s.len - at >= 16) {
            size_t plain = plain_of_eight(s.ptr + at, run + used);
            at += 2 * plain;
            used += plain;
            if (plain == 8) continue;
        }
        uint32_t unit = unit_at(s, at);
        if (is_plain(unit)) {
            run[used++] = (uint8_t)unit;
            at += 2;
            continue;
        }
        tc_str_add(out, tc_slice_make(run, used));
        used = 0;
        put_escaped(next_character(s, &at), out);
    }
    tc_str_add(out, tc_slice_make(run, used));
}

/* Of a code page that is not known: as Latin-1, so that nothing is lost. */
static void write_ansi(tc_slice s, tc_str *out)
{
    while (s.len > 0 && s.ptr[s.len - 1] == 0)
        s.len--;
    for (size_t i = 0; i < s.len; i++)
        put_escaped(s.ptr[i], out);
}

static void write_hex(tc_slice s, tc_str *out)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.len; i++) {
        tc_str_add_byte(out, (uint8_t)digits[s.ptr[i] >> 4]);
        tc_str_add_byte(out, (uint8_t)digits[s.ptr[i] & 15]);
    }
}

/* -- numbers --------------------------------------------------------------------------------- */

static uint64_t number(tc_slice s)
{
    uint64_t n = 0;
    for (size_t i = TC_MIN(s.len, (size_t)8); i-- > 0;)
        n = n << 8 | s.ptr[i];
    return n;
}

static void write_unsigned(tc_slice s, tc_str *out)
{
    tc_str_add_u64(out, number(s));
}

static void write_signed(tc_slice s, tc_str *out)
{
    unsigned shift = 64 - 8 * (unsigned)s.len;
    int64_t n = (int64_t)(number(s) << shift) >> shift;
    tc_str_addf(out, "%" PRId64, n);
}

static void write_hex_number(tc_slice s, tc_str *out)
{
    tc_str_addf(out, "0x%" PRIx64, number(s));
}

static void write_bool(tc_slice s, tc_str *out)
{
    tc_str_add(out, number(s) ? TC_LIT("true") : TC_LIT("false"));
}

static void write_float(tc_slice s, tc_str *out)
{
    float f;
    memcpy(&f, s.ptr, sizeof f);
    tc_str_addf(out, "%.9g", (double)f);
}

static void write_double(tc_slice s, tc_str *out)
{
    double d;
    memcpy(&d, s.ptr, sizeof d);
    tc_str_addf(out, "%.17g", d);
}

static void write_guid(tc_slice s, tc_str *out)
{
    const uint8_t *p = s.ptr;
    tc_str_addf(out, "{%08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x}",
                (unsigned)number(tc_slice_sub(s, 0, 4)), (unsigned)number(tc_slice_sub(s, 4, 2)),
                (unsigned)number(tc_slice_sub(s, 6, 2)), p[8], p[9], p[10], p[11], p[12], p[13],
                p[14], p[15]);
}

/* -- times and identifiers ------------------------------------------------------------------- */

static void write_filetime(tc_slice s, tc_str *out)
{
    char text[TC_TIME_TEXT];
    tc_time time;
    if (!tc_time_from_filetime(number(s), &time)) {
        write_unsigned(s, out);
        return;
    }
    int64_t day =
        tc_time_midnight(time) == TC_TIME_NONE ? 0 : tc_time_between(tc_time_midnight(time), time);
    tc_time second = tc_time_sub(time, day % TC_SECOND);
    tc_str_add(out, tc_slice_sub(tc_slice_of(tc_time_format(second, text)), 0, 19));
    tc_str_addf(out, ".%09" PRId64 "Z", day % TC_SECOND);
}

/* Year, month, day of the week, day, hour, minute, second, millisecond: two bytes each. */
static void write_systemtime(tc_slice s, tc_str *out)
{
    unsigned part[8];
    for (size_t i = 0; i < TC_COUNT_OF(part); i++)
        part[i] = (unsigned)unit_at(s, 2 * i);
    tc_str_addf(out, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ", part[0], part[1], part[3], part[4],
                part[5], part[6], part[7]);
}

/* Revision, number of parts, six bytes of authority, and the parts. */
static void write_sid(tc_slice s, tc_str *out)
{
    uint64_t authority = 0;
    if (s.len < 8 || s.len < 8 + 4 * (size_t)s.ptr[1]) {
        write_hex(s, out);
        return;
    }
    for (size_t i = 2; i < 8; i++)
        authority = authority << 8 | s.ptr[i];
    tc_str_addf(out, "S-%u-%" PRIu64, s.ptr[0], authority);
    for (size_t i = 0; i < s.ptr[1]; i++)
        tc_str_addf(out, "-%" PRIu64, number(tc_slice_sub(s, 8 + 4 * i, 4)));
}

/* -- all of them ----------------------------------------------------------------------------- */

/* By type; a size of 0: any. */
static const struct {
    size_t size;
    void (*write)(tc_slice data, tc_str *out);
} types[] = {
    [0x01] = {0, tc_binxml_text_write},
    [0x02] = {0, write_ansi},
    [0x03] = {1, write_signed},
    [0x04] = {1, write_unsigned},
    [0x05] = {2, write_signed},
    [0x06] = {2, write_unsigned},
    [0x07] = {4, write_signed},
    [0x08] = {4, write_unsigned},
    [0x09] = {8, write_signed},
    [0x0A] = {8, write_unsigned},
    [0x0B] = {4, write_float},
    [0x0C] = {8, write_double},
    [0x0D] = {4, write_bool},
    [0x0E] = {0, write_hex},
    [0x0F] = {16, write_guid},
    [0x10] = {0, write_hex_number}, /* size_t, of the machine that wrote it */
    [0x11] = {8, write_filetime},
    [0x12] = {16, write_systemtime},
    [0x13] = {0, write_sid},
    [0x14] = {4, write_hex_number},
    [0x15] = {8, write_hex_number},
};

void tc_binxml_value_write(uint8_t type, tc_slice data, tc_str *out)
{
    bool known = type < TC_COUNT_OF(types) && types[type].write != NULL;
    if (data.len == 0) return;
    if (known && (types[type].size == 0 || types[type].size == data.len))
        types[type].write(data, out);
    else
        write_hex(data, out);
}

/* The length of the text at the beginning, with its NUL, in units of that many bytes. */
static size_t text_length(tc_slice s, size_t unit)
{
    for (size_t at = 0; at + unit <= s.len; at += unit)
        if (s.ptr[at] == 0 && s.ptr[at + unit - 1] == 0) return at + unit;
    return s.len;
}

bool tc_binxml_value_next(uint8_t type, tc_slice *rest, tc_slice *ret)
{
    size_t length = rest->len;
    if (rest->len == 0) return false;
    if (type == TC_BINXML_STRING)
        length = text_length(*rest, 2);
    else if (type == 0x02)
        length = text_length(*rest, 1);
    else if (type == 0x13 && rest->len >= 8)
        length = TC_MIN(8 + 4 * (size_t)rest->ptr[1], rest->len);
    else if (type < TC_COUNT_OF(types) && types[type].size > 0)
        length = TC_MIN(types[type].size, rest->len);
    *ret = tc_slice_sub(*rest, 0, length);
    *rest = tc_slice_sub(*rest, length, rest->len);
    return true;
}
