/*
 * arena: memory that dies together.
 *
 * One arena per block: its events, decoded strings and scratch are freed by one reset. Save and
 * rewind give per-record scratch. An arena has a hard limit in bytes; beyond it allocation returns
 * NULL (the caller drops the record and counts it). Chunks are kept across resets up to what the
 * largest block needed. In ASan builds rewound ranges are poisoned, so that a use after rewind is
 * seen. Not for concurrent use.
 */
#ifndef TC_BASE_ARENA_H
#define TC_BASE_ARENA_H

#include "parsers/base/slice.h"

typedef struct tc_arena tc_arena;
typedef struct tc_arena_mark {
    void *chunk;
    size_t used;
} tc_arena_mark;

/* An arena of at most `limit` bytes; NULL if there is no memory. */
tc_arena *tc_arena_new(size_t limit) TC_MUST_USE;
void tc_arena_free(tc_arena *arena);
/* Forgets everything, keeps the memory. */
void tc_arena_reset(tc_arena *arena);

/* Memory of count*size bytes, aligned for any type, NOT zeroed; lives until reset or a rewind past
 * it; NULL at the limit, on overflow or without memory. */
void *tc_arena_get(tc_arena *arena, size_t count, size_t size) TC_MUST_USE;
/* The same, zeroed. */
void *tc_arena_zero(tc_arena *arena, size_t count, size_t size) TC_MUST_USE;
/* A copy of the slice; *ret has a valid pointer even when empty. False at the limit. */
bool tc_arena_copy(tc_arena *arena, tc_slice s, tc_slice *ret) TC_MUST_USE;
/* A NUL-terminated copy; NULL at the limit. */
char *tc_arena_cstr(tc_arena *arena, tc_slice s) TC_MUST_USE;

tc_arena_mark tc_arena_save(const tc_arena *arena);
void tc_arena_rewind(tc_arena *arena, tc_arena_mark mark);

/* Bytes handed out since the last reset, and bytes held from the heap. */
size_t tc_arena_used(const tc_arena *arena);
size_t tc_arena_held(const tc_arena *arena);

#endif
