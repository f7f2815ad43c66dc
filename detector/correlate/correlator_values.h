/*
 * correlator_values: the values that groups have seen, found by group and text.
 *
 * Each stands in one list of its group, whose owner says when it leaves.
 */
#ifndef TC_CORRELATE_CORRELATOR_VALUES_H
#define TC_CORRELATE_CORRELATOR_VALUES_H

#include "detector/correlate/correlator_state.h"

enum { TC_VALUE_ROOM = 72 };

typedef struct tc_sighting {
    tc_lookup_node node;
    tc_piece group;
    tc_piece_links links; /* by last sighting, or for value_change by first */
    tc_piece more;
    uint32_t length;
    uint32_t uses;   /* value_change: events of the history; value_count: 1 = left the window */
    uint32_t streak; /* value_change: events in a row, as a candidate; the first was at `last` */
    tc_time last;
    uint8_t room[TC_VALUE_ROOM];
} tc_sighting;

_Static_assert(sizeof(tc_sighting) <= TC_PIECE_BYTES, "a value begins in a piece");

uint32_t tc_values_hash(const tc_correlator *k, tc_piece group, tc_slice key);
tc_piece tc_values_find(const tc_correlator *k, tc_piece group, tc_slice key, uint32_t hash);
tc_piece tc_values_add(tc_correlator *k, tc_piece group, tc_piece_list *list, tc_slice key,
                       uint32_t hash, tc_time time);
void tc_values_touch(const tc_correlator *k, tc_piece_list *list, tc_piece piece, tc_time time);
void tc_values_drop(tc_correlator *k, tc_piece_list *list, tc_piece piece);
void tc_values_expire(tc_correlator *k, tc_piece_list *list, tc_time floor);
void tc_values_clear(tc_correlator *k, tc_piece_list *list);
/* The value becomes the newest of another list of its group. */
void tc_values_move(const tc_correlator *k, tc_piece_list *from, tc_piece_list *to, tc_piece piece);
static inline tc_sighting *tc_sighting_at(const tc_correlator *k, tc_piece piece)
{
    return tc_pool_at(&k->pool, piece);
}

#endif
