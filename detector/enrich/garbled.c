#include "detector/enrich/garbled.h"

#include "parsers/base/utf8.h"

#define REPLACEMENT 0xFFFDu
#define NO_BYTE 256u

/* What Windows-1252 has at 80 to 9F (Unicode's mapping file CP1252.TXT). The five bytes that it
 * leaves open are taken for the control characters of their number, as .NET does. */
static const uint16_t page[32] = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                  0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                  0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                  0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

static unsigned byte_of(uint32_t point)
{
    if (point < 0x80 || (point >= 0xA0 && point <= 0xFF)) return point;
    for (unsigned i = 0; i < TC_COUNT_OF(page); i++)
        if (page[i] == point) return 0x80 + i;
    return NO_BYTE;
}

/* The bytes that the characters were; false if one of them is none. */
static bool bytes_of(tc_slice text, uint8_t *out, tc_slice *ret)
{
    size_t length = 0, used = 0;
    for (size_t i = 0; i < text.len; i += used) {
        unsigned byte = byte_of(tc_utf8_next(tc_slice_sub(text, i, TC_NPOS), &used));
        if (byte == NO_BYTE) return false;
        out[length++] = (uint8_t)byte;
    }
    *ret = tc_slice_make(out, length);
    return true;
}

bool tc_garbled_undo(tc_slice text, uint8_t *out, tc_slice *ret)
{
    /* ASCII is what it is. */
    return tc_utf8_valid(text) && bytes_of(text, out, ret) && ret->len < text.len &&
           tc_utf8_valid(*ret);
}

/* Characters of three bytes and more among what is no UTF-8 as a whole: a byte was lost. Such
 * sequences of letters (E8 87 AA, "è‡ª") are in no language. */
static bool has_remains(tc_slice bytes)
{
    size_t used = 0;
    for (size_t i = 0; i < bytes.len; i += used) {
        uint32_t point = tc_utf8_next(tc_slice_sub(bytes, i, TC_NPOS), &used);
        if (used >= 3 && point != REPLACEMENT) return true;
    }
    return false;
}

bool tc_garbled_is(tc_slice text)
{
    uint8_t buffer[512];
    tc_slice bytes;
    if (!tc_utf8_valid(text) || tc_slice_find(text, '?') != TC_NPOS ||
        tc_slice_search(text, TC_LIT("\xEF\xBF\xBD")) != TC_NPOS)
        return true;
    return text.len <= sizeof buffer && bytes_of(text, buffer, &bytes) && has_remains(bytes);
}
