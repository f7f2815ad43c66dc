#include "detector/correlate/correlator_values.h"

#include "detector/correlate/correlator_visit.h"

uint32_t tc_values_hash(const tc_correlator *k, tc_piece group, tc_slice key)
{
    uint64_t hash = tc_siphash(k->key, key);
    return (uint32_t)(hash ^ hash >> 32) ^ group * UINT32_C(0x9E3779B1);
}

tc_piece tc_values_find(const tc_correlator *k, tc_piece group, tc_slice key, uint32_t hash)
{
    const tc_pool *pool = &k->pool;
    tc_piece piece = tc_lookup_first(&k->values, pool, hash);
    while (piece) {
        const tc_sighting *v = tc_sighting_at(k, piece);
        if (v->group == group &&
            tc_pool_text_equal(pool, v->room, TC_VALUE_ROOM, v->more, v->length, key)) {
            return piece;
        }
        piece = tc_lookup_next(pool, v->node.next, hash);
    }
    return 0;
}

static void append(const tc_correlator *k, tc_piece_list *list, tc_piece piece)
{
    tc_piece_list_append(list, &k->pool, offsetof(tc_sighting, links), piece);
}

static void unlink_value(const tc_correlator *k, tc_piece_list *list, tc_piece piece)
{
    tc_piece_list_remove(list, &k->pool, offsetof(tc_sighting, links), piece);
}

tc_piece tc_values_add(tc_correlator *k, tc_piece group, tc_piece_list *list, tc_slice key,
                       uint32_t hash, tc_time time)
{
    tc_piece piece = tc_pool_take(&k->pool);
    tc_sighting *v = tc_sighting_at(k, piece);
    *v = (tc_sighting){.group = group, .length = (uint32_t)key.len, .last = time};
    v->more = tc_pool_text_put(&k->pool, v->room, TC_VALUE_ROOM, key);
    tc_lookup_add(&k->values, &k->pool, piece, hash);
    append(k, list, piece);
    return piece;
}

void tc_values_touch(const tc_correlator *k, tc_piece_list *list, tc_piece piece, tc_time time)
{
    tc_sighting *v = tc_sighting_at(k, piece);
    v->last = time;
    if (list->newest == piece) return;
    unlink_value(k, list, piece);
    append(k, list, piece);
}

void tc_values_move(const tc_correlator *k, tc_piece_list *from, tc_piece_list *to, tc_piece piece)
{
    unlink_value(k, from, piece);
    append(k, to, piece);
}

void tc_values_drop(tc_correlator *k, tc_piece_list *list, tc_piece piece)
{
    const tc_sighting *v = tc_sighting_at(k, piece);
    unlink_value(k, list, piece);
    tc_lookup_remove(&k->values, &k->pool, piece);
    tc_pool_chain_give(&k->pool, v->more);
    tc_pool_give(&k->pool, piece);
}

void tc_values_expire(tc_correlator *k, tc_piece_list *list, tc_time floor)
{
    while (list->oldest && tc_sighting_at(k, list->oldest)->last < floor) {
        tc_values_drop(k, list, list->oldest);
    }
}

void tc_values_clear(tc_correlator *k, tc_piece_list *list)
{
    while (list->oldest) {
        tc_values_drop(k, list, list->oldest);
    }
}

static tc_piece load_value(tc_correlator_visitor *c, tc_piece group, tc_piece_list *list)
{
    tc_visit *v = c->parts.visit;
    const tc_flow *flow = c->flow;
    tc_slice key = TC_EMPTY_SLICE;
    tc_visit_text(v, &key, TC_VISIT_TEXT_MAX);
    if (flow->rule && !tc_correlator_key_fits(key, flow->spec->field_count, flow->value_cut)) {
        tc_visit_refuse(v, "a value is none of its rule");
    }
    size_t more = key.len - TC_MIN(key.len, (size_t)TC_VALUE_ROOM);
    if (!tc_proof_visitor_reserve(&c->parts, 1 + tc_pool_chain_need(more))) return 0;
    uint32_t hash = tc_values_hash(c->k, group, key);
    if (!tc_values_find(c->k, group, key, hash)) {
        return tc_values_add(c->k, group, list, key, hash, 0);
    }
    tc_visit_refuse(v, "a value stands there twice");
    return 0;
}

static void save_key(tc_correlator_visitor *c, const tc_sighting *value)
{
    uint8_t *text = c->k->value_scratch;
    tc_slice key = tc_slice_make(text, value->length);
    tc_pool_text_copy(&c->k->pool, value->room, TC_VALUE_ROOM, value->more, text, value->length);
    tc_visit_text(c->parts.visit, &key, TC_VISIT_TEXT_MAX);
}

void tc_values_visit(tc_correlator_visitor *c, tc_piece group, tc_piece_list *list)
{
    tc_visit *v = c->parts.visit;
    bool loads = tc_visit_loads(v);
    size_t count = list->count;
    tc_piece next = list->oldest;
    tc_visit_count(v, &count, UINT32_MAX);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        tc_piece piece = loads ? load_value(c, group, list) : next;
        if (!piece) return;
        tc_sighting *value = tc_sighting_at(c->k, piece);
        if (!loads) save_key(c, value);
        next = value->links.newer;
        tc_visit_time(v, &value->last);
        tc_visit_u32(v, &value->streak);
        if (!tc_told_add(&c->parts, &c->values, piece)) return;
    }
}

void tc_value_visit(tc_correlator_visitor *c, tc_piece *value)
{
    bool loads = tc_visit_loads(c->parts.visit);
    uint32_t number = !loads && *value ? c->parts.numbers[*value] : 0;
    tc_visit_below(c->parts.visit, &number, c->values.count + 1);
    if (loads) *value = number ? c->values.pieces[number - 1] : 0;
}
