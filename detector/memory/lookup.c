#include "detector/memory/lookup.h"

#include "parsers/base/alloc.h"

enum { FIRST_BUCKETS = 64 };

TC_STATUS tc_lookup_init(tc_lookup *lookup, size_t max_bytes)
{
    *lookup = (tc_lookup){.bucket_count = FIRST_BUCKETS, .max_buckets = FIRST_BUCKETS};
    while (lookup->max_buckets <= max_bytes / sizeof(tc_piece) / 2) {
        lookup->max_buckets *= 2;
    }
    lookup->buckets = tc_alloc(FIRST_BUCKETS, sizeof(tc_piece));
    return lookup->buckets ? TC_SUCCESS : (tc_status){TC_ENOMEM};
}

void tc_lookup_done(tc_lookup *lookup)
{
    tc_free(lookup->buckets);
    *lookup = (tc_lookup){0};
}

static void link_piece(tc_piece *buckets, size_t bucket_count, tc_lookup_node *node, tc_piece piece)
{
    tc_piece *bucket = &buckets[node->hash & (bucket_count - 1)];
    node->next = *bucket;
    *bucket = piece;
}

static void grow(tc_lookup *lookup, const tc_pool *pool)
{
    size_t bucket_count = lookup->bucket_count * 2;
    tc_piece *buckets = tc_alloc(bucket_count, sizeof(tc_piece));
    if (!buckets) return;
    for (size_t i = 0; i < lookup->bucket_count; i++) {
        for (tc_piece piece = lookup->buckets[i], next; piece; piece = next) {
            tc_lookup_node *node = tc_pool_at(pool, piece);
            next = node->next;
            link_piece(buckets, bucket_count, node, piece);
        }
    }
    tc_free(lookup->buckets);
    lookup->buckets = buckets;
    lookup->bucket_count = bucket_count;
}

void tc_lookup_add(tc_lookup *lookup, const tc_pool *pool, tc_piece piece, uint32_t hash)
{
    if (lookup->count >= lookup->bucket_count && lookup->bucket_count < lookup->max_buckets) {
        grow(lookup, pool);
    }
    tc_lookup_node *node = tc_pool_at(pool, piece);
    node->hash = hash;
    link_piece(lookup->buckets, lookup->bucket_count, node, piece);
    lookup->count++;
}

void tc_lookup_remove(tc_lookup *lookup, const tc_pool *pool, tc_piece piece)
{
    const tc_lookup_node *node = tc_pool_at(pool, piece);
    tc_piece *link = &lookup->buckets[node->hash & (lookup->bucket_count - 1)];
    while (*link != piece) {
        tc_lookup_node *other = tc_pool_at(pool, *link);
        link = &other->next;
    }
    *link = node->next;
    lookup->count--;
}
