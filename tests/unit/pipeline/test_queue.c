#include "detector/pipeline/queue.h"

#include <criterion/criterion.h>

Test(queue, gives_what_was_put_in_that_order_and_ends_when_closed)
{
    int items[5];
    tc_queue *q = tc_queue_new(3);
    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 3; i++)
            cr_assert(tc_queue_put(q, &items[i]));
        for (int i = 0; i < 3; i++)
            cr_expect_eq(tc_queue_take(q, -1), &items[i]);
    }
    cr_assert(tc_queue_put(q, &items[4]));
    tc_queue_close(q);
    cr_expect(!tc_queue_put(q, &items[0]));
    cr_expect(!tc_queue_closed_and_empty(q));
    cr_expect_eq(tc_queue_take(q, -1), &items[4]);
    cr_expect_null(tc_queue_take(q, -1));
    cr_expect(tc_queue_closed_and_empty(q));
    tc_queue_free(q);
}

Test(queue, waits_no_longer_than_it_was_told)
{
    struct timespec begun, ended;
    tc_queue *q = tc_queue_new(1);
    clock_gettime(CLOCK_MONOTONIC, &begun);
    cr_expect_null(tc_queue_take(q, 50));
    clock_gettime(CLOCK_MONOTONIC, &ended);
    double waited =
        (double)(ended.tv_sec - begun.tv_sec) + (double)(ended.tv_nsec - begun.tv_nsec) / 1e9;
    cr_expect(waited >= 0.049 && waited < 20, "%f", waited);
    cr_expect_null(tc_queue_take(q, 0));
    tc_queue_free(q);
}
