#include "detector/memory/deque.h"

#include <criterion/criterion.h>

Test(deque, is_first_in_first_out)
{
    tc_pool pool;
    tc_pool_init(&pool, 64);
    tc_deque deque = {0};
    uint32_t pushed = 0, popped = 0;
    for (int round = 0; round < 200; round++) {
        int in = (round * 7) % 13, out = (round * 5) % 13;
        for (int i = 0; i < in; i++) {
            cr_assert_eq(tc_pool_reserve(&pool, 1).code, TC_OK);
            tc_deque_push(&deque, &pool, pushed * 1000, pushed);
            cr_assert_eq(tc_deque_newest_tag(&deque, &pool), pushed);
            pushed++;
        }
        for (int i = 0; i < out && deque.count; i++) {
            uint32_t tag;
            cr_assert_eq(tc_deque_oldest(&deque, &pool, &tag), popped * 1000);
            cr_assert_eq(tag, popped);
            tc_deque_pop(&deque, &pool);
            popped++;
        }
        cr_assert_eq(deque.count, pushed - popped);
        cr_assert_leq(pool.used, deque.count / 10 + 2);
    }
    cr_assert_gt(popped, 1000);
    tc_deque_clear(&deque, &pool);
    cr_expect_eq(pool.used, 0);
    cr_expect_eq(deque.count, 0);
    tc_pool_done(&pool);
}
