/*
 * learned_file: what was learned of the organisation, as a configuration to correct (--learned).
 *
 * What decides nothing new stands as it is: own languages, the age that passwords reach. What would
 * leave something out of what is found stands in comments, to be taken in by somebody who knows:
 * exits, help desk, services, rare languages. So the file, read back as it is, changes no finding.
 * Figures stand beside everything. The same logs give the same bytes; names of people are left out
 * with --redact.
 */
#ifndef TC_APP_LEARNED_FILE_H
#define TC_APP_LEARNED_FILE_H

#include "detector/derive/learned.h"
#include "parsers/base/str.h"

void tc_learned_write(const tc_learned *learned, bool redact, tc_str *out);

#endif
