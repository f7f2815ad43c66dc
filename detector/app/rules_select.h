/*
 * rules_select: which rules a person means: by level, tag and technique, or by name, id or file.
 *
 * A word that means none is an error with the nearest that there is. Marks only; the rules are the
 * run's.
 */
#ifndef TC_APP_RULES_SELECT_H
#define TC_APP_RULES_SELECT_H

#include "detector/pipeline/run.h"

/* Checks --level, --tag and --technique. */
TC_STATUS tc_rules_select_check(const tc_options *options, tc_error *reterr);
/* Does the rule pass them? */
bool tc_rules_select_passes(const tc_options *options, const tc_rule *rule);
/* Does the word name a file or folder of rules? */
bool tc_rules_select_is_file(const char *word);
/* Sets chosen[i] for every rule that one of the words names, all of them without words. */
TC_STATUS tc_rules_select(const tc_run *run, const tc_path_list *words, bool *chosen,
                          tc_error *reterr);

#endif
