#include "detector/enrich/observation.h"

#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

static tc_slice text_at(tc_observations *b, size_t i, tc_obs_text which)
{
    return tc_observation_text(tc_observations_at(b, i), tc_observations_heap(b), which);
}

Test(observation, an_added_observation_is_zeroed)
{
    tc_observations *b = tc_observations_new(1 << 20);
    tc_observation *o = NULL;
    cr_assert(!tc_failed(tc_observations_add(b, &o)));
    tc_observation zero;
    memset(&zero, 0, sizeof(zero));
    cr_expect(memcmp(o, &zero, sizeof(zero)) == 0);
    memset(o, 0xAA, sizeof(*o));
    tc_observations_clear(b);
    cr_expect_eq(tc_observations_count(b), 0);
    cr_assert(!tc_failed(tc_observations_add(b, &o)));
    cr_expect(memcmp(o, &zero, sizeof(zero)) == 0, "after clear as well");
    tc_observations_free(b);
}

Test(observation, a_text_is_kept_once)
{
    tc_observations *b = tc_observations_new(1 << 20);
    tc_text_ref first, again, other, empty;
    cr_assert(!tc_failed(tc_observations_text(b, TC_LIT("alice"), &first)));
    cr_assert(!tc_failed(tc_observations_text(b, TC_LIT("bob"), &other)));
    cr_assert(!tc_failed(tc_observations_text(b, TC_LIT("alice"), &again)));
    cr_assert(!tc_failed(tc_observations_text(b, TC_EMPTY_SLICE, &empty)));
    cr_expect_eq(first.offset, again.offset);
    cr_expect_eq(first.length, 5);
    cr_expect_neq(first.offset, other.offset);
    cr_expect_eq(empty.length, 0);
    cr_expect_eq(tc_observations_heap(b).len, 8);
    tc_observations_free(b);
}

Test(observation, a_text_that_is_not_looked_for_is_there_too)
{
    tc_observations *b = tc_observations_new(0);
    tc_text_ref known, fresh, again, empty;
    cr_assert(!tc_failed(tc_observations_text(b, TC_LIT("alice"), &known)));
    cr_assert(!tc_failed(tc_observations_new_text(b, TC_LIT("a line"), &fresh)));
    cr_assert(!tc_failed(tc_observations_new_text(b, TC_LIT("a line"), &again)));
    cr_assert(!tc_failed(tc_observations_new_text(b, TC_EMPTY_SLICE, &empty)));
    tc_slice heap = tc_observations_heap(b);
    cr_expect_eq(heap.len, 5 + 6 + 6);
    cr_expect(
        tc_slice_equal(tc_slice_make(heap.ptr + known.offset, known.length), TC_LIT("alice")));
    cr_expect(
        tc_slice_equal(tc_slice_make(heap.ptr + again.offset, again.length), TC_LIT("a line")));
    cr_expect_neq(fresh.offset, again.offset);
    cr_expect_eq(empty.length, 0);
    static const uint8_t large[(size_t)64 << 10];
    cr_expect_eq(tc_observations_new_text(b, tc_slice_make(large, sizeof(large)), &empty).code,
                 TC_ELIMIT);
    tc_observations_free(b);
}

Test(observation, thousands_of_texts_stay_apart)
{
    tc_observations *b = tc_observations_new(8 << 20);
    char text[32];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 20000; i++) {
            int length = snprintf(text, sizeof(text), "user-%d", i);
            tc_text_ref ref;
            cr_assert(
                !tc_failed(tc_observations_text(b, tc_slice_make(text, (size_t)length), &ref)));
            tc_slice heap = tc_observations_heap(b);
            cr_assert(
                tc_slice_equal((tc_slice){heap.ptr + ref.offset, ref.length}, tc_slice_of(text)));
        }
    }
    size_t expected = 0;
    for (int i = 0; i < 20000; i++)
        expected += (size_t)snprintf(text, sizeof(text), "user-%d", i);
    cr_expect_eq(tc_observations_heap(b).len, expected);
    tc_observations_free(b);
}

Test(observation, the_bound_holds_and_says_so)
{
    tc_observations *b = tc_observations_new(0);
    tc_observation *o = NULL;
    tc_status status = TC_SUCCESS;
    size_t added = 0;
    while (!tc_failed(status = tc_observations_add(b, &o)))
        added++;
    cr_expect_eq(status.code, TC_ELIMIT);
    cr_expect_eq(added, tc_observations_count(b));
    cr_expect_geq(added * sizeof(tc_observation), 60000);
    cr_expect_leq(tc_observations_bytes(b), 65536);
    static uint8_t large[70000];
    tc_text_ref ref;
    cr_expect_eq(tc_observations_text(b, tc_slice_make(large, sizeof(large)), &ref).code,
                 TC_ELIMIT);
    tc_observations_truncate(b, 1);
    cr_expect_eq(tc_observations_count(b), 1);
    cr_expect(!tc_failed(tc_observations_add(b, &o)));
    tc_observations_free(b);
}

Test(observation, sorts_by_the_whole_order)
{
    static const tc_order orders[] = {
        {5, 1, 0, 0, 0, 0}, {1, 9, 9, 9, 9, 9}, {5, 0, 0, 7, 0, 0}, {5, 0, 2, 7, 0, 0},
        {5, 0, 1, 7, 0, 0}, {5, 0, 9, 6, 9, 9}, {1, 9, 9, 9, 9, 8}, {TC_TIME_NONE, 3, 0, 0, 0, 0},
    };
    tc_observations *b = tc_observations_new(1 << 20);
    for (size_t i = 0; i < TC_COUNT_OF(orders); i++) {
        tc_observation *o = NULL;
        tc_text_ref ref;
        char name[8];
        snprintf(name, sizeof(name), "n%zu", i);
        cr_assert(!tc_failed(tc_observations_text(b, tc_slice_of(name), &ref)));
        cr_assert(!tc_failed(tc_observations_add(b, &o)));
        o->order = orders[i];
        o->text[TC_OBS_TEXT_USER] = ref;
    }
    tc_observations_sort(b);
    for (size_t i = 1; i < TC_COUNT_OF(orders); i++)
        cr_expect_lt(tc_order_compare(&tc_observations_at(b, i - 1)->order,
                                      &tc_observations_at(b, i)->order),
                     0, "place %zu", i);
    cr_expect(tc_slice_equal(text_at(b, 0, TC_OBS_TEXT_USER), TC_LIT("n7")));
    cr_expect(tc_slice_equal(text_at(b, 7, TC_OBS_TEXT_USER), TC_LIT("n0")));
    tc_observations_free(b);
}

Test(observation, a_lack_of_memory_is_told)
{
    for (uint64_t n = 1; n <= 3; n++) {
        tc_alloc_fail_after(n);
        cr_expect_null(tc_observations_new(1 << 20), "allocation %d", (int)n);
        tc_alloc_fail_after(0);
    }
    tc_observations *b = tc_observations_new(1 << 20);
    tc_observation *o = NULL;
    tc_alloc_fail_after(1);
    cr_expect_eq(tc_observations_add(b, &o).code, TC_ENOMEM);
    tc_alloc_fail_after(0);
    cr_expect(!tc_failed(tc_observations_add(b, &o)));
    tc_observations_free(b);
}
