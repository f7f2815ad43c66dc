#include "parsers/text/csv.h"

#include <criterion/criterion.h>

static const tc_csv_dialect exchange = TC_CSV_EXCHANGE;
static tc_cell cells[16];

static tc_csv_record read_one(tc_slice s)
{
    tc_csv_record record;
    tc_csv_read(&exchange, s.ptr, s.ptr + s.len, NULL, cells, 16, &record);
    return record;
}

static void expect_cell(size_t index, tc_slice text, tc_form form)
{
    tc_slice got = {cells[index].ptr, cells[index].len};
    cr_expect(tc_slice_equal(got, text), "cell %zu: '%.*s'", index, (int)got.len, got.ptr);
    cr_expect_eq(cells[index].form, (uint32_t)form, "cell %zu", index);
}

Test(csv, reads_plain_empty_and_quoted_cells)
{
    tc_csv_record record = read_one(TC_LIT("a,,\"\",\"b, c\",\"d \"\"e\"\"\"\r\nnext"));
    cr_assert_eq(record.count, 5);
    cr_expect(record.ended && !record.open && !record.nul);
    cr_expect_eq(record.length, 22);
    expect_cell(0, TC_LIT("a"), TC_FORM_TEXT);
    expect_cell(1, TC_LIT(""), TC_FORM_NULL);
    expect_cell(2, TC_LIT(""), TC_FORM_TEXT);
    expect_cell(3, TC_LIT("b, c"), TC_FORM_TEXT);
    expect_cell(4, TC_LIT("d \"\"e\"\""), TC_FORM_CSV);
}

Test(csv, keeps_line_ends_inside_quotes)
{
    tc_csv_record record = read_one(TC_LIT("a,\"b\r\nc\",d\ne"));
    cr_assert_eq(record.count, 3);
    expect_cell(1, TC_LIT("b\r\nc"), TC_FORM_TEXT);
}

Test(csv, takes_a_quote_inside_a_cell_for_a_byte)
{
    tc_csv_record record = read_one(TC_LIT("a\"b,\"c\"d,e\n"));
    cr_assert_eq(record.count, 3);
    expect_cell(0, TC_LIT("a\"b"), TC_FORM_TEXT);
    expect_cell(1, TC_LIT("\"c\"d"), TC_FORM_TEXT);
}

Test(csv, ends_an_open_quote_where_a_record_begins)
{
    tc_slice text = TC_LIT("a,\"b\nnot here,\n2011-03-09T07:00:01.130Z,c\n");
    tc_csv_record record = read_one(text);
    cr_expect(record.ended);
    cr_expect_eq(record.open, text.ptr + 2);
    cr_expect_eq(record.next, text.ptr + 15);
    record = read_one(TC_LIT("a,\"b\n#Fields: x\n"));
    cr_expect(record.ended && record.open);
    cr_expect_eq(record.length, 4);
}

Test(csv, reads_a_record_again_without_its_stray_quote)
{
    tc_slice text = TC_LIT("\"x, y\",\"b,c\n");
    tc_csv_record record = read_one(text), again;
    cr_assert(record.open);
    tc_csv_read(&exchange, text.ptr, record.next, record.open, cells, 16, &again);
    cr_expect(!again.open && again.count == 3);
    expect_cell(0, TC_LIT("x, y"), TC_FORM_TEXT);
    expect_cell(1, TC_LIT("\"b"), TC_FORM_TEXT);
}

Test(csv, says_how_the_bytes_ended)
{
    cr_expect_not(read_one(TC_LIT("a,b")).ended);
    cr_expect(read_one(TC_LIT("a,\"b")).open != NULL);
    cr_expect(read_one(TC_LIT("a,\0b\n")).nul);
    cr_expect_eq(read_one(TC_LIT(",\n")).count, 2);
    cr_expect_eq(read_one(TC_LIT("\"")).count, 1);
}

static const struct {
    const char *bytes;
    tc_csv_answer answer;
} beginnings[] = {
    {"2011-03-09T07:00:01.130Z,x", TC_CSV_YES},
    {"2011-03-09T07:00:01Z,", TC_CSV_YES},
    {"2011-03-09T07:00:01,", TC_CSV_YES},
    {"2011-03-09T07:00:01.123456789Z,", TC_CSV_YES},
    {"2011-03-09T07:00:01.130Z", TC_CSV_UNKNOWN},
    {"2011-03-09T07:00:01.", TC_CSV_UNKNOWN},
    {"2011-", TC_CSV_UNKNOWN},
    {"", TC_CSV_UNKNOWN},
    {"2011-03-09T07:00:01.130Z;", TC_CSV_NO},
    {"2011-13-09T07:00:01.130Z,", TC_CSV_NO},
    {"2011-03-09 07:00:01.130Z,", TC_CSV_NO},
    {"2011-03-09T07:00:01.12345678901Z,", TC_CSV_NO},
    {"x", TC_CSV_NO},
    {"#Fields: a", TC_CSV_YES},
    {"#log-TYPE: a", TC_CSV_YES},
    {"#Fie", TC_CSV_UNKNOWN},
    {"#", TC_CSV_UNKNOWN},
    {"#1 priority", TC_CSV_NO},
};

Test(csv, knows_where_a_record_begins)
{
    for (size_t i = 0; i < TC_COUNT_OF(beginnings); i++)
        cr_expect_eq(tc_csv_begins(&exchange, tc_slice_of(beginnings[i].bytes)),
                     beginnings[i].answer, "%s", beginnings[i].bytes);
}

Test(csv, looks_behind_nul_bytes_for_a_beginning)
{
    static const uint8_t nuls[TC_CSV_NULS_MAX];
    cr_expect_eq(tc_csv_begins(&exchange, TC_LIT("\0\0#Fields: a")), TC_CSV_YES);
    cr_expect_eq(tc_csv_begins(&exchange, TC_LIT("\0\0"
                                                 "2011-03-09T07:00:01,")),
                 TC_CSV_YES);
    cr_expect_eq(tc_csv_begins(&exchange, TC_LIT("\0x")), TC_CSV_NO);
    cr_expect_eq(tc_csv_begins(&exchange, (tc_slice){nuls, sizeof nuls - 1}), TC_CSV_UNKNOWN);
    cr_expect_eq(tc_csv_begins(&exchange, (tc_slice){nuls, sizeof nuls}), TC_CSV_YES);
}
