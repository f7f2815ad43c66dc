/*
 * derive_state: what the parts of the deriver share. Internal to derive*.c.
 *
 * A person is what is remembered of one entity (mailbox or account). Persons are numbered by their
 * entity; after a union the younger person's memory is folded into the elder's. Texts that are kept
 * are interned. All arrays inside a person are fixed, so a person has a fixed size.
 */
#ifndef TC_CORRELATE_DERIVE_STATE_H
#define TC_CORRELATE_DERIVE_STATE_H

#include "detector/correlate/derive.h"
#include "parsers/base/intern.h"
#include "parsers/base/map.h"

#define PERSON_TRAITS 48   /* countries, systems, networks, agents known of one mailbox */
#define PERSON_LANGUAGES 8 /* languages counted of one mailbox */
#define PENDING_LOGONS 4096
#define RECENT_MESSAGES 65536
#define RECENT_IDS 8192

typedef enum trait_kind { TRAIT_COUNTRY = 1, TRAIT_ASN, TRAIT_NETWORK, TRAIT_AGENT } trait_kind;

/* Something a mailbox's sessions have had: first and last time. */
typedef struct trait {
    uint64_t key; /* content hash of kind and value */
    tc_time first, last;
} trait;

/* A country or system as the organisation knows it: the first mailboxes that used it. */
#define FAMILIAR_NEEDED 3
#define FAMILIAR_MAX 65536
typedef struct familiar {
    tc_entity who[FAMILIAR_NEEDED];
    tc_time since[FAMILIAR_NEEDED];
    uint32_t count;
} familiar;

typedef struct spoken {
    uint32_t language; /* interned */
    uint32_t count;
} spoken;

typedef struct person {
    trait traits[PERSON_TRAITS];
    uint32_t trait_count;
    spoken languages[PERSON_LANGUAGES];
    uint32_t language_count;
    uint32_t majority; /* language counted most, earlier first on a tie; 0 = none */
    uint32_t messages; /* readable system messages */
    tc_time created;   /* 4720 */
    bool webmail;      /* has had a session */
    bool mail;         /* has sent a message */
    bool counted_active;
} person;

/* An open session. Found by a hash of its four parts, and known by the parts themselves. */
typedef struct session {
    uint64_t key; /* in the index: the hash, plus one for each collision */
    uint32_t user, agent, protocol;
    tc_ip ip;
    tc_time last;
    tc_time queued;        /* its last use when it was put into the list */
    uint32_t older, newer; /* list by that; 0 = none (sessions are numbered from 1) */
} session;

/* A forms logon whose outcome is awaited. Its texts are kept inline, cut to fit: whoever sprays
 * chooses them, and must not be able to fill a table that others need. */
typedef struct pending_logon {
    tc_order order;
    tc_locator at;
    tc_ip ip;
    uint64_t agent_hash;
    uint32_t asn;
    char country[4];
    uint8_t address_class;
    bool open;
    uint16_t user_length, agent_length, host_length, as_org_length, raw_length;
    uint8_t user[128];
    uint8_t agent[256];
    uint8_t host[64];
    uint8_t as_org[64];
    uint8_t raw[TC_EVIDENCE_TEXT_MAX];
} pending_logon;

typedef struct language_use {
    uint32_t language;
    uint32_t mailboxes; /* whose majority it is */
    bool declared;
} language_use;

#define LANGUAGE_USES 256
#define NAT_ADDRESSES 64
#define NAT_MAILBOXES 64

typedef struct nat_candidate {
    tc_ip ip;
    uint64_t sessions;
    tc_entity mailboxes[NAT_MAILBOXES]; /* the first so many distinct ones */
    uint32_t mailbox_count;
} nat_candidate;

#define WAVE_DAYS 64
typedef struct change {
    tc_time time;
    tc_entity target;
} change;

struct tc_deriver {
    tc_derive_options options;
    tc_identity *identity;
    tc_schemas *schemas;
    const tc_schema *webmail, *message, *account, *baseline;
    tc_arena *arena;
    tc_overlay overlay;
    tc_intern *texts;
    uint32_t
        recent_ids[RECENT_IDS]; /* by where a text lay: equal texts of a batch lie at one place */
    tc_order last;              /* of the last observation: order is checked */
    uint32_t emitted;           /* derived events of this observation so far */

    person **persons; /* by entity */
    size_t person_capacity;
    size_t person_count;
    size_t person_limit;
    uint32_t *name_of_text; /* by interned text of a written name; 0 = not looked up */
    size_t name_of_text_capacity;

    session *sessions;
    size_t session_capacity, session_count, session_used;
    uint32_t session_oldest, session_newest, session_free;
    tc_map *session_index;

    familiar *familiars;
    size_t familiar_count, familiar_capacity;
    tc_map *familiar_index; /* trait key -> place + 1 */

    pending_logon *logons; /* ring, by time */
    size_t logon_first, logon_count;

    uint64_t *recent; /* ring of hashes of (message id, mailbox) */
    size_t recent_at, recent_count;
    tc_map *recent_index;

    language_use uses[LANGUAGE_USES];
    size_t use_count;
    uint64_t speakers; /* mailboxes with a majority language */

    nat_candidate nat[NAT_ADDRESSES];
    size_t nat_count;

    change *changes; /* deque of the last 24 hours */
    size_t change_capacity, change_first, change_count;
    tc_map *changers; /* entity -> how many of `changes` */
    tc_time wave_day;
    uint32_t wave_history[WAVE_DAYS]; /* distinct changers per past day */
    size_t wave_days;
    uint32_t wave_today;
    tc_map *wave_today_set;
    uint64_t active_accounts;

    tc_derive_coverage coverage;
};

/* derive.c: services to the parts. */
uint32_t tc_derive_intern(tc_deriver *d, tc_slice text);
/* The entity of a written name; `make` says whether to make one. Folds memories after unions. */
tc_entity tc_derive_entity(tc_deriver *d, tc_slice written, bool make);
/* The memory of an entity, made when missing; NULL when the bound is reached. */
person *tc_derive_person(tc_deriver *d, tc_entity entity);
/* A cleared overlay for the next event. */
tc_overlay *tc_derive_overlay(tc_deriver *d);
/* Hands an event over. `order` NULL = that of the present observation. */
tc_status tc_derive_emit(tc_deriver *d, const tc_schema *schema, const tc_order *order,
                         const tc_evidence *evidence, const tc_subject *subject,
                         const tc_derived_sink *sink);
/* The evidence of an observation; text lives in its heap. */
tc_evidence tc_derive_evidence(const tc_observation *o, tc_slice heap);
void tc_derive_active(tc_deriver *d, person *p);

/* The parts. */
tc_status tc_derive_web(tc_deriver *d, const tc_observation *o, tc_slice heap,
                        const tc_derived_sink *sink);
tc_status tc_derive_logons_until(tc_deriver *d, tc_time time, const tc_derived_sink *sink);
tc_status tc_derive_message(tc_deriver *d, const tc_observation *o, tc_slice heap,
                            const tc_derived_sink *sink);
tc_status tc_derive_account(tc_deriver *d, const tc_observation *o, tc_slice heap,
                            const tc_derived_sink *sink);
void tc_derive_language_fold(tc_deriver *d, person *into, const person *from);
void tc_derive_nat_count(tc_deriver *d, const tc_observation *o, tc_entity entity);
/* Sets the source fields (ip, class, network, country, as) on the overlay and the subject. */
void tc_derive_source(tc_deriver *d, const tc_observation *o, tc_slice heap, tc_subject *subject);

#endif
