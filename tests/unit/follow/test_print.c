#include "detector/follow/print.h"

#include <criterion/criterion.h>

static uint8_t content[16384];

static void make_content(uint32_t seed)
{
    for (size_t i = 0; i < sizeof content; i++) {
        seed = seed * 1103515245u + 12345u;
        content[i] = (uint8_t)('a' + (seed >> 16) % 26);
        if (i % 61 == 60) content[i] = '\n';
    }
}

static tc_slice window_of(const tc_print *print, size_t size)
{
    uint64_t from = tc_print_from(print);
    return tc_slice_make(content + from, size - (size_t)from);
}

/* What was read in pieces of that length. */
static tc_print read_up_to(size_t at, size_t piece)
{
    tc_print print = {0};
    while (print.at < at) {
        size_t more = TC_MIN(piece, at - (size_t)print.at);
        tc_print_advance(&print, window_of(&print, sizeof content), more);
    }
    return print;
}

Test(print, is_the_same_however_it_was_read)
{
    make_content(1);
    static const size_t ends[] = {1, 2, 60, 255, 256, 257, 4095, 4096, 4097, 5000, 16384};
    for (size_t i = 0; i < TC_COUNT_OF(ends); i++) {
        tc_print whole = read_up_to(ends[i], SIZE_MAX);
        static const size_t pieces[] = {1, 7, 256, 4096};
        for (size_t k = 0; k < TC_COUNT_OF(pieces); k++) {
            tc_print print = read_up_to(ends[i], pieces[k]);
            cr_expect(print.head_hash == whole.head_hash && print.tail_hash == whole.tail_hash &&
                          print.head_length == whole.head_length && print.at == whole.at,
                      "%zu bytes in pieces of %zu", ends[i], pieces[k]);
        }
    }
}

Test(print, goes_on_only_where_head_and_tail_are_the_same)
{
    static const size_t ends[] = {1, 100, 256, 300, 4096, 4097, 9000};
    for (size_t i = 0; i < TC_COUNT_OF(ends); i++) {
        make_content(2);
        tc_print print = read_up_to(ends[i], SIZE_MAX);
        cr_expect(tc_print_goes_on(&print, window_of(&print, sizeof content)), "%zu", ends[i]);
        cr_expect(tc_print_goes_on(&print, window_of(&print, ends[i])), "%zu, no more", ends[i]);
        cr_expect_not(tc_print_goes_on(&print, window_of(&print, ends[i] - 1)), "%zu, shorter",
                      ends[i]);
        content[ends[i] - 1] ^= 1;
        cr_expect_not(tc_print_goes_on(&print, window_of(&print, sizeof content)), "%zu, its end",
                      ends[i]);
    }
}

Test(print, of_a_short_file_every_byte_counts)
{
    make_content(3);
    tc_print print = read_up_to(3000, SIZE_MAX);
    for (size_t i = 0; i < 3000; i += 13) {
        content[i] ^= 1;
        cr_expect_not(tc_print_goes_on(&print, window_of(&print, sizeof content)), "byte %zu", i);
        content[i] ^= 1;
    }
}

Test(print, of_nothing_goes_on_anywhere)
{
    tc_print print = {0};
    cr_expect(tc_print_goes_on(&print, TC_EMPTY_SLICE));
    cr_expect(tc_print_goes_on(&print, TC_LIT("anything")));
    cr_expect(tc_print_head_is(&print, TC_LIT("x")));
}

Test(print, a_remembered_head_may_be_longer_than_the_offset)
{
    make_content(4);
    tc_print print = read_up_to(3000, SIZE_MAX);
    print.at = print.tail_at = 1000;
    print.tail_hash = tc_print_hash(tc_slice_make(content + 1000 - TC_PRINT_TAIL, TC_PRINT_TAIL));
    cr_expect(tc_print_goes_on(&print, window_of(&print, 3000)));
    cr_expect_not(tc_print_goes_on(&print, window_of(&print, 2999)), "cut off behind the offset");
    tc_print_advance(&print, window_of(&print, 3000), 500);
    cr_expect_eq(print.head_length, 3000);
}

Test(print, telling_is_a_whole_line_that_is_no_header)
{
    static const struct {
        const char *text;
        bool telling;
    } rows[] = {
        {"", false},
        {"#Software: x\r\n#Fields: a b\r\n", false},
        {"#Software: x\r\n2026-03-09 line", false},
        {"#Software: x\r\n2026-03-09 line\r\n", true},
        {"line\n", true},
        {"\r\n  \n#x\n", false},
        {"\xEF\xBB\xBF#Software: x\n", false},
        {"\xEF\xBB\xBFline\n", true},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        cr_expect_eq(tc_print_telling(tc_slice_of(rows[i].text)), rows[i].telling, "row %zu", i);
    static const uint8_t wide[] = "\xFF\xFE#\0x\0\n\0y\0\n\0";
    cr_expect_not(tc_print_telling(tc_slice_make(wide, 8)));
    cr_expect(tc_print_telling(tc_slice_make(wide, 12)));
}

Test(print, a_head_of_headers_alone_tells_nothing_until_more_follows)
{
    static const char line[] = "#Fields: date time c-ip cs-username sc-status\n";
    for (size_t i = 0; i < sizeof content; i++)
        content[i] = (uint8_t)line[i % (sizeof line - 1)];
    cr_expect_not(read_up_to(4096, SIZE_MAX).telling);
    cr_expect(read_up_to(5000, SIZE_MAX).telling);
}
