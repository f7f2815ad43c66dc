/*
 * pool: the memory of the correlator, in pieces of one size.
 *
 * Every group, window, value and line of evidence is made of pieces of 128 bytes, named by numbers
 * (0 = none). One size means that memory freed by one thing serves any other: the bound holds
 * exactly, whatever strangers send, and no flood leaves holes. Memory comes from the heap in chunks
 * as it is first needed. Whoever takes pieces reserves them before; a take itself cannot fail.
 * In ASan builds free pieces are poisoned.
 */
#ifndef TC_MEMORY_POOL_H
#define TC_MEMORY_POOL_H

#include "parsers/base/slice.h"

typedef uint32_t tc_piece;

enum {
    TC_PIECE_BYTES = 128,
    TC_POOL_CHUNK = 16384, /* pieces that come from the heap at once */
    TC_PIECE_TEXT = 124    /* bytes of a text that one piece of a chain holds */
};

typedef struct tc_pool {
    uint8_t **chunks;
    size_t chunk_count, chunk_capacity;
    tc_piece *free; /* a stack of pieces that were given back */
    size_t free_count, free_capacity;
    uint32_t fresh; /* the first piece never taken */
    uint32_t limit; /* pieces that may be taken at once */
    uint32_t used;
} tc_pool;

void tc_pool_init(tc_pool *pool, uint32_t limit);
void tc_pool_done(tc_pool *pool);
/* Makes sure that `count` takes succeed. TC_ELIMIT at the bound, TC_ENOMEM without memory. */
TC_STATUS tc_pool_reserve(tc_pool *pool, size_t count);
/* A piece with any content; it must have been reserved. */
tc_piece tc_pool_take(tc_pool *pool);
void tc_pool_give(tc_pool *pool, tc_piece piece);

static inline void *tc_pool_at(const tc_pool *pool, tc_piece piece)
{
    return pool->chunks[piece / TC_POOL_CHUNK] + (size_t)(piece % TC_POOL_CHUNK) * TC_PIECE_BYTES;
}

/* Says that a piece will be read or written soon. Memory of many groups is cold: what a hit needs
 * should be on its way together, not one after the other. */
static inline void tc_pool_prefetch(const tc_pool *pool, tc_piece piece)
{
    if (!piece) return;
    const uint8_t *at = tc_pool_at(pool, piece);
    __builtin_prefetch(at, 1);
    __builtin_prefetch(at + TC_PIECE_BYTES / 2, 1);
}
/* The same of the next `count` pieces that will be taken. */
static inline void tc_pool_prefetch_takes(const tc_pool *pool, size_t count)
{
    for (size_t i = 0; i < count && i < pool->free_count; i++) {
        tc_pool_prefetch(pool, pool->free[pool->free_count - 1 - i]);
    }
}

/* Texts of any length as chains of pieces. */
static inline size_t tc_pool_chain_need(size_t length)
{
    return (length + TC_PIECE_TEXT - 1) / TC_PIECE_TEXT;
}
/* The chain's first piece; 0 for the empty text. The pieces must have been reserved. */
tc_piece tc_pool_chain_put(tc_pool *pool, tc_slice text);
/* `text` is compared with as many bytes of the chain. */
bool tc_pool_chain_equal(const tc_pool *pool, tc_piece first, tc_slice text);
void tc_pool_chain_copy(const tc_pool *pool, tc_piece first, uint8_t *out, size_t length);
void tc_pool_chain_give(tc_pool *pool, tc_piece first);

/* A text whose beginning stands in a room of its owner and the rest in a chain. */
tc_piece tc_pool_text_put(tc_pool *pool, uint8_t *room, size_t room_size, tc_slice text);
bool tc_pool_text_equal(const tc_pool *pool, const uint8_t *room, size_t room_size, tc_piece more,
                        size_t length, tc_slice text);
void tc_pool_text_copy(const tc_pool *pool, const uint8_t *room, size_t room_size, tc_piece more,
                       uint8_t *out, size_t length);

#endif
