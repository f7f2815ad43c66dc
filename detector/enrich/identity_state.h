/*
 * identity_state: how the names of mailboxes lie in memory (see identity.h).
 *
 * Every name is a record; its number is the entity's number when it leads. Facts unite names into
 * clusters (parent links, the elder leads, all names of one are a ring). An assumption ties a whole
 * cluster to a group that an elder cluster leads; a fact that contradicts it unties it again, and
 * nothing else was touched. So: name -> leader of its cluster -> leader of its group = what the
 * outside sees. Clusters are spoken of by their leader's number: most that are tied are one name
 * and need no record besides it, and the records of the others are kept without holes and move.
 *
 * A group is forgotten whole, and names that are paired are in one cluster, so no number here ever
 * points to a forgotten name.
 *
 * Files, each using those before it: identity_pages, identity_index, identity_texts (memory),
 * identity_record.c (names), identity_ranks.c (who is forgotten first), identity_groups.c (clusters
 * and groups), identity_locals.c (user parts, assumption), identity_room.c (making and forgetting),
 * identity_visit.c (saving and loading), identity.c, identity_claims.c, identity_view.c and
 * identity_ask.c (the outside).
 */
#ifndef TC_ENRICH_IDENTITY_STATE_H
#define TC_ENRICH_IDENTITY_STATE_H

#include "detector/enrich/identity.h"
#include "detector/enrich/identity_index.h"
#include "detector/enrich/identity_texts.h"
#include "parsers/base/hash.h"

/* A user principal name in a domain that no mail can reach (corp.local): written like an address,
 * but the name of an account. Only inside the table. */
#define FORM_UPN TC_NAME_FORM_COUNT
#define GROUP_CLUSTERS 8               /* so many clusters may be tied to a group by assumption */
#define CLUSTER_NAMES 1024             /* so many names may facts unite; people have a dozen */
#define NAME_LEADS (UINT32_C(1) << 31) /* parent is a cluster record */
#define NAME_TIED                                                                                  \
    (UINT32_C(1) << 30) /* a cluster of its own, tied: parent is the group's leader                \
                         */

#define NAME_AGE_MAX ((UINT64_C(1) << 46) - 1)
#define NAME_COUNT_MAX ((UINT32_C(1) << 26) - 1)

typedef struct identity_name {
    uint64_t age : 46;   /* the smaller, the elder; never given twice */
    uint64_t length : 9; /* of the text; 0 = the number is free */
    uint64_t divide : 9; /* where the user part ends or begins */
    uint32_t text : 26;  /* in the texts of its length */
    uint32_t form : 4;
    uint32_t user_first : 1; /* the user part stands before `divide`, else behind it */
    uint32_t stranger : 1;   /* an account that is not in the group of its user part's first one */
    uint32_t parent; /* elder of its cluster, or NAME_LEADS and a record, or NAME_TIED and a name */
    uint32_t sibling; /* ring of the cluster's names; with NAME_TIED the next one tied to the group;
                         of a free number the next free one */
    uint32_t next;    /* chain of the index by text */
    /* GUIDs pair one to one with an account and a mail domain: see pair_allowed. A GUID's account
     * and address; of any other name [0] is its GUID, and of an address [1] its object id. */
    uint32_t pair[2];
} identity_name;
_Static_assert(sizeof(identity_name) == 32, "there are five of these for each mailbox");

typedef struct identity_cluster {
    uint32_t leader;
    uint32_t group;                 /* leader of the group's first cluster; itself when it leads */
    uint32_t first_tied, next_tied; /* clusters tied to this leader of a group */
    uint32_t best, account;         /* the name to show, the name to log on with; 0 if none */
    uint16_t names;                 /* stays at its maximum */
    /* Of a group's leader: */
    uint8_t tied; /* how many */
    uint8_t rank;
    uint32_t elder, younger; /* neighbours in the list of its rank */
    uint32_t used;           /* the last statement that used it */
    uint32_t value;          /* the caller's */
} identity_cluster;
_Static_assert(sizeof(identity_cluster) == 44, "there is one of these for each invented name");

/* Who is known under one user part. Of addresses and accounts the exclusive-or of all numbers is
 * kept: when only one is left, it is that one. */
typedef struct identity_local {
    uint32_t hash[2]; /* keyed, of the user part */
    uint32_t next;    /* chain of the index */
    uint32_t addresses, address_xor;
    uint32_t accounts, account_xor;
    uint32_t first_account; /* 0 when it was forgotten and several are left */
    uint32_t strangers;     /* accounts that are not in the first one's group */
} identity_local;
_Static_assert(sizeof(identity_local) == 36, "there is one of these for each invented name");

typedef struct identity_queue {
    uint32_t eldest, youngest;
} identity_queue;

struct tc_identity {
    tc_identity_options options;
    tc_pages_budget budget;
    tc_hash_key key;
    tc_pages names; /* [0] is not used */
    tc_pages clusters, locals;
    tc_name_texts texts;
    tc_index by_text, by_local;
    uint32_t free_name; /* first of the numbers to be given again */
    uint32_t name_count, name_max;
    uint64_t last_age;
    uint32_t statement;
    size_t entity_count;
    identity_queue ranks[TC_RANK_COUNT];
    uint64_t evicted[TC_RANK_COUNT];
    uint32_t absorbed_value;
    uint64_t refused, conflicts;
};

static inline identity_name *tc_identity_record(const tc_identity *t, uint32_t name)
{
    return tc_pages_at(&t->names, name);
}

/* The record of the cluster that the name leads; it must have one. Valid until one is given up:
 * tie, merge and forget do. */
static inline identity_cluster *tc_identity_cluster(const tc_identity *t, uint32_t leader)
{
    return tc_pages_at(&t->clusters, tc_identity_record(t, leader)->parent & ~NAME_LEADS);
}

/* No two names have one age; should state that was loaded say so, one is the elder all the same. */
static inline bool tc_identity_is_elder(const tc_identity *t, uint32_t a, uint32_t b)
{
    uint64_t age_a = tc_identity_record(t, a)->age, age_b = tc_identity_record(t, b)->age;
    return age_a < age_b || (age_a == age_b && a < b);
}

static inline tc_slice tc_identity_text(const tc_identity *t, uint32_t name)
{
    const identity_name *n = tc_identity_record(t, name);
    return tc_name_texts_get(&t->texts, n->length, n->text);
}

static inline bool tc_identity_is_account(unsigned form)
{
    return form == TC_NAME_NT || form == TC_NAME_BARE || form == FORM_UPN;
}

/* What a cluster is, with or without a record. */
typedef struct identity_view {
    uint32_t group, next_tied, best, account, names;
} identity_view;

static inline identity_view tc_identity_view(const tc_identity *t, uint32_t leader)
{
    const identity_name *n = tc_identity_record(t, leader);
    if ((n->parent & NAME_TIED) != 0)
        return (identity_view){n->parent & ~NAME_TIED, n->sibling, leader,
                               tc_identity_is_account(n->form) ? leader : 0, 1};
    const identity_cluster *c = tc_identity_cluster(t, leader);
    return (identity_view){c->group, c->next_tied, c->best, c->account, c->names};
}

/* The name behind this one in its cluster's ring; 0 behind the last. */
static inline uint32_t tc_identity_ring_next(const tc_identity *t, uint32_t leader, uint32_t name)
{
    const identity_name *n = tc_identity_record(t, name);
    return (n->parent & NAME_TIED) != 0 || n->sibling == leader ? 0 : n->sibling;
}

/* -- identity_record.c: names --------------------------------------------------------------- */

void tc_identity_records_init(tc_identity *t);
bool tc_identity_is_live(const tc_identity *t, uint32_t name);
uint32_t tc_identity_lookup(tc_identity *t, tc_slice text);
tc_slice tc_identity_local(const tc_identity *t, uint32_t name);
/* Makes sure that one add of a text of that length succeeds; _add gives a name without a cluster.
 */
TC_STATUS tc_identity_record_reserve(tc_identity *t, size_t length);
uint32_t tc_identity_record_add(tc_identity *t, const tc_name *name, unsigned form);
void tc_identity_record_drop(tc_identity *t, uint32_t name);
uint32_t tc_identity_leader(const tc_identity *t, uint32_t name);
/* The same, halving the way for the next one. */
uint32_t tc_identity_leader_flat(tc_identity *t, uint32_t name);
/* The leader of its group: the entity. */
static inline tc_entity tc_identity_group(tc_identity *t, uint32_t name)
{
    return tc_identity_view(t, tc_identity_leader_flat(t, name)).group;
}
/* The same, in use from now on. */
static inline tc_entity tc_identity_use(tc_identity *t, uint32_t name)
{
    tc_entity root = tc_identity_group(t, name);
    tc_identity_cluster(t, root)->used = t->statement;
    return root;
}
/* Gives back the room of dropped texts; texts of entities in use stay where they are. */
void tc_identity_settle(tc_identity *t);

/* -- identity_ranks.c: groups in the order of forgetting ------------------------------------ */

/* The cluster becomes a group of its own, the youngest of its rank; or is one no longer. */
void tc_identity_group_open(tc_identity *t, uint32_t leader, tc_rank rank);
void tc_identity_group_close(tc_identity *t, uint32_t leader);
void tc_identity_group_raise(tc_identity *t, uint32_t leader, tc_rank rank);
/* The group to forget next; 0 if none may be. */
uint32_t tc_identity_group_last(const tc_identity *t);

/* -- identity_groups.c: clusters and groups ------------------------------------------------- */

void tc_identity_cluster_add(tc_identity *t, uint32_t name);
/* In two steps, for what is loaded: a record for the cluster that the name leads, and more names of
 * it, each behind the last one in the ring. */
void tc_identity_cluster_found(tc_identity *t, uint32_t name);
void tc_identity_cluster_join(tc_identity *t, uint32_t leader, uint32_t last, uint32_t name);
/* Gives up the cluster's record, if it has one; its names are the caller's to place or forget. */
void tc_identity_cluster_drop(tc_identity *t, uint32_t leader);
/* Makes sure that one union or one new cluster succeeds. */
TC_STATUS tc_identity_clusters_reserve(tc_identity *t);
bool tc_identity_has_address(const tc_identity *t, uint32_t leader);
/* Ties the cluster to the group if that has room. */
void tc_identity_tie(tc_identity *t, uint32_t cluster, uint32_t leader);
/* Ties a cluster in no group, or a name in no cluster, behind all that are tied already. */
void tc_identity_tie_last(tc_identity *t, uint32_t cluster, uint32_t leader);
/* Makes the clusters one and their groups one; returns the root. It must have been reserved. */
tc_entity tc_identity_merge(tc_identity *t, uint32_t a, uint32_t b, tc_entity *ret_absorbed);

/* -- identity_locals.c: user parts ---------------------------------------------------------- */

void tc_identity_locals_init(tc_identity *t);
TC_STATUS tc_identity_locals_reserve(tc_identity *t);
/* Notes the new name under its user part and ties it to whom it is assumed to be. */
void tc_identity_assume(tc_identity *t, uint32_t name);
/* The root of the one person with that user part; 0 if there are several, or none. */
tc_entity tc_identity_local_one(tc_identity *t, tc_slice user);
void tc_identity_local_leave(tc_identity *t, uint32_t name);
/* Whether the account name is the first one of its user part. */
bool tc_identity_is_first(tc_identity *t, uint32_t name);
/* Notes the name under its user part as it was when it was saved, and takes the room for that.
 * TC_ESYNTAX if another one is the first already. */
TC_STATUS tc_identity_local_restore(tc_identity *t, uint32_t name, bool first);
/* Two account names that may be one account's: the same user part, and no two Windows domains. */
bool tc_identity_same_account(const tc_identity *t, uint32_t a, uint32_t b);

/* -- identity_room.c: making and forgetting ------------------------------------------------- */

/* A new name in an entity of its own or in one that it is assumed to belong to, which is in use
 * thereby; 0 without room. */
uint32_t tc_identity_make(tc_identity *t, const tc_name *name);
/* Room for a union; counts it as refused if there is none. */
bool tc_identity_make_union_room(tc_identity *t);

#endif
