#include "parsers/text/directive.h"

#include <criterion/criterion.h>

static const struct {
    const char *line;
    tc_directive_key key;
    const char *value;
} rows[] = {
    {"#Fields: date time ", TC_DIRECTIVE_FIELDS, "date time"},
    {"#fIELDS:date\r\n", TC_DIRECTIVE_FIELDS, "date"},
    {"#Fields:\tdate", TC_DIRECTIVE_FIELDS, "date"},
    {"#Fields date", TC_DIRECTIVE_FIELDS, "date"},
    {"# Fields: date", TC_DIRECTIVE_FIELDS, "date"},
    {"#Log-type: HttpProxy Logs", TC_DIRECTIVE_LOG_TYPE, "HttpProxy Logs"},
    {"#LOG-TYPE:x", TC_DIRECTIVE_LOG_TYPE, "x"},
    {"#Software: a:b", TC_DIRECTIVE_SOFTWARE, "a:b"},
    {"#Start-Date: 2014-11-18 00:00:00.128", TC_DIRECTIVE_START_DATE, "2014-11-18 00:00:00.128"},
    {"#Version: 1.0", TC_DIRECTIVE_VERSION, "1.0"},
    {"#GMT-Offset: -0800", TC_DIRECTIVE_COMMENT, "-0800"},
    {"#Fieldset: x", TC_DIRECTIVE_COMMENT, "x"},
    {"#", TC_DIRECTIVE_COMMENT, ""},
    {"#Fields", TC_DIRECTIVE_FIELDS, ""},
    {"#Fields:", TC_DIRECTIVE_FIELDS, ""},
};

Test(directive, tells_keys_and_values)
{
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_directive got = tc_directive_parse(tc_slice_of(rows[i].line));
        cr_expect_eq(got.key, rows[i].key, "%s", rows[i].line);
        cr_expect(tc_slice_equal(got.value, tc_slice_of(rows[i].value)), "%s", rows[i].line);
    }
}

Test(directive, reads_the_instant_that_a_date_begins_with)
{
    tc_time want, got;
    cr_assert(tc_time_from_civil(2011, 3, 9, 7, 12, 3, &want));
    cr_assert(tc_directive_instant(TC_LIT("2011-03-09 07:12:03  // when it began"), &got));
    cr_expect_eq(got, want);
    cr_assert(tc_directive_instant(TC_LIT("2011-03-09T07:12:03.000Z"), &got));
    cr_expect_eq(got, want);
    cr_assert(tc_directive_instant(TC_LIT("2011-03-09"), &got));
    cr_expect_eq(got, tc_time_midnight(want));
    cr_expect_not(tc_directive_instant(TC_LIT("yesterday"), &got));
    cr_expect_not(tc_directive_instant(TC_LIT(""), &got));
}

Test(directive, hands_out_names_between_runs_of_separators)
{
    tc_slice rest = TC_LIT("  a\t\tb c "), name;
    const char *want[] = {"a", "b", "c"};
    for (size_t i = 0; i < 3; i++) {
        cr_assert(tc_directive_name(&rest, TC_LIT(" \t"), &name));
        cr_expect(tc_slice_equal(name, tc_slice_of(want[i])));
    }
    cr_expect_not(tc_directive_name(&rest, TC_LIT(" \t"), &name));
}
