/*
 * coverage: what the logs could tell, and what they could not.
 *
 * Fills a summary from the inventory, and at the end from what the ordered stage saw. Every
 * indicator is watched, partly watched or blind, with the reason and the mend. Texts live in the
 * arena.
 */
#ifndef TC_APP_COVERAGE_H
#define TC_APP_COVERAGE_H

#include "detector/app/run.h"
#include "detector/correlate/derive.h"
#include "detector/summary.h"
#include "parsers/base/arena.h"

/* Inventory, guesses, missing logs and unreadable files, before anything is read. */
tc_status tc_coverage_inventory(const tc_run *run, tc_arena *arena,
                                tc_summary *summary) TC_MUST_USE;
/* The state of each indicator. */
tc_status tc_coverage_judge(const tc_run *run, const tc_derive_coverage *seen, tc_arena *arena,
                            tc_summary *summary) TC_MUST_USE;

#endif
