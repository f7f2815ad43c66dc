#include "detector/correlate/spray_hours.h"

#include <criterion/criterion.h>

static void count(tc_spray_hours *h, int day, int hour, int times)
{
    for (int i = 0; i < times; i++)
        tc_spray_hours_count(h, day * TC_DAY + hour * TC_HOUR + i, i % 2 != 0);
}

Test(spray_hours, usual_is_the_same_hour_of_the_days_before)
{
    static tc_spray_hours h;
    double median, mad;
    h = (tc_spray_hours){0};
    for (int day = 0; day < 9; day++) {
        count(&h, day, 9, 10 + day);
        count(&h, day, 10, 100);
    }
    count(&h, 9, 9, 50);
    cr_expect_eq(h.count, 50);
    cr_expect_eq(h.extra, 25);
    cr_expect_eq(tc_spray_hours_usual(&h, &median, &mad), 9);
    cr_expect_eq(median, 14);
    cr_expect_eq(mad, 2);
}

Test(spray_hours, an_empty_one_knows_nothing_usual)
{
    static tc_spray_hours h;
    double median = 1, mad = 1;
    h = (tc_spray_hours){0};
    cr_expect_eq(tc_spray_hours_usual(&h, &median, &mad), 0);
    cr_expect_eq(median, 0);
    cr_expect_eq(mad, 0);
}

Test(spray_hours, a_gap_of_years_is_weeks_of_silence)
{
    static tc_spray_hours h;
    double median, mad;
    h = (tc_spray_hours){0};
    count(&h, 1, 9, 30);
    count(&h, 4000, 9, 3);
    cr_expect_eq(h.count, 3);
    cr_expect_eq(tc_spray_hours_usual(&h, &median, &mad), TC_SPRAY_HOURS_DAYS);
    cr_expect_eq(median, 0);
}

/* What comes late counts where we are: nothing is rewritten. */
Test(spray_hours, an_earlier_hour_counts_as_this)
{
    static tc_spray_hours h;
    h = (tc_spray_hours){0};
    count(&h, 2, 9, 5);
    count(&h, 2, 3, 5);
    cr_expect_eq(h.count, 10);
    cr_expect_eq(h.kept, 0);
}
