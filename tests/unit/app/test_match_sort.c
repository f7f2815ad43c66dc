/* Texts come back in the order of their times, whether they were spilled or not. */
#include "detector/app/match_sort.h"

#include <criterion/criterion.h>

#define COUNT 5000

typedef struct taken {
    tc_time last;
    uint64_t last_sequence;
    size_t count;
    bool wrong;
} taken;

static tc_time time_of(uint64_t i)
{
    return (tc_time)(i * 7919 % 97) * TC_SECOND;
}

static size_t length_of(uint64_t i)
{
    return i % 251 == 0 ? 70000 : i % 40;
}

static TC_STATUS take(void *context, tc_time time, uint64_t sequence, tc_slice text)
{
    taken *t = context;
    bool in_order =
        t->count == 0 || time > t->last || (time == t->last && sequence > t->last_sequence);
    t->wrong |= !in_order || time != time_of(sequence) || text.len != length_of(sequence);
    for (size_t i = 0; i < text.len; i++)
        t->wrong |= text.ptr[i] != (uint8_t)(sequence & 0xFF);
    t->last = time;
    t->last_sequence = sequence;
    t->count++;
    return TC_SUCCESS;
}

static uint64_t sorted_within(size_t memory)
{
    static uint8_t bytes[70000];
    tc_error error = {0};
    taken t = {.count = 0};
    tc_match_taker taker = {&t, take};
    tc_match_sort *sort = tc_match_sort_new(memory, "/tmp");
    cr_assert_not_null(sort);
    for (uint64_t i = 0; i < COUNT; i++) {
        memset(bytes, (int)(i & 0xFF), length_of(i));
        tc_status status =
            tc_match_sort_add(sort, time_of(i), tc_slice_make(bytes, length_of(i)), &error);
        cr_assert(!tc_failed(status), "%s", error.text);
    }
    cr_assert(!tc_failed(tc_match_sort_give(sort, &taker, &error)), "%s", error.text);
    cr_expect_eq(t.count, COUNT);
    cr_expect_not(t.wrong);
    uint64_t spilled = tc_match_sort_spilled(sort);
    tc_match_sort_free(sort);
    return spilled;
}

Test(match_sort, what_fits_stays_in_memory)
{
    cr_expect_eq(sorted_within((size_t)64 << 20), 0);
}

Test(match_sort, what_does_not_fit_is_spilled_and_comes_back_the_same)
{
    cr_expect_gt(sorted_within((size_t)1 << 20), (uint64_t)1 << 20);
    /* Texts that are longer than all that may be held. */
    cr_expect_gt(sorted_within(4096), (uint64_t)1 << 20);
}

Test(match_sort, a_folder_that_cannot_be_written_is_told)
{
    tc_error error = {0};
    tc_match_sort *sort = tc_match_sort_new(16, "/nonexistent");
    tc_status status = TC_SUCCESS;
    for (int i = 0; i < 3 && !tc_failed(status); i++)
        status =
            tc_match_sort_add(sort, i, TC_LIT("a text that is longer than the memory"), &error);
    cr_expect_eq(status.code, TC_EIO);
    cr_expect(strstr(error.text, "/nonexistent") != NULL, "%s", error.text);
    tc_match_sort_free(sort);
}

static TC_STATUS refuse(void *context, tc_time time, uint64_t sequence, tc_slice text)
{
    size_t *count = context;
    (void)time;
    (void)sequence;
    (void)text;
    ++*count;
    return (tc_status){TC_ELIMIT};
}

Test(match_sort, a_taker_that_fails_ends_the_giving)
{
    tc_error error = {0};
    size_t count = 0;
    tc_match_taker taker = {&count, refuse};
    tc_match_sort *sort = tc_match_sort_new(64, "/tmp");
    for (int i = 0; i < 9; i++)
        cr_assert(!tc_failed(tc_match_sort_add(sort, i, TC_LIT("some text"), &error)));
    cr_expect_eq(tc_match_sort_give(sort, &taker, &error).code, TC_ELIMIT);
    cr_expect_eq(count, 1);
    tc_match_sort_free(sort);
}
