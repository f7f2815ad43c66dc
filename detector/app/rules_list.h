/*
 * rules_list: tocsin rules list: a line for each rule, below the folder it is of.
 *
 * No line is wider than the page: titles are shortened between words, names never, since they are
 * what one types next.
 */
#ifndef TC_APP_RULES_LIST_H
#define TC_APP_RULES_LIST_H

#include "detector/pipeline/run.h"
#include "parsers/base/str.h"

/* The rules of the run that pass the options' filters, and how many there are from where. */
void tc_rules_list(const tc_run *run, tc_str *page);
/* Their names, one a line; ids or titles of those without. */
void tc_rules_list_names(const tc_run *run, tc_str *page);
/* "120 rules: 118 shipped (...), 2 from own.yml"; the verdict stands before the colon. */
void tc_rules_list_count(const tc_run *run, const char *verdict, tc_str *page);

#endif
