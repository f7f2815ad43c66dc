/*
 * told_early: which alerts were told before their turn, until that has come.
 *
 * When its turn comes an alert is known by its id, and not told a second time. Until then nothing
 * else of the rule about the same is told early either. Fed in the order in which a journal has it,
 * so that a replay comes to the same; saved. Bounded: past TC_TOLD_EARLY_MAX nothing is taken in,
 * and what was not told early is told at its turn.
 */
#ifndef TC_LIVE_TOLD_EARLY_H
#define TC_LIVE_TOLD_EARLY_H

#include "parsers/base/time.h"
#include "parsers/base/visit.h"

#define TC_TOLD_EARLY_MAX 16384

typedef struct tc_told_early tc_told_early;

tc_told_early *tc_told_early_new(void) TC_MUST_USE;
void tc_told_early_free(tc_told_early *told);
/* Takes it in; false: something about that was told early already, or there is no room. `about`: a
 * hash of rule and whom it names; `time`: of the record. */
bool tc_told_early_add(tc_told_early *told, const char id[33], uint64_t about,
                       tc_time time) TC_MUST_USE;
bool tc_told_early_has(const tc_told_early *told, const char id[33]);
/* All that is older had its turn. */
void tc_told_early_forget(tc_told_early *told, tc_time before);
size_t tc_told_early_count(const tc_told_early *told);
/* Section "told early". */
void tc_told_early_visit(tc_told_early *told, tc_visit *visit);

#endif
