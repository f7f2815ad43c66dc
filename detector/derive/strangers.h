/*
 * strangers: sessions of the last fortnight that look like nothing their mailbox ever did.
 *
 * A stranger is a session from a network, system and client agent that are all new to the mailbox:
 * an ordinary mailbox has one in a year, the first visit of an intruder is nearly always one. One
 * tells nothing; several that share an agent, a network or a system may be a campaign
 * (campaign_score.h). A session with a stranger's agent from a further new network follows it and
 * is kept too. Through the organisation's own exits, where networks tell nothing, a stranger is an
 * agent of a family that is new to the mailbox; it has no key but the agent.
 *
 * Kept in a ring by time; found by each of the four keys through chains that lead from the youngest
 * to the eldest and end where the ring has gone on. Of one mailbox at most TC_STRANGERS_OF_ONE are
 * kept, so that nobody with a single mailbox can push out the others. At the bound the eldest goes,
 * which is counted. Texts are cut to fit. One thread.
 */
#ifndef TC_DERIVE_STRANGERS_H
#define TC_DERIVE_STRANGERS_H

#include "detector/bound.h"
#include "detector/memory/kept_observation.h"

#define TC_STRANGERS_MAX 4096
#define TC_STRANGERS_OF_ONE 24
/* So long a stranger is remembered. */
#define TC_STRANGERS_WINDOW (14 * TC_DAY)

typedef enum tc_stranger_key {
    TC_STRANGER_AGENT = 0,
    TC_STRANGER_ASN,
    TC_STRANGER_NETWORK,
    TC_STRANGER_MAILBOX,
    TC_STRANGER_KEYS
} tc_stranger_key;

typedef struct tc_stranger {
    uint64_t keys[TC_STRANGER_KEYS];  /* content hashes; 0 = none */
    uint64_t older[TC_STRANGER_KEYS]; /* the next one of each chain: its number */
    uint64_t country;                 /* content hash; 0 = not known */
    uint64_t family;                  /* of its agent: content hash */
    uint32_t entity;
    uint32_t evidence; /* bits of tc_campaign_evidence */
    int32_t told;      /* the highest score at which it was told, in whole bits */
    uint8_t language;  /* that its mailbox turned to: a number of the deriver's; 0 = none */
    uint8_t speaks;    /* how surely: tc_intrusion */
    bool without_history;
    bool own;  /* its mailbox had used that family of agents before */
    bool sole; /* the first of its mailbox that is kept, of those with a network */
    tc_kept_observation session;
} tc_stranger;

typedef struct tc_strangers tc_strangers;

/* NULL without memory. */
tc_strangers *tc_strangers_new(void) TC_MUST_USE;
void tc_strangers_free(tc_strangers *strangers);
/* Forgets what is older than the window. */
void tc_strangers_expire(tc_strangers *strangers, tc_time now);
/* Keeps a session; NULL if its mailbox has enough of them. The keys are the caller's; the rest is
 * filled from the observation. Valid until the next call. */
tc_stranger *tc_strangers_add(tc_strangers *strangers, const uint64_t keys[TC_STRANGER_KEYS],
                              uint32_t entity, const tc_observation *o, tc_slice heap);
/* The youngest with that key, NULL if there is none; and the next older one. */
tc_stranger *tc_strangers_first(tc_strangers *strangers, tc_stranger_key which, uint64_t key);
tc_stranger *tc_strangers_next(tc_strangers *strangers, tc_stranger_key which,
                               const tc_stranger *stranger);
/* Mailboxes that have any with a network. */
size_t tc_strangers_mailboxes(const tc_strangers *strangers);
/* Two mailboxes turned out to be one. */
void tc_strangers_unite(tc_strangers *strangers, uint64_t from, uint64_t into, uint32_t entity);
/* The entity is forgotten: its strangers are nobody's. */
void tc_strangers_forget(tc_strangers *strangers, uint64_t mailbox);
void tc_strangers_bounds(const tc_strangers *strangers, tc_bounds *bounds);
/* Into an empty one. */
void tc_strangers_visit(tc_strangers *strangers, tc_visit *visit, tc_references *references);

#endif
