#include "detector/derive/past_counts.h"

#include <criterion/criterion.h>

enum { HOURS = TC_PAST_COUNTS_MAX };

static void count(tc_past_counts *c, int day, int hour, uint32_t times)
{
    (void)tc_past_counts_turn(c, day * 24 + hour, HOURS);
    c->count += times;
}

Test(past_counts, usual_is_the_same_hour_of_the_days_before)
{
    static tc_past_counts h;
    double median, mad;
    h = (tc_past_counts){0};
    for (int day = 0; day < 9; day++) {
        count(&h, day, 9, 10 + (uint32_t)day);
        count(&h, day, 10, 100);
    }
    count(&h, 9, 9, 50);
    cr_expect_eq(h.count, 50);
    cr_expect_eq(tc_past_counts_usual(&h, 24, &median, &mad), 9);
    cr_expect_eq(median, 14);
    cr_expect_eq(mad, 2);
}

Test(past_counts, an_empty_one_knows_nothing_usual)
{
    static tc_past_counts h;
    double median = 1, mad = 1;
    h = (tc_past_counts){0};
    cr_expect_eq(tc_past_counts_usual(&h, 24, &median, &mad), 0);
    cr_expect_eq(median, 0);
    cr_expect_eq(mad, 0);
}

Test(past_counts, a_gap_of_years_is_weeks_of_silence)
{
    static tc_past_counts h;
    double median, mad;
    h = (tc_past_counts){0};
    count(&h, 1, 9, 30);
    count(&h, 4000, 9, 3);
    cr_expect_eq(h.count, 3);
    cr_expect_eq(tc_past_counts_usual(&h, 24, &median, &mad), HOURS / 24);
    cr_expect_eq(median, 0);
}

/* What comes late counts where we are: nothing is rewritten. */
Test(past_counts, an_earlier_hour_counts_as_this)
{
    static tc_past_counts h;
    h = (tc_past_counts){0};
    count(&h, 2, 9, 5);
    count(&h, 2, 3, 5);
    cr_expect_eq(h.count, 10);
    cr_expect_eq(h.kept, 0);
}

Test(past_counts, the_median_of_every_day_lies_between_the_middle_two)
{
    static tc_past_counts h;
    double median;
    h = (tc_past_counts){0};
    for (int day = 0; day < 5; day++) {
        cr_expect(tc_past_counts_turn(&h, 100 + day, 3), "another day");
        cr_expect(!tc_past_counts_turn(&h, 100 + day, 3));
        h.count += (uint32_t)day;
    }
    cr_expect_eq(tc_past_counts_usual(&h, 1, &median, NULL), 3, "more are not kept");
    cr_expect_eq(median, 2);
    (void)tc_past_counts_turn(&h, 106, 3);
    cr_expect_eq(tc_past_counts_usual(&h, 1, &median, NULL), 3);
    cr_expect_eq(median, 3, "a day without any is one of them");
}

Test(past_counts, an_earlier_step_can_be_corrected_and_no_other)
{
    static tc_past_counts h;
    uint32_t steps;
    h = (tc_past_counts){0};
    for (int hour = 0; hour < 5; hour++)
        count(&h, 1, hour, 10);
    cr_expect_eq(tc_past_counts_correct(&h, 24 + 2, 70), 10u);
    cr_expect_eq(tc_past_counts_most(&h, &steps), 70u);
    cr_expect_eq(tc_past_counts_correct(&h, 24 + 2, 3), 70u);
    cr_expect_eq(tc_past_counts_most(&h, &steps), 10u);
    cr_expect_eq(tc_past_counts_correct(&h, 24 + 0, 5), 10u, "the eldest");
    cr_expect_eq(tc_past_counts_correct(&h, 24 - 1, 99), 0u, "older than what is kept");
    cr_expect_eq(tc_past_counts_correct(&h, 24 + 4, 99), 0u, "the present one");
    cr_expect_eq(tc_past_counts_most(&h, &steps), 10u);
}
