/*
 * incident_pool: sessions that were new to their mailbox, kept in case an incident turns out to own
 * them.
 *
 * A session is a piece; what it shares with others (its mailbox, address, site, country, network,
 * agent, and network with agent) are holders, one each, that own the texts and chain their
 * sessions. So whatever a new victim or a new source of an incident can draw in is found by walking
 * one chain.
 *
 * The pool is bounded in bytes. Mailboxes and addresses are chosen by strangers and by single
 * mailbox owners: at the bound that mailbox or address gives up its oldest session that has the
 * most of them (to the power of two; among equals the one that has been in that class for longest),
 * so one mailbox with 25,000 agents cannot push out others. Newcomers, who may be invented, go
 * before all others while they hold more than an eighth. What was given up is counted, and whoever
 * lost a session is marked for as long as it has others.
 *
 * Internal to incident*.c.
 */
#ifndef TC_INCIDENT_INCIDENT_POOL_H
#define TC_INCIDENT_INCIDENT_POOL_H

#include "detector/evidence.h"
#include "detector/memory/lookup.h"
#include "parsers/base/visit.h"

enum {
    TC_INCIDENT_LABEL_MAX = 320,
    TC_INCIDENT_AGENT_MAX = 256,
    TC_INCIDENT_ORG_MAX = 255,
    TC_INCIDENT_EVIDENCE_MAX = TC_EVIDENCE_TEXT_MAX
};

/* What a session shares with others. */
typedef enum tc_access_trait {
    TC_ACCESS_MAILBOX = 0,
    TC_ACCESS_ADDRESS,
    TC_ACCESS_SITE,
    TC_ACCESS_COUNTRY,
    TC_ACCESS_NETWORK,
    TC_ACCESS_AGENT,
    TC_ACCESS_CLIENT, /* network and agent together */
    TC_ACCESS_TRAITS
} tc_access_trait;

/* A session as incidents see it. Digests are 0 where nothing is known. */
typedef struct tc_access {
    uint64_t digests[TC_ACCESS_TRAITS];
    uint64_t record; /* hash of the record that began it; 0: not known */
    tc_time time;
    uint32_t entity, asn;
    tc_ip ip;
    bool newcomer;
    bool novel;     /* country or system are new to the mailbox */
    bool new_block; /* it never used that network before */
    bool own;       /* it had used that kind of client before */
    uint8_t place;  /* tc_settled: whether people come to the site with devices of their own */
    tc_slice mailbox, country, as_org, agent;
} tc_access;

/* Room for the texts of an access that is read back. */
typedef struct tc_access_texts {
    uint8_t mailbox[TC_INCIDENT_LABEL_MAX];
    uint8_t country[64];
    uint8_t as_org[TC_INCIDENT_ORG_MAX];
    uint8_t agent[TC_INCIDENT_AGENT_MAX];
} tc_access_texts;

typedef struct tc_session_link {
    tc_piece holder; /* 0 = the session has no such trait */
    tc_piece older, newer;
} tc_session_link;

typedef struct tc_kept_session {
    tc_session_link links[TC_ACCESS_TRAITS];
    tc_piece older, newer; /* of all, by time */
    tc_time time;
    uint64_t record;
    bool own;
} tc_kept_session;

enum { TC_HOLDER_ROOM = 52, TC_HOLDER_CLASSES = 32 };

typedef struct tc_holder {
    tc_lookup_node node;
    tc_piece oldest, newest; /* sessions */
    uint64_t digest;
    uint32_t count;
    tc_piece before, behind; /* in the list of its class; mailboxes and addresses only */
    uint32_t number;         /* entity or autonomous system */
    tc_piece more;
    uint16_t length;
    uint8_t trait;
    uint8_t size_class; /* binary logarithm of the count */
    bool lost;          /* a session of it was given up */
    bool newcomer;      /* a mailbox that may be invented */
    tc_ip ip;
    uint8_t room[TC_HOLDER_ROOM];
} tc_holder;

_Static_assert(sizeof(tc_kept_session) <= TC_PIECE_BYTES, "a session is a piece");
_Static_assert(sizeof(tc_holder) <= TC_PIECE_BYTES, "a holder begins in a piece");

typedef struct tc_piece_list {
    tc_piece oldest, newest;
} tc_piece_list;

typedef struct tc_session_pool {
    tc_pool pool;
    tc_lookup holders;
    tc_piece_list all;
    tc_piece_list classes[TC_HOLDER_CLASSES];
    tc_piece_list newcomers[TC_HOLDER_CLASSES]; /* mailboxes */
    size_t count, newcomer_count;               /* sessions */
    uint64_t given_up;
} tc_session_pool;

TC_STATUS tc_session_pool_init(tc_session_pool *pool, size_t max_bytes);
void tc_session_pool_done(tc_session_pool *pool);
/* Keeps a session; times never fall. A mailbox is a newcomer until a session says otherwise.
 * TC_ENOMEM keeps nothing. */
TC_STATUS tc_session_pool_add(tc_session_pool *pool, const tc_access *access);
/* Lets go of what is older than `floor`: that is no loss and is not counted. */
void tc_session_pool_expire(tc_session_pool *pool, tc_time floor);
void tc_session_pool_remove(tc_session_pool *pool, tc_piece session);
/* Lets go of the oldest sessions, uncounted, until one more finds room without anybody's loss. */
void tc_session_pool_make_room(tc_session_pool *pool);
/* One of the mailbox's latest sessions began with that record. */
bool tc_session_pool_has_record(const tc_session_pool *pool, uint64_t mailbox, uint64_t record);
/* Who has the trait; 0 = nobody. */
tc_piece tc_session_pool_holder(const tc_session_pool *pool, uint64_t digest);
/* The sessions of one mailbox become those of another. */
void tc_session_pool_rename(tc_session_pool *pool, uint64_t from, uint64_t to, uint32_t entity);
/* The session with its texts in `texts`. */
void tc_session_pool_read(const tc_session_pool *pool, tc_piece session, tc_access_texts *texts,
                          tc_access *ret);

/* incident_pool_visit.c: into an empty pool. */
void tc_session_pool_visit(tc_session_pool *pool, tc_visit *visit);

/* -- what that is made of ------------------------------------------------------------------- */

/* How long a text a holder of the trait may have; 0: it has none. */
size_t tc_access_text_max(tc_access_trait trait);
/* A holder like that one, but for its place, with this text: found from now on. There must be
 * room. Mailboxes and addresses are in the class of their count, the last to make room. */
tc_piece tc_session_pool_hold(tc_session_pool *pool, const tc_holder *like, tc_slice text);
/* The session is the newest with that trait; the holder's count is the caller's business. */
void tc_session_pool_chain(tc_session_pool *pool, tc_piece session, tc_access_trait trait,
                           tc_piece holder);
/* The newest of all sessions, of which nothing that it shares is known. There must be room. */
tc_piece tc_session_pool_begin(tc_session_pool *pool, tc_time time, uint64_t record, bool own);
/* The holder's text, in a room that is large enough for any. */
tc_slice tc_session_pool_text(const tc_session_pool *pool, const tc_holder *holder,
                              uint8_t room[TC_INCIDENT_LABEL_MAX]);

static inline tc_kept_session *tc_session_at(const tc_session_pool *pool, tc_piece piece)
{
    return tc_pool_at(&pool->pool, piece);
}
static inline tc_holder *tc_holder_at(const tc_session_pool *pool, tc_piece piece)
{
    return tc_pool_at(&pool->pool, piece);
}

#endif
