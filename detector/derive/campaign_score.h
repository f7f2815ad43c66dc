/*
 * campaign_score: how much more likely than chance it is that strangers with one thing in common
 * are one campaign.
 *
 * The score is the log of the odds in 1/1024 bit: 0 = even, 5 bits = 32 to 1. It is a naive Bayes
 * sum over the strangers (strangers.h) that share an agent, a network or an autonomous system:
 *
 *   prior                           so many keys are looked at in a fortnight, so few are campaigns
 *   + log2(j / (N p))               for the j-th mailbox: N strangers on other keys are met in a
 *                                   fortnight, a share p of them falls on this key by chance, so
 *                                   the j-th comes by chance with odds N p / j (Poisson)
 *   + log2(1 / (N q))               once more when it also shares another key (of share q) with an
 *                                   earlier one of them
 *   + log2(2 f)                     where its family of agents is one of the mailbox's own: half of
 *                                   those who come by chance bring it, of intruders the share f of
 *                                   the mailboxes that use it
 *   + weights                       what else was seen of the mailbox (tc_campaign_evidence), each
 *                                   once a mailbox; a system or country that nobody of the
 *                                   organisation uses, each once
 *
 * Every term is held between bounds, so that no single coincidence decides. N is learned from the
 * organisation itself and never below a shipped rate; p from how many mailboxes use the agent,
 * network or system of their own (habits.h), an agent never below a shipped share. At a network or
 * system only those mailboxes count that share an agent too. A network that people come to with
 * their own devices, or a crowd of strangers with an agent each, is a place (a conference, a hotel)
 * and adds nothing.
 *
 * A pure function of strangers and habits: nothing is kept between calls, so nothing depends on how
 * often or in how many pieces a thing was told. Not for single mailboxes: rules judge these.
 */
#ifndef TC_DERIVE_CAMPAIGN_SCORE_H
#define TC_DERIVE_CAMPAIGN_SCORE_H

#include "detector/derive/habits.h"
#include "detector/derive/strangers.h"

#define TC_CAMPAIGN_BIT 1024 /* one bit of score */
/* So many of a key's youngest strangers are looked at. */
#define TC_CAMPAIGN_LOOKED_AT 128

/* What else was seen of a stranger's mailbox: bits of tc_stranger.evidence. */
typedef enum tc_campaign_evidence {
    TC_CAMPAIGN_CULTURE = 1 << 0,     /* a foreign culture was asked for */
    TC_CAMPAIGN_LANGUAGE = 1 << 1,    /* its system messages are in a foreign language */
    TC_CAMPAIGN_REGIONAL = 1 << 2,    /* its regional configuration was set to a foreign one */
    TC_CAMPAIGN_RESET = 1 << 3,       /* its password was reset by another shortly before */
    TC_CAMPAIGN_FAILURES = 1 << 4,    /* logons of its name had failed before */
    TC_CAMPAIGN_PERSISTENCE = 1 << 5, /* forwarding, delegates or an export were set up */
    TC_CAMPAIGN_EVIDENCE_ALL = (1 << 6) - 1
} tc_campaign_evidence;

typedef struct tc_campaign {
    int32_t score; /* 1/1024 bit */
    uint32_t mailboxes, agents, addresses, networks, days;
    uint32_t systems;  /* networks where none is known */
    uint32_t evidence; /* bits, of any of its mailboxes */
    size_t count;
    tc_stranger *members[TC_CAMPAIGN_LOOKED_AT]; /* from the eldest on */
} tc_campaign;

/* Judges the strangers that share that key; without any the score is INT32_MIN. */
void tc_campaign_judge(tc_strangers *strangers, const tc_habits *habits, tc_stranger_key which,
                       uint64_t key, tc_campaign *ret);
/* The place rule: people come to that network with devices of their own. */
bool tc_campaign_is_place(tc_strangers *strangers, const tc_habits *habits, uint64_t network);
/* ... and not all of them with the one agent that everybody may have: what exempts from a finding.
 */
bool tc_campaign_has_guests(tc_strangers *strangers, const tc_habits *habits, uint64_t network);
/* Binary logarithm in 1/1024 bit, rounded down; of 0 as of 1. */
int32_t tc_log2_1024(uint64_t number);

#endif
