/*
 * rule_loading: the rules of a run: the shipped ones, those of --rules, and the lists of --expand.
 *
 * Errors and warnings go to standard error, a line each. One error fails the run, unless
 * --skip-bad-rules was given: then the rest is loaded, and what was left out stands in the ruleset
 * (tc_ruleset_left_out) for the verdict.
 */
#ifndef TC_SETTINGS_RULE_LOADING_H
#define TC_SETTINGS_RULE_LOADING_H

#include "detector/settings/options.h"
#include "detector/sigma/ruleset.h"

/* Fills and compiles a fresh ruleset; `shipped` is the folder of the shipped rules, NULL for none.
 * *ret_shipped (may be NULL) is how many rules came from there: they are the first. */
TC_STATUS tc_rules_load(tc_ruleset *rules, const tc_options *options, const char *shipped,
                        tc_names *names, size_t *ret_shipped, tc_error *reterr);
/* Prints an error or warning of a file of rules, or of the configuration, to standard error. */
void tc_report_rule(void *context, const tc_error *error, bool warning);

#endif
