#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

Test(alloc, memory_is_zeroed)
{
    for (size_t size = 1; size < 5000; size = size * 3 + 1) {
        uint8_t *memory = tc_alloc(size, 1);
        cr_assert_not_null(memory);
        for (size_t i = 0; i < size; i++) {
            cr_assert_eq(memory[i], 0);
        }
        memset(memory, 0xAA, size);
        tc_free(memory);
    }
}

Test(alloc, nothing_is_a_pointer_too)
{
    void *memory = tc_alloc(0, 8);
    cr_expect_not_null(memory);
    tc_free(memory);
    tc_free(NULL);
}

Test(alloc, sizes_that_overflow_are_refused)
{
    cr_expect_null(tc_alloc(SIZE_MAX, 2));
    cr_expect_null(tc_alloc(SIZE_MAX / 2 + 1, 2));
    cr_expect_null(tc_alloc(SIZE_MAX, 1));
    cr_expect_null(tc_alloc((size_t)PTRDIFF_MAX + 1, 1));
}

Test(alloc, grow_doubles_and_keeps_the_content)
{
    uint32_t *array = NULL;
    size_t capacity = 0;
    size_t grown = 0;
    for (uint32_t i = 0; i < 1000; i++) {
        size_t before = capacity;
        cr_assert_not(tc_failed(tc_grow(&array, &capacity, i + 1, sizeof(*array), 1000)));
        cr_assert(capacity > i);
        grown += capacity != before;
        array[i] = i;
    }
    cr_expect(grown < 12, "grew %zu times", grown);
    cr_expect_eq(capacity, 1000);
    for (uint32_t i = 0; i < 1000; i++) {
        cr_assert_eq(array[i], i);
    }
    tc_free(array);
}

Test(alloc, grow_takes_what_is_needed_at_once)
{
    uint8_t *array = NULL;
    size_t capacity = 0;
    cr_expect_not(tc_failed(tc_grow(&array, &capacity, 777, 1, SIZE_MAX)));
    cr_expect(capacity >= 777);
    memset(array, 1, capacity);
    uint8_t *same = array;
    cr_expect_not(tc_failed(tc_grow(&array, &capacity, 0, 1, SIZE_MAX)));
    cr_expect_eq(array, same);
    tc_free(array);
}

Test(alloc, grow_stops_at_the_limit_and_changes_nothing)
{
    uint16_t *array = NULL;
    size_t capacity = 0;
    cr_expect_not(tc_failed(tc_grow(&array, &capacity, 10, 2, 10)));
    cr_expect_eq(capacity, 10);
    uint16_t *same = array;
    cr_expect_eq(tc_grow(&array, &capacity, 11, 2, 10).code, TC_ELIMIT);
    cr_expect_eq(array, same);
    cr_expect_eq(capacity, 10);
    tc_free(array);
}

Test(alloc, grow_refuses_a_size_that_overflows)
{
    uint64_t *array = NULL;
    size_t capacity = 0;
    cr_expect_eq(tc_grow(&array, &capacity, SIZE_MAX / 2, 8, SIZE_MAX).code, TC_ENOMEM);
    cr_expect_eq(tc_grow(&array, &capacity, (size_t)PTRDIFF_MAX + 1, 1, SIZE_MAX).code, TC_ENOMEM);
    cr_expect_null(array);
    cr_expect_eq(capacity, 0);
    /* A capacity past the middle cannot be doubled. */
    capacity = SIZE_MAX / 2 + 2;
    cr_expect_eq(tc_grow(&array, &capacity, SIZE_MAX, 1, SIZE_MAX).code, TC_ENOMEM);
    cr_expect_eq(capacity, SIZE_MAX / 2 + 2);
}

Test(alloc, the_nth_allocation_and_all_later_ones_fail)
{
    tc_alloc_fail_after(3);
    void *first = tc_alloc(1, 1);
    void *second = tc_alloc(1, 1);
    cr_expect_not_null(first);
    cr_expect_not_null(second);
    cr_expect_null(tc_alloc(1, 1));
    cr_expect_null(tc_alloc(1, 1));
    uint8_t *array = NULL;
    size_t capacity = 0;
    cr_expect_eq(tc_grow(&array, &capacity, 1, 1, 1).code, TC_ENOMEM);
    cr_expect_null(array);
    tc_alloc_fail_after(0);
    void *third = tc_alloc(1, 1);
    cr_expect_not_null(third);
    tc_free(first);
    tc_free(second);
    tc_free(third);
}

Test(alloc, growing_counts_as_an_allocation)
{
    uint8_t *array = NULL;
    size_t capacity = 0;
    tc_alloc_fail_after(2);
    cr_expect_not(tc_failed(tc_grow(&array, &capacity, 1, 1, 1000)));
    cr_expect_not(tc_failed(tc_grow(&array, &capacity, 1, 1, 1000)));
    size_t before = capacity;
    cr_expect_eq(tc_grow(&array, &capacity, 500, 1, 1000).code, TC_ENOMEM);
    cr_expect_eq(capacity, before);
    cr_expect_not_null(array);
    tc_alloc_fail_after(0);
    tc_free(array);
}

Test(alloc, one_allocation_fails_and_those_behind_it_do_not)
{
    uint8_t *array = NULL;
    size_t capacity = 0;
    tc_alloc_fail_once(2);
    void *first = tc_alloc(1, 1);
    cr_expect_eq(tc_alloc_left(), 1);
    cr_expect_null(tc_alloc(1, 1));
    cr_expect_eq(tc_alloc_left(), 0);
    void *third = tc_alloc(1, 1);
    cr_expect(first && third);
    tc_alloc_fail_once(1);
    cr_expect_eq(tc_grow(&array, &capacity, 1, 1, 10).code, TC_ENOMEM);
    cr_expect_not(tc_failed(tc_grow(&array, &capacity, 1, 1, 10)));
    tc_free(first);
    tc_free(third);
    tc_free(array);
}

Test(alloc, what_found_no_memory_is_counted)
{
    cr_expect_eq(tc_alloc_failures(), 0);
    tc_alloc_fail_after(1);
    cr_expect_null(tc_alloc(1, 1));
    uint8_t *array = NULL;
    size_t capacity = 0;
    cr_expect_eq(tc_grow(&array, &capacity, 1, 1, 10).code, TC_ENOMEM);
    tc_alloc_fail_after(0);
    cr_expect_eq(tc_alloc_failures(), 2);
    /* A bound is no lack of memory. */
    cr_expect_eq(tc_grow(&array, &capacity, 11, 1, 10).code, TC_ELIMIT);
    cr_expect_eq(tc_alloc_failures(), 2);
}
