#include "parsers/text/w3c_time.h"

#include <criterion/criterion.h>

static tc_w3c_clock clock_on(int day, int hour)
{
    tc_time instant;
    tc_w3c_clock clock;
    cr_assert(tc_time_from_civil(2011, 3, day, hour, 0, 0, &instant));
    tc_w3c_clock_set(&clock, instant);
    return clock;
}

static void expect_next(tc_w3c_clock *clock, const char *shown, const char *want)
{
    tc_time since_midnight, got;
    char text[TC_TIME_TEXT];
    cr_assert(tc_time_parse_clock(tc_slice_of(shown), &since_midnight));
    cr_assert(tc_w3c_clock_next(clock, since_midnight, &got), "%s", shown);
    cr_expect_str_eq(tc_time_format_human(got, text), want);
}

Test(w3c_time, rolls_over_at_midnight_and_not_at_small_steps_back)
{
    tc_w3c_clock clock = clock_on(9, 23);
    expect_next(&clock, "22:59:59", "2011-03-09 22:59:59");
    expect_next(&clock, "23:59:59", "2011-03-09 23:59:59");
    expect_next(&clock, "00:00:01", "2011-03-10 00:00:01");
    expect_next(&clock, "23:59:58", "2011-03-09 23:59:58");
    expect_next(&clock, "00:00:02", "2011-03-10 00:00:02");
    expect_next(&clock, "14:00:00", "2011-03-10 14:00:00");
    expect_next(&clock, "02:30:00", "2011-03-10 02:30:00");
    expect_next(&clock, "15:00:00", "2011-03-10 15:00:00");
    expect_next(&clock, "02:30:00", "2011-03-11 02:30:00");
}

Test(w3c_time, takes_a_late_first_row_for_the_day_of_the_header)
{
    tc_w3c_clock clock = clock_on(9, 0);
    expect_next(&clock, "23:59:59", "2011-03-09 23:59:59");
}

Test(w3c_time, knows_no_time_without_a_day)
{
    tc_w3c_clock clock = {.day = TC_TIME_NONE};
    tc_time got;
    cr_expect_not(tc_w3c_clock_next(&clock, TC_HOUR, &got));
}

Test(w3c_time, decodes_again_when_date_or_second_change)
{
    tc_w3c_form form = {.width = 2, .date = 0, .time = 1};
    tc_w3c_cache cache = {0};
    tc_w3c_clock clock = {.day = TC_TIME_NONE};
    static const char *const rows[][3] = {
        {"2011-03-09", "07:12:03", "2011-03-09 07:12:03"},
        {"2011-03-09", "07:12:04", "2011-03-09 07:12:04"},
        {"2011-03-10", "07:12:04", "2011-03-10 07:12:04"},
        {"2011-03-10", "07:12:04.5", "2011-03-10 07:12:04"},
        {"2011-03-32", "07:12:05", NULL},
        {"2011-03-10", "07:61:05", NULL},
        {"2011-03-1", "07:12:05", NULL},
        {"2011-03-10", "", NULL},
        {"2011-03-10", "07:12:05", "2011-03-10 07:12:05"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_cell cells[2] = {tc_cell_text(tc_slice_of(rows[i][0])),
                            tc_cell_text(tc_slice_of(rows[i][1]))};
        tc_time got;
        char text[TC_TIME_TEXT];
        bool known = tc_w3c_row_time(&cache, &clock, &form, cells, TC_HOUR, &got);
        cr_expect_eq(known, rows[i][2] != NULL, "row %zu", i);
        if (known) cr_expect_str_eq(tc_time_format_human(got, text), rows[i][2], "row %zu", i);
    }
    form.local = true;
    tc_cell cells[2] = {tc_cell_text(TC_LIT("2011-03-09")), tc_cell_text(TC_LIT("07:00:00"))};
    tc_time utc = 0, local = 0;
    cr_assert(tc_w3c_row_time(&cache, &clock, &form, cells, 0, &utc));
    cr_assert(tc_w3c_row_time(&cache, &clock, &form, cells, 2 * TC_HOUR, &local));
    cr_expect_eq(utc - local, 2 * TC_HOUR);
}

Test(w3c_time, stops_at_the_ends_of_what_can_be_told)
{
    const tc_time latest_clock = TC_DAY - TC_SECOND;
    tc_w3c_clock clock = {.day = TC_TIME_NONE};
    tc_time got;
    tc_w3c_clock_set(&clock, TC_TIME_MAX);
    cr_assert(tc_w3c_clock_next(&clock, latest_clock, &got));
    cr_expect_eq(got, TC_TIME_MAX);
    tc_w3c_clock_set(&clock, TC_TIME_NONE + 1);
    if (tc_w3c_clock_next(&clock, 0, &got)) cr_expect_gt(got, TC_TIME_NONE);
    /* The last row before midnight, told once the first day has begun to roll. */
    clock = (tc_w3c_clock){.day = TC_TIME_NONE + 1, .rolled = true};
    cr_assert(tc_w3c_clock_next(&clock, latest_clock, &got));
    cr_expect_lt(got, 0);
}
