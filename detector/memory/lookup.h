/*
 * lookup: which piece holds this key? A hash table whose entries are the pieces themselves.
 *
 * A piece that takes part begins with a tc_lookup_node. The table holds hashes and links only; what
 * equal means is the caller's business: walk first/next and compare. It doubles as it fills, up to
 * a maximum of buckets (then chains grow longer); without memory it stays as it is.
 */
#ifndef TC_MEMORY_LOOKUP_H
#define TC_MEMORY_LOOKUP_H

#include "detector/memory/pool.h"

typedef struct tc_lookup_node {
    uint32_t hash;
    tc_piece next;
} tc_lookup_node;

typedef struct tc_lookup {
    tc_piece *buckets;
    size_t bucket_count; /* a power of two */
    size_t max_buckets;
    size_t count;
} tc_lookup;

TC_STATUS tc_lookup_init(tc_lookup *lookup, size_t max_bytes);
void tc_lookup_done(tc_lookup *lookup);
void tc_lookup_add(tc_lookup *lookup, const tc_pool *pool, tc_piece piece, uint32_t hash);
void tc_lookup_remove(tc_lookup *lookup, const tc_pool *pool, tc_piece piece);

/* The next piece of this hash, from `piece` on; 0 at the end. */
static inline tc_piece tc_lookup_next(const tc_pool *pool, tc_piece piece, uint32_t hash)
{
    while (piece) {
        const tc_lookup_node *node = tc_pool_at(pool, piece);
        if (node->hash == hash) return piece;
        piece = node->next;
    }
    return 0;
}

static inline tc_piece tc_lookup_first(const tc_lookup *lookup, const tc_pool *pool, uint32_t hash)
{
    return tc_lookup_next(pool, lookup->buckets[hash & (lookup->bucket_count - 1)], hash);
}

static inline size_t tc_lookup_bytes(const tc_lookup *lookup)
{
    return lookup->bucket_count * sizeof(*lookup->buckets);
}

#endif
