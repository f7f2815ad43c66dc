/*
 * stats: the three books as JSON (--stats), and whether the run was complete.
 */
#ifndef TC_APP_STATS_H
#define TC_APP_STATS_H

#include "detector/app/run.h"
#include "detector/app/sources.h"
#include "detector/summary.h"

/* Writes the JSON object of DESIGN.md section 3 to a file, or "-". `summary` gives mailboxes,
 * coverage and costs; NULL for commands that judge nothing. */
tc_status tc_stats_write(const tc_run *run, const tc_sources *sources, const tc_summary *summary,
                         const char *path, tc_error *reterr) TC_MUST_USE;

/* A recognised source could not be read to its end, or more than one record in a hundred of it was
 * rejected (at least ten), or more than it had good ones, or more than 1 % and 1 MiB of its bytes.
 */
bool tc_stats_source_incomplete(const tc_source *source, const tc_source_progress *progress);
bool tc_stats_incomplete(const tc_run *run, const tc_sources *sources);

/* The source is evidence that was not understood: it was recognised as such, or all of its several
 * records were left out for want of a time. The texts hold for such a source. */
bool tc_stats_source_unread(const tc_source *source, const tc_source_progress *progress);
const char *tc_stats_looks_like(const tc_source *source);
const char *tc_stats_mend(const tc_source *source);

/* Sums over all sources. */
void tc_stats_totals(const tc_run *run, const tc_sources *sources, tc_ledger *ret);
uint64_t tc_stats_peak_rss(void);
double tc_stats_cpu_seconds(void);

#endif
