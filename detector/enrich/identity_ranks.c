/* Who is forgotten first: a list of groups for every rank, in the order in which they came to it.
 */
#include "detector/enrich/identity_state.h"

/* A statement uses a handful of entities; whoever uses more than that has nothing forgotten of the
 * rank in question, instead of a walk through all of them for every new name. */
#define IN_USE_SKIPPED 64

static void append(tc_identity *t, uint32_t leader, identity_cluster *c)
{
    identity_queue *queue = &t->ranks[c->rank];
    c->elder = queue->youngest;
    c->younger = 0;
    if (queue->youngest != 0)
        tc_identity_cluster(t, queue->youngest)->younger = leader;
    else
        queue->eldest = leader;
    queue->youngest = leader;
}

static void unlink_from(tc_identity *t, const identity_cluster *c)
{
    identity_queue *queue = &t->ranks[c->rank];
    if (c->elder != 0)
        tc_identity_cluster(t, c->elder)->younger = c->younger;
    else
        queue->eldest = c->younger;
    if (c->younger != 0)
        tc_identity_cluster(t, c->younger)->elder = c->elder;
    else
        queue->youngest = c->elder;
}

void tc_identity_group_open(tc_identity *t, uint32_t leader, tc_rank rank)
{
    identity_cluster *c = tc_identity_cluster(t, leader);
    c->group = leader;
    c->rank = (uint8_t)rank;
    c->value = 0;
    c->used = t->statement;
    append(t, leader, c);
    t->entity_count++;
}

void tc_identity_group_close(tc_identity *t, uint32_t leader)
{
    unlink_from(t, tc_identity_cluster(t, leader));
    t->entity_count--;
}

void tc_identity_group_raise(tc_identity *t, uint32_t leader, tc_rank rank)
{
    identity_cluster *c = tc_identity_cluster(t, leader);
    if (rank <= c->rank) return;
    unlink_from(t, c);
    c->rank = (uint8_t)rank;
    append(t, leader, c);
}

uint32_t tc_identity_group_last(const tc_identity *t)
{
    for (unsigned rank = TC_RANK_NEW; rank < TC_RANK_PINNED; rank++) {
        uint32_t group = t->ranks[rank].eldest;
        for (unsigned skipped = 0; group != 0 && skipped < IN_USE_SKIPPED; skipped++) {
            const identity_cluster *c = tc_identity_cluster(t, group);
            if (c->used != t->statement) return group;
            group = c->younger;
        }
    }
    return 0;
}
