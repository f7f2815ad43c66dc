/*
 * summarise: the end of a scan: what was read, what it could tell, and the verdict.
 *
 * Takes what the input, the sources and the ordered stage counted and fills the rest of a summary
 * whose inventory stands already (tc_coverage_inventory). Costs (time, memory) are the caller's.
 * Texts live in the arena.
 */
#ifndef TC_REPORT_SUMMARISE_H
#define TC_REPORT_SUMMARISE_H

#include "detector/pipeline/ordered.h"
#include "detector/pipeline/sources.h"
#include "detector/summary.h"

/* Incidents by level, single findings and historic incidents stand in the summary already. */
TC_STATUS tc_summarise(const tc_run *run, tc_sources *sources, const tc_ordered *ordered,
                       tc_arena *arena, tc_summary *summary);

#endif
