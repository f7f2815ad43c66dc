#include "detector/correlate/correlator_values.h"
#include "detector/correlate/correlator_visit.h"
#include "detector/correlate/window.h"

/* value_count: a value counts while its last sighting is in the window: so a list of values by last
 * sighting is all there is to keep, and of that the latest `bound`. What an open episode has
 * counted is kept when it leaves the window, to be known again. */

typedef struct counting {
    tc_group group;
    tc_piece_list values;
    tc_piece_list left; /* counted in the open episode and no more in the window */
    tc_episode episode;
} counting;

_Static_assert(sizeof(counting) <= TC_PIECE_BYTES, "a group and its window begin in a piece");

static size_t need(const tc_flow *flow, size_t value)
{
    (void)flow;
    return value + tc_proof_add_need();
}

static uint32_t pieces_of(const tc_sighting *value)
{
    size_t rest = value->length - TC_MIN(value->length, (uint32_t)TC_VALUE_ROOM);
    return 1 + (uint32_t)tc_pool_chain_need(rest);
}

/* The pool is larger by what episodes hold: to the windows it is as if that were not there. */
static void hold(tc_correlator *k, uint32_t pieces)
{
    k->episode_pieces += pieces;
    k->pool.limit += pieces;
}

static void let_go(tc_correlator *k, uint32_t pieces)
{
    k->episode_pieces -= pieces;
    k->pool.limit -= pieces;
}

/* Forgotten unless an open episode must know it again. */
static void leave(tc_correlator *k, counting *c, tc_piece value)
{
    tc_sighting *v = tc_sighting_at(k, value);
    uint32_t pieces = pieces_of(v);
    bool wanted = k->listens && c->episode.open && !c->episode.full;
    if (wanted && pieces <= k->episode_pieces_max - k->episode_pieces) {
        v->uses = 1;
        tc_values_move(k, &c->values, &c->left, value);
        hold(k, pieces);
        return;
    }
    if (wanted) {
        c->episode.full = true;
        k->stats.uncounted_values++;
    }
    tc_values_drop(k, &c->values, value);
}

static void come_back(tc_correlator *k, counting *c, tc_piece value)
{
    tc_sighting *v = tc_sighting_at(k, value);
    if (!v->uses) return;
    v->uses = 0;
    tc_values_move(k, &c->left, &c->values, value);
    let_go(k, pieces_of(v));
}

static void forget_left(tc_correlator *k, tc_group *group)
{
    counting *c = (void *)group;
    while (c->left.oldest) {
        uint32_t pieces = pieces_of(tc_sighting_at(k, c->left.oldest));
        tc_values_drop(k, &c->left, c->left.oldest);
        let_go(k, pieces);
    }
}

static void see(tc_correlator *k, counting *c, const tc_window_hit *hit)
{
    tc_time time = hit->arrival->order.time;
    uint32_t hash = tc_values_hash(k, hit->group, hit->value);
    tc_piece known = tc_values_find(k, hit->group, hit->value, hash);
    if (known) {
        come_back(k, c, known);
        tc_values_touch(k, &c->values, known, time);
    } else {
        tc_values_add(k, hit->group, &c->values, hit->value, hash, time);
        if (!c->episode.full) tc_episode_count(&c->episode);
    }
}

static bool count_hit(tc_correlator *k, tc_flow *flow, const tc_window_hit *hit)
{
    counting *c = tc_pool_at(&k->pool, hit->group);
    tc_group *g = &c->group;
    tc_time time = hit->arrival->order.time, floor = tc_window_floor(flow, time);
    if (tc_episode_over(flow, g, &c->episode, time)) {
        forget_left(k, g);
        c->episode = (tc_episode){0};
    }
    while (c->values.oldest && tc_sighting_at(k, c->values.oldest)->last < floor) {
        leave(k, c, c->values.oldest);
    }
    see(k, c, hit);
    if (c->values.count > flow->bound) leave(k, c, c->values.oldest);
    tc_groups_touch(k, flow, hit->group, time);
    tc_window_keep_proof(k, flow, g, hit->arrival, true);
    return tc_episode_conclude(k, flow, g, &c->episode, tc_sighting_at(k, c->values.oldest)->last,
                               c->values.count);
}

static void clear(tc_correlator *k, tc_group *group)
{
    counting *c = (void *)group;
    while (c->values.oldest) {
        leave(k, c, c->values.oldest);
    }
}

static void prefetch(const tc_pool *pool, const tc_group *group)
{
    const counting *c = (const void *)group;
    tc_pool_prefetch(pool, c->values.oldest);
    tc_pool_prefetch(pool, c->values.newest);
}

static uint32_t pieces_left(const tc_correlator *k, const counting *c)
{
    uint32_t pieces = 0;
    for (tc_piece piece = c->left.oldest; piece; piece = tc_sighting_at(k, piece)->links.newer) {
        pieces += pieces_of(tc_sighting_at(k, piece));
    }
    return pieces;
}

/* Their room is there before they are. */
static void visit_left(tc_correlator_visitor *visitor, tc_piece group, counting *c)
{
    tc_correlator *k = visitor->k;
    tc_visit *v = visitor->parts.visit;
    bool loads = tc_visit_loads(v);
    uint32_t pieces = pieces_left(k, c);
    tc_visit_u32(v, &pieces);
    if (loads && pieces > k->episode_pieces_max - k->episode_pieces) {
        tc_visit_refuse(v, "open episodes hold more values than they may here");
    }
    if (loads && !tc_visit_failed(v)) hold(k, pieces);
    tc_values_visit(visitor, group, &c->left);
    if (!loads || tc_visit_failed(v)) return;
    for (tc_piece piece = c->left.oldest; piece; piece = tc_sighting_at(k, piece)->links.newer) {
        tc_sighting_at(k, piece)->uses = 1;
    }
    if (pieces_left(k, c) != pieces)
        tc_visit_refuse(v, "an episode holds other values than it says");
}

static void visit(tc_correlator_visitor *visitor, tc_piece group)
{
    counting *c = tc_pool_at(&visitor->k->pool, group);
    tc_episode_visit(visitor->parts.visit, &c->episode);
    tc_values_visit(visitor, group, &c->values);
    visit_left(visitor, group, c);
}

const tc_window_kind tc_window_value_count = {.code = 2,
                                              .need = need,
                                              .hit = count_hit,
                                              .clear = clear,
                                              .forget = forget_left,
                                              .prefetch = prefetch,
                                              .visit = visit};
