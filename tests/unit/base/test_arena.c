#include "parsers/base/arena.h"

#include "parsers/base/alloc.h"
#include "parsers/base/poison.h"

#include <criterion/criterion.h>

enum { MANY = 1 << 20 };

Test(arena, memory_is_aligned_distinct_and_writable)
{
    tc_arena *arena = tc_arena_new(MANY);
    cr_assert_not_null(arena);
    uint8_t *parts[300];
    for (size_t i = 0; i < TC_COUNT_OF(parts); i++) {
        parts[i] = tc_arena_get(arena, i, 1);
        cr_assert_not_null(parts[i]);
        cr_assert_eq((uintptr_t)parts[i] % _Alignof(max_align_t), 0);
        memset(parts[i], (int)(i & 0xFF), i);
    }
    for (size_t i = 0; i < TC_COUNT_OF(parts); i++) {
        for (size_t j = 0; j < i; j++) {
            cr_assert_eq(parts[i][j], i & 0xFF);
        }
    }
    cr_expect(tc_arena_used(arena) >= 299 * 150);
    cr_expect(tc_arena_held(arena) >= tc_arena_used(arena));
    tc_arena_free(arena);
    tc_arena_free(NULL);
}

Test(arena, zero_gives_zeroes_where_others_wrote)
{
    tc_arena *arena = tc_arena_new(MANY);
    tc_arena_mark start = tc_arena_save(arena);
    memset(tc_arena_get(arena, 1, 500), 0xAA, 500);
    tc_arena_rewind(arena, start);
    uint8_t *memory = tc_arena_zero(arena, 100, 5);
    for (size_t i = 0; i < 500; i++) {
        cr_assert_eq(memory[i], 0);
    }
    tc_arena_free(arena);
}

Test(arena, a_size_of_zero_is_a_pointer)
{
    tc_arena *arena = tc_arena_new(100);
    cr_expect_not_null(tc_arena_get(arena, 0, 100));
    cr_expect_not_null(tc_arena_zero(arena, 100, 0));
    tc_arena_free(arena);
}

Test(arena, sizes_that_overflow_are_refused)
{
    tc_arena *arena = tc_arena_new(SIZE_MAX);
    cr_expect_null(tc_arena_get(arena, SIZE_MAX, 2));
    cr_expect_null(tc_arena_zero(arena, SIZE_MAX / 2 + 1, 2));
    cr_expect_null(tc_arena_get(arena, SIZE_MAX, 1));
    cr_expect_null(tc_arena_get(arena, SIZE_MAX - 16, 1));
    cr_expect_null(tc_arena_cstr(arena, (tc_slice){(const uint8_t *)"", SIZE_MAX}));
    cr_expect_eq(tc_arena_used(arena), 0);
    cr_expect_not_null(tc_arena_get(arena, 10, 1));
    tc_arena_free(arena);
}

Test(arena, the_limit_holds_and_small_requests_still_fit_below_it)
{
    tc_arena *arena = tc_arena_new(10000);
    size_t count = 0;
    while (tc_arena_get(arena, 1, 64)) {
        count++;
    }
    cr_expect(count > 10000 / 64 * 9 / 10 && count <= 10000 / 64, "%zu", count);
    tc_slice copy;
    tc_arena_reset(arena);
    cr_expect_null(tc_arena_get(arena, 10001, 1));
    cr_expect_null(tc_arena_zero(arena, 10001, 1));
    cr_expect_not_null(tc_arena_get(arena, 10000, 1));
    cr_expect_not(tc_arena_copy(arena, TC_LIT("x"), &copy));
    cr_expect_null(tc_arena_cstr(arena, TC_EMPTY_SLICE));
    cr_expect(tc_arena_copy(arena, TC_EMPTY_SLICE, &copy));
    tc_arena_free(arena);
}

Test(arena, chunks_of_small_blocks_do_not_block_a_large_one)
{
    tc_arena *arena = tc_arena_new(100000);
    for (int round = 0; round < 20; round++) {
        size_t count = 0;
        while (tc_arena_get(arena, 1, 1000)) {
            count++;
        }
        cr_assert(count >= 95, "round %d: %zu", round, count);
        tc_arena_reset(arena);
        cr_assert_not_null(tc_arena_get(arena, 1, 99000), "round %d", round);
        cr_assert(tc_arena_held(arena) < 110000);
        tc_arena_reset(arena);
    }
    tc_arena_free(arena);
}

Test(arena, a_reset_keeps_the_memory_and_forgets_the_content)
{
    tc_arena *arena = tc_arena_new(MANY);
    size_t held = 0;
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 100; i++) {
            cr_assert_not_null(tc_arena_get(arena, 1, 777));
        }
        cr_assert(tc_arena_used(arena) >= 77700);
        if (round == 0) held = tc_arena_held(arena);
        cr_assert_eq(tc_arena_held(arena), held, "round %d", round);
        tc_arena_reset(arena);
        cr_assert_eq(tc_arena_used(arena), 0);
        cr_assert_eq(tc_arena_held(arena), held);
    }
    tc_arena_free(arena);
}

Test(arena, copies_are_equal_and_own_their_bytes)
{
    tc_arena *arena = tc_arena_new(MANY);
    char source[] = "text";
    tc_slice copy = TC_EMPTY_SLICE;
    cr_expect(tc_arena_copy(arena, tc_slice_of(source), &copy));
    const char *text = tc_arena_cstr(arena, tc_slice_of(source));
    memset(source, 'x', 4);
    cr_expect(tc_slice_equal(copy, TC_LIT("text")));
    cr_expect_str_eq(text, "text");
    cr_expect(tc_arena_copy(arena, TC_EMPTY_SLICE, &copy));
    cr_expect_not_null(copy.ptr);
    cr_expect_eq(copy.len, 0);
    cr_expect_str_empty(tc_arena_cstr(arena, TC_EMPTY_SLICE));
    /* Behind a text of odd length memory is aligned all the same. */
    cr_expect_eq((uintptr_t)tc_arena_get(arena, 1, 8) % _Alignof(max_align_t), 0);
    tc_arena_free(arena);
}

Test(arena, a_rewind_gives_the_same_memory_again)
{
    tc_arena *arena = tc_arena_new(MANY);
    char *kept = tc_arena_cstr(arena, TC_LIT("kept"));
    size_t used = tc_arena_used(arena);
    tc_arena_mark mark = tc_arena_save(arena);
    void *first = tc_arena_get(arena, 1, 100);
    for (int i = 0; i < 1000; i++) {
        cr_assert_not_null(tc_arena_get(arena, 1, 100));
    }
    tc_arena_rewind(arena, mark);
    cr_expect_eq(tc_arena_used(arena), used);
    cr_expect_eq(tc_arena_get(arena, 1, 100), first);
    cr_expect_str_eq(kept, "kept");
    tc_arena_free(arena);
}

Test(arena, rewinds_nest_across_chunks)
{
    tc_arena *arena = tc_arena_new(MANY);
    tc_arena_mark marks[50];
    size_t used[50];
    size_t held = 0;
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < 50; i++) {
            marks[i] = tc_arena_save(arena);
            used[i] = tc_arena_used(arena);
            memset(tc_arena_get(arena, i + 1, 300), (int)i, (i + 1) * 300);
        }
        if (round == 0) held = tc_arena_held(arena);
        cr_expect_eq(tc_arena_held(arena), held);
        for (size_t i = 50; i-- > 0;) {
            tc_arena_rewind(arena, marks[i]);
            cr_assert_eq(tc_arena_used(arena), used[i]);
        }
    }
    cr_expect_eq(tc_arena_used(arena), 0);
    tc_arena_free(arena);
}

Test(arena, a_rewind_to_where_it_stands_changes_nothing)
{
    tc_arena *arena = tc_arena_new(MANY);
    tc_arena_rewind(arena, tc_arena_save(arena));
    char *text = tc_arena_cstr(arena, TC_LIT("text"));
    tc_arena_rewind(arena, tc_arena_save(arena));
    cr_expect_str_eq(text, "text");
    cr_expect_eq(tc_arena_used(arena), 5);
    tc_arena_free(arena);
}

#ifdef TC_WITH_ASAN
Test(arena, what_is_rewound_or_not_handed_out_is_poisoned)
{
    tc_arena *arena = tc_arena_new(MANY);
    uint8_t *kept = tc_arena_get(arena, 1, 16);
    tc_arena_mark mark = tc_arena_save(arena);
    uint8_t *near = tc_arena_get(arena, 1, 16);
    uint8_t *far = tc_arena_get(arena, 1, 100000);
    cr_expect_not(__asan_address_is_poisoned(near + 15));
    cr_expect(__asan_address_is_poisoned(near + 16));
    cr_expect_not(__asan_address_is_poisoned(far + 99999));
    tc_arena_rewind(arena, mark);
    cr_expect_not(__asan_address_is_poisoned(kept + 15));
    cr_expect(__asan_address_is_poisoned(near));
    cr_expect(__asan_address_is_poisoned(far));
    cr_expect(__asan_address_is_poisoned(far + 99999));
    tc_arena_reset(arena);
    cr_expect(__asan_address_is_poisoned(kept));
    cr_expect_eq(tc_arena_get(arena, 1, 3), kept);
    cr_expect_not(__asan_address_is_poisoned(kept + 2));
    cr_expect(__asan_address_is_poisoned(kept + 3));
    tc_arena_free(arena);
}
#endif

Test(arena, without_memory_it_says_so_and_stays_usable)
{
    tc_alloc_fail_after(1);
    cr_expect_null(tc_arena_new(MANY));
    tc_alloc_fail_after(0);
    tc_arena *arena = tc_arena_new(MANY);
    tc_slice copy;
    tc_alloc_fail_after(1);
    cr_expect_null(tc_arena_get(arena, 1, 1));
    cr_expect_null(tc_arena_zero(arena, 1, 1));
    cr_expect_null(tc_arena_cstr(arena, TC_LIT("x")));
    cr_expect_not(tc_arena_copy(arena, TC_LIT("x"), &copy));
    tc_alloc_fail_after(0);
    char *text = tc_arena_cstr(arena, TC_LIT("text"));
    tc_alloc_fail_after(1);
    cr_expect_null(tc_arena_get(arena, 1, 100000));
    cr_expect_not_null(tc_arena_get(arena, 1, 10));
    tc_alloc_fail_after(0);
    cr_expect_str_eq(text, "text");
    tc_arena_free(arena);
}
