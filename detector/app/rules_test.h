/*
 * rules_test: rules judged by their samples (sample.h).
 *
 * Every story meets all the rules, a fresh correlator and nothing else: no log is parsed and
 * nothing is derived. A rule that no story fires, or that none must leave silent, counts as a
 * failure like a story that is judged otherwise than it says: what is not tested is not known to
 * work.
 */
#ifndef TC_APP_RULES_TEST_H
#define TC_APP_RULES_TEST_H

#include "detector/sigma/ruleset.h"
#include "parsers/base/str.h"

/* Tells the stories of a file (text of that name) and of every rule how often it did what it must;
 * the page is what to print. Owned by the caller, freed with done. */
typedef struct tc_rules_test tc_rules_test;

/* `rules` is compiled and outlives the test, `names` are its, frozen. */
TC_STATUS tc_rules_test_new(const tc_ruleset *rules, const tc_names *names, tc_rules_test **ret);
void tc_rules_test_free(tc_rules_test *test);
/* Judges all samples of a file. What they show as wrong goes to `page`, one line each; a file that
 * is not of the form is TC_ESYNTAX. */
TC_STATUS tc_rules_test_file(tc_rules_test *test, tc_slice file, tc_slice text, tc_str *page,
                             tc_error *reterr);
/* A line for every rule; true if nothing failed. */
bool tc_rules_test_conclude(tc_rules_test *test, tc_str *page);

#endif
