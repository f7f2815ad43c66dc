#include "detector/derive/routines.h"

#include "parsers/base/alloc.h"
#include "tests/support/stateful.h"

#include <criterion/criterion.h>

enum { CONNECTOR = 7, DC = 1 };

static tc_time at(int day, int hour, int minute)
{
    return 100 * TC_DAY + day * TC_DAY + hour * TC_HOUR + minute * TC_MINUTE;
}

static int work(tc_routines *r, int day, int hour, int times, uint64_t host)
{
    int believed = 0;
    for (int i = 0; i < times; i++)
        believed += tc_routines_note(r, CONNECTOR, host, false, at(day, hour, i % 60));
    return believed;
}

Test(routines, a_connector_is_believed_after_two_weeks_of_work)
{
    tc_routines *r = tc_routines_new();
    for (int day = 0; day < 14; day++)
        cr_expect_eq(work(r, day, 9, 2, DC), 0, "day %d", day);
    cr_expect_eq(work(r, 14, 9, 2, DC), 2);
    tc_routines_free(r);
}

Test(routines, two_weeks_without_work_prove_nothing)
{
    tc_routines *r = tc_routines_new();
    for (int day = 0; day < 4; day++)
        work(r, day, 9, 2, DC);
    cr_expect_eq(work(r, 20, 9, 40, DC), 10, "it is the fifth day, and so much is always allowed");
    tc_routines_free(r);
    r = tc_routines_new();
    for (int day = 0; day < 3; day++)
        work(r, day, 9, 2, DC);
    cr_expect_eq(work(r, 20, 9, 2, DC), 0);
    tc_routines_free(r);
}

Test(routines, what_is_declared_is_believed_at_once_and_as_far)
{
    tc_routines *r = tc_routines_new();
    int believed = 0;
    for (int i = 0; i < 40; i++)
        believed += tc_routines_note(r, CONNECTOR, (uint64_t)(DC + i), true, at(0, 9, i));
    cr_expect_eq(believed, 10, "so much is always allowed, from wherever");
    believed = 0;
    for (int i = 0; i < 40; i++)
        believed += tc_routines_note(r, CONNECTOR, DC, true, at(1, 9, i));
    cr_expect_eq(believed, 40, "the day before was the first to learn from");
    cr_expect_not(tc_routines_note(r, CONNECTOR, DC, false, at(1, 9, 41)), "not declared any more");
    tc_routines_free(r);
}

Test(routines, from_elsewhere_it_is_judged)
{
    tc_routines *r = tc_routines_new();
    for (int day = 0; day < 15; day++)
        work(r, day, 9, 2, DC);
    cr_expect_eq(work(r, 15, 9, 2, DC + 1), 0);
    cr_expect_eq(work(r, 15, 9, 2, DC), 2);
    tc_routines_free(r);
}

Test(routines, what_is_much_more_than_usual_is_judged_and_does_not_become_usual)
{
    tc_routines *r = tc_routines_new();
    for (int day = 0; day < 20; day++)
        work(r, day, 9, 5, DC);
    for (int day = 20; day < 25; day++)
        cr_expect_eq(work(r, day, 9, 60, DC), 20, "four times the busiest hour so far");
    for (int day = 25; day < 30; day++)
        for (int hour = 0; hour < 24; hour++)
            cr_expect_eq(work(r, day, hour, 5, DC), hour < 4 ? 5 : 0, "day %d, hour %d", day, hour);
    tc_routines_free(r);
}

Test(routines, what_is_exempt_is_counted_by_the_day)
{
    tc_routines *r = tc_routines_new();
    tc_routine_exempt e;
    for (int day = 0; day < 9; day++)
        for (int i = 0; i <= day; i++)
            tc_routines_exempt(r, at(day, 9, i), &e);
    tc_routines_exempt(r, at(9, 9, 0), &e);
    cr_expect_eq(e.today, 1);
    cr_expect_eq(e.days, 9);
    cr_expect_eq(e.median, 5);
    tc_routines_exempt(r, at(4000, 9, 0), &e);
    cr_expect_eq(e.today, 1);
    cr_expect_eq(e.median, 0);
    tc_routines_free(r);
}

Test(routines, of_too_many_the_newcomer_is_not_believed)
{
    tc_routines *r = tc_routines_new();
    tc_bounds bounds = {.count = 0};
    for (uint64_t account = 0; account < 70; account++)
        tc_routines_note(r, account, DC, false, at(0, 0, 0));
    tc_routines_bounds(r, &bounds);
    cr_assert_eq(bounds.count, 1);
    cr_expect_eq(bounds.items[0].given_up, 6);
    tc_routines_free(r);
}

Test(routines, excess_is_told_and_can_be_learned)
{
    uint32_t hour = 0, day = 0;
    tc_routines *r = tc_routines_new();
    for (int i = 0; i < 15; i++)
        work(r, i, 9, 2, DC);
    cr_expect_not(tc_routines_excess(r, CONNECTOR, &hour, &day));
    cr_expect_not(tc_routines_excess(r, CONNECTOR + 1, &hour, &day));
    cr_expect_eq(work(r, 15, 9, 12, DC), 10);
    cr_assert(tc_routines_excess(r, CONNECTOR, &hour, &day));
    cr_expect_eq(hour, 12u);
    cr_expect_eq(day, 12u);
    tc_routines_learn(r, CONNECTOR, hour, day);
    tc_routines_learn(r, CONNECTOR, 1, 1);
    tc_routines_learn(r, CONNECTOR + 1, 1000, 1000);
    cr_expect_eq(work(r, 16, 9, 50, DC), 48);
    tc_routines_free(r);
}

/* -- saved state ---------------------------------------------------------------------------- */

STATEFUL_BENCH(routines);

static void step(void *object, size_t n, tc_str *log)
{
    tc_routines *r = ((bench *)object)->of;
    tc_time now = at(0, 0, 0) + (tc_time)n * 13 * TC_MINUTE;
    tc_routine_exempt e;
    bool believed = tc_routines_note(r, stateful_roll(n, 0, stateful_roll(n, 1, 9) ? 3 : 80),
                                     stateful_roll(n, 2, 20), false, now);
    tc_routines_exempt(r, now, &e);
    tc_str_addf(log, "%d %u %g %u\n", believed, e.today, e.median, e.days);
}

static const stateful routines = {make, drop, renew, visit, step};

STATEFUL_TESTS(routines, routines, 4000, 3, 300, 300, 3000, 300);
