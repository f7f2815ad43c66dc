/*
 * match_print: what `tocsin match` writes, a line of JSON for each match and each firing.
 *
 * Both say when and where: the event's time, its file, line and ordinal there, and a match the
 * event itself. A firing of a correlation stands at the event that completed it.
 */
#ifndef TC_APP_MATCH_PRINT_H
#define TC_APP_MATCH_PRINT_H

#include "detector/app/match_record.h"
#include "detector/correlate/correlator.h"

void tc_match_print(tc_str *out, const tc_match_record *record, tc_time time, tc_slice file,
                    const tc_rule *rule);
void tc_match_print_firing(tc_str *out, const tc_match_record *record, tc_time time, tc_slice file,
                           const tc_firing *firing);

#endif
