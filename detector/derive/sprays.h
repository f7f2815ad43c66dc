/*
 * sprays: how many names fail to log on from one address, network or agent, and who succeeds there.
 *
 * Somebody who tries a few passwords on many names is not seen at any one mailbox, only at what the
 * attempts have in common: the address, its block (/24 or /48), or, where they come from many
 * addresses, the agent. Figures only: what is many is said by rules. The attempts at a mailbox are
 * kept by the networks that they come from. Each kind has a room of its own, because other people
 * choose what fills it (spray_table.h).
 *
 * The failures of all are counted by the hour, and those of the same hour of the day over 28 days
 * are what is usual.
 */
#ifndef TC_DERIVE_SPRAYS_H
#define TC_DERIVE_SPRAYS_H

#include "detector/derive/spray_table.h"

typedef struct tc_attempt {
    tc_time time;
    tc_ip ip;         /* zero: not known, or not one person's place: the address does not count */
    uint64_t who;     /* of the name that was tried; 0: not known */
    uint64_t mailbox; /* of the mailbox of that name; 0: there is none */
    uint64_t agent;   /* of the agent; 0: none */
    uint32_t entity;  /* of a success: for its owner */
    bool novel;       /* of a success: the source is new to the mailbox */
} tc_attempt;

typedef struct tc_spray_report {
    tc_spray_figures address, network, agent;
    tc_spray_figures agent_sources; /* addresses that failed with the agent */
    tc_spray_figures mailbox;       /* networks that failed at the mailbox */
} tc_spray_report;

/* What fails in all, by the hour. */
typedef struct tc_spray_fleet {
    uint32_t failures; /* this hour */
    uint32_t sources;  /* of these: addresses that had not failed before */
    double median, mad;
    uint32_t days; /* of history */
} tc_spray_fleet;

typedef struct tc_sprays tc_sprays;

/* NULL without memory. */
tc_sprays *tc_sprays_new(void) TC_MUST_USE;
void tc_sprays_free(tc_sprays *sprays);
/* Notes a failure; true if one of the figures has one name or address more. Attempts come in the
 * order of their times. */
bool tc_sprays_failed(tc_sprays *sprays, const tc_attempt *attempt);
void tc_sprays_succeeded(tc_sprays *sprays, const tc_attempt *attempt);
/* Who has come with the agent of the attempt for the first time, from sources new to them, within 7
 * days; how many. */
size_t tc_sprays_strangers(const tc_sprays *sprays, const tc_attempt *attempt,
                           tc_spray_guest ret[TC_SPRAY_GUESTS]);
void tc_sprays_report(const tc_sprays *sprays, const tc_attempt *attempt, tc_spray_report *ret);
void tc_sprays_fleet(const tc_sprays *sprays, tc_spray_fleet *ret);
void tc_sprays_bounds(const tc_sprays *sprays, tc_bounds *bounds);
/* Into empty ones. */
void tc_sprays_visit(tc_sprays *sprays, tc_visit *visit);

#endif
