/*
 * withheld: what is seen of mailboxes while it may be an intruder's doing, and is learned later.
 *
 * A baseline that would be poisoned by an open incident puts what it would have learned here. An
 * incident is closed by 14 days without findings; when it was not confirmed in the 14 days after
 * that, what was withheld is learned: it was the owner's. Each finding about the mailbox puts that
 * off. One thing is withheld once, at its highest value. What people say counts more: of a mailbox
 * whose incident was confirmed nothing of this is ever learned, nor what comes for it within the
 * same time; what was cleared is learned at once.
 *
 * Bounded; at the bound what would be learned last is never learned, which is counted. One thread.
 */
#ifndef TC_DERIVE_WITHHELD_H
#define TC_DERIVE_WITHHELD_H

#include "detector/bound.h"
#include "parsers/base/visit.h"

#define TC_WITHHELD_MAX 8192
#define TC_CONFIRMED_MAX 4096 /* mailboxes; then the one whose time ends first makes room */
/* Without findings it closes; then it may still be confirmed. */
#define TC_INCIDENT_CLOSES (14 * TC_DAY)
#define TC_WITHHELD_FOR (TC_INCIDENT_CLOSES + 14 * TC_DAY)

typedef enum tc_withheld_kind {
    TC_WITHHELD_HABIT = 0, /* what: trait kind and value */
    TC_WITHHELD_LANGUAGE,  /* what: its number */
    TC_WITHHELD_ROUTINE,   /* value: most resets of an hour and of a day, in halves */
    TC_WITHHELD_WAVE,      /* of nobody; what: the day; value: accounts that changed passwords */
    TC_WITHHELD_KINDS
} tc_withheld_kind;

typedef struct tc_withheld_item {
    uint64_t who; /* key of a mailbox or account; 0 = of nobody */
    uint64_t what, value;
    tc_time due;
    uint32_t entity;
    uint32_t detail;
    uint8_t kind;
} tc_withheld_item;

typedef struct tc_withheld tc_withheld;

/* NULL without memory. */
tc_withheld *tc_withheld_new(void) TC_MUST_USE;
void tc_withheld_free(tc_withheld *withheld);
/* Withholds the item from `now` on; its `due` is not read. */
void tc_withheld_add(tc_withheld *withheld, const tc_withheld_item *item, tc_time now);
/* Something was found about them: what is withheld of them waits from now on again. */
void tc_withheld_found(tc_withheld *withheld, uint64_t who, tc_time now);
/* It was an intruder's: what is withheld of them is forgotten, and what comes for them. */
void tc_withheld_confirm(tc_withheld *withheld, uint64_t who, tc_time now);
/* It was the owner's: what is withheld of them is learned next. */
void tc_withheld_clear(tc_withheld *withheld, uint64_t who);
/* Takes out something that is to be learned by now; false if there is nothing. */
bool tc_withheld_due(tc_withheld *withheld, tc_time now, tc_withheld_item *ret);
/* Two have become one; `who` is forgotten; a kind has lost its meaning. */
void tc_withheld_unite(tc_withheld *withheld, uint64_t from, uint64_t into, uint32_t entity);
void tc_withheld_forget(tc_withheld *withheld, uint64_t who);
void tc_withheld_drop(tc_withheld *withheld, tc_withheld_kind kind);
void tc_withheld_bounds(const tc_withheld *withheld, tc_bounds *bounds);
/* Into an empty one. */
void tc_withheld_visit(tc_withheld *withheld, tc_visit *visit);

#endif
