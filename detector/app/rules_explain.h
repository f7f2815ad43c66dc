/*
 * rules_explain: tocsin rules explain: all that is known of a rule, for a person, for a machine,
 * and as the page docs/alerts.md.
 */
#ifndef TC_APP_RULES_EXPLAIN_H
#define TC_APP_RULES_EXPLAIN_H

#include "detector/pipeline/run.h"
#include "parsers/base/str.h"

/* Appends the rules with chosen[i], those that the options' filters let pass. */
void tc_rules_explain_text(const tc_run *run, const bool *chosen, tc_str *page);
/* One JSON object a line. */
void tc_rules_explain_json(const tc_run *run, const bool *chosen, tc_str *page);
/* What somebody who has an alert before them needs, by folder; what is only a part of others last.
 */
void tc_rules_explain_markdown(const tc_run *run, const bool *chosen, tc_str *page);

#endif
