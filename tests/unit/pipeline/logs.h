/*
 * logs: small logs of real formats for the tests of detector/app, and the input over them.
 *
 * Times are seconds from BASE. put_iis writes a format whose writer keeps order (lateness five
 * minutes), put_events one that anybody may have shuffled.
 */
#ifndef TC_TEST_APP_LOGS_H
#define TC_TEST_APP_LOGS_H

#include "tests/unit/input/support.h"

#define BASE (INT64_C(1298937600) * TC_SECOND) /* 2011-03-01 */
#define AT(seconds) (BASE + (seconds)*TC_SECOND)
#define IIS_LATENESS (5 * TC_MINUTE)

void put_iis(const char *name, const int *seconds, size_t count);
void put_events(const char *name, const int *seconds, size_t count);
/* Opens everything that was put; close_logs frees it. */
tc_input *open_logs(void);
/* Takes also standard input. */
tc_input *open_logs_and_stdin(void);
void close_logs(tc_input *input);
uint32_t source_index(const tc_input *input, const char *end);

#endif
