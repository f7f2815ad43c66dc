#include "detector/correlate/correlator_groups.h"

#include "detector/correlate/window.h"

static tc_group *group_at(const tc_correlator *k, tc_piece piece)
{
    return tc_pool_at(&k->pool, piece);
}

tc_time tc_window_floor(const tc_flow *flow, tc_time time)
{
    return tc_time_sub(time, flow->spec->timespan_ns);
}

static tc_piece_list *list_of(tc_flow *flow, const tc_group *g)
{
    return g->again ? &flow->again : &flow->once;
}

static void append(const tc_correlator *k, tc_piece_list *list, tc_piece piece)
{
    tc_piece_list_append(list, &k->pool, offsetof(tc_group, links), piece);
}

static void unlink_group(const tc_correlator *k, tc_piece_list *list, tc_piece piece)
{
    tc_piece_list_remove(list, &k->pool, offsetof(tc_group, links), piece);
}

void tc_group_blank(tc_correlator *k, const tc_flow *flow, tc_group *g)
{
    flow->kind->clear(k, g);
    tc_proof_free(&k->proofs, g->proof);
    g->proof = 0;
    g->holds = false;
    g->touched = TC_TIME_NONE;
}

void tc_groups_drop(tc_correlator *k, tc_flow *flow, tc_piece piece)
{
    tc_group *g = group_at(k, piece);
    tc_group_blank(k, flow, g);
    if (flow->kind->forget) flow->kind->forget(k, g);
    unlink_group(k, list_of(flow, g), piece);
    if (!g->again) k->once_count--;
    k->group_count--;
    tc_lookup_remove(&k->groups, &k->pool, piece);
    tc_pool_chain_give(&k->pool, g->key_more);
    tc_pool_give(&k->pool, piece);
}

/* What a flow says from now on may lack something, and so may what is built on it. Flows stand in
 * the order of their levels, so one pass reaches all. */
static void mark_degraded(tc_correlator *k, tc_flow *flow)
{
    if (flow->degraded) return;
    flow->degraded = true;
    for (size_t i = flow->index; i < k->flow_count; i++) {
        if (!k->flows[i].degraded) continue;
        uint32_t rule = k->flows[i].rule->index;
        uint32_t at = rule ? k->reference_ends[rule - 1] : 0;
        for (; at < k->reference_ends[rule]; at++) {
            k->flows[k->references[at].flow].degraded = true;
        }
    }
}

/* Who goes first when there is no room? Strangers can invent names, but each mostly comes once: so
 * groups that were touched once, of nobody that is known, go before others, as long as they are
 * more than an eighth of all; among these the flow with the most groups gives up the one that was
 * touched longest ago, so that a flood in one rule does not cost the others what they have learned.
 */
static bool evict(tc_correlator *k)
{
    bool once = k->once_count * 8 > k->group_count;
    tc_flow *victim = NULL;
    uint32_t most = 0;
    for (size_t i = 0; i < k->flow_count; i++) {
        tc_flow *flow = &k->flows[i];
        uint32_t count = once ? flow->once.count : flow->again.count;
        if (count <= most) continue;
        most = count;
        victim = flow;
    }
    if (!victim) return false;
    tc_groups_drop(k, victim, once ? victim->once.oldest : victim->again.oldest);
    mark_degraded(k, victim);
    k->stats.evicted_groups++;
    return true;
}

/* What has nothing left to say goes before anybody is given up. How much of it still lies here
 * depends on when the caller said how far time has come, which is a matter of how logs were cut. */
static void release_passed(tc_correlator *k)
{
    for (size_t i = 0; i < k->flow_count; i++) {
        tc_groups_release(k, &k->flows[i], k->last.time, SIZE_MAX);
    }
}

TC_STATUS tc_groups_reserve(tc_correlator *k, size_t count)
{
    tc_status status = tc_pool_reserve(&k->pool, count);
    if (status.code != TC_ELIMIT) return status;
    release_passed(k);
    for (;;) {
        status = tc_pool_reserve(&k->pool, count);
        if (status.code != TC_ELIMIT || !evict(k)) return status;
    }
}

static uint32_t hash_of(const tc_correlator *k, const tc_flow *flow, tc_slice key)
{
    uint64_t hash = tc_siphash(k->key, key);
    return (uint32_t)(hash ^ hash >> 32) ^ flow->index * UINT32_C(0x9E3779B1);
}

static tc_piece find(const tc_correlator *k, const tc_flow *flow, tc_slice key, uint32_t hash)
{
    const tc_pool *pool = &k->pool;
    tc_piece piece = tc_lookup_first(&k->groups, pool, hash);
    while (piece) {
        const tc_group *g = group_at(k, piece);
        if (g->flow == flow->index &&
            tc_pool_text_equal(pool, g->key, TC_GROUP_ROOM, g->key_more, g->key_length, key)) {
            return piece;
        }
        piece = tc_lookup_next(pool, g->node.next, hash);
    }
    return 0;
}

/* A group of somebody who cannot have been invented stands among those that came again. */
static tc_piece add(tc_correlator *k, tc_flow *flow, tc_slice key, uint32_t hash, bool again)
{
    tc_piece piece = tc_pool_take(&k->pool);
    tc_group *g = memset(tc_pool_at(&k->pool, piece), 0, TC_PIECE_BYTES);
    *g = (tc_group){.flow = flow->index,
                    .key_length = (uint16_t)key.len,
                    .again = again,
                    .touched = TC_TIME_NONE,
                    .fired = TC_TIME_NONE};
    g->key_more = tc_pool_text_put(&k->pool, g->key, TC_GROUP_ROOM, key);
    tc_lookup_add(&k->groups, &k->pool, piece, hash);
    append(k, list_of(flow, g), piece);
    k->once_count += !again;
    k->group_count++;
    return piece;
}

tc_piece tc_groups_add(tc_correlator *k, tc_flow *flow, tc_slice key, bool again)
{
    uint32_t hash = hash_of(k, flow, key);
    return find(k, flow, key, hash) ? 0 : add(k, flow, key, hash, again);
}

static void prefetch(const tc_correlator *k, const tc_flow *flow, const tc_group *g)
{
    const tc_pool *pool = &k->pool;
    tc_pool_prefetch(pool, g->proof);
    tc_pool_prefetch(pool, g->links.older);
    tc_pool_prefetch(pool, g->links.newer);
    flow->kind->prefetch(pool, g);
}

/* Drops the group if it has nothing left to say. */
static bool release_one(tc_correlator *k, tc_flow *flow, tc_piece piece, tc_time time)
{
    if (!piece) return false;
    tc_time touched = group_at(k, piece)->touched;
    if (tc_time_add(touched, flow->horizon) >= time) return false;
    tc_groups_drop(k, flow, piece);
    return true;
}

tc_piece tc_groups_enter(tc_correlator *k, tc_flow *flow, uint32_t position,
                         const tc_arrival *arrival, bool has_value)
{
    const tc_correlation *spec = flow->spec;
    tc_slice key = TC_EMPTY_SLICE;
    const uint32_t *captures = spec->group_captures + (size_t)position * spec->group_count;
    if (spec->group_count && !tc_correlator_key(arrival, captures, spec->group_count,
                                                flow->group_cut, k->key_scratch, &key)) {
        k->stats.ungrouped++;
        return 0;
    }
    if (!has_value) return 0;
    if (flow->global) key = TC_EMPTY_SLICE;
    uint32_t hash = hash_of(k, flow, key);
    tc_piece piece = find(k, flow, key, hash);
    /* One that has passed is as new, whether it was let go already or still lies here. */
    if (release_one(k, flow, piece, arrival->order.time)) piece = 0;
    if (!piece) return add(k, flow, key, hash, arrival->known);
    tc_group *g = group_at(k, piece);
    prefetch(k, flow, g);
    if (g->touched < tc_window_floor(flow, arrival->order.time)) tc_group_blank(k, flow, g);
    return piece;
}

void tc_groups_touch(tc_correlator *k, tc_flow *flow, tc_piece piece, tc_time time)
{
    tc_group *g = group_at(k, piece);
    bool first = g->touched == TC_TIME_NONE;
    g->touched = time;
    tc_piece_list *list = list_of(flow, g);
    if (!first && !g->again) {
        unlink_group(k, list, piece);
        g->again = true;
        k->once_count--;
        append(k, &flow->again, piece);
    } else if (list->newest != piece) {
        unlink_group(k, list, piece);
        append(k, list, piece);
    }
}

void tc_groups_release(tc_correlator *k, tc_flow *flow, tc_time time, size_t max)
{
    while (max && release_one(k, flow, flow->once.oldest, time)) {
        max--;
    }
    while (max && release_one(k, flow, flow->again.oldest, time)) {
        max--;
    }
}
