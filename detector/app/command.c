/* What all commands end with: words about a failure, a page on standard output. */
#include "detector/app/command.h"
#include "detector/report/outlet.h"

#include "parsers/base/alloc.h"

#include <errno.h>

int tc_command_failed(tc_status status, const tc_error *error)
{
    char text[1024];
    tc_error told = *error;
    if (told.code == TC_OK) told.code = status.code;
    if (told.code == TC_EIO && told.sys == EPIPE) return TC_EXIT_PIPE;
    fprintf(stderr, "tocsin: %s\n", tc_error_format(&told, text, sizeof(text)));
    return TC_EXIT_USAGE;
}

bool tc_command_lacked_memory(void)
{
    uint64_t failures = tc_alloc_failures();
    if (failures == 0) return false;
    fprintf(stderr,
            "tocsin: memory ran out %" PRIu64 " time%s; what was found may lack parts. "
            "Scan fewer files at once, or use fewer --jobs\n",
            failures, failures == 1 ? "" : "s");
    return true;
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
