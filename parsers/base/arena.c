#include "parsers/base/arena.h"

#include "parsers/base/alloc.h"
#include "parsers/base/poison.h"

enum { FIRST_CHUNK = 1024, LARGEST_CHUNK = 1024 * 1024 };

typedef struct chunk {
    struct chunk *next;
    size_t capacity;
    size_t used;
    size_t before; /* bytes handed out from the chunks ahead of this one */
    _Alignas(max_align_t) uint8_t data[];
} chunk;

/* Chunks stand in a list in the order of their use: those behind `current` hold nothing. `current`
 * is NULL while nothing is handed out. */
struct tc_arena {
    chunk *first;
    chunk *current;
    size_t limit;
    size_t capacity; /* of all chunks: what the limit bounds */
    size_t chunks;
};

tc_arena *tc_arena_new(size_t limit)
{
    tc_arena *arena = tc_alloc(1, sizeof(*arena));
    if (arena) arena->limit = limit;
    return arena;
}

static void free_chunk(tc_arena *arena, chunk *c)
{
    arena->capacity -= c->capacity;
    arena->chunks--;
    TC_UNPOISON(c->data, c->capacity);
    tc_free(c);
}

void tc_arena_free(tc_arena *arena)
{
    if (!arena) return;
    while (arena->first) {
        chunk *c = arena->first;
        arena->first = c->next;
        free_chunk(arena, c);
    }
    tc_free(arena);
}

void tc_arena_reset(tc_arena *arena)
{
    tc_arena_rewind(arena, (tc_arena_mark){NULL, 0});
}

/* The link that points to the first chunk that holds nothing. */
static chunk **spare_link(tc_arena *arena)
{
    return arena->current ? &arena->current->next : &arena->first;
}

/* Takes a spare chunk with that much room out of the list; NULL if there is none. */
static chunk *take_spare(tc_arena *arena, size_t bytes)
{
    for (chunk **link = spare_link(arena); *link; link = &(*link)->next) {
        chunk *c = *link;
        if (c->capacity >= bytes) {
            *link = c->next;
            return c;
        }
    }
    return NULL;
}

static chunk *new_chunk(tc_arena *arena, size_t bytes)
{
    if (bytes > arena->limit) return NULL;
    /* Spare chunks that are too small must not stand in the way of one that is large enough. */
    chunk **spare = spare_link(arena);
    while (*spare && bytes > arena->limit - arena->capacity) {
        chunk *c = *spare;
        *spare = c->next;
        free_chunk(arena, c);
    }
    size_t room = arena->limit - arena->capacity;
    if (bytes > room) return NULL;

    size_t capacity = TC_MIN(TC_MAX(arena->capacity, (size_t)FIRST_CHUNK), (size_t)LARGEST_CHUNK);
    capacity = TC_MIN(TC_MAX(capacity, bytes), room);
    if (capacity > SIZE_MAX - sizeof(chunk)) return NULL;
    chunk *c = tc_alloc(1, sizeof(chunk) + capacity);
    if (!c) return NULL;
    c->capacity = capacity;
    arena->capacity += capacity;
    arena->chunks++;
    TC_POISON(c->data, capacity);
    return c;
}

/* Makes a chunk with that much room the current one. */
static bool advance(tc_arena *arena, size_t bytes)
{
    chunk *c = take_spare(arena, bytes);
    if (!c) c = new_chunk(arena, bytes);
    if (!c) return false;
    c->before = tc_arena_used(arena);
    c->used = 0;
    chunk **link = spare_link(arena);
    c->next = *link;
    *link = c;
    arena->current = c;
    return true;
}

/* Hands out bytes (at least one) at a multiple of `alignment`. */
static void *get(tc_arena *arena, size_t bytes, size_t alignment)
{
    chunk *c = arena->current;
    size_t from = c ? (c->used + alignment - 1) & ~(alignment - 1) : 0;
    if (!c || from > c->capacity || bytes > c->capacity - from) {
        if (!advance(arena, bytes)) return NULL;
        c = arena->current;
        from = 0;
    }
    c->used = from + bytes;
    TC_UNPOISON(c->data + from, bytes);
    return c->data + from;
}

void *tc_arena_get(tc_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) return NULL;
    return get(arena, bytes ? bytes : 1, _Alignof(max_align_t));
}

void *tc_arena_zero(tc_arena *arena, size_t count, size_t size)
{
    void *memory = tc_arena_get(arena, count, size);
    if (memory) memset(memory, 0, count * size);
    return memory;
}

bool tc_arena_copy(tc_arena *arena, tc_slice s, tc_slice *ret)
{
    if (s.len == 0) {
        *ret = TC_LIT("");
        return true;
    }
    uint8_t *copy = get(arena, s.len, 1);
    if (!copy) return false;
    memcpy(copy, s.ptr, s.len);
    *ret = (tc_slice){copy, s.len};
    return true;
}

char *tc_arena_cstr(tc_arena *arena, tc_slice s)
{
    if (s.len == SIZE_MAX) return NULL;
    char *copy = get(arena, s.len + 1, 1);
    if (!copy) return NULL;
    if (s.len) memcpy(copy, s.ptr, s.len);
    copy[s.len] = '\0';
    return copy;
}

tc_arena_mark tc_arena_save(const tc_arena *arena)
{
    chunk *c = arena->current;
    return (tc_arena_mark){c, c ? c->used : 0};
}

void tc_arena_rewind(tc_arena *arena, tc_arena_mark mark)
{
    chunk *kept = mark.chunk;
    chunk *last = arena->current;
    arena->current = kept;
    if (kept) {
        TC_ASSERT(mark.used <= kept->used);
        TC_POISON(kept->data + mark.used, kept->capacity - mark.used);
        kept->used = mark.used;
    }
    for (chunk *c = kept ? kept->next : arena->first; last && last != kept; c = c->next) {
        TC_POISON(c->data, c->capacity);
        if (c == last) break;
    }
}

size_t tc_arena_used(const tc_arena *arena)
{
    const chunk *c = arena->current;
    return c ? c->before + c->used : 0;
}

size_t tc_arena_held(const tc_arena *arena)
{
    return arena->capacity + arena->chunks * sizeof(chunk);
}
