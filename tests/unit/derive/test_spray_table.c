#include "detector/derive/spray_table.h"

#include "parsers/base/alloc.h"
#include "tests/support/stateful.h"

#include <criterion/criterion.h>

static tc_time at(int day, int minute)
{
    return 100 * TC_DAY + day * TC_DAY + minute * TC_MINUTE;
}

static void succeed(tc_spray_table *t, uint64_t place, uint64_t member, tc_time now, bool make)
{
    tc_spray_guest guest = {member, (uint32_t)member + 7, member % 2 != 0};
    tc_spray_table_succeeded(t, place, &guest, now, make);
}

Test(spray_table, strangers_are_those_who_came_first_from_a_new_source)
{
    tc_spray_table *t = tc_spray_table_new(10);
    tc_spray_guest guests[TC_SPRAY_GUESTS];
    succeed(t, 1, 101, at(0, 0), true);
    succeed(t, 1, 102, at(0, 0), true);
    succeed(t, 1, 103, at(3, 0), true);
    tc_spray_table_failed(t, 1, 105, at(3, 0));
    cr_assert_eq(tc_spray_table_strangers(t, 1, at(6, 0), guests), 2);
    cr_expect_eq(guests[0].member, 101);
    cr_expect_eq(guests[0].entity, 108);
    cr_expect_eq(guests[1].member, 103);
    cr_expect_eq(tc_spray_table_strangers(t, 1, at(8, 0), guests), 1, "a week is over");
    cr_expect_eq(tc_spray_table_strangers(t, 2, at(8, 0), guests), 0);
    tc_spray_table_free(t);
}

Test(spray_table, distinct_members_count_within_their_windows)
{
    tc_spray_table *t = tc_spray_table_new(10);
    cr_expect_eq(tc_spray_table_failed(t, 1, 100, at(0, 0)), TC_SPRAY_NEW);
    cr_expect_eq(tc_spray_table_failed(t, 1, 100, at(0, 1)), TC_SPRAY_KNOWN);
    cr_expect_eq(tc_spray_table_failed(t, 1, 101, at(0, 8)), TC_SPRAY_GROWN);
    tc_spray_figures f = tc_spray_table_figures(t, 1, at(0, 9));
    cr_expect_eq(f.failed_recent, 2);
    cr_expect_eq(f.failed, 2);
    cr_expect_eq(f.failures, 3);
    f = tc_spray_table_figures(t, 1, at(0, 11));
    cr_expect_eq(f.failed_recent, 1, "ten minutes are over for the first");
    cr_expect_eq(tc_spray_table_figures(t, 1, at(1, 1)).failed, 1, "and a day");
    cr_expect_eq(tc_spray_table_figures(t, 1, at(1, 9)).failed, 0);
    cr_expect_eq(tc_spray_table_figures(t, 1, at(6, 23 * 60)).peak, 2);
    cr_expect_eq(tc_spray_table_figures(t, 1, at(7, 8)).peak, 0, "a week");
    cr_expect_eq(tc_spray_table_figures(t, 2, at(0, 9)).failed, 0);
    cr_expect_eq(tc_spray_table_failed(t, 1, 100, at(1, 30)), TC_SPRAY_GROWN, "a day later anew");
    tc_spray_table_free(t);
}

Test(spray_table, telling_again_changes_nothing)
{
    tc_spray_table *t = tc_spray_table_new(10);
    for (int i = 0; i < 5; i++)
        tc_spray_table_failed(t, 1, 100, at(0, 0) + i);
    tc_spray_figures f = tc_spray_table_figures(t, 1, at(0, 0));
    cr_expect_eq(f.failures, 1);
    cr_expect_eq(f.failed, 1);
    tc_spray_table_free(t);
}

/* A name that is not known is a failure of the place and no member. */
Test(spray_table, failures_without_a_name_are_failures)
{
    tc_spray_table *t = tc_spray_table_new(10);
    for (int i = 0; i < 7; i++)
        cr_expect_eq(tc_spray_table_failed(t, 1, 0, at(0, i)), TC_SPRAY_KNOWN);
    tc_spray_figures f = tc_spray_table_figures(t, 1, at(0, 7));
    cr_expect_eq(f.failures, 7);
    cr_expect_eq(f.failed, 0);
    cr_expect_eq(f.failed_recent, 0);
    tc_spray_table_free(t);
}

Test(spray_table, who_succeeds_has_only_mistyped)
{
    tc_spray_table *t = tc_spray_table_new(10);
    tc_spray_table_failed(t, 1, 100, at(0, 0));
    tc_spray_table_failed(t, 1, 101, at(0, 1));
    succeed(t, 1, 100, at(0, 2), false);
    cr_expect_eq(tc_spray_table_figures(t, 1, at(0, 3)).failed, 1);
    cr_expect_eq(tc_spray_table_figures(t, 1, at(0, 3)).succeeded, 1);
    cr_expect_eq(tc_spray_table_failed(t, 1, 100, at(0, 4)), TC_SPRAY_KNOWN);
    cr_expect_eq(tc_spray_table_figures(t, 1, at(0, 5)).failed, 1);
    succeed(t, 9, 100, at(0, 5), false);
    cr_expect_eq(tc_spray_table_figures(t, 9, at(0, 5)).succeeded, 0, "not made for a success");
    succeed(t, 9, 100, at(0, 5), true);
    cr_expect_eq(tc_spray_table_figures(t, 9, at(0, 5)).succeeded, 1);
    tc_spray_table_free(t);
}

Test(spray_table, settled_is_who_came_first_a_week_ago)
{
    tc_spray_table *t = tc_spray_table_new(10);
    for (int day = 0; day < 9; day++)
        succeed(t, 1, 100, at(day, 0), true);
    succeed(t, 1, 101, at(8, 0), true);
    tc_spray_figures f = tc_spray_table_figures(t, 1, at(8, 0));
    cr_expect_eq(f.succeeded, 2);
    cr_expect_eq(f.settled, 1);
    cr_expect_eq(tc_spray_table_figures(t, 1, at(36, 0)).succeeded, 0, "28 days of silence");
    tc_spray_table_free(t);
}

/* Who came first stays: a browser of hundreds must not look new for its many users. */
Test(spray_table, a_place_of_many_keeps_those_who_came_first)
{
    tc_spray_table *t = tc_spray_table_new(10);
    for (int day = 0; day < 9; day++)
        for (uint64_t who = 1; who <= 200; who++)
            succeed(t, 1, who, at(day, 0), true);
    for (uint64_t who = 1; who <= 200; who++)
        tc_spray_table_failed(t, 1, 1000 + who, at(9, 0));
    tc_spray_figures f = tc_spray_table_figures(t, 1, at(9, 0));
    cr_expect_eq(f.succeeded, 16);
    cr_expect_eq(f.settled, 16);
    cr_expect_eq(f.failed, 64);
    tc_spray_table_free(t);
}

Test(spray_table, a_crowd_is_not_pushed_out_by_single_failures)
{
    tc_spray_table *t = tc_spray_table_new(8);
    tc_bounds bounds = {.count = 0};
    for (uint64_t who = 1; who <= 5; who++)
        tc_spray_table_failed(t, 1, who, at(0, 0));
    for (uint64_t place = 2; place < 500; place++)
        tc_spray_table_failed(t, place, 1, at(0, 1));
    cr_expect_eq(tc_spray_table_figures(t, 1, at(0, 2)).failed, 5);
    tc_spray_table_bounds(t, "places", &bounds);
    cr_assert_eq(bounds.count, 1);
    cr_expect_eq(bounds.items[0].given_up, 491);
    tc_spray_table_free(t);
}

Test(spray_table, members_have_a_bound_of_their_own)
{
    tc_spray_table *t = tc_spray_table_new(100);
    tc_bounds bounds = {.count = 0};
    for (uint64_t place = 1; place <= 100; place++)
        for (uint64_t who = 1; who <= 60; who++)
            tc_spray_table_failed(t, place, who, at(0, 0));
    cr_expect_eq(tc_spray_table_figures(t, 100, at(0, 0)).failed, 60);
    cr_expect_eq(tc_spray_table_figures(t, 1, at(0, 0)).failed, 0);
    tc_spray_table_bounds(t, "places", &bounds);
    cr_expect_eq(bounds.count, 1);
    tc_spray_table_free(t);
}

Test(spray_table, what_is_untold_for_weeks_is_forgotten_and_nothing_given_up)
{
    tc_spray_table *t = tc_spray_table_new(8);
    tc_bounds bounds = {.count = 0};
    for (uint64_t place = 1; place < 200; place++)
        tc_spray_table_failed(t, place, 1, at((int)place * 10, 0));
    tc_spray_table_bounds(t, "places", &bounds);
    cr_expect_eq(bounds.count, 0);
    tc_spray_table_free(t);
}

/* -- saved state ---------------------------------------------------------------------------- */

typedef struct bench {
    tc_spray_table *table;
} bench;

static void renew(void *object)
{
    bench *b = object;
    tc_spray_table_free(b->table);
    b->table = tc_spray_table_new(24);
    cr_assert_not_null(b->table);
}

static void *make(void)
{
    bench *b = tc_alloc(1, sizeof(*b));
    cr_assert_not_null(b);
    renew(b);
    return b;
}

static void drop(void *object)
{
    tc_spray_table_free(((bench *)object)->table);
    tc_free(object);
}

static void visit(void *object, tc_visit *v)
{
    tc_spray_table_visit(((bench *)object)->table, "spray test", v);
}

/* A few places see crowds, others come and go. */
static void step(void *object, size_t n, tc_str *log)
{
    tc_spray_table *t = ((bench *)object)->table;
    tc_time now = at(0, (int)n * 17);
    uint64_t place = 1 + stateful_roll(n, 0, stateful_roll(n, 1, 2) ? 4 : 60);
    uint64_t member = stateful_roll(n, 2, 90);
    if (stateful_roll(n, 3, 3) == 0)
        succeed(t, place, member, now, stateful_roll(n, 4, 2) != 0);
    else
        tc_str_addf(log, "%d ", (int)tc_spray_table_failed(t, place, member, now));
    tc_spray_figures f = tc_spray_table_figures(t, 1 + stateful_roll(n, 5, 60), now);
    tc_bounds bounds = {.count = 0};
    tc_spray_table_bounds(t, "places", &bounds);
    tc_str_addf(log, "%u %u %u %u %u %u, %" PRIu64 "\n", f.failed_recent, f.failed, f.failures,
                f.peak, f.succeeded, f.settled, bounds.count ? bounds.items[0].given_up : 0);
}

static const stateful tables = {make, drop, renew, visit, step};

STATEFUL_TESTS(spray_table, tables, 3000, 1, 200, 300, 3000, 200);
