#include "detector/input/utf16.h"

#include "parsers/base/utf8.h"

enum {
    SURE_UNITS = 8,    /* this many wide ASCII characters make a text without a mark UTF-16 */
    LOOK_UNITS = 128,  /* all of the first so many must be such characters */
    MANY_UNITS = 64,   /* or, of at least so many */
    MOST_UNITS = 2048, /* and at most so many, half, with a line end among them */
    CONTROLS_IN = 64,  /* ... and no more than one in so many that no text has */
    REPLACEMENT = 0xFFFD,
};

static bool is_text_byte(uint8_t byte)
{
    return (byte >= 0x20 && byte < 0x7F) || byte == '\t' || byte == '\n' || byte == '\r';
}

/* All units of the head are ASCII text; `low` is the place of the character in its unit. */
static bool looks_wide(tc_slice head, size_t low)
{
    size_t units = TC_MIN(head.len / 2, (size_t)LOOK_UNITS);
    if (units < SURE_UNITS) return false;
    for (size_t i = 0; i < units; i++) {
        if (!is_text_byte(head.ptr[2 * i + low]) || head.ptr[2 * i + 1 - low] != 0) return false;
    }
    return true;
}

static bool is_strange(uint32_t unit)
{
    return unit < 0x20 || (unit >= 0xD800 && unit < 0xE000) || unit >= REPLACEMENT;
}

/* Words of other languages among the first lines: at least half of the units are ASCII text, there
 * is a line end, and hardly any is in no text. Other bytes than those of wide text have no
 * characters of which every second byte is NUL. */
static bool looks_mostly_wide(tc_slice head, size_t low)
{
    size_t units = TC_MIN(head.len / 2, (size_t)MOST_UNITS);
    size_t ascii = 0, strange = 0, ends = 0;
    for (size_t i = 0; i < units; i++) {
        uint8_t first = head.ptr[2 * i + low], second = head.ptr[2 * i + 1 - low];
        bool text = second == 0 && is_text_byte(first);
        ascii += text;
        ends += text && first == '\n';
        strange += !text && is_strange((uint32_t)second << 8 | first);
    }
    return units >= MANY_UNITS && ends > 0 && 2 * ascii >= units && strange * CONTROLS_IN <= units;
}

tc_encoding tc_encoding_detect(tc_slice head, size_t *ret_bom)
{
    *ret_bom = 0;
    if (tc_slice_starts(head, TC_LIT("\xEF\xBB\xBF"))) {
        *ret_bom = 3;
        return TC_ENCODING_UTF8;
    }
    if (tc_slice_starts(head, TC_LIT("\xFF\xFE"))) {
        *ret_bom = 2;
        return TC_ENCODING_UTF16LE;
    }
    if (tc_slice_starts(head, TC_LIT("\xFE\xFF"))) {
        *ret_bom = 2;
        return TC_ENCODING_UTF16BE;
    }
    if (looks_wide(head, 0)) return TC_ENCODING_UTF16LE;
    if (looks_wide(head, 1)) return TC_ENCODING_UTF16BE;
    if (looks_mostly_wide(head, 0)) return TC_ENCODING_UTF16LE;
    if (looks_mostly_wide(head, 1)) return TC_ENCODING_UTF16BE;
    return TC_ENCODING_UTF8;
}

static uint32_t unit_at(tc_slice in, size_t at, bool big_endian)
{
    uint32_t first = in.ptr[at];
    uint32_t second = in.ptr[at + 1];
    return big_endian ? first << 8 | second : second << 8 | first;
}

/* The character at `at` and its length in bytes; 0 if more must be seen first. */
static size_t next_character(tc_slice in, size_t at, bool big_endian, bool last, uint32_t *ret)
{
    size_t left = in.len - at;
    *ret = REPLACEMENT;
    if (left < 2) return last ? left : 0;

    uint32_t unit = unit_at(in, at, big_endian);
    if (unit < 0xD800 || unit > 0xDFFF) {
        *ret = unit;
        return 2;
    }
    if (unit >= 0xDC00) return 2; /* a second half without a first */
    if (left < 4) return last ? 2 : 0;
    uint32_t low = unit_at(in, at + 2, big_endian);
    if (low < 0xDC00 || low > 0xDFFF) return 2;
    *ret = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    return 4;
}

size_t tc_utf16_decode(tc_slice *in, bool big_endian, bool last, uint8_t *out, size_t room)
{
    size_t used = 0;
    size_t put = 0;
    while (used < in->len && room - put >= 4) {
        uint32_t code = 0;
        size_t length = next_character(*in, used, big_endian, last, &code);
        if (length == 0) break;
        used += length;
        if (TC_LIKELY(code < 0x80)) {
            out[put++] = (uint8_t)code;
        } else {
            put += tc_utf8_encode(code, out + put);
        }
    }
    *in = tc_slice_sub(*in, used, SIZE_MAX);
    return put;
}

uint64_t tc_utf16_units_of(tc_slice utf8)
{
    uint64_t units = 0;
    for (size_t i = 0; i < utf8.len; i++) {
        uint8_t byte = utf8.ptr[i];
        /* A character counts at its first byte; those of four bytes took two units. */
        units += (uint64_t)((byte & 0xC0) != 0x80) + (uint64_t)(byte >= 0xF0);
    }
    return units;
}
