#include "detector/sigma/scalar.h"

#include <criterion/criterion.h>

static tc_scalar resolve(const char *text, bool plain)
{
    tc_yaml node = {.kind = TC_YAML_SCALAR, .plain = plain, .text = tc_slice_of(text)};
    return tc_scalar_of(&node);
}

Test(scalar, only_plain_scalars_are_anything_but_text)
{
    static const struct {
        const char *text;
        tc_scalar_kind kind;
    } rows[] = {
        {"", TC_SCALAR_NULL},      {"~", TC_SCALAR_NULL},         {"null", TC_SCALAR_NULL},
        {"Null", TC_SCALAR_NULL},  {"true", TC_SCALAR_BOOL},      {"FALSE", TC_SCALAR_BOOL},
        {"yes", TC_SCALAR_TEXT},   {"on", TC_SCALAR_TEXT},        {"4625", TC_SCALAR_NUMBER},
        {"-1", TC_SCALAR_NUMBER},  {"+1", TC_SCALAR_NUMBER},      {"007", TC_SCALAR_NUMBER},
        {"1.5", TC_SCALAR_NUMBER}, {"1.", TC_SCALAR_TEXT},        {".5", TC_SCALAR_TEXT},
        {"1e5", TC_SCALAR_TEXT},   {"0x10", TC_SCALAR_TEXT},      {"1_000", TC_SCALAR_TEXT},
        {"1.2.3", TC_SCALAR_TEXT}, {"12:30", TC_SCALAR_TEXT},     {"-", TC_SCALAR_TEXT},
        {"+-1", TC_SCALAR_TEXT},   {"2024-01-01", TC_SCALAR_TEXT}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        cr_expect_eq(resolve(rows[i].text, true).kind, rows[i].kind, "%s", rows[i].text);
        cr_expect_eq(resolve(rows[i].text, false).kind, TC_SCALAR_TEXT, "'%s'", rows[i].text);
    }
}

Test(scalar, numbers_of_events)
{
    tc_number a;
    tc_number b;
    cr_expect(tc_number_parse(TC_LIT("4625.0"), &a) && a.integer && a.whole == 4625);
    cr_expect(tc_number_parse(TC_LIT("4.5"), &a) && !a.integer);
    cr_expect(tc_number_parse(TC_LIT("1e3"), &a) && a.integer && a.whole == 1000);
    cr_expect(!tc_number_parse(TC_LIT(""), &a));
    cr_expect(!tc_number_parse(TC_LIT("12a"), &a));
    cr_expect(!tc_number_parse(TC_LIT("+-1"), &a));
    cr_expect(!tc_number_parse(TC_LIT(" 1"), &a));
    cr_assert(tc_number_parse(TC_LIT("9007199254740993"), &a));
    cr_assert(tc_number_parse(TC_LIT("9007199254740992"), &b));
    cr_expect_eq(tc_number_compare(a, b), 1);
    cr_assert(tc_number_parse(TC_LIT("99999999999999999999"), &b));
    cr_expect_eq(tc_number_compare(a, b), -1);
}
