/*
 * stats: the three books as JSON (--stats), and what a source's books say of it.
 *
 * Every byte, record and event of a source stands in exactly one column of its book, so the columns
 * add up to what was read. Nothing here is kept: the books are the sources' (sources.h), the
 * verdict and the coverage the summary's. The document is bounded; a longer one is an error with
 * words, never a shorter file.
 */
#ifndef TC_REPORT_STATS_H
#define TC_REPORT_STATS_H

#include "detector/pipeline/run.h"
#include "detector/pipeline/sources.h"
#include "detector/report/outlet.h"
#include "detector/summary.h"
#include "parsers/base/arena.h"

/* Writes the JSON object of --stats and closes the outlet. `summary` gives the verdict, mailboxes,
 * coverage and costs; `disordered` says of each source whether it is not in order of time. Both
 * NULL for commands that judge nothing. */
TC_STATUS tc_stats_write(const tc_run *run, const tc_sources *sources, const bool *disordered,
                         const tc_summary *summary, tc_outlet *outlet, tc_error *reterr);

/* The source is evidence that was not understood: it was recognised as such, or all of its several
 * records were left out for want of a time. The texts hold for such a source. */
bool tc_stats_source_unread(const tc_source *source, const tc_source_progress *progress);
const char *tc_stats_looks_like(const tc_source *source);
const char *tc_stats_mend(const tc_source *source);
/* Both in one clause, in the arena. */
tc_slice tc_stats_unread_words(const tc_source *source, tc_arena *arena);

/* A source was not read, or not to its end, or records of it came too late to be judged, or more
 * than one record in a hundred of it could not be understood (at least ten), or more than it had
 * good ones, or more than 1 % and 1 MiB of its bytes, or lines of more than 1 % of its bytes
 * (tc_stats_lost_much), or its events about accounts do not say which
 * (tc_account_fields_lack). A record without a readable time is one of
 * them, whichever book it stands in. */
bool tc_stats_source_incomplete(const tc_source *source, const tc_source_progress *progress);
bool tc_stats_incomplete(const tc_run *run, const tc_sources *sources);

/* Lines of more than 1 % of its bytes, and as long as ten of its records, could not be understood:
 * by their number they may be few, for where another log or encoding begins in the middle all that
 * follows is one record that does not end. Only of a source of which a record was understood. */
bool tc_stats_lost_much(const tc_source *source, const tc_source_progress *progress);
#define TC_STATS_LOST_MUCH                                                                         \
    "more than 1 % of its bytes could not be understood: if another log or encoding goes on in "   \
    "it, split it there"

/* Sums over all sources. */
void tc_stats_totals(const tc_run *run, const tc_sources *sources, tc_ledger *ret);
uint64_t tc_stats_peak_rss(void);
double tc_stats_cpu_seconds(void);

#endif
