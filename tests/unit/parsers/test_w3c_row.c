#include "parsers/text/w3c_anchor.h"
#include "parsers/text/w3c_row.h"

#include <criterion/criterion.h>

static tc_cell cells[TC_W3C_ROOM];
static tc_slice names[64];

static tc_w3c_form form_of(const char *fields)
{
    tc_w3c_form form;
    cr_assert(tc_w3c_form_read(tc_slice_of(fields), names, 64, &form), "%s", fields);
    return form;
}

/* A schema of these names, enough for fitting. */
static tc_schema schema_of(const tc_w3c_form *form)
{
    return (tc_schema){.column_count = form->width, .names = names};
}

Test(w3c_row, reads_which_column_is_the_time)
{
    tc_w3c_form form = form_of("c-ip time date cs-uri");
    cr_expect(form.width == 4 && form.time == 1 && form.date == 2 && !form.local);
    form = form_of("date-local time-local date time");
    cr_expect(form.date == 2 && form.time == 3 && !form.local);
    form = form_of("date-local TIME-local s-ip");
    cr_expect(form.date == 0 && form.time == 1 && form.local);
    form = form_of("time c-ip");
    cr_expect(form.date == TC_W3C_NO_COLUMN && form.separator == ' ');
    cr_expect_eq(form_of("date\ttime").separator, '\t');
    cr_expect_not(tc_w3c_form_read(TC_LIT("date c-ip"), names, 64, &form));
    cr_expect_eq(form.width, 0);
    cr_expect(tc_w3c_form_read(TC_LIT("date time c-ip"), names, 2, &form) && form.width == 2);
    cr_expect_not(tc_w3c_form_read(TC_LIT("date c-ip time"), names, 2, &form));
}

Test(w3c_row, splits_at_runs_of_blanks_and_keeps_quoted_values_whole)
{
    tc_slice line = TC_LIT("  a   -\t\"b c\" \"d \"\"e\"\" f\" \"g\"h \"i ");
    cr_assert_eq(tc_w3c_split_runs(line, true, cells, 16), 6);
    static const char *const want[] = {"a", "-", "b c", "d \"\"e\"\" f", "\"g\"h", "\"i"};
    static const tc_form forms[] = {TC_FORM_TEXT, TC_FORM_NULL, TC_FORM_TEXT,
                                    TC_FORM_CSV,  TC_FORM_TEXT, TC_FORM_TEXT};
    for (size_t i = 0; i < 6; i++) {
        cr_expect(tc_slice_equal(tc_slice_make(cells[i].ptr, cells[i].len), tc_slice_of(want[i])),
                  "cell %zu", i);
        cr_expect_eq(cells[i].form, (uint32_t)forms[i], "cell %zu", i);
    }
    cr_expect_eq(tc_w3c_split_runs(line, false, cells, 16), 9);
    cr_expect_eq(tc_w3c_split_runs(TC_LIT("a b c d"), false, cells, 2), 3, "stops beyond the room");
}

/* One row for every layout; `columns` says what stands where. */
static const struct {
    int layout;
    const char *row;
} layout_rows[] = {
    {0, "2011-03-09 07:12:03 10.0.0.5 GET /owa/ - 443 anna 198.51.100.7 A - 200 0 0 31"},
    {1, "2011-03-09 07:12:03 10.0.0.5 GET /owa/ - 443 anna 198.51.100.7 A 200 0 0 31"},
    {2, "2011-03-09 07:12:03 W3SVC1 10.0.0.5 GET /owa/ - 443 anna 198.51.100.7 A 200 0 0"},
    {3, "2011-03-09 07:12:03 EX01 10.0.0.5 GET /owa/ - 443 anna 198.51.100.7 A 200 0 0"},
    {4,
     "2011-03-09 07:12:03 ::1 GET /owa/ - 443 anna fe80::1%3 A - 200 0 0 31 203.0.113.9,10.0.0.1"},
    {5, "2011-03-09 07:12:03 ::1 GET /owa/ - 443 anna fe80::1%3 A - 200 0 0 31 203.0.113.9 5543"},
    {6, "2011-03-09 07:12:03 EX01 ::1 GET /owa/ - 443 anna fe80::1%3 A - 200 0 0 31 203.0.113.9"},
    {7, "2011-03-09 07:12:03 EX01 ::1 GET /owa/ - 443 anna ::2 A - 200 0 0 31 203.0.113.9 5543"},
    {8, "2011-03-09 07:12:03 ::1 GET /owa/ - 443 anna ::2 A 200 0 0 31 203.0.113.9"},
    {9, "2011-03-09 07:12:03 ::1 GET /owa/ - 443 anna ::2 A https://a/ mail.example.org 200 0 0 3"},
    {10, "2011-03-09 07:12:03 ::1 GET /owa/ - 443 anna ::2 A c=1;d=2 mail.example.org 200 0 0 3"},
    {11, "2011-03-09 07:12:03 ::1 GET /owa/ - 443 anna ::2 A c=1;d=2 https://a/ 200 0 0 3"},
    {12, "2011-03-09 07:12:03 W3SVC2 ::1 GET /owa/ - 443 anna ::2 A - 200 0 0 3"},
    {13, "2011-03-09 07:12:03 EX01 ::1 GET /owa/ - 443 anna ::2 A - 200 0 0 3"},
    {14, "2011-03-09 07:12:03 W3SVC2 EX01 ::1 GET /owa/ - 443 anna ::2 A - 200 0 0 3"},
    {15, "2011-03-09 07:12:03 W3SVC1 GET / - 80 - ::2 A - - mail.example.org 200 0 0 1 2 3"},
    {16, "2011-03-09 07:12:03 W3SVC1 ::1 GET / - 80 - ::2 HTTP/1.1 A - h.example 200 0 0 1 2 3"},
    {17, "2011-03-09 07:12:03 W3SVC1 ::1 GET / - 80 - ::2 HTTP/1.1 A - - h.example 200 0 0 1 2 3"},
    {18, "2011-03-09 07:12:03 W3SVC1 E1 ::1 GET / - 80 - ::2 HTTP/1.1 A - - h 200 0 0 1 2 3"},
    {19, "2011-03-09 07:12:03 198.51.100.7 anna 10.0.0.5 80 GET /owa/ - 200 A"},
};

Test(w3c_row, knows_every_layout_by_its_shapes)
{
    tc_w3c_form none = {.separator = ' '};
    bool seen[TC_W3C_LAYOUTS] = {false};
    for (size_t i = 0; i < TC_COUNT_OF(layout_rows); i++) {
        int layout = -2;
        cr_expect(tc_w3c_row_fit(&none, tc_slice_of(layout_rows[i].row), cells, &layout), "%s",
                  layout_rows[i].row);
        cr_expect_eq(layout, layout_rows[i].layout, "%s: %d", layout_rows[i].row, layout);
        if (layout >= 0) seen[layout] = true;
    }
    for (size_t i = 0; i < TC_W3C_LAYOUTS; i++) {
        cr_expect(seen[i], "layout %zu has no row here", i);
        cr_expect_eq(tc_w3c_layout_names(i, names), tc_w3c_layout_width(i));
        cr_expect(tc_slice_equal(names[1], TC_LIT("time")));
    }
}

static const char *const strangers[] = {
    "2018-05-05 05:05:55 203.0.113.15 12345 192.0.2.101 443 HTTP/1.1 GET /x 400 - URL -",
    "198.51.100.7 - anna [10/Oct/2011:13:55:36 +0200] \"GET /x HTTP/1.1\" 200 123",
    "2011-03-09 07:12:03 10.0.0.5 GET /owa/ - https anna 198.51.100.7 A - 200 0 0 31",
    "2011-03-09 07:12:03 10.0.0.5 GET /owa/ - 443 anna 198.51.100.7 A - OK 0 0 31",
    "2011-03-09 7:12:03 10.0.0.5 GET /owa/ - 443 anna 198.51.100.7 A - 200 0 0 31",
    "a b c d e f g h i j k l m n o",
    "",
};

Test(w3c_row, takes_no_stranger_for_a_layout)
{
    tc_w3c_form none = {.separator = ' '};
    int layout;
    for (size_t i = 0; i < TC_COUNT_OF(strangers); i++)
        cr_expect_not(tc_w3c_row_fit(&none, tc_slice_of(strangers[i]), cells, &layout), "%s",
                      strangers[i]);
}

static const char full[] = "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username "
                           "c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus "
                           "sc-win32-status time-taken";

static const struct {
    const char *row;
    size_t column;
    const char *value;
} anchored[] = {
    {"2011-03-09 07:12:03 ::1 GET /owa/ - 444  random\\user fe80::1%3 A - 200 0 0 3", 7,
     "random\\user"},
    {"2011-03-09 07:12:03 ::1 GET /owa/ - 444 a random user fe80::1%3 A - 200 0 0 3", 7,
     "a random user"},
    {"2011-03-09 07:12:03 ::1 GET /owa/ a b  c 444 - ::2 A - 200 0 0 3", 5, "a b  c"},
    {"2011-03-09 07:12:03 ::1 GET /owa/ - 444 - ::2 My agent/1 (x y) https://a/ 200 0 0 3", 9,
     "My agent/1 (x y)"},
    {"2011-03-09 07:12:03 ::1 GET /owa/ - 444 - ::2 My agent https://a/b c 200 0 0 3", 10,
     "https://a/b c"},
    {"2011-03-09 07:12:03 ::1 GET /owa/ x y 444 a b ::2 My agent - 200 0 0 3", 7, "a b"},
};

Test(w3c_row, anchors_rows_with_raw_blanks_by_the_shapes_of_their_columns)
{
    tc_w3c_form form = form_of(full);
    tc_schema schema = schema_of(&form);
    form.schema = &schema;
    for (size_t i = 0; i < TC_COUNT_OF(anchored); i++) {
        int layout = -2;
        cr_assert(tc_w3c_row_fit(&form, tc_slice_of(anchored[i].row), cells, &layout), "%s",
                  anchored[i].row);
        cr_expect_eq(layout, TC_W3C_NO_LAYOUT);
        tc_cell cell = cells[anchored[i].column];
        cr_expect(tc_slice_equal(tc_slice_make(cell.ptr, cell.len), tc_slice_of(anchored[i].value)),
                  "%s: '%.*s'", anchored[i].row, (int)cell.len, cell.ptr);
        cr_expect(tc_slice_equal(tc_slice_make(cells[11].ptr, cells[11].len), TC_LIT("200")), "%s",
                  anchored[i].row);
    }
}

Test(w3c_row, gives_up_on_rows_beyond_its_bounds)
{
    tc_w3c_form form = form_of("date time cs-uri-stem sc-status");
    tc_schema schema = schema_of(&form);
    form.schema = &schema;
    char row[1024] = "2011-03-09 07:12:03 /a";
    size_t length = strlen(row);
    for (size_t i = 0; i < TC_W3C_ANCHOR_TOKENS; i++) {
        row[length++] = ' ';
        row[length++] = 'x';
    }
    memcpy(row + length, " 200", 5);
    int layout;
    cr_expect_not(tc_w3c_row_fit(&form, tc_slice_of(row), cells, &layout));
    cr_expect(tc_w3c_row_fit(&form, TC_LIT("2011-03-09 07:12:03 /a x x x 200"), cells, &layout));
}
