#include "parsers/text/csv.h"
#include "parsers/text/split.h"

#include <criterion/criterion.h>

static tc_cell cells[64];

static tc_split split(tc_slice s, size_t room)
{
    tc_split found;
    tc_split_line(s.ptr, s.ptr + s.len, ' ', cells, room, &found);
    return found;
}

static void expect_cell(size_t index, tc_slice text, tc_form form)
{
    tc_slice got = {cells[index].ptr, cells[index].len};
    cr_expect(tc_slice_equal(got, text), "cell %zu: '%.*s'", index, (int)got.len, got.ptr);
    cr_expect_eq(cells[index].form, (uint32_t)form, "cell %zu", index);
}

Test(split, cuts_at_every_separator_and_ends_at_the_line)
{
    tc_slice text = TC_LIT("GET /owa/ - 443\r\nnext");
    tc_split found = split(text, 64);
    cr_assert_eq(found.count, 4);
    cr_expect_eq(found.length, 15);
    cr_expect_eq(found.next, text.ptr + 17);
    cr_expect_not(found.nul);
    expect_cell(0, TC_LIT("GET"), TC_FORM_TEXT);
    expect_cell(1, TC_LIT("/owa/"), TC_FORM_TEXT);
    expect_cell(2, TC_LIT("-"), TC_FORM_NULL);
    expect_cell(3, TC_LIT("443"), TC_FORM_TEXT);
}

Test(split, gives_empty_cells_between_two_separators_and_at_the_end)
{
    tc_split found = split(TC_LIT("a  b \n"), 64);
    cr_assert_eq(found.count, 4);
    expect_cell(1, TC_LIT(""), TC_FORM_TEXT);
    expect_cell(3, TC_LIT(""), TC_FORM_TEXT);
}

Test(split, keeps_other_control_bytes_and_reports_a_nul)
{
    tc_split found = split(TC_LIT("a\tb\rc d\x01\n"), 64);
    cr_assert_eq(found.count, 2);
    expect_cell(0, TC_LIT("a\tb\rc"), TC_FORM_TEXT);
    expect_cell(1, TC_LIT("d\x01"), TC_FORM_TEXT);
    cr_expect_not(found.nul);
    cr_expect(split(TC_LIT("a b\0c\n"), 64).nul);
    cr_expect_not(split(TC_LIT("a b\nc\0"), 64).nul);
}

Test(split, takes_the_end_of_the_bytes_for_the_end_of_the_line)
{
    tc_slice text = TC_LIT("a b\r");
    tc_split found = split(text, 64);
    cr_expect_eq(found.count, 2);
    cr_expect_eq(found.length, 3);
    cr_expect_eq(found.next, text.ptr + 4);
    expect_cell(1, TC_LIT("b"), TC_FORM_TEXT);
}

Test(split, counts_cells_beyond_the_room_without_writing_them)
{
    cells[2] = (tc_cell){NULL, 77, TC_FORM_XML};
    cr_expect_eq(split(TC_LIT("a b c d e\n"), 2).count, 5);
    expect_cell(1, TC_LIT("b"), TC_FORM_TEXT);
    cr_expect_eq(cells[2].len, 77);
}

/* Around the seams of the 64-byte windows: a token of every length, then two more. */
Test(split, is_right_at_every_distance_from_a_window_edge)
{
    uint8_t *text = malloc(300);
    for (size_t length = 0; length < 200; length++) {
        memset(text, 'x', 300);
        memcpy(text + length, " - z\n", 5);
        tc_split found = split((tc_slice){text, length + 5}, 64);
        cr_expect_eq(found.count, 3, "length %zu", length);
        cr_expect_eq(found.length, length + 4, "length %zu", length);
        cr_expect_eq(cells[0].len, length, "length %zu", length);
        cr_expect_eq(cells[1].form, (uint32_t)TC_FORM_NULL, "length %zu", length);
    }
    free(text);
}

Test(split, finds_a_header_line_only_at_a_line_start)
{
    cr_expect_eq(tc_split_find_header(TC_LIT("# a\n b#\n#c")), 8);
    cr_expect_eq(tc_split_find_header(TC_LIT("#a\nb #c")), TC_NPOS);
    cr_expect_eq(tc_split_find_header(TC_LIT("a\n\0\0#c")), 2);
    cr_expect_eq(tc_split_find_header(TC_LIT("\0\0#c")), TC_NPOS);
    cr_expect_eq(tc_split_find_header(TC_LIT("")), TC_NPOS);
    uint8_t text[200];
    for (size_t at = 1; at < sizeof text; at++) {
        memset(text, 'x', sizeof text);
        text[at] = '#';
        cr_expect_eq(tc_split_find_header((tc_slice){text, sizeof text}), TC_NPOS);
        text[at - 1] = '\n';
        cr_expect_eq(tc_split_find_header((tc_slice){text, sizeof text}), at);
    }
}

Test(split, reads_csv_alike_at_every_distance_from_a_window_edge)
{
    uint8_t *text = malloc(300);
    for (size_t length = 0; length < 200; length++) {
        memset(text, 'x', 300);
        memcpy(text + length, ",\"a,\"\"b\nc\",\n", 12);
        tc_csv_record record;
        static const tc_csv_dialect exchange = TC_CSV_EXCHANGE;
        tc_csv_read(&exchange, text, text + length + 12, NULL, cells, 64, &record);
        cr_assert_eq(record.count, 3, "length %zu", length);
        cr_expect_eq(record.length, length + 11, "length %zu", length);
        cr_expect_eq(cells[1].form, (uint32_t)TC_FORM_CSV, "length %zu", length);
        cr_expect_eq(cells[1].len, 7, "length %zu", length);
        cr_expect_eq(cells[2].form, (uint32_t)TC_FORM_NULL, "length %zu", length);
    }
    free(text);
}
