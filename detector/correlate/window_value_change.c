#include "detector/correlate/correlator_values.h"
#include "detector/correlate/correlator_visit.h"
#include "detector/correlate/window.h"

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

typedef struct changing {
    tc_group group;
    tc_time first;
    tc_deque history; /* tagged with the value's piece */
    tc_piece_list values;
    tc_piece adopted;   /* value that is established because it replaced another */
    tc_piece evidence;  /* of the newest event of the history */
    tc_piece candidate; /* value that may be about to replace the established one */
} changing;

_Static_assert(sizeof(changing) <= TC_PIECE_BYTES, "a group and its window begin in a piece");

static size_t need(const tc_flow *flow, size_t value)
{
    (void)flow;
    return value + 1 + tc_proof_add_need();
}

static void forget_oldest(tc_correlator *k, changing *c)
{
    tc_piece piece;
    tc_deque_oldest(&c->history, &k->pool, &piece);
    tc_deque_pop(&c->history, &k->pool);
    tc_sighting *v = tc_sighting_at(k, piece);
    v->uses--;
    if (!v->uses && piece != c->candidate) {
        tc_values_drop(k, &c->values, piece);
    }
}

static void trim(tc_correlator *k, changing *c, uint32_t count)
{
    while (c->history.count > count) {
        forget_oldest(k, c);
    }
}

/* `but` keeps its piece, for it is about to be used. */
static void refute(tc_correlator *k, changing *c, tc_piece but)
{
    tc_piece piece = c->candidate;
    if (!piece) return;
    c->candidate = 0;
    tc_sighting_at(k, piece)->streak = 0;
    if (!tc_sighting_at(k, piece)->uses && piece != but) {
        tc_values_drop(k, &c->values, piece);
    }
    tc_proof_free(&k->proofs, c->group.proof);
    c->group.proof = 0;
}

static void clear(tc_correlator *k, tc_group *group)
{
    changing *c = (void *)group;
    tc_deque_clear(&c->history, &k->pool);
    tc_values_clear(k, &c->values);
    tc_evidence_drop(&k->proofs, c->evidence);
    c->evidence = 0;
    c->adopted = 0;
    c->candidate = 0;
}

static tc_piece established(const tc_correlator *k, const tc_flow *flow, const changing *c,
                            tc_time time)
{
    if (c->adopted) return c->adopted;
    uint32_t events = c->history.count;
    int64_t age = tc_time_between(c->first, time);
    if (events < flow->min_events || age < flow->learn) return 0;
    /* The other values alone leave none the share: so nobody makes us walk long lists. */
    tc_piece candidate = c->candidate;
    bool outside = candidate && !tc_sighting_at(k, candidate)->uses;
    uint32_t others = c->values.count - (outside ? 2 : 1);
    if ((double)(events - others) / (double)events < flow->share) return 0;
    tc_piece best = 0;
    uint32_t most = 0;
    for (tc_piece piece = c->values.oldest; piece; piece = tc_sighting_at(k, piece)->links.newer) {
        uint32_t uses = tc_sighting_at(k, piece)->uses;
        if (uses >= most) best = uses > most ? piece : 0; /* of two alike, neither */
        most = TC_MAX(most, uses);
    }
    return (double)most / (double)events >= flow->share ? best : 0;
}

static void learn(tc_correlator *k, const tc_flow *flow, changing *c, tc_piece piece,
                  tc_arrival *arrival)
{
    tc_deque_push(&c->history, &k->pool, arrival->order.time, piece);
    tc_sighting_at(k, piece)->uses++;
    trim(k, c, flow->history);
    tc_arrival_load(&k->proofs, arrival);
    size_t lines = arrival->evidence_count;
    tc_piece line = lines ? arrival->evidence[lines - 1] : 0;
    if (line) tc_evidence_hold(&k->proofs, line);
    tc_evidence_drop(&k->proofs, c->evidence);
    c->evidence = line;
}

/* While one value stands alone and is established, only its own events come in: of these as many
 * decide as are needed for it to be established. */
static void learn_established(tc_correlator *k, const tc_flow *flow, changing *c, tc_piece piece,
                              tc_arrival *arrival)
{
    learn(k, flow, c, piece, arrival);
    if (c->adopted) {
        trim(k, c, 1);
    } else if (c->values.count == 1) {
        trim(k, c, flow->min_events);
    }
}

static void tell(tc_correlator *k, tc_flow *flow, const changing *c, tc_piece before, tc_piece now,
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
    if (c->evidence && tc_deque_newest_tag(&c->history, &k->pool) == before) {
        tc_arrival_add_evidence(&k->proofs, &flow->told, c->evidence);
    }
    tc_proof_collect(&k->proofs, c->group.proof, &flow->told);
}

static void adopt(tc_correlator *k, const tc_flow *flow, changing *c, tc_piece piece,
                  tc_arrival *arrival)
{
    trim(k, c, 0);
    refute(k, c, piece);
    c->adopted = piece;
    learn(k, flow, c, piece, arrival);
}

/* Lets go of what is older than the window; what is left without history is new. */
static void expire(tc_correlator *k, const tc_flow *flow, changing *c, tc_time time)
{
    tc_time floor = tc_window_floor(flow, time);
    while (c->history.count && tc_deque_oldest(&c->history, &k->pool, NULL) < floor) {
        forget_oldest(k, c);
    }
    if (c->history.count) return;
    tc_group_blank(k, flow, &c->group);
    c->first = time;
}

static void be_candidate(tc_correlator *k, changing *c, tc_piece piece, tc_arrival *arrival)
{
    if (c->candidate != piece) {
        refute(k, c, piece);
        c->candidate = piece;
        tc_sighting_at(k, piece)->last = arrival->order.time;
        c->group.proof = tc_proof_new(&k->proofs);
    }
    tc_sighting_at(k, piece)->streak++;
    tc_proof_add(&k->proofs, c->group.proof, arrival, true);
}

static bool count_hit(tc_correlator *k, tc_flow *flow, const tc_window_hit *hit)
{
    changing *c = tc_pool_at(&k->pool, hit->group);
    tc_arrival *arrival = hit->arrival;
    tc_time time = arrival->order.time;
    expire(k, flow, c, time);
    tc_groups_touch(k, flow, hit->group, time);
    tc_piece now = c->history.count ? established(k, flow, c, time) : 0;
    uint32_t hash = tc_values_hash(k, hit->group, hit->value);
    tc_piece piece = tc_values_find(k, hit->group, hit->value, hash);
    if (!piece) piece = tc_values_add(k, hit->group, &c->values, hit->value, hash, time);
    if (!now || piece == now) {
        refute(k, c, piece);
        if (now) {
            learn_established(k, flow, c, piece, arrival);
        } else {
            learn(k, flow, c, piece, arrival);
        }
        return false;
    }
    be_candidate(k, c, piece, arrival);
    if (tc_sighting_at(k, piece)->streak < flow->streak) return false;
    bool fires = tc_flow_may_fire(flow, &c->group, time);
    if (fires) tell(k, flow, c, now, piece, hit->value);
    adopt(k, flow, c, piece, arrival);
    return fires;
}

static void prefetch(const tc_pool *pool, const tc_group *group)
{
    const changing *c = (const void *)group;
    tc_pool_prefetch(pool, c->history.head);
    tc_pool_prefetch(pool, c->history.tail);
    tc_pool_prefetch(pool, c->values.oldest);
    tc_pool_prefetch(pool, c->evidence);
}

/* The value of an event of the history: by its number in the state. */
static uint32_t name_value(void *context, uint32_t tag)
{
    tc_correlator_visitor *visitor = context;
    if (!tc_visit_loads(visitor->parts.visit)) return visitor->parts.numbers[tag] - 1;
    if (tag >= visitor->values.count) {
        tc_visit_refuse(visitor->parts.visit, "a history speaks of a value that is not there");
        return 0;
    }
    tc_piece piece = visitor->values.pieces[tag];
    tc_sighting_at(visitor->k, piece)->uses++;
    return piece;
}

static bool reserve(void *context)
{
    tc_correlator_visitor *visitor = context;
    return tc_proof_visitor_reserve(&visitor->parts, 1);
}

/* As count_hit leaves it. */
static bool is_whole(const tc_correlator *k, const changing *c)
{
    if (c->adopted && tc_sighting_at(k, c->adopted)->uses != c->history.count) return false;
    if (!c->history.count || (c->candidate == 0) != (c->group.proof == 0)) return false;
    for (tc_piece p = c->values.oldest; p; p = tc_sighting_at(k, p)->links.newer) {
        if (!tc_sighting_at(k, p)->uses && p != c->candidate) return false;
    }
    return true;
}

static void visit(tc_correlator_visitor *visitor, tc_piece group)
{
    tc_correlator *k = visitor->k;
    tc_visit *v = visitor->parts.visit;
    changing *c = tc_pool_at(&k->pool, group);
    const tc_deque_visitor history = {v, visitor, name_value, reserve};
    tc_visit_time(v, &c->first);
    tc_values_visit(visitor, group, &c->values);
    tc_deque_visit(&c->history, &k->pool, &history);
    tc_value_visit(visitor, &c->adopted);
    tc_value_visit(visitor, &c->candidate);
    size_t lines = c->evidence != 0;
    tc_evidence_visit_some(&visitor->parts, &c->evidence, &lines, 1);
    if (tc_visit_loads(v) && !tc_visit_failed(v) && !is_whole(k, c)) {
        tc_visit_refuse(v, "a value that changes does not fit its history");
    }
}

const tc_window_kind tc_window_value_change = {.code = 5,
                                               .need = need,
                                               .hit = count_hit,
                                               .clear = clear,
                                               .prefetch = prefetch,
                                               .visit = visit};
