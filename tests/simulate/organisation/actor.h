/*
 * actor: who attacks: sources, clients, language, hours, and the tricks of a reader of our source.
 *
 * Tables and draws here are the attackers' own.
 */
#ifndef TC_SIMULATE_ACTOR_H
#define TC_SIMULATE_ACTOR_H

#include "tests/simulate/organisation/agenda.h"
#include "tests/simulate/organisation/people.h"

#define ACTOR_SOURCES 6
#define ACTOR_VICTIMS 64

typedef enum trick {
    TRICK_PROBE = 1,     /* the agent ends like a probe's */
    TRICK_MAPI = 2,      /* the path of desktop clients */
    TRICK_EWS = 4,       /* web services, with an agent like Outlook's */
    TRICK_REMINDERS = 8, /* every request looks like the background's */
    TRICK_EARLY = 16,    /* a visit to each victim long before */
    TRICK_EAS = 32,      /* a phone's request under another's name */
    TRICK_ROUTINE = 64,  /* an account named like a service's */
    TRICK_EXIT = 128     /* from behind one of the organisation's exits */
} trick;

typedef struct actor {
    int campaign;
    const char *family;
    uint32_t tricks;
    char sources[ACTOR_SOURCES][ADDRESS_TEXT];
    uint32_t source_count;
    char agents[2][AGENT_TEXT];
    uint32_t agent_count;
    const culture *language;
    double flip;
    int hours; /* 0 office hours of Europe, 1 of eight hours east, 2 any */
    uint32_t victims[ACTOR_VICTIMS];
    uint32_t victim_count;
    bool spares_victims;      /* what is done to everybody is not done to these */
    uint32_t first_day, days; /* of the campaign */
} actor;

/* family: as labelled; base: what it does. */
actor actor_draw(org *o, const char *family, const char *base, uint32_t tricks, rng *r);
void actor_choose_victims(org *o, actor *a, uint32_t least, uint32_t most, rng *r);
/* Whether the actor leaves this mailbox to errands of its own. */
bool actor_spares(const actor *a, uint32_t mailbox);
tc_time actor_time(const org *o, const actor *a, uint32_t day, rng *r);
/* A visit of the actor's to a mailbox, from one of the sources. */
errand actor_visit(const actor *a, uint32_t mailbox, tc_time at, rng *r);
/* Other machines and another client of the same campaign: no block and no agent in common with it.
 */
actor actor_apart(const org *o, const actor *a, rng *r);
/* Names of the tricks, "probe+early"; 0: a name that is none. */
uint32_t actor_tricks(const char *names);
const char *actor_trick_name(uint32_t bit);

#endif
