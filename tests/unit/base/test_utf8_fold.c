#include "tests/unit/base/utf8_bench.h"

TestSuite(utf8_fold, .init = open_all, .fini = close_all);

/* -- folding --------------------------------------------------------------------------------- */

Test(utf8_fold, folds_code_points_one_to_one)
{
    static const struct {
        uint32_t code;
        uint32_t folded;
        const char *what;
    } rows[] = {
        {'A', 'a', "A"},
        {'z', 'z', "z"},
        {'[', '[', "behind Z"},
        {'@', '@', "before A"},
        {0xc9, 0xe9, "E acute"},
        {0xd7, 0xd7, "multiplication sign"},
        {0xdf, 0xdf, "sharp s"},
        {0x1e9e, 0xdf, "capital sharp s"},
        {0x3a3, 0x3c3, "Sigma"},
        {0x3c2, 0x3c3, "final sigma"},
        {0x3c3, 0x3c3, "sigma"},
        {0x3a9, 0x3c9, "Omega"},
        {0x2126, 0x3c9, "Ohm sign"},
        {0x1f88, 0x1f80, "Alpha with prosgegrammeni"},
        {0x1ffc, 0x1ff3, "Omega with prosgegrammeni"},
        {0x390, 0x390, "iota with dialytika and tonos"},
        {0x416, 0x436, "Zhe"},
        {0x401, 0x451, "Io"},
        {0xff21, 0xff41, "full-width A"},
        {0x130, 'i', "dotted capital I"},
        {0x131, 0x131, "dotless i"},
        {0x17f, 's', "long s"},
        {0x212a, 'k', "Kelvin sign"},
        {0x1c4, 0x1c6, "DZ with caron"},
        {0x1c5, 0x1c6, "Dz with caron"},
        {0xab70, 0x13a0, "small Cherokee A"},
        {0x10a0, 0x2d00, "Georgian capital An"},
        {0x10400, 0x10428, "Deseret Long I"},
        {0x4e2d, 0x4e2d, "Han"},
        {0xac00, 0xac00, "Hangul"},
        {0xfb01, 0xfb01, "ligature fi"},
        {0xfffd, 0xfffd, "replacement"},
        {0x110000, 0x110000, "beyond Unicode"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        cr_expect_eq(tc_utf8_fold_code_point(rows[i].code), rows[i].folded, "%s", rows[i].what);
}

Test(utf8_fold, folding_twice_changes_nothing_more)
{
    size_t changed = 0;
    for (uint32_t code = 0; code < 0x110000; code++) {
        uint32_t once = tc_utf8_fold_code_point(code);
        cr_assert_eq(tc_utf8_fold_code_point(once), once, "U+%04X", code);
        changed += once != code;
    }
    cr_expect_gt(changed, 1400);
}

Test(utf8_fold, folds_text)
{
    static const struct {
        const char *text;
        const char *folded;
    } rows[] = {
        {"", ""},
        {"Automatic Reply: XYZ[@`{", "automatic reply: xyz[@`{"},
        {"STRASSE Stra\xc3\x9f"
         "e",
         "strasse stra\xc3\x9f"
         "e"},
        {"\xce\xa3\xce\x91\xcf\x82", "\xcf\x83\xce\xb1\xcf\x83"},
        {"\xd0\x90\xd0\xb2\xd1\x82\xd0\x9e", "\xd0\xb0\xd0\xb2\xd1\x82\xd0\xbe"},
        {"\xef\xbc\xa1\xef\xbc\xba", "\xef\xbd\x81\xef\xbd\x9a"},
        {"\xc4\xb0stanbul", "istanbul"},
        {"\xe2\x84\xaa 300", "k 300"},
        {"\xe4\xb8\xad\xe6\x96\x87", "\xe4\xb8\xad\xe6\x96\x87"},
        {"A\xff"
         "B\xc3",
         "a\xff"
         "b\xc3"},
        {"\xed\xa0\x80X", "\xed\xa0\x80x"},
        {"\xc8\xba\xc8\xba\xc8\xba", "\xe2\xb1\xa5\xe2\xb1\xa5\xe2\xb1\xa5"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_slice folded;
        tc_slice text = exact(rows[i].text, strlen(rows[i].text));
        cr_expect(tc_utf8_fold(arena, text, &folded) && is(folded, rows[i].folded), "row %zu", i);
    }
}

Test(utf8_fold, folding_keeps_every_byte_it_does_not_fold)
{
    for (size_t length = 0; length < 40; length++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            char text[40];
            memset(text, 'x', sizeof text);
            if (length) text[length / 2] = (char)byte;
            tc_slice folded;
            cr_assert(tc_utf8_fold(arena, exact(text, length), &folded));
            if (length && byte >= 'A' && byte <= 'Z') text[length / 2] = (char)(byte | 0x20);
            cr_assert(tc_slice_equal(folded, tc_slice_make(text, length)), "%zu %u", length, byte);
        }
        tc_arena_reset(arena);
    }
}

Test(utf8_fold, folding_copies_nothing_without_need)
{
    static const char *const rows[] = {"all small 123", "\xe4\xb8\xad\xe6\x96\x87 \xc3\xa9\xff",
                                       ""};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_slice text = tc_slice_of(rows[i]);
        tc_slice folded;
        cr_expect(tc_utf8_fold(arena, text, &folded), "row %zu", i);
        cr_expect_eq(folded.ptr, text.ptr, "row %zu", i);
    }
    cr_expect_eq(tc_arena_used(arena), 0);
}

Test(utf8_fold, folding_stops_at_the_limit_of_the_arena)
{
    tc_arena *small = tc_arena_new(8);
    cr_assert_not_null(small);
    tc_slice folded;
    cr_expect_not(tc_utf8_fold(small, TC_LIT("Longer than eight"), &folded));
    cr_expect_not(tc_utf8_fold(small, TC_LIT("\xc3\x89longer than eight"), &folded));
    cr_expect(tc_utf8_fold(small, TC_LIT("longer than eight"), &folded));
    cr_expect(tc_utf8_fold(small, TC_LIT("ABCDEFGH"), &folded) && is(folded, "abcdefgh"));
    tc_arena_free(small);
}

Test(utf8_fold, equality_is_that_of_folded_text)
{
    static const struct {
        const char *a;
        const char *b;
        bool equal;
    } rows[] = {
        {"", "", true},
        {"", "a", false},
        {"Reply", "rEPLY", true},
        {"Reply", "Reply ", false},
        {"[", "{", false},
        {"\xce\xa3", "\xcf\x82", true},
        {"\xc3\x9f", "ss", false},
        {"\xc3\x9f", "\xe1\xba\x9e", true},
        {"\xe2\x84\xaa", "K", true},
        {"\xc4\xb0", "I", true},
        {"\xff", "\xff", true},
        {"\xff", "\xfe", false},
        {"\xff", "\xef\xbf\xbd", false},
        {"\xef\xbf\xbd", "\xff", false},
        {"\xc3", "\xc3\xa9", false},
        {"\xc3\x41", "\xc3\x61", true},
        {"\xd0\x96\xd0\xb6", "\xd0\xb6\xd0\x96", true},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_slice a = exact(rows[i].a, strlen(rows[i].a));
        tc_slice b = exact(rows[i].b, strlen(rows[i].b));
        tc_slice p;
        tc_slice q;
        cr_expect_eq(tc_utf8_equal_fold(a, b), rows[i].equal, "row %zu", i);
        cr_expect_eq(tc_utf8_equal_fold(b, a), rows[i].equal, "row %zu", i);
        cr_assert(tc_utf8_fold(arena, a, &p));
        cr_assert(tc_utf8_fold(arena, b, &q));
        cr_expect_eq(tc_slice_equal(p, q), rows[i].equal, "row %zu", i);
    }
}

/* -- catalogue key --------------------------------------------------------------------------- */

Test(utf8_fold, catalogue_keys)
{
    static const struct {
        const char *text;
        const char *key;
    } rows[] = {
        {"", ""},
        {"Automatic reply: Hello", "automatic reply: hello"},
        {"  A \t\r\n B  ", " a b "},
        {"Undeliverable :  x", "undeliverable: x"},
        {" :a", ":a"},
        /* no-break blanks, the ideographic one, a full-width colon */
        {"R\xc3\xa9ponse automatique\xc2\xa0: x", "r\xc3\xa9ponse automatique: x"},
        {"Non remis\xe2\x80\xaf:", "non remis:"},
        {"\xe8\x87\xaa\xe5\x8a\xa8\xe7\xad\x94\xe5\xa4\x8d\xe3\x80\x80\xef\xbc\x9a\xe4\xb8\xad",
         "\xe8\x87\xaa\xe5\x8a\xa8\xe7\xad\x94\xe5\xa4\x8d:\xe4\xb8\xad"},
        /* accents composed and decomposed are one key and stay */
        {"Re\xcc\x81ponse", "r\xc3\xa9ponse"},
        {"\xc3\x89T\xc3\x89", "\xc3\xa9t\xc3\xa9"},
        /* marks in either order */
        {"q\xcc\x87\xcc\xa3", "q\xcc\xa3\xcc\x87"},
        {"q\xcc\xa3\xcc\x87", "q\xcc\xa3\xcc\x87"},
        /* half-width kana, full-width Latin, ligature, Arabic presentation forms */
        {"\xef\xbd\xb1\xef\xbd\xb2", "\xe3\x82\xa2\xe3\x82\xa4"},
        {"\xef\xbc\xa1\xef\xbd\x82", "ab"},
        {"\xef\xac\x81n", "fin"},
        {"\xef\xbb\xbb", "\xd9\x84\xd8\xa7"},
        /* format characters: LRM, RLE, BOM, soft hyphen, also between a base and its mark */
        {"\xe2\x80\x8f\xe2\x80\xab"
         "a\xef\xbb\xbf"
         "b\xc2\xad"
         "c",
         "abc"},
        {"e\xe2\x80\x8d\xcc\x81", "\xc3\xa9"},
        /* Turkish I, composed and decomposed; the dotless one stays itself */
        {"\xc4\xb0leti", "ileti"},
        {"I\xcc\x87leti", "ileti"},
        {"\xc4\xb1", "\xc4\xb1"},
        /* full folding */
        {"Stra\xc3\x9f"
         "e",
         "strasse"},
        {"\xce\xa3\xcf\x82", "\xcf\x83\xcf\x83"},
        /* apostrophes */
        {"d\xe2\x80\x99"
         "absence\xe2\x80\x98\xca\xbc",
         "d'absence''"},
        /* Hangul jamo are composed */
        {"\xe1\x84\x80\xe1\x85\xa1", "\xea\xb0\x80"},
        /* invalid bytes */
        {"\xff\xc3", "\xef\xbf\xbd\xef\xbf\xbd"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_slice key;
        tc_slice again;
        tc_slice text = exact(rows[i].text, strlen(rows[i].text));
        cr_expect(tc_utf8_catalogue_key(arena, text, &key), "row %zu", i);
        cr_expect(is(key, rows[i].key), "row %zu: %.*s", i, (int)key.len, (const char *)key.ptr);
        cr_expect(tc_utf8_catalogue_key(arena, key, &again) && tc_slice_equal(key, again),
                  "the key of key %zu is another", i);
    }
}

Test(utf8_fold, the_key_of_ascii_is_the_same_on_both_paths)
{
    for (unsigned a = 0; a < 128; a++) {
        for (unsigned b = 0; b < 128; b++) {
            char text[8] = {'X', (char)a, (char)b, ' ', (char)b, '\xc3', '\xa9'};
            tc_slice quick;
            tc_slice general;
            cr_assert(tc_utf8_catalogue_key(arena, tc_slice_make(text, 5), &quick));
            cr_assert(tc_utf8_catalogue_key(arena, tc_slice_make(text, 7), &general));
            cr_assert(tc_slice_ends(general, TC_LIT("\xc3\xa9")), "%u %u", a, b);
            general.len -= 2;
            cr_assert(tc_slice_equal(quick, general), "%u %u", a, b);
        }
        tc_arena_reset(arena);
    }
}

Test(utf8_fold, a_flood_of_marks_takes_no_quadratic_time)
{
    tc_str_add_byte(&out, 'a');
    for (size_t i = 0; i < 250000; i++) /* classes 230 and 220 in turn: a full sort moves each */
        tc_str_add(&out, i % 2 ? TC_LIT("\xcc\x81") : TC_LIT("\xcc\xa3"));
    tc_slice key;
    cr_assert(tc_utf8_catalogue_key(arena, tc_str_view(&out), &key));
    cr_assert_gt(key.len, 499990);
}

Test(utf8_fold, a_key_that_explodes_stops_at_the_limit_of_the_arena)
{
    for (size_t i = 0; i < 300000; i++) /* eighteen code points each */
        tc_str_add(&out, TC_LIT("\xef\xb7\xba"));
    tc_arena *small = tc_arena_new((size_t)1 << 20);
    cr_assert_not_null(small);
    tc_slice key;
    cr_expect_not(tc_utf8_catalogue_key(small, tc_str_view(&out), &key));
    cr_expect(tc_utf8_catalogue_key(small, tc_slice_sub(tc_str_view(&out), 0, 3), &key));
    cr_expect(tc_slice_starts(key, TC_LIT("\xd8\xb5\xd9\x84\xd9\x89 ")));
    tc_arena_free(small);
}
