#include "detector/correlate/correlator_state.h"

/* value_change: another value replaces the one that is established.
 *
 * Established is the value that holds at least `share` of the group's history (and more than any
 * other), once that has min_events events and the learning time is over; or one that has replaced
 * another, until the history runs empty. While a value is established, only its own events are
 * learned. Another value is a candidate: flow->streak events of it in a row (condition gte) make
 * the change, and any event of another value refutes it; what was refuted is never learned. With
 * nothing established, all is learned. A group without history is new.
 *
 * The history of a group is its last `timespan`, and of that at most the latest
 * TC_CHANGE_HISTORY events (or min_events if these are more). */

static void forget_oldest(tc_correlator *k, tc_group *g)
{
    tc_piece piece;
    tc_deque_oldest(&g->u.change.history, &k->pool, &piece);
    tc_deque_pop(&g->u.change.history, &k->pool);
    tc_sighting *v = tc_sighting_at(k, piece);
    v->uses--;
    if (!v->uses && piece != g->u.change.candidate) {
        tc_values_drop(k, &g->u.change.values, piece);
    }
}

static void trim(tc_correlator *k, tc_group *g, uint32_t count)
{
    while (g->u.change.history.count > count) {
        forget_oldest(k, g);
    }
}

/* `but` keeps its piece, for it is about to be used. */
static void refute(tc_correlator *k, tc_group *g, tc_piece but)
{
    tc_piece piece = g->u.change.candidate;
    if (!piece) return;
    g->u.change.candidate = 0;
    tc_sighting_at(k, piece)->streak = 0;
    if (!tc_sighting_at(k, piece)->uses && piece != but) {
        tc_values_drop(k, &g->u.change.values, piece);
    }
    tc_proof_free(&k->proofs, g->proof);
    g->proof = 0;
}

void tc_window_value_change_clear(tc_correlator *k, tc_group *group)
{
    tc_deque_clear(&group->u.change.history, &k->pool);
    tc_values_clear(k, &group->u.change.values);
    tc_evidence_drop(&k->proofs, group->u.change.evidence);
    group->u.change.evidence = 0;
    group->u.change.adopted = 0;
    group->u.change.candidate = 0;
}

static tc_piece established(const tc_correlator *k, const tc_flow *flow, const tc_group *g,
                            tc_time time)
{
    if (g->u.change.adopted) return g->u.change.adopted;
    uint32_t events = g->u.change.history.count;
    int64_t age = tc_time_between(g->u.change.first, time);
    if (events < flow->min_events || age < flow->learn) return 0;
    /* The other values alone leave none the share: so nobody makes us walk long lists. */
    tc_piece candidate = g->u.change.candidate;
    bool outside = candidate && !tc_sighting_at(k, candidate)->uses;
    uint32_t others = g->u.change.values.count - (outside ? 2 : 1);
    if ((double)(events - others) / (double)events < flow->share) return 0;
    tc_piece best = 0;
    uint32_t most = 0;
    for (tc_piece piece = g->u.change.values.oldest; piece;
         piece = tc_sighting_at(k, piece)->newer) {
        uint32_t uses = tc_sighting_at(k, piece)->uses;
        if (uses >= most) best = uses > most ? piece : 0; /* of two alike, neither */
        most = TC_MAX(most, uses);
    }
    return (double)most / (double)events >= flow->share ? best : 0;
}

static void learn(tc_correlator *k, const tc_flow *flow, tc_group *g, tc_piece piece,
                  tc_arrival *arrival)
{
    tc_deque_push(&g->u.change.history, &k->pool, arrival->order.time, piece);
    tc_sighting_at(k, piece)->uses++;
    trim(k, g, flow->history);
    tc_arrival_load(&k->proofs, arrival);
    size_t lines = arrival->evidence_count;
    tc_piece line = lines ? arrival->evidence[lines - 1] : 0;
    if (line) tc_evidence_hold(&k->proofs, line);
    tc_evidence_drop(&k->proofs, g->u.change.evidence);
    g->u.change.evidence = line;
}

/* While one value stands alone and is established, only its own events come in: of these as many
 * decide as are needed for it to be established. */
static void learn_established(tc_correlator *k, const tc_flow *flow, tc_group *g, tc_piece piece,
                              tc_arrival *arrival)
{
    learn(k, flow, g, piece, arrival);
    if (g->u.change.adopted) {
        trim(k, g, 1);
    } else if (g->u.change.values.count == 1) {
        trim(k, g, flow->min_events);
    }
}

static void tell(tc_correlator *k, tc_flow *flow, const tc_group *g, tc_piece before, tc_piece now,
                 tc_slice value)
{
    const tc_sighting *old = tc_sighting_at(k, before);
    const tc_sighting *new = tc_sighting_at(k, now);
    flow->start = new->last;
    flow->count = (double)new->streak;
    flow->value = tc_correlator_key_text(value, flow->spec->field_count, flow->value_text);
    tc_pool_text_copy(&k->pool, old->room, TC_VALUE_ROOM, old->more, k->key_scratch, old->length);
    flow->previous = tc_correlator_key_text(tc_slice_make(k->key_scratch, old->length),
                                            flow->spec->field_count, flow->previous_text);
    if (g->u.change.evidence && tc_deque_newest_tag(&g->u.change.history, &k->pool) == before) {
        tc_arrival_add_evidence(&k->proofs, &flow->told, g->u.change.evidence);
    }
    tc_proof_collect(&k->proofs, g->proof, &flow->told);
}

static void adopt(tc_correlator *k, const tc_flow *flow, tc_group *g, tc_piece piece,
                  tc_arrival *arrival)
{
    trim(k, g, 0);
    refute(k, g, piece);
    g->u.change.adopted = piece;
    learn(k, flow, g, piece, arrival);
}

bool tc_window_value_change(tc_correlator *k, tc_flow *flow, tc_piece group, tc_arrival *arrival,
                            tc_slice value)
{
    tc_group *g = tc_pool_at(&k->pool, group);
    tc_time time = arrival->order.time, floor = tc_window_floor(flow, time);
    while (g->u.change.history.count &&
           tc_deque_oldest(&g->u.change.history, &k->pool, NULL) < floor) {
        forget_oldest(k, g);
    }
    if (!g->u.change.history.count) {
        tc_window_clear(k, flow, g);
        g->u.change.first = time;
    }
    tc_groups_touch(k, flow, group, time);
    tc_piece now = g->u.change.history.count ? established(k, flow, g, time) : 0;
    uint32_t hash = tc_values_hash(k, group, value);
    tc_piece piece = tc_values_find(k, group, value, hash);
    if (!piece) piece = tc_values_add(k, group, &g->u.change.values, value, hash, time);
    if (!now || piece == now) {
        refute(k, g, piece);
        if (now) {
            learn_established(k, flow, g, piece, arrival);
        } else {
            learn(k, flow, g, piece, arrival);
        }
        return false;
    }
    if (g->u.change.candidate != piece) {
        refute(k, g, piece);
        g->u.change.candidate = piece;
        tc_sighting_at(k, piece)->last = time;
        g->proof = tc_proof_new(&k->proofs);
    }
    tc_sighting_at(k, piece)->streak++;
    tc_proof_add(&k->proofs, g->proof, arrival, true);
    if (tc_sighting_at(k, piece)->streak < flow->streak) return false;
    bool fires = tc_flow_may_fire(flow, g, time);
    if (fires) tell(k, flow, g, now, piece, value);
    adopt(k, flow, g, piece, arrival);
    return fires;
}
