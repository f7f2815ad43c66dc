#include "detector/correlate/correlator_values.h"

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
