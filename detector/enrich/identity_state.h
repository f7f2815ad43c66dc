/*
 * identity_state: how the names of mailboxes lie in memory (see identity.h).
 *
 * Every name is a node; its number is the entity's number when it leads. Facts unite nodes into
 * clusters (parent links, the elder leads). An assumption ties a whole cluster to a group that an
 * elder cluster leads; a fact that contradicts it unties it again, and nothing else was touched.
 * So: node -> leader of its cluster -> leader of its group = what the outside sees.
 */
#ifndef TC_ENRICH_IDENTITY_STATE_H
#define TC_ENRICH_IDENTITY_STATE_H

#include "detector/enrich/identity.h"
#include "parsers/base/intern.h"
#include "parsers/base/map.h"

/* A user principal name in a domain that no mail can reach (corp.local): written like an address,
 * but the name of an account. Only inside the table. */
#define FORM_UPN TC_NAME_FORM_COUNT
#define FORM_COUNT (TC_NAME_FORM_COUNT + 1)
#define GROUP_CLUSTERS 8 /* so many clusters may be tied to a group by assumption */

typedef struct identity_node {
    uint32_t text; /* normal form, interned */
    uint16_t local_offset, local_length;
    uint8_t form;
    uint32_t parent; /* elder of its cluster; itself when it leads */
    /* GUIDs pair one to one with an account and a mail domain: see pair_allowed. */
    uint32_t pair_account, pair_address, pair_guid;
    /* Of a cluster's leader: */
    uint32_t group;                 /* leader of the group; itself when it leads */
    uint32_t first_tied, next_tied; /* clusters tied to this leader of a group */
    uint32_t first_of[FORM_COUNT];  /* eldest name of each form in the cluster */
} identity_node;

/* Who is known under one user part. */
typedef struct identity_local {
    uint32_t address, account;          /* the first of either kind */
    bool many_addresses, many_accounts; /* there is more than one */
} identity_local;

struct tc_identity {
    size_t max_bytes;
    identity_node *nodes; /* [0] is not used */
    size_t node_count, node_capacity;
    identity_local *locals;
    size_t local_count, local_capacity;
    tc_intern *texts;
    tc_map *index;       /* text -> node */
    tc_map *local_index; /* user part -> local */
    uint64_t refused, conflicts;
};

#endif
