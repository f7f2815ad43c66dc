/*
 * people: what is remembered of each mailbox or account.
 *
 * A person belongs to one entity of tc_identity and is found by the number that identity keeps for
 * its root. It has a fixed part and traits in pieces of four: countries, systems, networks,
 * agents and families of agents that its sessions had, each kind with a quota of its own, so that
 * whoever invents agents gives up agents only. At the bound of persons or pieces identity is asked
 * to forget an entity (the eldest of those seen on the fewest days); what is forgotten is counted.
 * Memory comes in chunks that do not move, but a person may be forgotten whenever a name or person
 * is made: hold none across that.
 *
 * Nothing here depends on how often a thing was told: days are distinct days, traits keep their
 * first and last time.
 *
 * Saved, persons keep their numbers, and the free ones the order in which they are given again. The
 * identity that a load is given must hold the same numbers for the same roots, or the load is
 * refused; when it is the persons that are missing, its numbers are told from ours by the entity.
 */
#ifndef TC_DERIVE_PEOPLE_H
#define TC_DERIVE_PEOPLE_H

#include "detector/bound.h"
#include "detector/enrich/identity.h"
#include "parsers/base/visit.h"

typedef enum tc_trait_kind {
    TC_TRAIT_COUNTRY = 0,
    TC_TRAIT_ASN,
    TC_TRAIT_NETWORK,
    TC_TRAIT_AGENT,
    TC_TRAIT_FAMILY, /* an agent without its figures: survives updates */
    TC_TRAIT_COUNT
} tc_trait_kind;

/* What the audit of a mailbox is known to be; bits. */
typedef enum tc_person_audit {
    TC_PERSON_AUDITED = 1 << 0, /* there is a record of it */
    TC_PERSON_ENTERED = 1 << 1, /* by somebody who logged on to webmail in the cloud */
    TC_PERSON_THROTTLED = 1 << 2,
    TC_PERSON_AUDIT_OFF = 1 << 3,
    TC_PERSON_BYPASSED = 1 << 4,
    TC_PERSON_AUDIT_END = 1 << 5
} tc_person_audit;

#define TC_PERSON_LANGUAGES 6

/* A language that the mailbox has shown, by whatever. */
typedef struct tc_spoken {
    uint8_t language;   /* place in the deriver's list, from 1 */
    uint8_t day;        /* low bits of the last day that it was used on */
    uint16_t uses : 11; /* stays at its end */
    uint16_t days : 4;  /* distinct ones; stays at its end */
    bool intruding : 1; /* foreign to the organisation, and the mailbox had others before */
} tc_spoken;
#define TC_SPOKEN_USES_MAX 2047
#define TC_SPOKEN_DAYS_MAX 15

/* The language that a mailbox's system messages are established in, and how far. */
typedef struct tc_established {
    uint8_t language; /* place in the deriver's list, from 1; 0 = none yet */
    /* Messages in it, and in others whose run has ended, since it was established; both halved when
     * there are many. */
    uint8_t stable, other;
    uint8_t candidate; /* the other language of the last messages in a row */
    uint8_t streak;    /* how many; stays at its end */
    uint32_t first;    /* when the mailbox first showed a language: seconds since 1970 */
} tc_established;

typedef struct tc_person {
    uint64_t key;       /* content key of the entity: stays when names are united */
    tc_time created;    /* 4720; TC_TIME_NONE = not seen */
    tc_entity entity;   /* 0 = free */
    uint32_t traits;    /* first piece; 0 = none. Of a free one: the next free */
    uint32_t messages;  /* readable system messages */
    uint32_t changes;   /* password changes of the last 24 hours */
    int32_t change_day; /* day of the last counted password change; INT32_MIN = none */
    int32_t day;        /* the last day seen */
    uint16_t days;      /* distinct days seen; stays at its end */
    uint8_t trait_count[TC_TRAIT_COUNT];
    uint8_t language_count;
    bool webmail : 1; /* has had a session */
    bool mail : 1;    /* has sent a message */
    bool active : 1;  /* counted among the active accounts */
    bool vouched : 1; /* a server of the organisation has named it */
    bool counted : 1; /* among the mailboxes seen */
    bool joined : 1;  /* ... and among those whose names are joined */
    uint8_t audit;    /* tc_person_audit */
    /* The last day of a session from a source new to the mailbox, and of one whose agent was new
     * too: days since 1970; 0 = never. */
    uint16_t novel_day, stranger_day;
    tc_established established;
    tc_spoken languages[TC_PERSON_LANGUAGES];
} tc_person;

typedef struct tc_people tc_people;

typedef struct tc_people_options {
    size_t persons_max;
    size_t pieces_max; /* of four traits each */
} tc_people_options;

/* `identity` is the caller's and outlives it. NULL without memory. */
tc_people *tc_people_new(const tc_people_options *options, tc_identity *identity) TC_MUST_USE;
void tc_people_free(tc_people *people);
/* The person of a root, made when missing; NULL without memory or if nobody can be forgotten. */
tc_person *tc_people_of(tc_people *people, tc_entity root);
/* The same without making one; NULL if there is none. */
tc_person *tc_people_find(const tc_people *people, tc_entity root);
/* By the number that identity keeps; NULL if nobody has it. */
tc_person *tc_people_numbered(const tc_people *people, uint32_t number);
/* The largest number that was ever given. */
uint32_t tc_people_last(const tc_people *people);
/* Gives a person up who was folded into another and belongs to no root any more. */
void tc_people_release(tc_people *people, uint32_t number);
/* Identity forgets the entity: so does this. */
void tc_people_forget(tc_people *people, tc_entity root);
/* The person takes part in the event of this time: a new day raises the entity's rank. */
void tc_people_seen(tc_people *people, tc_person *p, tc_time time);
/* A server of the organisation has named the person: strangers cannot invent it. */
void tc_people_vouch(tc_people *people, tc_person *p);

/* Remembers a trait and returns since when it is known: `now` if it was not. Of a kind that is full
 * the trait used longest ago makes room. `value` is a content hash. Times are whole seconds. */
tc_time tc_people_trait(tc_people *people, tc_person *p, tc_trait_kind kind, uint64_t value,
                        tc_time now);
bool tc_person_has_traits(const tc_person *p);
/* Whether the trait is remembered; nothing is noted. */
bool tc_people_has_trait(const tc_people *people, const tc_person *p, tc_trait_kind kind,
                         uint64_t value);
/* The traits and days of `from` become those of `into` too; of both the earliest and latest times.
 */
void tc_people_fold(tc_people *people, tc_person *into, const tc_person *from);

/* Visits every person in no order that may show. */
void tc_people_each(const tc_people *people, void (*visit)(void *context, const tc_person *p),
                    void *context);
uint64_t tc_people_forgotten(const tc_people *people);
void tc_people_bounds(const tc_people *people, tc_bounds *bounds);
size_t tc_people_bytes(const tc_people *people);
/* Into people who know nobody yet. What is saved of languages is checked by whose list it is. */
void tc_people_visit(tc_people *people, tc_visit *visit);

#endif
