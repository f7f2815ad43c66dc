/*
 * command: the commands of the program. Each takes read options and returns the exit status.
 *
 * A command owns all that it opens and has freed it when it returns; what failed it has told on
 * standard error (tc_command_failed). What a scan ends with is decided in one place, verdict.h.
 * `now` is the machine's clock, read once at the start: no finding depends on it, but that an
 * exception of the site whose end it has passed leaves out nothing any more.
 */
#ifndef TC_APP_COMMAND_H
#define TC_APP_COMMAND_H

#include "detector/report/exit_status.h"
#include "detector/settings/options.h"

/* The whole program; main does nothing else. A library function, so that a test can run it with
 * allocations that fail. Ignores SIGPIPE. */
int tc_program(int argc, char **argv);

#define TC_COMMAND(number, name, help, usage, after)                                               \
    int tc_command_##name(const tc_options *options, tc_time now);
#include "detector/settings/commands.def"
#undef TC_COMMAND

/* Prints "tocsin: " and the error to standard error, or where nobody filled it words for the
 * status, and returns the exit status for it. A reader of the output that has gone away is passed
 * over in silence. */
int tc_command_failed(tc_status status, const tc_error *error);
/* Whether memory ran out in a run that went on all the same; says on standard error what that
 * means. Such a result is incomplete, whatever else was found. (A scan has it among its reasons.)
 */
bool tc_command_lacked_memory(void);
/* Writes the page to standard output and frees it; returns the exit status. */
int tc_command_print(tc_str *page);

#endif
