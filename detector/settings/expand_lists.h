/*
 * expand_lists: the site's lists of values that rules name as %NAME% (--expand).
 *
 * One value a line, as a rule would write it, so wildcards count; blank lines and lines that begin
 * with # are passed over, blanks around a value are no part of it. A list has at least one value,
 * at most 100,000 of 4 KiB, in a file of 8 MiB; a name has one list. What does not fit is an error
 * with file and line. The lists are the ruleset's afterwards.
 */
#ifndef TC_SETTINGS_EXPAND_LISTS_H
#define TC_SETTINGS_EXPAND_LISTS_H

#include "detector/settings/options.h"
#include "detector/sigma/ruleset.h"

/* Each of the list is NAME=FILE, or a folder whose files are lists: their names, without .txt, are
 * those of the lists. */
TC_STATUS tc_expand_lists_define(tc_ruleset *rules, const tc_path_list *given, tc_error *reterr);
/* The file of one of the list; the path itself where it is a folder. */
const char *tc_expand_list_file(const char *given);

#endif
