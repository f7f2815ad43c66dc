#include "detector/sigma/encode.h"

#include <criterion/criterion.h>

static void expect(tc_slice got, const char *wanted)
{
    cr_expect(tc_slice_equal(got, tc_slice_of(wanted)), "%.*s is not %s", (int)got.len,
              (const char *)got.ptr, wanted);
}

Test(encode, base64_of_rfc_4648)
{
    static const char *const rows[][2] = {{"", ""},
                                          {"f", "Zg=="},
                                          {"fo", "Zm8="},
                                          {"foo", "Zm9v"},
                                          {"foob", "Zm9vYg=="},
                                          {"fooba", "Zm9vYmE="},
                                          {"foobar", "Zm9vYmFy"}};
    tc_arena *arena = tc_arena_new(1 << 20);
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_slice out;
        cr_assert(tc_encode_base64(arena, tc_slice_of(rows[i][0]), &out));
        expect(out, rows[i][1]);
    }
    tc_arena_free(arena);
}

Test(encode, each_offset_is_found_whatever_stands_around)
{
    tc_arena *arena = tc_arena_new(1 << 20);
    tc_slice word = TC_LIT("/bin/bash");
    tc_slice variants[3];
    cr_assert(tc_encode_base64_offsets(arena, word, variants));
    for (size_t before = 0; before < 6; before++)
        for (size_t behind = 0; behind < 4; behind++) {
            char text[32];
            tc_slice encoded;
            (void)snprintf(text, sizeof text, "%.*s/bin/bash%.*s", (int)before, "\xff\x01zq\x80~",
                           (int)behind, "\xfe\x02K");
            cr_assert(tc_encode_base64(arena, tc_slice_of(text), &encoded));
            cr_expect_neq(tc_slice_search(encoded, variants[before % 3]), TC_NPOS, "%zu %zu",
                          before, behind);
        }
    cr_assert(tc_encode_base64_offsets(arena, TC_LIT("a"), variants));
    cr_expect_eq(variants[1].len, 0);
    tc_arena_free(arena);
}

Test(encode, utf16_forms)
{
    tc_arena *arena = tc_arena_new(1 << 20);
    tc_slice out;
    cr_assert(tc_encode_utf16(arena, TC_LIT("aé"), TC_UTF16_LE, &out));
    cr_expect(tc_slice_equal(out, tc_slice_make("a\0\xe9\0", 4)));
    cr_assert(tc_encode_utf16(arena, TC_LIT("aé"), TC_UTF16_BE, &out));
    cr_expect(tc_slice_equal(out, tc_slice_make("\0a\0\xe9", 4)));
    cr_assert(tc_encode_utf16(arena, TC_LIT("a"), TC_UTF16_BOM, &out));
    cr_expect(tc_slice_equal(out, tc_slice_make("\xff\xfe"
                                                "a\0",
                                                4)));
    cr_assert(tc_encode_utf16(arena, TC_LIT("\xf0\x9f\x98\x80"), TC_UTF16_BE, &out));
    cr_expect(tc_slice_equal(out, tc_slice_make("\xd8\x3d\xde\x00", 4)));
    tc_arena_free(arena);
}
