#include "parsers/base/utf8.h"

#include <utf8proc.h>

#define ONES UINT64_C(0x0101010101010101)
#define HIGH_BITS (ONES * 0x80)
#define DOT_ABOVE 0x307

/* The high bit of every byte of an all-ASCII word that is A..Z. */
static uint64_t capitals(uint64_t word)
{
    return (word + ONES * (0x80 - 'A')) & ~(word + ONES * (0x7f - 'Z')) & HIGH_BITS;
}

static uint8_t lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte | 0x20) : byte;
}

/* How many bytes at the start are ASCII; those of s are copied lowercased to out, if that is not
 * NULL, else the run ends before the first capital, too. */
static size_t lower_ascii(tc_slice s, uint8_t *out)
{
    size_t i = 0;
    for (; s.len - i >= 8; i += 8) {
        uint64_t word;
        memcpy(&word, s.ptr + i, sizeof word);
        if (word & HIGH_BITS) break;
        uint64_t upper = capitals(word);
        if (upper && !out) break;
        word |= upper >> 2;
        if (out) memcpy(out + i, &word, sizeof word);
    }
    for (; i < s.len && s.ptr[i] < 0x80; i++) {
        uint8_t byte = lower(s.ptr[i]);
        if (!out && byte != s.ptr[i]) break;
        if (out) out[i] = byte;
    }
    return i;
}

/*
 * CaseFolding.txt, statuses C and S. libutf8proc has statuses C and F: what it folds to one code
 * point is C. What it folds to several has S = the simple lowercase mapping (U+1E9E, the Greek
 * iota-adscript capitals) or no simple folding, and then is lowercase already, U+0130 excepted:
 * its lowercase mapping is the plain 'i', which is what the catalogue key makes of it, too.
 */
uint32_t tc_utf8_fold_code_point(uint32_t code_point)
{
    if (code_point < 0x80) return lower((uint8_t)code_point);
    if ((code_point >= 0x2e80 && code_point < 0xa640) || code_point > 0x10ffff)
        return code_point; /* CJK: no case */
    utf8proc_int32_t folded[8];
    int boundary = 0;
    utf8proc_ssize_t count = utf8proc_decompose_char((utf8proc_int32_t)code_point, folded,
                                                     (utf8proc_ssize_t)TC_COUNT_OF(folded),
                                                     UTF8PROC_CASEFOLD, &boundary);
    if (count == 1) return (uint32_t)folded[0];
    return (uint32_t)utf8proc_tolower((utf8proc_int32_t)code_point);
}

/* Folds what stands at the start of s (not empty): the folded bytes in out, how many in *ret_out;
 * returns how many bytes of s were taken. An invalid byte stays itself. */
static size_t fold_one(tc_slice s, uint8_t out[4], size_t *ret_out)
{
    size_t length;
    uint32_t code = tc_utf8_next(s, &length);
    if (length == 1 && s.ptr[0] >= 0x80) {
        out[0] = s.ptr[0];
        *ret_out = 1;
    } else {
        *ret_out = tc_utf8_encode(tc_utf8_fold_code_point(code), out);
    }
    return length;
}

size_t tc_utf8_width(tc_slice s)
{
    size_t width = 0;
    for (size_t i = 0, length; i < s.len; i += length) {
        uint32_t code = tc_utf8_next(tc_slice_sub(s, i, s.len - i), &length);
        width += code < 0x80 ? 1 : (size_t)utf8proc_charwidth((utf8proc_int32_t)code);
    }
    return width;
}

bool tc_utf8_fold(tc_arena *arena, tc_slice s, tc_slice *ret)
{
    size_t same = 0; /* up to here folding changes nothing */
    uint8_t one[4];
    while (same < s.len) {
        same += lower_ascii(tc_slice_sub(s, same, s.len), NULL);
        if (same == s.len) break;
        size_t filled;
        size_t taken = fold_one(tc_slice_sub(s, same, s.len), one, &filled);
        if (taken != filled || memcmp(one, s.ptr + same, taken) != 0) break;
        same += taken;
    }
    if (same == s.len) {
        *ret = s;
        return true;
    }
    /* Folding lengthens a code point at most from two bytes to three. */
    size_t rest = s.len - same;
    bool ascii = tc_utf8_is_ascii(tc_slice_sub(s, same, rest));
    uint8_t *out = tc_arena_get(arena, same + rest + (ascii ? 0 : rest / 2), 1);
    if (!out) return false;
    memcpy(out, s.ptr, same);
    size_t filled = same;
    while (same < s.len) {
        size_t run = lower_ascii(tc_slice_sub(s, same, s.len), out + filled);
        same += run;
        filled += run;
        if (same == s.len) break;
        size_t added;
        same += fold_one(tc_slice_sub(s, same, s.len), one, &added);
        memcpy(out + filled, one, added);
        filled += added;
    }
    *ret = tc_slice_make(out, filled);
    return true;
}

bool tc_utf8_equal_fold(tc_slice a, tc_slice b)
{
    while (a.len > 0 && b.len > 0) {
        size_t in_a = 1;
        size_t in_b = 1;
        uint8_t x = a.ptr[0];
        uint8_t y = b.ptr[0];
        if ((x | y) < 0x80) {
            if (lower(x) != lower(y)) return false;
        } else {
            uint32_t p = tc_utf8_next(a, &in_a);
            uint32_t q = tc_utf8_next(b, &in_b);
            bool invalid = (in_a == 1 && x >= 0x80) || (in_b == 1 && y >= 0x80);
            if (invalid && (x != y || in_a != in_b)) return false;
            if (!invalid && p != q && tc_utf8_fold_code_point(p) != tc_utf8_fold_code_point(q))
                return false;
        }
        a = tc_slice_sub(a, in_a, a.len);
        b = tc_slice_sub(b, in_b, b.len);
    }
    return a.len == b.len;
}

/* -- catalogue key --------------------------------------------------------------------------- */

/* Marks behind one base that are put in canonical order; UAX #15 calls 30 enough for any text
 * (stream-safe format). A bound, or a long run of marks would cost its square. */
#define MARKS_MAX 32

static bool is_space(utf8proc_int32_t c)
{
    if (c <= 0x20) return c == 0x20 || (c >= 0x09 && c <= 0x0d);
    if (c == 0x85) return true;
    utf8proc_category_t category = utf8proc_category(c);
    return category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP;
}

static bool is_apostrophe(utf8proc_int32_t c)
{
    return c == 0x2018 || c == 0x2019 || c == 0x201b || c == 0x2bc;
}

static int combining_class(utf8proc_int32_t c)
{
    return utf8proc_get_property(c)->combining_class;
}

/* Compatibility decomposition with full case folding of the whole text; out NULL: count only. */
static size_t decompose(tc_slice s, utf8proc_int32_t *out, size_t room)
{
    size_t filled = 0;
    int boundary = 0;
    for (size_t i = 0, length; i < s.len; i += length) {
        utf8proc_int32_t code =
            (utf8proc_int32_t)tc_utf8_next(tc_slice_sub(s, i, s.len - i), &length);
        utf8proc_ssize_t added = utf8proc_decompose_char(
            code, out ? out + filled : NULL, (utf8proc_ssize_t)(out ? room - filled : 0),
            UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD, &boundary);
        TC_ASSERT(added >= 0);
        filled += (size_t)added;
    }
    return filled;
}

/* Canonical order (Unicode 3.11, D109): a stable sort of each run of marks by class. */
static void order_marks(utf8proc_int32_t *text, size_t count)
{
    size_t run = 0; /* marks in order before i */
    for (size_t i = 0; i < count; i++) {
        int class = combining_class(text[i]);
        if (class == 0 || run == MARKS_MAX) {
            run = class != 0;
            continue;
        }
        utf8proc_int32_t mark = text[i];
        size_t to = i;
        for (; to > i - run && combining_class(text[to - 1]) > class; to--)
            text[to] = text[to - 1];
        text[to] = mark;
        run++;
    }
}

/* Drops format characters and the dot of a folded I, straightens apostrophes; in place. */
static size_t clean(utf8proc_int32_t *text, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        utf8proc_int32_t c = text[i];
        if (c >= 0x80 && utf8proc_category(c) == UTF8PROC_CATEGORY_CF) continue;
        if (c == DOT_ABOVE && kept > 0 && text[kept - 1] == 'i') continue;
        text[kept++] = is_apostrophe(c) ? '\'' : c;
    }
    return kept;
}

/* One blank for a run of white space, none before a colon; UTF-8 over the text itself, which never
 * needs more room than its code points. */
static size_t write_key(utf8proc_int32_t *text, size_t count)
{
    uint8_t *out = (uint8_t *)text;
    size_t filled = 0;
    bool blank = false;
    for (size_t i = 0; i < count; i++) {
        utf8proc_int32_t c = text[i];
        if (is_space(c)) {
            blank = true;
            continue;
        }
        if (blank && c != ':') out[filled++] = ' ';
        blank = false;
        filled += tc_utf8_encode((uint32_t)c, out + filled);
    }
    if (blank) out[filled++] = ' ';
    return filled;
}

static size_t write_ascii_key(tc_slice s, uint8_t *out)
{
    size_t filled = 0;
    bool blank = false;
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.ptr[i];
        if (is_space(c)) {
            blank = true;
            continue;
        }
        if (blank && c != ':') out[filled++] = ' ';
        blank = false;
        out[filled++] = lower(c);
    }
    if (blank) out[filled++] = ' ';
    return filled;
}

bool tc_utf8_catalogue_key(tc_arena *arena, tc_slice s, tc_slice *ret)
{
    if (tc_utf8_is_ascii(s)) {
        uint8_t *out = tc_arena_get(arena, s.len, 1);
        if (!out) return false;
        *ret = tc_slice_make(out, write_ascii_key(s, out));
        return true;
    }
    size_t count = decompose(s, NULL, 0);
    utf8proc_int32_t *text = tc_arena_get(arena, count, sizeof *text);
    if (!text) return false;
    count = clean(text, decompose(s, text, count));
    order_marks(text, count);
    utf8proc_ssize_t composed =
        utf8proc_normalize_utf32(text, (utf8proc_ssize_t)count, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    TC_ASSERT(composed >= 0);
    *ret = tc_slice_make(text, write_key(text, (size_t)composed));
    return true;
}

void tc_utf8_library(tc_str *out)
{
    tc_str_addf(out, "utf8proc %s", utf8proc_version());
}
