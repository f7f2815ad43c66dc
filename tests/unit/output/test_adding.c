/* A format is one file and one line of a table: here is one more, in a table of the test's own,
 * told through the public functions. docs/adding-an-output.md shows the same as a change. */
#include "samples.h"

#include "parsers/base/alloc.h"
#include "reparse.h"

#include <criterion/criterion.h>

extern const tc_output_format tc_output_tsv;

static const tc_output_format *const table[] = {&tc_output_json, &tc_output_tsv, NULL};
static tc_str out;

static void begin(void)
{
    tc_str_init(&out, (size_t)1 << 20);
}

static void end(void)
{
    tc_str_done(&out);
}

TestSuite(adding, .init = begin, .fini = end);

static tc_output *open_named(const char *name, bool redact)
{
    const tc_output_format *format = tc_output_format_of(table, tc_slice_of(name));
    cr_assert_not_null(format);
    tc_output *output = sample_output(format, 100, redact);
    cr_assert_not_null(output);
    tc_str_clear(&out);
    return output;
}

/* So many values in each line, none of which can do harm. */
static void expect_columns(tc_slice lines, size_t wanted)
{
    while (lines.len > 0) {
        tc_slice line = tc_slice_split(lines, '\n', &lines);
        size_t columns = 0;
        for (tc_slice rest = line; rest.ptr != NULL; columns++)
            cr_expect(reparse_inert(tc_slice_split(rest, '\t', &rest), false));
        cr_expect_eq(columns, wanted, "%.*s", (int)line.len, line.ptr);
    }
}

Test(adding, its_name_is_found)
{
    cr_expect_str_eq(tc_output_format_of(table, TC_LIT("TSV"))->name, "tsv");
    cr_expect_null(tc_output_format_of(tc_output_formats, TC_LIT("tsv")));
}

Test(adding, names_of_formats_are_listed_as_people_do)
{
    static const tc_output_format *const one[] = {&tc_output_cef, NULL};
    static const tc_output_format *const three[] = {&tc_output_cef, &tc_output_tsv, &tc_output_leef,
                                                    NULL};
    static const struct {
        const tc_output_format *const *table;
        const char *wanted;
    } rows[] = {{tc_output_formats, "text, json, syslog, cef or leef"},
                {one, "cef"},
                {table, "json or tsv"},
                {three, "cef, tsv or leef"}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_str_clear(&out);
        tc_output_format_names(rows[i].table, &out);
        cr_expect_str_eq(tc_str_cstr(&out), rows[i].wanted);
    }
}

Test(adding, alerts_and_the_end_are_told_and_there_is_no_inventory)
{
    tc_alert incident = sample_incident(), user = sample_user_alert();
    tc_summary summary = sample_summary(true);
    tc_output *output = open_named("tsv", false);
    tc_output_inventory(output, &summary, &out);
    cr_expect_eq(out.len, 0u);
    tc_output_alert(output, &incident, TC_TIME_NONE, &out);
    tc_output_alert(output, &user, TC_TIME_NONE, &out);
    tc_output_summary(output, &summary, TC_TIME_NONE, &out);
    expect_columns(tc_str_view(&out), 8);
    cr_expect_neq(tc_slice_search_ascii(tc_str_view(&out), TC_LIT("\tcritical\tincident\t")),
                  TC_NPOS, "%s", tc_str_cstr(&out));
    cr_expect_neq(tc_slice_search_ascii(tc_str_view(&out), user.user_name), TC_NPOS);
    cr_expect_neq(tc_slice_search_ascii(tc_str_view(&out), TC_LIT("\tsummary\t")), TC_NPOS);
    tc_output_free(output);
}

/* What every format has from the house, without a line of its own. */
Test(adding, levels_redaction_escaping_and_lack_of_memory_are_not_its_business)
{
    tc_alert a = sample_user_alert();
    tc_output *output = open_named("tsv", true);
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    cr_expect_gt(out.len, 0u);
    cr_expect_eq(tc_slice_search_ascii(tc_str_view(&out), a.user_name), TC_NPOS);
    tc_output_free(output);

    output = open_named("tsv", false);
    a.level = TC_LEVEL_INFORMATIONAL;
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    cr_expect_eq(out.len, 0u, "below the lowest level that is told");
    a.level = TC_LEVEL_HIGH;
    a.message = TC_LIT("a\tb\nc\x1b[31m");
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    expect_columns(tc_str_view(&out), 8);

    size_t told = out.len;
    tc_str small;
    tc_str_init(&small, told / 2);
    tc_output_alert(output, &a, TC_TIME_NONE, &small);
    cr_expect_eq(small.len, 0u, "half a line");
    cr_expect_eq(tc_str_status(&small).code, TC_ELIMIT);
    tc_str_done(&small);
    tc_output_free(output);
}
