#include "parsers/base/utf8.h"
#include "parsers/windows/binxml_value.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

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

/* Writes the ASCII characters but NUL that s begins with, eight at a time, and perhaps some bytes
 * behind them; how many there are, rounded down. */
static inline size_t put_ascii(tc_slice s, uint8_t *out)
{
    const __m128i high = _mm_set1_epi16((short)0xFF80), none = _mm_setzero_si128();
    size_t at = 0;
    for (; s.len - 2 * at >= 16; at += 8) {
        __m128i wide = _mm_loadu_si128((const __m128i *)(const void *)(s.ptr + 2 * at));
        __m128i other = _mm_cmpeq_epi16(_mm_and_si128(wide, high), none);
        if (_mm_movemask_epi8(_mm_andnot_si128(_mm_cmpeq_epi16(wide, none), other)) != 0xFFFF)
            break;
        _mm_storel_epi64((__m128i *)(void *)(out + at), _mm_packus_epi16(wide, wide));
    }
    return at;
}
#else
static inline size_t put_ascii(tc_slice s, uint8_t *out)
{
    (void)s;
    (void)out;
    return 0;
}

static inline size_t plain_of_eight(const uint8_t *units, uint8_t run[8])
{
    (void)units;
    (void)run;
    return 0;
}
#endif

static tc_slice without_end(tc_slice s)
{
    s.len &= ~(size_t)1;
    while (s.len >= 2 && unit_at(s, s.len - 2) == 0)
        s.len -= 2;
    return s;
}

uint8_t *tc_binxml_text_put(tc_slice s, uint8_t *out)
{
    s = without_end(s);
    while (s.len > 0) {
        size_t run = put_ascii(s, out), at = 2 * run;
        out += run;
        /* What stopped it, and the rest of its eight. */
        for (size_t end = at + 16; at < s.len && at < end;) {
            uint32_t unit = unit_at(s, at);
            if (unit - 1 < 0x7F) {
                *out++ = (uint8_t)unit;
                at += 2;
                continue;
            }
            uint32_t character = next_character(s, &at);
            out += tc_utf8_encode(character ? character : 0xFFFD, out);
        }
        s = tc_slice_sub(s, at, s.len);
    }
    return out;
}

void tc_binxml_text_write(tc_slice s, tc_str *out)
{
    uint8_t run[128];
    size_t used = 0;
    s = without_end(s);
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

void tc_binxml_ansi_write(tc_slice s, tc_str *out)
{
    while (s.len > 0 && s.ptr[s.len - 1] == 0)
        s.len--;
    for (size_t i = 0; i < s.len; i++)
        put_escaped(s.ptr[i], out);
}

uint8_t *tc_binxml_ansi_put(tc_slice s, uint8_t *out)
{
    while (s.len > 0 && s.ptr[s.len - 1] == 0)
        s.len--;
    for (size_t i = 0; i < s.len; i++)
        out += tc_utf8_encode(s.ptr[i] ? s.ptr[i] : 0xFFFD, out);
    return out;
}
