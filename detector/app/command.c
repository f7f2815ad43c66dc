/* What all commands end with: words about a failure, a page on standard output. */
#include "detector/app/command.h"
#include "detector/app/outlet.h"

#include <errno.h>

/* Where nobody said anything better: no failure is told as "tocsin: " and nothing. */
static const char *words_of(const tc_error *error)
{
    static const char *const words[TC_CODE_COUNT] = {
        [TC_OK] = "a failure without a reason; please report it",
        [TC_ENOMEM] = "out of memory",
        [TC_EIO] = "reading or writing failed",
        [TC_ELIMIT] = "a limit of the program was reached",
        [TC_ESYNTAX] = "an option or a file of settings cannot be understood",
        [TC_EUNSUPPORTED] = "this version cannot do that",
    };
    if (error->code == TC_EIO && error->sys) return strerrordesc_np(error->sys);
    return error->code < TC_CODE_COUNT ? words[error->code] : words[TC_OK];
}

int tc_command_failed(tc_status status, const tc_error *error)
{
    char text[1024];
    tc_error told = *error;
    if (told.code == TC_OK) told.code = status.code;
    if (told.code == TC_EIO && told.sys == EPIPE) return TC_EXIT_PIPE;
    const char *words = words_of(&told);
    if (told.text[0] == 0) snprintf(told.text, sizeof(told.text), "%s", words ? words : "failed");
    fprintf(stderr, "tocsin: %s\n", tc_error_format(&told, text, sizeof(text)));
    return TC_EXIT_USAGE;
}

int tc_command_print(tc_str *page)
{
    tc_outlet outlet;
    tc_error error = {0};
    tc_status status = tc_str_status(page);
    if (tc_failed(status)) (void)tc_fail(&error, status.code, "the page is too long");
    if (!tc_failed(status)) status = tc_outlet_open(&outlet, NULL, &error);
    if (!tc_failed(status)) status = tc_outlet_write(&outlet, tc_str_view(page), &error);
    tc_str_done(page);
    return tc_failed(status) ? tc_command_failed(status, &error) : TC_EXIT_NOTHING;
}
