/*
 * stats_verdict: the part of --stats that says what a scan came to, how well, and at what cost.
 *
 * It writes what the summary holds and decides nothing: verdict.c and coverage.c did. Every member
 * is there in every scan, so a reader need not guess what an absent one means.
 */
#ifndef TC_REPORT_STATS_VERDICT_H
#define TC_REPORT_STATS_VERDICT_H

#include "detector/summary.h"
#include "parsers/base/json_writer.h"

/* Members of the object that is open. */
void tc_stats_verdict(tc_json_writer *w, const tc_summary *summary);

#endif
