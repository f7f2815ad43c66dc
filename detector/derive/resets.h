/*
 * resets: whose password was set by somebody else, and who came in after that.
 *
 * Resets alone are work. A reset that is followed by a session from where the mailbox was never
 * used is what an intruder with a help desk's rights does, and more so the second time by the same
 * actor. So each reset is kept for a day, with the network of the first stranger's session behind
 * it; and of each account that had a session from a new source, when and from which network.
 * Figures only; what is much is said by rules.
 *
 * Bounded: at the bound the eldest is given up, which is counted if it was younger than that day.
 */
#ifndef TC_DERIVE_RESETS_H
#define TC_DERIVE_RESETS_H

#include "detector/bound.h"
#include "parsers/base/visit.h"

#define TC_RESET_MEMORY TC_DAY
#define TC_RESET_NAME 96

typedef struct tc_resets tc_resets;

/* A mailbox was entered after its password was reset. */
typedef struct tc_reset_entry {
    tc_time reset;
    tc_slice actor; /* as it was called; valid until the next reset is noted */
    bool routine;
    uint32_t by_actor;  /* accounts that the actor reset within a day */
    uint32_t entered;   /* of these: entered from a new source since */
    uint32_t same_hand; /* of these: from this network with this agent */
    bool actor_novel;   /* the actor had a session from a new source within 7 days */
    bool actor_network; /* ... from this network */
} tc_reset_entry;

/* The resets of a day that are not routine. */
typedef struct tc_reset_day {
    uint32_t resets;  /* accounts, each by its last reset */
    uint32_t entered; /* of these: entered since */
    uint32_t busiest; /* accounts that one actor reset, the most */
} tc_reset_day;

/* NULL without memory. */
tc_resets *tc_resets_new(size_t resets_max, size_t accounts_max) TC_MUST_USE;
void tc_resets_free(tc_resets *resets);
/* Accounts are content keys; what was noted under a name that is united later stays under it.
 * Resets come in the order of their times. */
void tc_resets_note(tc_resets *resets, uint64_t target, uint64_t actor, tc_slice actor_name,
                    bool routine, tc_time now);
/* When the account was last reset, within a day; TC_TIME_NONE if it was not. */
tc_time tc_resets_of(const tc_resets *resets, uint64_t target, tc_time now);
/* The account is entered from a network that is new to it since its reset: true the first time from
 * each network in turn. */
bool tc_resets_entered(tc_resets *resets, uint64_t target, uint64_t network, uint64_t agent,
                       tc_time now, tc_reset_entry *ret);
tc_reset_day tc_resets_day(const tc_resets *resets, tc_time now);
/* The account has a session from a source that is new to it. */
void tc_resets_novel(tc_resets *resets, uint64_t account, uint64_t network, tc_time now);
/* When the last such session was; TC_TIME_NONE if none is remembered. */
tc_time tc_resets_novel_of(const tc_resets *resets, uint64_t account);
void tc_resets_bounds(const tc_resets *resets, tc_bounds *bounds);
/* Into empty ones. */
void tc_resets_visit(tc_resets *resets, tc_visit *visit);

#endif
