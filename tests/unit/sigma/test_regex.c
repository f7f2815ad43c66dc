#include "detector/sigma/regex.h"

#include <criterion/criterion.h>

static bool search(const char *pattern, unsigned flags, tc_slice subject, uint64_t *ret_hits)
{
    tc_regex *regex = NULL;
    tc_error error = {.code = TC_OK};
    cr_assert_eq(tc_regex_new(tc_slice_of(pattern), flags, &regex, &error).code, TC_OK, "%s",
                 error.text);
    tc_regex_scratch *scratch = tc_regex_scratch_new();
    cr_assert(scratch);
    bool found = tc_regex_search(regex, scratch, subject);
    if (ret_hits) *ret_hits = tc_regex_limit_hits(scratch);
    tc_regex_scratch_free(scratch);
    tc_regex_free(regex);
    return found;
}

Test(regex, flags)
{
    cr_expect(!search("abc", 0, TC_LIT("ABC"), NULL));
    cr_expect(search("abc", TC_REGEX_CASELESS, TC_LIT("xABCx"), NULL));
    cr_expect(search("^b", TC_REGEX_MULTILINE, TC_LIT("a\nb"), NULL));
    cr_expect(search("a.b", TC_REGEX_DOTALL, TC_LIT("a\nb"), NULL));
    cr_expect(search("", 0, TC_EMPTY_SLICE, NULL));
    cr_expect(search("^.$", 0, TC_LIT("é"), NULL));
}

Test(regex, invalid_utf8_is_no_obstacle)
{
    cr_expect(search("abc", 0,
                     TC_LIT("\xff\xfe"
                            "abc\x80"),
                     NULL));
    cr_expect(!search("a.c", 0,
                      TC_LIT("a\xff"
                             "c"),
                      NULL));
}

Test(regex, a_limit_is_counted_and_finds_nothing)
{
    static uint8_t text[20000];
    uint64_t hits = 0;
    memset(text, 'a', sizeof text);
    cr_expect(!search("(a+)+$b|(a|aa)+c", 0, tc_slice_make(text, sizeof text), &hits));
    cr_expect_eq(hits, 1);
    cr_expect(!search("b", 0, TC_LIT("aaa"), &hits));
    cr_expect_eq(hits, 0);
}

Test(regex, only_the_start_of_a_huge_value_is_searched)
{
    static uint8_t text[TC_REGEX_SUBJECT_MAX + 10];
    uint64_t hits = 0;
    memset(text, 'a', sizeof text);
    text[TC_REGEX_SUBJECT_MAX + 5] = 'b';
    cr_expect(!search("b", 0, tc_slice_make(text, sizeof text), &hits));
    cr_expect_eq(hits, 1);
    text[5] = 'b';
    cr_expect(search("b", 0, tc_slice_make(text, sizeof text), &hits));
    cr_expect_eq(hits, 0);
}

Test(regex, deep_backtracking_neither_crashes_nor_hangs)
{
    static uint8_t text[30000];
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = 'b';
    uint64_t hits = 0;
    bool found = search("^(?:a|(?:a(?=a)))*b", 0, tc_slice_make(text, sizeof text), &hits);
    cr_expect(found || hits == 1);
}

Test(regex, bad_expressions_are_refused)
{
    static const char *const rows[] = {"(", "[a", "*a", "(?<n>a", "\\C", "(?P<1>a)"};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_regex *regex = NULL;
        tc_error error = {.code = TC_OK};
        tc_status status = tc_regex_new(tc_slice_of(rows[i]), 0, &regex, &error);
        cr_expect_eq(status.code, TC_ESYNTAX, "%s", rows[i]);
        cr_expect(strstr(error.text, "at offset"), "%s", error.text);
    }
}
