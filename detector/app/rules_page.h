/*
 * rules_page: what the pages about rules share: wrapped text, where a rule stands, how a
 * correlation reads.
 *
 * Everything of a rule is other people's text: what goes out is escaped, and no line is wider than
 * the page. The page is the caller's.
 */
#ifndef TC_APP_RULES_PAGE_H
#define TC_APP_RULES_PAGE_H

#include "detector/sigma/ruleset.h"
#include "parsers/base/str.h"

/* Of the terminal or COLUMNS, 60 to 200. */
size_t tc_rules_page_width(void);
/* Appends raw text, escaped and broken between words: the line has `at` columns already, the next
 * ones begin with `indent` blanks. Ends the line. */
void tc_rules_page_wrap(tc_str *page, size_t width, size_t at, size_t indent, tc_slice raw);

/* Where a rule stands: below `shipped`, the folder of the shipped rules, as "rules/...". */
void tc_rules_page_file(tc_str *out, const tc_rule *rule, const char *shipped);
/* The folder or file that a rule is listed under: its indicator ("password"), or its file. */
tc_slice tc_rules_page_group(const tc_rule *rule, const char *shipped);
/* "product windows, service iis" */
void tc_rules_page_source(tc_str *out, const tc_rule *rule);
/* What a correlation asks for: "10 or more different values of target within 15 minutes, ...". */
void tc_rules_page_correlation(tc_str *out, const tc_rule *rule);
/* The name of a rule, or its title if it has none. */
tc_slice tc_rules_page_name(const tc_rule *rule);

#endif
