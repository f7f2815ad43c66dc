/*
 * stats_rules: what --stats says of the rules: how many, which were left out, which of the run's
 * own could not match.
 */
#ifndef TC_REPORT_STATS_RULES_H
#define TC_REPORT_STATS_RULES_H

#include "detector/sigma/ruleset.h"
#include "detector/summary.h"
#include "parsers/base/json_writer.h"

/* Writes the member "rules". */
void tc_stats_rules(tc_json_writer *w, const tc_ruleset *rules, size_t shipped,
                    const tc_summary *summary);

#endif
