/*
 * utf8_bench: an arena and an output for tests of texts, and comparisons with them.
 *
 * Each test file that includes it has its own; its suite opens and closes them.
 */
#ifndef TC_TESTS_BASE_UTF8_BENCH_H
#define TC_TESTS_BASE_UTF8_BENCH_H

#include "parsers/base/utf8.h"

#include <criterion/criterion.h>

static tc_arena *arena;
static tc_str out;

static void open_all(void)
{
    arena = tc_arena_new((size_t)32 << 20);
    cr_assert_not_null(arena);
    tc_str_init(&out, (size_t)32 << 20);
}

static void close_all(void)
{
    tc_arena_free(arena);
    tc_str_done(&out);
}

static bool is(tc_slice s, const char *text)
{
    return tc_slice_equal(s, tc_slice_of(text));
}

/* A copy in memory of exactly its size, at an address that is as odd as its length. */
static tc_slice exact(const void *text, size_t length)
{
    tc_slice copy;
    cr_assert(tc_arena_copy(arena, tc_slice_make(text, length), &copy));
    return copy;
}

#endif
