/*
 * familiar: countries and systems that the organisation as a whole has long used.
 *
 * A country or system is familiar when three mailboxes use it, each for longer than novelty lasts
 * or since the time of learning: a campaign cannot make its own network familiar. At the bound what
 * is not familiar yet makes room, the eldest first; that is counted.
 */
#ifndef TC_DERIVE_FAMILIAR_H
#define TC_DERIVE_FAMILIAR_H

#include "detector/bound.h"
#include "parsers/base/visit.h"

typedef struct tc_familiars tc_familiars;

tc_familiars *tc_familiars_new(size_t capacity) TC_MUST_USE;
void tc_familiars_free(tc_familiars *familiars);
/* Notes that the mailbox (its content key) uses it. Since when a third mailbox has used it;
 * TC_TIME_NONE if fewer have. */
tc_time tc_familiars_note(tc_familiars *familiars, uint64_t key, uint64_t mailbox, tc_time now);
/* `what` they are, and what is blind when they are given up. */
void tc_familiars_bounds(const tc_familiars *familiars, const char *what, uint32_t blinds,
                         tc_bounds *bounds);
/* Into an empty one. */
void tc_familiars_visit(tc_familiars *familiars, tc_visit *visit);

#endif
