/* No failure is told as "tocsin: " and nothing; a reader that went away is not told at all. */
#include "detector/app/command.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <errno.h>

#define FAILED(failure) ((tc_status){failure})

static void expect_told(const char *words)
{
    fflush(stderr);
    cr_assert_stderr_eq_str(words);
}

Test(command, an_error_is_told_with_its_place, .init = cr_redirect_stderr)
{
    tc_error error = {0};
    tc_status status = tc_fail_at(&error, TC_ESYNTAX, "a.csv", 3, 7, "what is this");
    cr_expect_eq(tc_command_failed(status, &error), TC_EXIT_USAGE);
    expect_told("tocsin: a.csv:3:7: what is this\n");
}

Test(command, where_nobody_gave_words_the_status_does, .init = cr_redirect_stderr)
{
    for (unsigned code = 0; code < TC_CODE_COUNT; code++) {
        tc_error error = {0};
        cr_expect_eq(tc_command_failed(FAILED((tc_code)code), &error), TC_EXIT_USAGE);
    }
    expect_told("tocsin: a failure without a reason; please report it\n"
                "tocsin: out of memory\n"
                "tocsin: reading or writing failed\n"
                "tocsin: a limit of the program was reached\n"
                "tocsin: an option or a file of settings cannot be understood\n"
                "tocsin: this version cannot do that\n");
}

Test(command, a_refusal_of_the_system_says_which, .init = cr_redirect_stderr)
{
    tc_error error = {.code = TC_EIO, .sys = ENOSPC, .source = "out.txt"};
    cr_expect_eq(tc_command_failed(FAILED(TC_EIO), &error), TC_EXIT_USAGE);
    expect_told("tocsin: out.txt: No space left on device\n");
}

Test(command, a_reader_that_went_away_is_not_told, .init = cr_redirect_stderr)
{
    tc_error error = {.code = TC_EIO, .sys = EPIPE, .text = "cannot write"};
    cr_expect_eq(tc_command_failed(FAILED(TC_EIO), &error), TC_EXIT_PIPE);
    expect_told("");
}
