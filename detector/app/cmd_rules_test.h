/*
 * cmd_rules_test: `tocsin rules test`, the rules against their samples.
 */
#ifndef TC_APP_CMD_RULES_TEST_H
#define TC_APP_CMD_RULES_TEST_H

#include "detector/settings/options.h"

/* Tests what options->paths name behind the verb; returns the exit status, 1 where a sample failed
 * or a rule lacks samples. */
int tc_rules_test_run(const tc_options *options);

#endif
