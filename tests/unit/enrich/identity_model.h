/*
 * identity_model: what detector/enrich/identity.h must answer, worked out the slow and obvious way.
 *
 * A short list of names, elder ones first; everything is looked for from one end of it to the
 * other, nothing is shared or reused. A name's number here is its age. Bounded in entities only.
 */
#ifndef TC_TEST_IDENTITY_MODEL_H
#define TC_TEST_IDENTITY_MODEL_H

#include "detector/enrich/identity.h"

#define MODEL_NAMES 256

typedef struct model_name {
    uint32_t age;
    tc_name name;
    bool account, address, principal;
    uint32_t leader; /* of its cluster */
    bool stranger;
    uint32_t guid, guid_account, guid_address;
    /* of a cluster's leader: */
    uint32_t group;
    uint32_t tied_at; /* later ties stand first */
    /* of a group's leader: */
    tc_rank rank;
    uint32_t ranked_at;
    uint32_t used;
    uint32_t value;
} model_name;

typedef struct model_user {
    char user[64];
    uint32_t first; /* account; 0 = not known which */
} model_user;

typedef struct model {
    model_name names[MODEL_NAMES];
    size_t count;
    model_user users[MODEL_NAMES];
    size_t user_count;
    size_t max_entities;
    uint32_t last_age, tick, statement;
    uint32_t absorbed_value;
    uint64_t refused, conflicts, evicted[TC_RANK_COUNT];
} model;

model_name *model_at(model *m, uint32_t age);
uint32_t model_find(model *m, const char *raw); /* age; 0 = unknown */
uint32_t model_make(model *m, const char *raw); /* age; 0 = no room */
uint32_t model_root(model *m, uint32_t age);    /* uses it */
uint32_t model_unite(model *m, uint32_t a, uint32_t b, uint32_t *ret_absorbed);
void model_raise(model *m, uint32_t root, tc_rank rank);
void model_begin(model *m);
bool model_evict(model *m);
const char *model_label(model *m, uint32_t age);
bool model_joined(model *m, uint32_t age, bool *ret_assumed);

#endif
