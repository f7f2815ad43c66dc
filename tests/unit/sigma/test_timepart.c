#include "detector/sigma/timepart.h"

#include <criterion/criterion.h>

Test(timepart, iso_weeks_at_the_turn_of_years)
{
    static const struct {
        const char *date;
        int64_t week;
    } rows[] = {{"2004-12-31", 53}, {"2005-01-01", 53}, {"2005-01-03", 1}, {"2008-12-29", 1},
                {"2009-12-31", 53}, {"2010-01-03", 53}, {"2010-01-04", 1}, {"2016-01-03", 53},
                {"2024-12-30", 1},  {"1969-12-28", 52}, {"1969-12-29", 1}, {"2000-02-29", 9}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        int64_t week = 0;
        cr_assert(tc_time_part_of(tc_slice_of(rows[i].date), false, TC_PART_WEEK, &week));
        cr_expect_eq(week, rows[i].week, "%s: %d", rows[i].date, (int)week);
    }
}

Test(timepart, each_part_of_one_time)
{
    static const int64_t expected[TC_PART_COUNT] = {
        [TC_PART_MINUTE] = 4, [TC_PART_HOUR] = 3,  [TC_PART_DAY] = 2,
        [TC_PART_WEEK] = 5,   [TC_PART_MONTH] = 2, [TC_PART_YEAR] = 1965};
    for (int part = 0; part < TC_PART_COUNT; part++) {
        int64_t got = -1;
        cr_assert(
            tc_time_part_of(TC_LIT("1965-02-02T03:04:05-07:00"), false, (tc_time_part)part, &got));
        cr_expect_eq(got, expected[part], "part %d is %d", part, (int)got);
    }
}

Test(timepart, numbers_are_seconds_and_nonsense_is_no_time)
{
    int64_t got;
    cr_assert(tc_time_part_of(TC_LIT("1700000000"), true, TC_PART_YEAR, &got));
    cr_expect_eq(got, 2023);
    cr_expect(!tc_time_part_of(TC_LIT("yesterday"), false, TC_PART_YEAR, &got));
    cr_expect(!tc_time_part_of(TC_LIT("2024-13-01"), false, TC_PART_YEAR, &got));
}
