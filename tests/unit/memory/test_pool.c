#include "detector/memory/pool.h"

#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

Test(pool, hands_out_as_many_pieces_as_it_may)
{
    tc_pool pool;
    tc_pool_init(&pool, 100);
    cr_assert_eq(tc_pool_reserve(&pool, 101).code, TC_ELIMIT);
    cr_assert_eq(tc_pool_reserve(&pool, 100).code, TC_OK);
    bool seen[101] = {false};
    for (int i = 0; i < 100; i++) {
        tc_piece piece = tc_pool_take(&pool);
        cr_assert(piece > 0 && piece <= 100 && !seen[piece], "%u", piece);
        seen[piece] = true;
        memset(tc_pool_at(&pool, piece), i, TC_PIECE_BYTES);
    }
    cr_expect_eq(tc_pool_reserve(&pool, 1).code, TC_ELIMIT);
    tc_pool_give(&pool, 17);
    tc_pool_give(&pool, 42);
    cr_expect_eq(pool.used, 98);
    cr_expect_eq(tc_pool_reserve(&pool, 2).code, TC_OK);
    cr_expect_eq(tc_pool_take(&pool), 42);
    cr_expect_eq(tc_pool_take(&pool), 17);
    tc_pool_done(&pool);
}

Test(pool, does_not_mix_up_pieces_of_several_chunks)
{
    enum { COUNT = 3 * TC_POOL_CHUNK };
    tc_pool pool;
    tc_pool_init(&pool, COUNT);
    cr_assert_eq(tc_pool_reserve(&pool, COUNT).code, TC_OK);
    for (uint32_t i = 1; i <= COUNT; i++) {
        tc_piece piece = tc_pool_take(&pool);
        cr_assert_eq(piece, i);
        cr_assert_eq((uintptr_t)tc_pool_at(&pool, piece) % TC_PIECE_BYTES, 0);
        uint32_t *numbers = tc_pool_at(&pool, piece);
        numbers[0] = numbers[TC_PIECE_BYTES / sizeof(uint32_t) - 1] = i;
    }
    for (uint32_t i = 1; i <= COUNT; i++) {
        const uint32_t *numbers = tc_pool_at(&pool, i);
        cr_assert(numbers[0] == i && numbers[TC_PIECE_BYTES / sizeof(uint32_t) - 1] == i);
    }
    tc_pool_done(&pool);
}

Test(pool, keeps_texts_of_any_length)
{
    static const size_t lengths[] = {0, 1, 19, 20, 21, 143, 144, 145, 267, 268, 269, 5000};
    uint8_t text[5000], room[20], copy[5000];
    for (size_t i = 0; i < sizeof(text); i++) {
        text[i] = (uint8_t)(i * 7 + i / 256);
    }
    tc_pool pool;
    tc_pool_init(&pool, 64);
    for (size_t i = 0; i < TC_COUNT_OF(lengths); i++) {
        size_t length = lengths[i], more = length > 20 ? length - 20 : 0;
        tc_slice whole = tc_slice_make(text, length);
        cr_assert_eq(tc_pool_reserve(&pool, tc_pool_chain_need(more)).code, TC_OK);
        tc_piece first = tc_pool_text_put(&pool, room, sizeof(room), whole);
        cr_expect_eq(pool.used, tc_pool_chain_need(more), "%zu bytes", length);
        memset(copy, 0, sizeof(copy));
        tc_pool_text_copy(&pool, room, sizeof(room), first, copy, length);
        cr_expect_eq(memcmp(copy, text, length), 0, "%zu bytes", length);
        cr_expect(tc_pool_text_equal(&pool, room, sizeof(room), first, length, whole));
        if (length) {
            cr_expect_not(tc_pool_text_equal(&pool, room, sizeof(room), first, length,
                                             tc_slice_make(text, length - 1)));
            copy[length - 1] ^= 1;
            cr_expect_not(tc_pool_text_equal(&pool, room, sizeof(room), first, length,
                                             tc_slice_make(copy, length)));
        }
        tc_pool_chain_give(&pool, first);
        cr_expect_eq(pool.used, 0);
    }
    tc_pool_done(&pool);
}

Test(pool, says_when_there_is_no_memory)
{
    tc_pool pool;
    tc_pool_init(&pool, 1000);
    /* What was had before a failure is kept: the third try needs the chunk alone. */
    static const uint64_t fail_after[] = {1, 2, 1};
    for (size_t i = 0; i < TC_COUNT_OF(fail_after); i++) {
        tc_alloc_fail_after(fail_after[i]);
        cr_expect_eq(tc_pool_reserve(&pool, 1).code, TC_ENOMEM, "try %zu", i);
        tc_alloc_fail_after(0);
    }
    cr_expect_eq(tc_pool_reserve(&pool, 1).code, TC_OK);
    cr_expect_eq(tc_pool_take(&pool), 1);
    tc_pool_done(&pool);
}
