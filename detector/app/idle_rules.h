/*
 * idle_rules: which of the run's own rules could not match anything that was read, in words.
 *
 * Of a rule that is quiet because nothing happened nobody wants to hear; of one that is quiet
 * because its log was never given, or because a field is misspelt, its author does. At most
 * TC_IDLE_RULES_KEPT are listed, all are counted. Texts live in the arena.
 */
#ifndef TC_APP_IDLE_RULES_H
#define TC_APP_IDLE_RULES_H

#include "detector/pipeline/run.h"
#include "detector/sigma/sight.h"
#include "detector/summary.h"
#include "parsers/base/arena.h"

#define TC_IDLE_RULES_KEPT 100

/* `sight` may be NULL: nothing is known then, and nothing told. */
TC_STATUS tc_idle_rules_find(const tc_run *run, const tc_sight *sight, tc_arena *arena,
                             tc_summary *summary);

#endif
