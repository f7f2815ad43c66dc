/*
 * resetters: accounts that set passwords of others: how often, on how many days.
 *
 * What an organisation's help desk is, learned, so that it can be told and declared. Nothing is
 * judged by it: who is in it is no less looked at. Bounded; at the bound the account with the
 * fewest days makes room, of these the one with the fewest resets, the eldest first.
 */
#ifndef TC_DERIVE_RESETTERS_H
#define TC_DERIVE_RESETTERS_H

#include "parsers/base/visit.h"

#define TC_RESETTERS_MAX 256
#define TC_RESETTER_NAME 96

typedef struct tc_resetter {
    uint64_t account;
    char name[TC_RESETTER_NAME];        /* as it was called last, cut to fit; NUL-terminated */
    bool connector;                     /* it says by its name that it is a program */
    int64_t day;                        /* the last, since 1970 */
    uint32_t days, resets, today, most; /* of one day */
} tc_resetter;

typedef struct tc_resetters tc_resetters;

/* NULL without memory. */
tc_resetters *tc_resetters_new(void) TC_MUST_USE;
void tc_resetters_free(tc_resetters *resetters);
/* The account (a content key) has set a password. Resets come in the order of their times. */
void tc_resetters_note(tc_resetters *resetters, uint64_t account, tc_slice name, bool connector,
                       tc_time now);
size_t tc_resetters_count(const tc_resetters *resetters);
const tc_resetter *tc_resetters_at(const tc_resetters *resetters, size_t index);
/* Into empty ones. */
void tc_resetters_visit(tc_resetters *resetters, tc_visit *visit);

#endif
