/* Clusters that facts make, and the groups that assumptions make of them. */
#include "detector/enrich/identity_state.h"

/* A union unties both clusters, and what was tied to the group that is given up may find no room.
 */
#define UNION_CLUSTERS (2 + GROUP_CLUSTERS + 1)

TC_STATUS tc_identity_clusters_reserve(tc_identity *t)
{
    return tc_pages_reserve(&t->clusters, UNION_CLUSTERS);
}

/* A name becomes a cluster of its own, with a record. */
void tc_identity_cluster_found(tc_identity *t, uint32_t name)
{
    identity_name *n = tc_identity_record(t, name);
    uint32_t record = tc_pages_push(&t->clusters);
    n->parent = NAME_LEADS | record;
    n->sibling = name;
    *(identity_cluster *)tc_pages_at(&t->clusters, record) =
        (identity_cluster){.leader = name,
                           .best = name,
                           .account = tc_identity_is_account(n->form) ? name : 0,
                           .names = 1};
}

void tc_identity_cluster_add(tc_identity *t, uint32_t name)
{
    tc_identity_cluster_found(t, name);
    tc_identity_group_open(t, name, TC_RANK_NEW);
}

/* The last record takes the place of the one given up. */
void tc_identity_cluster_drop(tc_identity *t, uint32_t leader)
{
    uint32_t parent = tc_identity_record(t, leader)->parent;
    if ((parent & NAME_LEADS) == 0) return;
    uint32_t record = parent & ~NAME_LEADS, last = t->clusters.count - 1;
    const identity_cluster *moved = tc_pages_at(&t->clusters, last);
    if (record != last) {
        *(identity_cluster *)tc_pages_at(&t->clusters, record) = *moved;
        tc_identity_record(t, moved->leader)->parent = NAME_LEADS | record;
    }
    tc_pages_pop(&t->clusters);
}

/* -- ties ----------------------------------------------------------------------------------- */

static void place_in_group(tc_identity *t, uint32_t cluster, uint32_t leader, uint32_t next)
{
    identity_cluster *c = tc_identity_cluster(t, cluster);
    c->group = leader;
    c->next_tied = next;
    if (c->names != 1 || c->first_tied != 0) return;
    tc_identity_cluster_drop(t, cluster);
    tc_identity_record(t, cluster)->parent = NAME_TIED | leader;
    tc_identity_record(t, cluster)->sibling = next;
}

void tc_identity_tie(tc_identity *t, uint32_t cluster, uint32_t leader)
{
    identity_cluster *lead = tc_identity_cluster(t, leader);
    uint32_t next = lead->first_tied;
    if (cluster == leader || lead->tied >= GROUP_CLUSTERS) return;
    lead->first_tied = cluster;
    lead->tied++;
    tc_identity_group_close(t, cluster);
    place_in_group(t, cluster, leader, next);
}

static uint32_t *link_behind(const tc_identity *t, uint32_t tied)
{
    identity_name *n = tc_identity_record(t, tied);
    return (n->parent & NAME_TIED) != 0 ? &n->sibling : &tc_identity_cluster(t, tied)->next_tied;
}

void tc_identity_tie_last(tc_identity *t, uint32_t cluster, uint32_t leader)
{
    identity_cluster *lead = tc_identity_cluster(t, leader);
    identity_name *n = tc_identity_record(t, cluster);
    uint32_t *link = &lead->first_tied;
    while (*link != 0)
        link = link_behind(t, *link);
    *link = cluster;
    lead->tied++;
    if ((n->parent & NAME_LEADS) == 0) {
        n->parent = NAME_TIED | leader;
        n->sibling = 0;
    } else {
        tc_identity_cluster(t, cluster)->group = leader;
    }
}

/* What was a group together is known as well when it falls apart. */
static void untie(tc_identity *t, uint32_t cluster)
{
    uint32_t group = tc_identity_view(t, cluster).group;
    if (group == cluster) return;
    identity_cluster *lead = tc_identity_cluster(t, group);
    uint32_t *link = &lead->first_tied;
    while (*link != cluster)
        link = link_behind(t, *link);
    *link = *link_behind(t, cluster);
    lead->tied--;
    tc_rank rank = (tc_rank)lead->rank;
    if ((tc_identity_record(t, cluster)->parent & NAME_TIED) != 0)
        tc_identity_cluster_found(t, cluster);
    else
        tc_identity_cluster(t, cluster)->next_tied = 0;
    tc_identity_group_open(t, cluster, rank);
}

/* Everything tied to `from` goes to `to`, as far as that has room. */
static void move_tied(tc_identity *t, uint32_t from, uint32_t to)
{
    uint32_t cluster;
    while ((cluster = tc_identity_cluster(t, from)->first_tied) != 0) {
        untie(t, cluster);
        tc_identity_tie(t, cluster, to);
    }
}

static bool is_address(const tc_identity *t, uint32_t name)
{
    return tc_identity_record(t, name)->form == TC_NAME_SMTP;
}

bool tc_identity_has_address(const tc_identity *t, uint32_t leader)
{
    const identity_cluster *lead = tc_identity_cluster(t, leader);
    bool found_one = is_address(t, lead->best);
    for (uint32_t i = lead->first_tied; i != 0 && !found_one;) {
        identity_view tied = tc_identity_view(t, i);
        found_one = is_address(t, tied.best);
        i = tied.next_tied;
    }
    return found_one;
}

/* -- unions --------------------------------------------------------------------------------- */

/* The one of two names whose form stands earlier in the order, the elder of equal ones. */
static uint32_t better(const tc_identity *t, const uint8_t order[], uint32_t a, uint32_t b)
{
    if (a == 0 || b == 0) return a ? a : b;
    unsigned place_a = order[tc_identity_record(t, a)->form];
    unsigned place_b = order[tc_identity_record(t, b)->form];
    if (place_a != place_b) return place_a < place_b ? a : b;
    return tc_identity_is_elder(t, a, b) ? a : b;
}

static void add_to_cluster(const tc_identity *t, identity_cluster *into, uint32_t best,
                           uint32_t account, uint32_t names)
{
    static const uint8_t shown[] = {
        [TC_NAME_SMTP] = 0, [FORM_UPN] = 1,     [TC_NAME_NT] = 2,      [TC_NAME_BARE] = 3,
        [TC_NAME_SID] = 4,  [TC_NAME_GUID] = 5, [TC_NAME_MACHINE] = 6, [TC_NAME_SYSTEM] = 7};
    static const uint8_t logged_on[] = {[TC_NAME_NT] = 0, [TC_NAME_BARE] = 1, [FORM_UPN] = 2};
    into->best = better(t, shown, into->best, best);
    into->account = better(t, logged_on, into->account, account);
    into->names = (uint16_t)TC_MIN(into->names + names, (uint32_t)UINT16_MAX);
}

static void absorb_names(tc_identity *t, uint32_t elder, uint32_t younger)
{
    const identity_cluster *from = tc_identity_cluster(t, younger);
    identity_name *a = tc_identity_record(t, elder), *b = tc_identity_record(t, younger);
    uint32_t ring = a->sibling;
    a->sibling = b->sibling;
    b->sibling = ring;
    add_to_cluster(t, tc_identity_cluster(t, elder), from->best, from->account, from->names);
}

void tc_identity_cluster_join(tc_identity *t, uint32_t leader, uint32_t last, uint32_t name)
{
    identity_name *n = tc_identity_record(t, name);
    tc_identity_record(t, last)->sibling = name;
    n->sibling = n->parent = leader;
    add_to_cluster(t, tc_identity_cluster(t, leader), name,
                   tc_identity_is_account(n->form) ? name : 0, 1);
}

/* Gives up the record of a cluster whose names went into another. */
static void retire(tc_identity *t, uint32_t younger, uint32_t elder)
{
    tc_identity_group_close(t, younger);
    tc_identity_cluster_drop(t, younger);
    tc_identity_record(t, younger)->parent = elder;
}

/* A group's leader is never younger than a cluster tied to it, so the elder of the two leaders can
 * lead everything. */
static void merge_groups(tc_identity *t, uint32_t a, uint32_t b, uint32_t lead, uint32_t lose)
{
    uint32_t elder = tc_identity_is_elder(t, a, b) ? a : b, younger = elder == a ? b : a;
    untie(t, a);
    untie(t, b);
    absorb_names(t, elder, younger);
    tc_identity_tie(t, elder, lead);
    if (lose != lead) {
        move_tied(t, lose, lead);
        if (lose != elder && lose != younger) tc_identity_tie(t, lose, lead);
    }
    retire(t, younger, elder);
}

/* A fact gives the cluster an address of its own: what was assumed about it no longer holds. */
static bool contradicts(const tc_identity *t, uint32_t tied, uint32_t other)
{
    uint32_t group = tc_identity_view(t, tied).group;
    return group != tied && tc_identity_has_address(t, group) &&
           is_address(t, tc_identity_view(t, other).best);
}

tc_entity tc_identity_merge(tc_identity *t, uint32_t a, uint32_t b, tc_entity *ret_absorbed)
{
    if (tc_identity_view(t, a).group != tc_identity_view(t, b).group) {
        if (contradicts(t, a, b)) untie(t, a);
        if (contradicts(t, b, a)) untie(t, b);
    }
    uint32_t group_a = tc_identity_view(t, a).group, group_b = tc_identity_view(t, b).group;
    uint32_t lead = tc_identity_is_elder(t, group_a, group_b) ? group_a : group_b;
    uint32_t lose = lead == group_a ? group_b : group_a;
    uint32_t value = tc_identity_cluster(t, lose)->value;
    tc_rank rank = (tc_rank)TC_MAX(tc_identity_cluster(t, group_a)->rank,
                                   tc_identity_cluster(t, group_b)->rank);
    merge_groups(t, a, b, lead, lose);
    uint32_t root = tc_identity_group(t, a);
    tc_identity_group_raise(t, root, rank);
    if (lose != lead && lose != root && tc_identity_group(t, lose) == root) {
        *ret_absorbed = lose;
        t->absorbed_value = value;
    }
    return root;
}
