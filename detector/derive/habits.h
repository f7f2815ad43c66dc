/*
 * habits: how many mailboxes of the organisation use a client agent, network, system or country of
 * their own.
 *
 * Answers how surprising it is to meet a value: what many use is met by chance, what nobody uses is
 * not. A mailbox is counted once per value, by whoever knows that it is new to it; what a stranger
 * brings (strangers.h) is not noted, so a campaign cannot make its own ways usual. Counts are of
 * content, not of how often a thing was told. At the bound a value of one mailbox makes room, the
 * next behind a hand that goes round; that is counted, and makes a value look rarer than it is.
 * One thread.
 */
#ifndef TC_DERIVE_HABITS_H
#define TC_DERIVE_HABITS_H

#include "detector/bound.h"
#include "detector/derive/people.h"

typedef struct tc_habits tc_habits;

/* Kinds beside those of traits: networks that people come to with devices of their own, and those
 * where two such agents were seen. */
#define TC_HABIT_CROWD TC_TRAIT_COUNT
#define TC_HABIT_GUESTS (TC_TRAIT_COUNT + 1)
#define TC_HABIT_KINDS (TC_TRAIT_COUNT + 2)

/* NULL without memory. */
tc_habits *tc_habits_new(size_t capacity) TC_MUST_USE;
void tc_habits_free(tc_habits *habits);
/* A mailbox has begun to use the value (a content hash). Kinds are tc_trait_kind or the above. */
void tc_habits_note(tc_habits *habits, unsigned kind, uint64_t value);
/* A mailbox has its first session. */
void tc_habits_person(tc_habits *habits);
/* How many mailboxes use it. */
uint32_t tc_habits_of(const tc_habits *habits, unsigned kind, uint64_t value);
/* Distinct values of the kind, and how many pairs of value and mailbox there are. */
uint64_t tc_habits_values(const tc_habits *habits, unsigned kind);
uint64_t tc_habits_uses(const tc_habits *habits, unsigned kind);
/* Mailboxes that have had a session. */
uint64_t tc_habits_people(const tc_habits *habits);
void tc_habits_bounds(const tc_habits *habits, tc_bounds *bounds);
/* Into an empty one. */
void tc_habits_visit(tc_habits *habits, tc_visit *visit);

#endif
