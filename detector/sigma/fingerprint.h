/*
 * fingerprint: what a rule finds, as one number: the same in every run and place.
 *
 * It counts all values of the document, wherever they were written: collections are carried out
 * and the lists of its %placeholders% are put in; the filters that are folded into it, in any
 * order; and for a correlation the fingerprints of the rules that it refers to, in the order of its
 * rules. It does not count what is only told: title, id, name, description, status, author,
 * license, date, modified, references, related, falsepositives, fields, scope, taxonomy, level,
 * tags and tocsin; nor whom else a filter is for; nor comments, blanks, quotes that change nothing,
 * the order of the keys of a map, files and lines.
 */
#ifndef TC_SIGMA_FINGERPRINT_H
#define TC_SIGMA_FINGERPRINT_H

#include "detector/sigma/ruleset_data.h"

/* Of a rule's document alone. `lists`: the sum of its placeholders. */
uint64_t tc_fingerprint_rule(const tc_yaml *document, uint64_t lists);
/* Of a filter. */
uint64_t tc_fingerprint_filter(const tc_yaml *document, uint64_t lists);
/* Of a list of values for a placeholder. */
uint64_t tc_fingerprint_list(const tc_placeholder *list);
/* Brings filters and references in; all are resolved. */
void tc_ruleset_fingerprint(tc_ruleset *rules);

#endif
