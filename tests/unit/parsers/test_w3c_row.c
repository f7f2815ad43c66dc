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

/* Whether the row fits the header alone. */
static bool fits(const tc_w3c_form *header, const char *row)
{
    int learned = -2;
    tc_w3c_forms forms = {header, NULL, 0};
    bool fit = tc_w3c_row_fit(&forms, tc_slice_of(row), cells, &learned);
    cr_expect(!fit || learned == TC_W3C_BY_HEADER);
    return fit;
}

static bool is_cell(size_t column, const char *value)
{
    return tc_slice_equal(tc_slice_make(cells[column].ptr, cells[column].len), tc_slice_of(value));
}

Test(w3c_row, anchors_rows_with_raw_blanks_by_the_shapes_of_their_columns)
{
    tc_w3c_form form = form_of(full);
    tc_schema schema = schema_of(&form);
    form.schema = &schema;
    for (size_t i = 0; i < TC_COUNT_OF(anchored); i++) {
        cr_assert(fits(&form, anchored[i].row), "%s", anchored[i].row);
        tc_cell cell = cells[anchored[i].column];
        cr_expect(is_cell(anchored[i].column, anchored[i].value), "%s: '%.*s'", anchored[i].row,
                  (int)cell.len, cell.ptr);
        cr_expect(is_cell(11, "200"), "%s", anchored[i].row);
    }
}

/* What could be joined in more ways than one, or swallows columns that the header does not name. */
static const struct {
    const char *fields, *row;
} unanchored[] = {
    {full, "2011-03-09 07:12:03 ::1 GET /owa/ - 444 - ::2 My agent a b 200 0 0 3"},
    {"date time cs-username cs(User-Agent) sc-status", "2011-03-09 07:12:03 a b c 200"},
    {"date time cs-uri-stem cs-uri-query", "2011-03-09 07:12:03 /a x 80 200"},
    {"date time s-ip cs-method cs-uri-stem cs-uri-query",
     "2026-01-05 08:00:17 10.0.0.1 GET /robots.txt - 80 - 203.0.113.9 Bot/2.0 - 404 0 2 1405 242"},
    {"date time cs-uri-stem cs-uri-query sc-status",
     "2011-03-09 07:12:03 /a - 80 - 203.0.113.9 Agent 200"},
    {"date time cs-uri-stem cs-username sc-status", "2011-03-09 07:12:03 /a x 203.0.113.9 y 200"},
};

Test(w3c_row, stretches_no_row_that_could_be_read_in_several_ways_or_has_other_columns)
{
    for (size_t i = 0; i < TC_COUNT_OF(unanchored); i++) {
        tc_w3c_form form = form_of(unanchored[i].fields);
        tc_schema schema = schema_of(&form);
        form.schema = &schema;
        cr_expect_not(fits(&form, unanchored[i].row), "%s", unanchored[i].row);
    }
}

static const char learned_fields[] = "date time s-ip cs-method cs-uri-stem c-ip - sc-status";

/* Rows, and how they are read where rows of eight columns were learned. */
static const struct {
    const char *header; /* NULL: none is in force */
    const char *row;
    bool fit, learned;
} learned_rows[] = {
    {NULL, "2011-03-09 07:12:03 ::1 GET /a ::2 x 200", true, true},
    {NULL, "2011-03-09 07:12:03 ::1 GET /a  ::2 x 200", true, true},
    {NULL, "2011-03-09 07:12:03 ::1 GET /a ::2 x 200 31", false, false},
    {NULL, "2011-03-09 07:12:03 ::1 GET /a ::2 200", false, false},
    {NULL, "2011-03-09 07:12:03 ::1 GET a ::2 x 200", false, false},
    {NULL, "2011-03-09 07:12:03 ::1 GET /a x ::2 200", false, false},
    {NULL, "2011-03-09 7:12:03 ::1 GET /a ::2 x 200", false, false},
    {"date time a b c d e f g", "2011-03-09 07:12:03 ::1 GET /a ::2 x 200", true, true},
    {"date time a b c d e f", "2011-03-09 07:12:03 ::1 GET a ::2 x 200", true, false},
    {"date time a b c d e", "2011-03-09 07:12:03 ::1 GET /a ::2 x 200", false, false},
};

Test(w3c_row, reads_rows_by_what_was_learned_of_their_width)
{
    static tc_slice learned_names[16];
    static const tc_w3c_form none = {.separator = ' '};
    tc_w3c_form form;
    cr_assert(tc_w3c_form_read(tc_slice_of(learned_fields), learned_names, 16, &form));
    tc_schema schema = {.column_count = form.width, .names = learned_names};
    form.schema = &schema;
    tc_w3c_learned learned = tc_w3c_learned_of(&form);
    for (size_t i = 0; i < TC_COUNT_OF(learned_rows); i++) {
        int by = -2;
        tc_w3c_form header = learned_rows[i].header ? form_of(learned_rows[i].header) : none;
        tc_w3c_forms forms = {&header, &learned, 1};
        bool fit = tc_w3c_row_fit(&forms, tc_slice_of(learned_rows[i].row), cells, &by);
        cr_expect_eq(fit, learned_rows[i].fit, "row %zu", i);
        if (fit) cr_expect_eq(by, learned_rows[i].learned ? 0 : TC_W3C_BY_HEADER, "row %zu", i);
    }
}

Test(w3c_row, gives_up_on_rows_beyond_its_bounds)
{
    tc_w3c_form form = form_of("date time cs-uri-stem cs-username sc-status");
    tc_schema schema = schema_of(&form);
    form.schema = &schema;
    char row[1024] = "2011-03-09 07:12:03 /a";
    size_t length = strlen(row);
    for (size_t i = 0; i < TC_W3C_ANCHOR_TOKENS; i++) {
        row[length++] = ' ';
        row[length++] = 'x';
    }
    memcpy(row + length, " 200", 5);
    cr_expect_not(fits(&form, row));
    cr_expect_not(fits(&form, ""));
    form = form_of("date time cs-method cs-username sc-status");
    form.schema = &schema;
    cr_expect(fits(&form, "2011-03-09 07:12:03 GET x x x 200"));
}
