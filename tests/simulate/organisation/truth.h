/*
 * truth: who was attacked, when and how it shows; and which odd events were harmless.
 *
 * Evidence counts only where its line is delivered. Nothing of this reaches the logs.
 */
#ifndef TC_SIMULATE_TRUTH_H
#define TC_SIMULATE_TRUTH_H

#include "tests/simulate/organisation/culture.h"

#define FAMILY_TEXT 8

typedef enum evidence {
    EVIDENCE_SYSMSG = 1,    /* a system message in the attacker's language */
    EVIDENCE_LANG = 2,      /* POST lang.owa */
    EVIDENCE_GLOBALIZE = 4, /* resources of the attacker's culture */
    EVIDENCE_MKT = 8,
    EVIDENCE_CMDLET = 16,  /* a management event */
    EVIDENCE_ACCESS = 32,  /* a delivered line of the attacker on that mailbox */
    EVIDENCE_ACCOUNT = 64, /* a reset */
    EVIDENCE_MAIL = 128    /* mail sent or forwarded */
} evidence;

typedef struct truth truth;

truth *truth_new(void);
void truth_free(truth *t);
/* A new campaign; its number. */
int truth_campaign(org *o, const char *family, const char *variant, const culture *language);
/* More of what kind it is: "A4E/silent". */
void truth_variant(org *o, int campaign, const char *kind);
/* Access to a mailbox makes it a victim. */
void truth_access(org *o, int campaign, uint32_t mailbox, tc_time t);
/* After a spraying that shows somebody is let in, from a sprayer's block or with its agent. */
void truth_linked(org *o, int campaign, tc_time t);
void truth_source(org *o, int campaign, const char *ip, bool only_spray);
void truth_evidence(org *o, int campaign, uint32_t mailbox, evidence kind, tc_time t);
/* Something of the campaign happened then. */
void truth_seen(org *o, int campaign, tc_time t);
void truth_flipped(org *o, int campaign, uint32_t mailbox);
void truth_actor(org *o, int campaign, const char *account);
bool truth_is_victim(const org *o, int campaign, uint32_t mailbox);
/* A harmless event; mailbox and ip may be none (UINT32_MAX, NULL). */
void truth_trap(org *o, const char *trap, tc_time from, tc_time until, uint32_t mailbox,
                const char *ip, const char *note);
bool truth_write(const org *o);

#endif
