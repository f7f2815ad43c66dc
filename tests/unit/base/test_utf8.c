#include "tests/unit/base/utf8_bench.h"

TestSuite(utf8, .init = open_all, .fini = close_all);

/* -- code points ----------------------------------------------------------------------------- */

Test(utf8, every_code_point_encodes_and_decodes)
{
    static const uint32_t firsts[] = {0, 0x80, 0x800, 0x10000, 0x110000};
    for (uint32_t code = 0; code <= 0x110000; code++) {
        uint8_t bytes[4];
        size_t taken;
        size_t want = 0;
        size_t length = tc_utf8_encode(code, bytes);
        while (want < 4 && code >= firsts[want])
            want++;
        if (code == 0x110000 || (code >= 0xd800 && code < 0xe000)) want = 0;
        cr_assert_eq(length, want, "U+%04X", code);
        if (length == 0) continue;
        tc_slice s = tc_slice_make(bytes, length);
        cr_assert_eq(tc_utf8_next(s, &taken), code, "U+%04X", code);
        cr_assert_eq(taken, length, "U+%04X", code);
        cr_assert(tc_utf8_valid(s), "U+%04X", code);
        for (size_t cut = 1; cut < length; cut++)
            cr_assert_not(tc_utf8_valid(tc_slice_sub(s, 0, cut)), "U+%04X cut", code);
    }
}

static const char *const invalid[] = {
    "\x80",         "\xbf",         "\xc0\x80",         "\xc1\xbf",         "\xc2",
    "\xc2\x41",     "\xe0\x80\x80", "\xe0\x9f\xbf",     "\xe4\xb8",         "\xe4\xb8\x41",
    "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xf0\x9f\x98",
    "\xf0\x9f\x41", "\xf4\x90\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xfe",
    "\xff"};

Test(utf8, an_invalid_sequence_costs_one_byte)
{
    for (size_t i = 0; i < TC_COUNT_OF(invalid); i++) {
        tc_slice s = exact(invalid[i], strlen(invalid[i]));
        size_t taken = 0;
        cr_expect_eq(tc_utf8_next(s, &taken), 0xfffd, "row %zu", i);
        cr_expect_eq(taken, 1, "row %zu", i);
        cr_expect_not(tc_utf8_valid(s), "row %zu", i);
    }
}

Test(utf8, validity_does_not_depend_on_the_place)
{
    for (size_t before = 0; before < 40; before++) {
        for (size_t i = 0; i < TC_COUNT_OF(invalid); i++) {
            char text[96];
            int length = snprintf(text, sizeof text, "%.*s%sabcdefghijkl", (int)before,
                                  "0123456789abcdef0123456789abcdef0123456789", invalid[i]);
            cr_expect_not(tc_utf8_valid(exact(text, (size_t)length)), "%zu %zu", before, i);
            cr_expect_not(tc_utf8_is_ascii(exact(text, (size_t)length)), "%zu %zu", before, i);
            length = snprintf(text, sizeof text, "%.*s\xe4\xb8\xad zw\xc3\xb6lf \xf0\x9f\x98\x80",
                              (int)before, "0123456789abcdef0123456789abcdef0123456789");
            cr_expect(tc_utf8_valid(exact(text, (size_t)length)), "%zu", before);
            cr_expect(tc_utf8_is_ascii(exact(text, before)), "%zu", before);
        }
    }
    cr_expect(tc_utf8_valid(TC_EMPTY_SLICE) && tc_utf8_is_ascii(TC_EMPTY_SLICE));
}

/* -- scripts --------------------------------------------------------------------------------- */

Test(utf8, scripts)
{
    static const struct {
        uint32_t code;
        tc_script script;
    } rows[] = {
        {' ', TC_SCRIPT_NONE},         {'@', TC_SCRIPT_NONE},      {'A', TC_SCRIPT_LATIN},
        {'Z', TC_SCRIPT_LATIN},        {'[', TC_SCRIPT_NONE},      {'`', TC_SCRIPT_NONE},
        {'a', TC_SCRIPT_LATIN},        {'z', TC_SCRIPT_LATIN},     {'{', TC_SCRIPT_NONE},
        {'7', TC_SCRIPT_NONE},         {0xa0, TC_SCRIPT_NONE},     {0xaa, TC_SCRIPT_LATIN},
        {0xab, TC_SCRIPT_NONE},        {0xd7, TC_SCRIPT_NONE},     {0xe9, TC_SCRIPT_LATIN},
        {0x1ef9, TC_SCRIPT_LATIN},     {0xff21, TC_SCRIPT_LATIN},  {0x301, TC_SCRIPT_NONE},
        {0x3b1, TC_SCRIPT_GREEK},      {0x1f88, TC_SCRIPT_GREEK},  {0x416, TC_SCRIPT_CYRILLIC},
        {0x491, TC_SCRIPT_CYRILLIC},   {0x5d0, TC_SCRIPT_HEBREW},  {0xfb1d, TC_SCRIPT_HEBREW},
        {0x627, TC_SCRIPT_ARABIC},     {0x6af, TC_SCRIPT_ARABIC},  {0xfedf, TC_SCRIPT_ARABIC},
        {0x905, TC_SCRIPT_DEVANAGARI}, {0x964, TC_SCRIPT_NONE},    {0xe01, TC_SCRIPT_THAI},
        {0xe3f, TC_SCRIPT_NONE},       {0xac00, TC_SCRIPT_HANGUL}, {0x1100, TC_SCRIPT_HANGUL},
        {0xffa1, TC_SCRIPT_HANGUL},    {0x3042, TC_SCRIPT_KANA},   {0x30a2, TC_SCRIPT_KANA},
        {0x30fb, TC_SCRIPT_NONE},      {0xff71, TC_SCRIPT_KANA},   {0x4e2d, TC_SCRIPT_HAN},
        {0x3400, TC_SCRIPT_HAN},       {0x9fff, TC_SCRIPT_HAN},    {0x3005, TC_SCRIPT_HAN},
        {0x3001, TC_SCRIPT_NONE},      {0x20000, TC_SCRIPT_HAN},   {0x323af, TC_SCRIPT_HAN},
        {0x323b0, TC_SCRIPT_NONE},     {0x531, TC_SCRIPT_OTHER},   {0x10d0, TC_SCRIPT_OTHER},
        {0x995, TC_SCRIPT_OTHER},      {0x3105, TC_SCRIPT_OTHER},  {0x1f600, TC_SCRIPT_NONE},
        {0xfffd, TC_SCRIPT_NONE},      {0x10ffff, TC_SCRIPT_NONE}, {0xffffffff, TC_SCRIPT_NONE},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        cr_expect_eq(tc_utf8_script(rows[i].code), rows[i].script, "U+%04X", rows[i].code);
}

Test(utf8, letters_keep_their_script_when_folded)
{
    for (uint32_t code = 0; code < 0x110000; code++) {
        uint32_t folded = tc_utf8_fold_code_point(code);
        bool sign = code == 0xb5 || code == 0x345; /* micro sign, combining iota: Common to Greek */
        if (folded != code && !sign)
            cr_expect_eq(tc_utf8_script(code), tc_utf8_script(folded), "U+%04X", code);
    }
}

/* -- UTF-16 ---------------------------------------------------------------------------------- */

Test(utf8, reads_utf16)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *text;
        size_t used;
    } rows[] = {
        {"", 0, "", 0},
        {"A", 1, "", 0},
        {"A\0b\0", 4, "Ab", 4},
        {"A\0b\0c", 5, "Ab", 4},
        {"\xe9\0\x2d\x4e", 4, "\xc3\xa9\xe4\xb8\xad", 4},
        {"\x3d\xd8\x00\xde", 4, "\xf0\x9f\x98\x80", 4},
        {"\x3d\xd8", 2, "\xef\xbf\xbd", 2},
        {"\x3d\xd8\x00", 3, "\xef\xbf\xbd", 2},
        {"\x00\xde", 2, "\xef\xbf\xbd", 2},
        {"\x3d\xd8"
         "A\0",
         4,
         "\xef\xbf\xbd"
         "A",
         4},
        {"\x3d\xd8\x3d\xd8\x00\xde", 6, "\xef\xbf\xbd\xf0\x9f\x98\x80", 6},
        {"\x00\xde\x3d\xd8", 4, "\xef\xbf\xbd\xef\xbf\xbd", 4},
        {"\xff\xff\xfe\xff", 4, "\xef\xbf\xbf\xef\xbf\xbe", 4},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        size_t used = 77;
        tc_str_clear(&out);
        tc_utf16le_to_utf8(exact(rows[i].bytes, rows[i].length), &out, &used);
        cr_expect(is(tc_str_view(&out), rows[i].text), "row %zu", i);
        cr_expect_eq(used, rows[i].used, "row %zu", i);
    }
    size_t used = 77;
    tc_utf16le_to_utf8(TC_EMPTY_SLICE, &out, &used);
    cr_expect_eq(used, 0);
}

Test(utf8, all_of_unicode_survives_utf16_and_is_counted)
{
    tc_str wide;
    tc_str_init(&wide, (size_t)8 << 20);
    tc_str narrow;
    tc_str_init(&narrow, (size_t)8 << 20);
    for (uint32_t code = 0; code < 0x110000; code++) {
        uint8_t bytes[4];
        tc_str_add(&narrow, tc_slice_make(bytes, tc_utf8_encode(code, bytes)));
        if (code >= 0xd800 && code < 0xe000) continue;
        uint32_t units[2] = {code, 0};
        size_t count = 1;
        if (code >= 0x10000) {
            units[0] = 0xd800 + ((code - 0x10000) >> 10);
            units[1] = 0xdc00 + ((code - 0x10000) & 0x3ff);
            count = 2;
        }
        for (size_t i = 0; i < count; i++) {
            tc_str_add_byte(&wide, (uint8_t)units[i]);
            tc_str_add_byte(&wide, (uint8_t)(units[i] >> 8));
        }
    }
    size_t used;
    tc_utf16le_to_utf8(tc_str_view(&wide), &out, &used);
    cr_expect_eq(used, wide.len);
    cr_expect(!tc_failed(tc_str_status(&out)));
    cr_expect(tc_slice_equal(tc_str_view(&out), tc_str_view(&narrow)));
    cr_expect(tc_utf8_valid(tc_str_view(&narrow)));
    cr_expect_eq(tc_utf8_utf16_units(tc_str_view(&narrow)), wide.len / 2);
    tc_str_done(&wide);
    tc_str_done(&narrow);
}

Test(utf8, an_invalid_byte_is_one_unit)
{
    cr_expect_eq(tc_utf8_utf16_units(TC_EMPTY_SLICE), 0);
    cr_expect_eq(tc_utf8_utf16_units(TC_LIT("0123456789\xff\xc3\xa9")), 12);
    cr_expect_eq(tc_utf8_utf16_units(TC_LIT("\xf0\x9f\x98\x80\xf0\x9f\x98")), 5);
}

/* -- escapes --------------------------------------------------------------------------------- */

Test(utf8, escapes_what_could_act)
{
    static const struct {
        const char *text;
        const char *escaped;
    } rows[] = {
        {"", ""},
        {"plain \"text\"", "plain \"text\""},
        {"C:\\x41", "C:\\\\x41"},
        {"a\r\nb\tc", "a\\x0d\\x0ab\\x09c"},
        {"\x1b[31m\x7f\x07", "\\x1b[31m\\x7f\\x07"},
        {"\xc2\x9b"
         "31m\xc2\x85",
         "\\u009b31m\\u0085"},
        {"\x9b", "\\x9b"},
        {"a\xe2\x80\xa8"
         "b\xe2\x80\xa9",
         "a\\u2028b\\u2029"},
        {"\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c",
         "\\u202e\\u2066\\u200e\\u200f\\u061c"},
        {"\xe4\xb8\xad\xff\xc3", "\xe4\xb8\xad\\xff\\xc3"},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
        {"\xf0\x9f\x98\x80\xef\xbf\xbd", "\xf0\x9f\x98\x80\xef\xbf\xbd"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_str_clear(&out);
        tc_escape_text(&out, exact(rows[i].text, strlen(rows[i].text)));
        cr_expect(is(tc_str_view(&out), rows[i].escaped), "row %zu: %s", i, tc_str_cstr(&out));
    }
    tc_str_clear(&out);
    tc_escape_text(&out, tc_slice_make("a\0b", 3));
    cr_expect(is(tc_str_view(&out), "a\\x00b"));
    tc_escape_text(&out, TC_EMPTY_SLICE);
}

Test(utf8, nothing_active_comes_through_the_escapes)
{
    static const uint32_t bidi[] = {0x61c,  0x200e, 0x200f, 0x202a, 0x202b, 0x202c,
                                    0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069};
    for (size_t i = 0; i < TC_COUNT_OF(bidi); i++)
        cr_expect(tc_utf8_is_active(bidi[i]), "U+%04X", bidi[i]);
    size_t active = 0;
    for (uint32_t code = 0; code < 0x110000; code++) {
        uint8_t bytes[4];
        size_t length = tc_utf8_encode(code, bytes);
        if (length == 0) continue;
        active += tc_utf8_is_active(code);
        tc_str_clear(&out);
        tc_escape_text(&out, tc_slice_make(bytes, length));
        tc_slice text = tc_str_view(&out);
        bool same = tc_slice_equal(text, tc_slice_make(bytes, length));
        cr_assert_eq(same, !tc_utf8_is_active(code) && code != '\\', "U+%04X", code);
        for (size_t i = 0; !same && i < text.len; i++)
            cr_assert(text.ptr[i] > 0x20 && text.ptr[i] < 0x7f, "U+%04X", code);
    }
    cr_expect_eq(active, 65 + 2 + TC_COUNT_OF(bidi), "C0, DEL, C1, U+2028/9, bidi controls");
}

/* -- columns --------------------------------------------------------------------------------- */

Test(utf8, widths_are_those_of_a_terminal)
{
    static const struct {
        const char *text;
        size_t width;
    } rows[] = {
        {"", 0},
        {"plain", 5},
        {"caf\xc3\xa9", 4},
        {"cafe\xcc\x81", 4},             /* with a combining acute */
        {"\xe4\xb8\xad\xe6\x96\x87", 4}, /* two ideographs */
        {"\xef\xbc\xa1", 2},             /* full-width A */
        {"\xef\xbd\xb1", 1},             /* half-width katakana */
        {"\xea\xb0\x80", 2},             /* a Hangul syllable */
        {"\xf0\xa0\x80\x80", 2},         /* beyond the basic plane */
        {"\xf0\x9f\x98\x80", 2},         /* an emoji */
        {"a\xff"
         "b",
         3},                 /* an invalid byte */
        {"\xe2\x80\x8b", 0}, /* zero-width space */
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        cr_expect_eq(tc_utf8_width(tc_slice_of(rows[i].text)), rows[i].width, "row %zu: %zu", i,
                     tc_utf8_width(tc_slice_of(rows[i].text)));
}
