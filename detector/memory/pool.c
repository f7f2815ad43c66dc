#include "detector/memory/pool.h"

#include "parsers/base/alloc.h"
#include "parsers/base/poison.h"

#include <sys/mman.h>

enum { CHUNK_BYTES = TC_POOL_CHUNK * TC_PIECE_BYTES };

typedef struct text_piece {
    tc_piece next;
    uint8_t bytes[TC_PIECE_TEXT];
} text_piece;

_Static_assert(sizeof(text_piece) == TC_PIECE_BYTES, "a link of a chain is a piece");

void tc_pool_init(tc_pool *pool, uint32_t limit)
{
    *pool = (tc_pool){.fresh = 1, .limit = limit};
}

/* A chunk is one huge page where the system gives such: state is read at random, and with small
 * pages most of the time would go into finding them. It is aligned to its size for that; what the
 * heap gave is remembered in front of it, and the rest of that is never touched. */
static uint8_t *chunk_new(void)
{
    uint8_t *given = tc_alloc(1, (size_t)2 * CHUNK_BYTES + sizeof(void *));
    if (!given) return NULL;
    uintptr_t past = (uintptr_t)given + sizeof(void *) + CHUNK_BYTES - 1;
    uint8_t *chunk = given + (past - past % CHUNK_BYTES - (uintptr_t)given);
    memcpy(chunk - sizeof(void *), &given, sizeof(void *));
    (void)madvise(chunk, CHUNK_BYTES, MADV_HUGEPAGE); /* as good as it gets without */
    TC_POISON(chunk, CHUNK_BYTES);
    return chunk;
}

static void chunk_free(uint8_t *chunk)
{
    void *given;
    memcpy(&given, chunk - sizeof(void *), sizeof(void *));
    TC_UNPOISON(chunk, CHUNK_BYTES);
    tc_free(given);
}

void tc_pool_done(tc_pool *pool)
{
    for (size_t i = 0; i < pool->chunk_count; i++) {
        chunk_free(pool->chunks[i]);
    }
    tc_free(pool->chunks);
    tc_free(pool->free);
    *pool = (tc_pool){0};
}

static TC_STATUS add_chunk(tc_pool *pool)
{
    size_t count = pool->chunk_count + 1;
    TC_TRY(tc_grow(&pool->chunks, &pool->chunk_capacity, count, sizeof(*pool->chunks),
                   UINT32_MAX / TC_POOL_CHUNK));
    TC_TRY(tc_grow(&pool->free, &pool->free_capacity, count * TC_POOL_CHUNK, sizeof(*pool->free),
                   UINT32_MAX));
    uint8_t *chunk = chunk_new();
    if (!chunk) return (tc_status){TC_ENOMEM};
    pool->chunks[pool->chunk_count++] = chunk;
    return TC_SUCCESS;
}

TC_STATUS tc_pool_reserve(tc_pool *pool, size_t count)
{
    if (count > pool->limit - pool->used) return (tc_status){TC_ELIMIT};
    while (pool->free_count + pool->chunk_count * TC_POOL_CHUNK < count + pool->fresh) {
        TC_TRY(add_chunk(pool));
    }
    return TC_SUCCESS;
}

tc_piece tc_pool_take(tc_pool *pool)
{
    tc_piece piece;
    if (pool->free_count) {
        piece = pool->free[--pool->free_count];
    } else {
        piece = pool->fresh++;
        TC_ASSERT(piece / TC_POOL_CHUNK < pool->chunk_count);
    }
    pool->used++;
    TC_UNPOISON(tc_pool_at(pool, piece), TC_PIECE_BYTES);
    return piece;
}

void tc_pool_give(tc_pool *pool, tc_piece piece)
{
    TC_ASSERT(piece && pool->used);
    TC_POISON(tc_pool_at(pool, piece), TC_PIECE_BYTES);
    pool->used--;
    pool->free[pool->free_count++] = piece;
}

tc_piece tc_pool_chain_put(tc_pool *pool, tc_slice text)
{
    tc_piece first = 0;
    text_piece *before = NULL;
    while (text.len) {
        tc_piece piece = tc_pool_take(pool);
        text_piece *t = tc_pool_at(pool, piece);
        tc_slice part = tc_slice_sub(text, 0, TC_PIECE_TEXT);
        t->next = 0;
        memcpy(t->bytes, part.ptr, part.len);
        if (before) {
            before->next = piece;
        } else {
            first = piece;
        }
        before = t;
        text = tc_slice_sub(text, part.len, text.len);
    }
    return first;
}

bool tc_pool_chain_equal(const tc_pool *pool, tc_piece first, tc_slice text)
{
    while (text.len) {
        const text_piece *t = tc_pool_at(pool, first);
        size_t part = TC_MIN(text.len, (size_t)TC_PIECE_TEXT);
        if (memcmp(t->bytes, text.ptr, part) != 0) return false;
        text = tc_slice_sub(text, part, text.len);
        first = t->next;
    }
    return true;
}

void tc_pool_chain_copy(const tc_pool *pool, tc_piece first, uint8_t *out, size_t length)
{
    while (length) {
        const text_piece *t = tc_pool_at(pool, first);
        size_t part = TC_MIN(length, (size_t)TC_PIECE_TEXT);
        memcpy(out, t->bytes, part);
        out += part;
        length -= part;
        first = t->next;
    }
}

void tc_pool_chain_give(tc_pool *pool, tc_piece first)
{
    while (first) {
        const text_piece *t = tc_pool_at(pool, first);
        tc_piece next = t->next;
        tc_pool_give(pool, first);
        first = next;
    }
}

tc_piece tc_pool_text_put(tc_pool *pool, uint8_t *room, size_t room_size, tc_slice text)
{
    tc_slice head = tc_slice_sub(text, 0, room_size);
    if (head.len) memcpy(room, head.ptr, head.len);
    return tc_pool_chain_put(pool, tc_slice_sub(text, head.len, text.len));
}

bool tc_pool_text_equal(const tc_pool *pool, const uint8_t *room, size_t room_size, tc_piece more,
                        size_t length, tc_slice text)
{
    if (text.len != length) return false;
    tc_slice head = tc_slice_sub(text, 0, room_size);
    if (head.len && memcmp(room, head.ptr, head.len) != 0) return false;
    return tc_pool_chain_equal(pool, more, tc_slice_sub(text, head.len, text.len));
}

void tc_pool_text_copy(const tc_pool *pool, const uint8_t *room, size_t room_size, tc_piece more,
                       uint8_t *out, size_t length)
{
    size_t head = TC_MIN(length, room_size);
    if (head) memcpy(out, room, head);
    tc_pool_chain_copy(pool, more, out + head, length - head);
}
