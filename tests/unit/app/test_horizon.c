#include "detector/app/horizon.h"

#include <criterion/criterion.h>

#define DAY_ZERO (15000 * TC_DAY)
#define LATER (40000 * TC_DAY)

static tc_time day(int n)
{
    return tc_time_add(DAY_ZERO, n * TC_DAY);
}

static void note_many(tc_horizon *h, tc_time from, int count)
{
    for (int i = 0; i < count; i++)
        tc_horizon_note(h, tc_time_add(from, i * TC_SECOND));
}

static tc_time before(tc_time time)
{
    return tc_time_sub(time, TC_HORIZON_OVERLAP);
}

Test(horizon, nothing_noted_is_what_was_known_before)
{
    tc_horizon *h = tc_horizon_new();
    cr_expect_eq(tc_horizon_until(h, LATER, TC_TIME_NONE), TC_TIME_NONE);
    cr_expect_eq(tc_horizon_until(h, LATER, DAY_ZERO), DAY_ZERO);
    tc_horizon_free(h);
}

Test(horizon, is_the_newest_record_less_the_overlap_and_never_goes_back)
{
    tc_horizon *h = tc_horizon_new();
    note_many(h, day(0), 500);
    note_many(h, day(1), 500);
    tc_time newest = tc_time_add(day(1), 499 * TC_SECOND);
    cr_expect_eq(tc_horizon_until(h, LATER, TC_TIME_NONE), before(newest));
    cr_expect_eq(tc_horizon_until(h, LATER, day(2)), day(2));
    tc_horizon_note(h, tc_time_add(newest, 1234567));
    cr_expect_eq(tc_horizon_until(h, LATER, TC_TIME_NONE), before(tc_time_add(newest, 1000000)),
                 "whole milliseconds");
    tc_horizon_free(h);
}

Test(horizon, does_not_lie_behind_the_clock)
{
    tc_horizon *h = tc_horizon_new();
    note_many(h, day(10), 1000);
    cr_expect_eq(tc_horizon_until(h, day(5), TC_TIME_NONE), before(day(5)));
    tc_horizon_free(h);
}

Test(horizon, passes_over_few_records_that_stand_alone_far_ahead)
{
    tc_horizon *h = tc_horizon_new();
    note_many(h, day(0), 500);
    tc_time expected = before(tc_time_add(day(0), 499 * TC_SECOND));
    tc_horizon_note(h, day(3));
    cr_expect_eq(tc_horizon_until(h, LATER, TC_TIME_NONE), before(day(3)), "near enough");
    tc_horizon_clear(h);
    note_many(h, day(0), 500);
    note_many(h, day(700), 1);
    note_many(h, day(701), 20);
    note_many(h, day(2000), 43);
    cr_expect_eq(tc_horizon_until(h, LATER, TC_TIME_NONE), expected);
    note_many(h, day(2000), 1);
    cr_expect_eq(tc_horizon_until(h, LATER, TC_TIME_NONE),
                 before(tc_time_add(day(701), 19 * TC_SECOND)), "65 are no stragglers");
    note_many(h, day(2000), 64);
    cr_expect_eq(tc_horizon_until(h, LATER, TC_TIME_NONE),
                 before(tc_time_add(day(2000), 63 * TC_SECOND)));
    tc_horizon_free(h);
}

Test(horizon, any_time_is_noted_without_harm)
{
    const tc_time times[] = {INT64_MIN, INT64_MIN + 1, -1, 0, TC_DAY - 1, INT64_MAX};
    tc_horizon *h = tc_horizon_new();
    for (size_t i = 0; i < TC_COUNT_OF(times); i++)
        tc_horizon_note(h, times[i]);
    cr_expect_eq(tc_horizon_until(h, LATER, TC_TIME_NONE), before(LATER));
    tc_horizon_free(h);
}
