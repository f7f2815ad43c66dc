#include "parsers/base/status.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>

Test(status, success_is_not_a_failure)
{
    cr_expect_not(tc_failed(TC_SUCCESS));
    for (int code = TC_OK + 1; code < TC_CODE_COUNT; code++) {
        cr_expect(tc_failed((tc_status){(tc_code)code}), "code %d", code);
    }
}

Test(status, fail_fills_code_and_text_and_leaves_the_place)
{
    tc_error error = {.source = "a.yml", .line = 3, .column = 4, .sys = 77};
    tc_status status = tc_fail(&error, TC_ELIMIT, "%d of '%s'", 12, "x");
    cr_expect_eq(status.code, TC_ELIMIT);
    cr_expect_eq(error.code, TC_ELIMIT);
    cr_expect_eq(error.sys, 0);
    cr_expect_eq(error.line, 3);
    cr_expect_eq(error.column, 4);
    cr_expect_str_eq(error.source, "a.yml");
    cr_expect_str_eq(error.text, "12 of 'x'");
}

Test(status, fail_without_an_error_still_says_the_code)
{
    cr_expect_eq(tc_fail(NULL, TC_ENOMEM, "%s", "x").code, TC_ENOMEM);
    cr_expect_eq(tc_fail_at(NULL, TC_ESYNTAX, "f", 1, 1, "%s", "x").code, TC_ESYNTAX);
}

Test(status, a_failure_of_the_system_holds_errno_and_its_words)
{
    tc_error error = {.source = "kept", .line = 3};
    errno = EPERM; /* of something else: never looked at */
    cr_expect_eq(tc_fail_sys(&error, ENOSPC, NULL, "cannot %s", "write").code, TC_EIO);
    cr_expect_eq(error.sys, ENOSPC);
    cr_expect_eq(error.code, TC_EIO);
    cr_expect_str_eq(error.text, "cannot write: No space left on device");
    cr_expect_str_eq(error.source, "kept");
    cr_expect_eq(error.line, 3);
    cr_expect(tc_failed(tc_fail_sys(&error, 0, "f", "not a file")));
    cr_expect_eq(error.sys, 0);
    cr_expect_str_eq(error.text, "not a file");
    cr_expect_str_eq(error.source, "f");
    cr_expect_eq(error.line, 0);
    cr_expect(tc_failed(tc_fail_sys(&error, 99999, "f", "odd")));
    cr_expect_str_eq(error.text, "odd: error 99999");
    cr_expect(tc_failed(tc_fail(&error, TC_EIO, "cannot write")));
    cr_expect_eq(error.sys, 0);
    cr_expect_eq(tc_fail_sys(NULL, EIO, "f", "x").code, TC_EIO);
}

Test(status, the_words_of_errno_are_cut_like_the_rest)
{
    tc_error error = {0};
    char longest[1000];
    memset(longest, 'a', sizeof(longest));
    longest[sizeof(longest) - 1] = '\0';
    cr_expect(tc_failed(tc_fail_sys(&error, EIO, NULL, "%s", longest)));
    cr_expect_eq(strlen(error.text), sizeof(error.text) - 1);
}

Test(status, fail_at_sets_the_place)
{
    tc_error error = {0};
    tc_status status = tc_fail_at(&error, TC_ESYNTAX, "r.yml", 7, 9, "unknown key '%s'", "k");
    cr_expect_eq(status.code, TC_ESYNTAX);
    cr_expect_str_eq(error.source, "r.yml");
    cr_expect_eq(error.line, 7);
    cr_expect_eq(error.column, 9);
    cr_expect(tc_failed(tc_fail_at(&error, TC_ESYNTAX, NULL, 0, 0, "x")));
    cr_expect_str_empty(error.source);
    cr_expect_eq(error.line, 0);
}

Test(status, texts_are_cut_at_a_character)
{
    tc_error error = {0};
    char longest[1000];
    for (size_t lead = 0; lead < 4; lead++) {
        /* Three-byte characters behind `lead` ASCII ones: the end falls on each of their bytes. */
        memset(longest, 'a', lead);
        for (size_t i = lead; i + 3 < sizeof(longest); i += 3) {
            memcpy(longest + i, "\xE2\x82\xAC", 4);
        }
        cr_expect(tc_failed(tc_fail_at(&error, TC_ESYNTAX, longest, 1, 1, "%s", longest)));
        size_t text = lead + (sizeof(error.text) - 1 - lead) / 3 * 3;
        size_t source = lead + (sizeof(error.source) - 1 - lead) / 3 * 3;
        cr_expect_eq(strlen(error.text), text, "lead %zu", lead);
        cr_expect_eq(strlen(error.source), source, "lead %zu", lead);
    }
}

Test(status, cutting_survives_bytes_that_are_no_text)
{
    tc_error error = {0};
    char bytes[1000];
    memset(bytes, 0x80, sizeof(bytes));
    bytes[sizeof(bytes) - 1] = '\0';
    cr_expect(tc_failed(tc_fail_at(&error, TC_ESYNTAX, bytes, 1, 1, "%s", bytes)));
    cr_expect_eq(strlen(error.text), sizeof(error.text) - 1);
    cr_expect_eq(strlen(error.source), sizeof(error.source) - 1);
}

Test(status, nothing_that_acts_on_a_terminal_is_formatted)
{
    const struct {
        const char *text, *want;
    } rows[] = {
        {"a\x1B[2Jb", "a\\x1b[2Jb"},
        {"c\r\nd\x7F", "c\\x0d\\x0ad\\x7f"},
        {"\xC2\x9B"
         "2J",
         "\\u009b2J"}, /* CSI among the C1 controls */
        {"\xE2\x80\xAE"
         "gpj",
         "\\u202egpj"},                /* right-to-left override */
        {"\xE2\x80\xA8x", "\\u2028x"}, /* line separator */
        {"\x80\xFF\xC3", "\\x80\\xff\\xc3"},
        {"\xEF\xBF\xBD", "\xEF\xBF\xBD"},
        {"\xC3\xA9\xE2\x82\xAC", "\xC3\xA9\xE2\x82\xAC"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_error error = {0};
        cr_expect(
            tc_failed(tc_fail_at(&error, TC_ESYNTAX, rows[i].text, 1, 1, "%s", rows[i].text)));
        char out[256], want[256], again[256];
        snprintf(want, sizeof(want), "%s:1:1: %s", rows[i].want, rows[i].want);
        cr_expect_str_eq(tc_error_format(&error, out, sizeof(out)), want, "row %zu: %s", i, out);
        /* What was escaped once is not escaped again. */
        cr_expect(tc_failed(tc_fail_at(&error, TC_ESYNTAX, NULL, 0, 0, "%s", out)));
        cr_expect_str_eq(tc_error_format(&error, again, sizeof(again)), out, "row %zu", i);
    }
}

Test(status, formats_what_is_known_of_the_place)
{
    const struct {
        const char *source;
        uint32_t line, column;
        const char *want;
    } rows[] = {
        {"f", 1, 2, "f:1:2: t"},
        {"f", 1, 0, "f:1: t"},
        {"f", 0, 0, "f: t"},
        {"f", 0, 5, "f: t"},
        {"", 4294967295, 0, "line 4294967295: t"},
        {"", 3, 4, "line 3:4: t"},
        {"", 0, 0, "t"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_error error = {0};
        char out[64];
        cr_expect(tc_failed(
            tc_fail_at(&error, TC_ESYNTAX, rows[i].source, rows[i].line, rows[i].column, "t")));
        cr_expect_str_eq(tc_error_format(&error, out, sizeof(out)), rows[i].want, "row %zu: %s", i,
                         out);
    }
}

Test(status, formatting_is_cut_to_the_size)
{
    tc_error error = {0};
    char out[8] = "zzzzzzz";
    cr_expect(tc_failed(tc_fail_at(&error, TC_ESYNTAX, "f", 1, 2, "\xE2\x82\xAC\xE2\x82\xAC")));
    cr_expect_eq(tc_error_format(&error, out, sizeof(out)), out);
    cr_expect_str_eq(out, "f:1:2: ");
    cr_expect_str_empty(tc_error_format(&error, out, 1));
    char half[10];
    cr_expect_str_eq(tc_error_format(&error, half, sizeof(half)), "f:1:2: ");
}

Test(status, no_message_is_empty)
{
    for (int code = TC_OK; code < TC_CODE_COUNT; code++) {
        tc_error error = {.code = (tc_code)code};
        char out[64];
        cr_expect_gt(strlen(tc_error_format(&error, out, sizeof(out))), 5, "code %d", code);
    }
}

Test(status, an_escape_is_never_cut)
{
    tc_error error = {.code = TC_EIO, .text = "ab\x1b"};
    for (size_t size = 1; size <= 7; size++) {
        char out[8];
        cr_expect_str_eq(tc_error_format(&error, out, size), size == 1   ? ""
                                                             : size == 2 ? "a"
                                                             : size < 7  ? "ab"
                                                                         : "ab\\x1b");
    }
}

Test(status, the_source_is_set_from_a_length)
{
    tc_error error = {.line = 7};
    tc_error_set_source(&error, "abcdef", 3);
    cr_expect_str_eq(error.source, "abc");
    cr_expect_eq(error.line, 7);
    tc_error_set_source(NULL, "x", 1);
}

static TC_STATUS tries(tc_code code, int *reached)
{
    TC_TRY((tc_status){code});
    *reached = 1;
    return TC_SUCCESS;
}

Test(status, try_returns_a_failure_and_goes_on_otherwise)
{
    int reached = 0;
    cr_expect_eq(tries(TC_EIO, &reached).code, TC_EIO);
    cr_expect_eq(reached, 0);
    cr_expect_eq(tries(TC_OK, &reached).code, TC_OK);
    cr_expect_eq(reached, 1);
}

Test(status, a_broken_invariant_aborts, .signal = SIGABRT)
{
    TC_ASSERT(1 + 1 == 3);
}

Test(status, a_failure_must_not_say_ok, .signal = SIGABRT)
{
    (void)tc_failed(tc_fail(NULL, TC_OK, "x"));
}
