/*
 * command: the commands of the program. Each takes read options and returns the exit status:
 * 0 nothing found, 1 found at or above --fail-level, 2 usage or configuration, 3 a recognised
 * source could not be read or too much of it was rejected.
 */
#ifndef TC_APP_COMMAND_H
#define TC_APP_COMMAND_H

#include "detector/app/options.h"

enum { TC_EXIT_NOTHING = 0, TC_EXIT_FOUND = 1, TC_EXIT_USAGE = 2, TC_EXIT_INCOMPLETE = 3 };

int tc_command_scan(const tc_options *options, tc_time now);
int tc_command_parse(const tc_options *options, tc_time now);
int tc_command_match(const tc_options *options, tc_time now);
int tc_command_rules(const tc_options *options);
int tc_command_formats(const tc_options *options);

/* Prints "tocsin: " and the error to standard error and returns the exit status for its code. */
int tc_command_failed(const tc_error *error);

#endif
