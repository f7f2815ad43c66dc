/* What is missing in a server's logs: known by its own habit, and not claimed of what is quiet. */
#include "detector/pipeline/presence.h"
#include "parsers/parser.h"

#include <criterion/criterion.h>

#define MONDAY (INT64_C(1299456000) * TC_SECOND) /* 2011-03-07 */
#define WEB TC_EVIDENCE_WEBMAIL
#define MAIL TC_EVIDENCE_MESSAGES

enum { DAYS = 56 };

static tc_presence *presence;

static void begin(void)
{
    presence = tc_presence_new();
    cr_assert_not_null(presence);
}

static void end(void)
{
    tc_presence_free(presence);
}

TestSuite(presence, .init = begin, .fini = end);

static tc_time at(int day, int hour)
{
    return MONDAY + day * TC_DAY + hour * TC_HOUR;
}

static void add(const char *host, uint32_t evidence, int day, int hour, int records)
{
    tc_hours hours = {0};
    for (int i = 0; i < records; i++)
        tc_hours_note(&hours, at(day, hour) + i * TC_SECOND);
    cr_assert_not(tc_failed(tc_presence_add(presence, tc_slice_of(host), evidence, &hours)));
}

/* From eight to twenty hours on workdays. */
static void add_day(const char *host, uint32_t evidence, int day, int each_hour)
{
    for (int hour = 8; hour < 20; hour++)
        add(host, evidence, day, hour, day % 7 < 5 ? each_hour : each_hour / 8);
}

static tc_gaps judge(uint32_t evidence)
{
    tc_gaps gaps;
    tc_presence_judge(presence, evidence, at(0, 8), at(DAYS - 1, 19), &gaps);
    return gaps;
}

Test(presence, a_whole_log_lacks_nothing)
{
    for (int day = 0; day < DAYS; day++)
        add_day("MX01", WEB, day, 80);
    tc_gaps gaps = judge(WEB);
    cr_expect_float_eq(gaps.missing, 0, 1e-9);
    cr_expect_float_eq(gaps.judged, 56, 1e-9);
    cr_expect_eq(gaps.day, TC_TIME_NONE);
}

Test(presence, lost_days_are_counted_and_the_first_is_named)
{
    for (int day = 0; day < DAYS; day++) {
        if (day % 5 != 2) add_day("MX01", WEB, day, 80);
        add_day("MX02", WEB, day, 80);
    }
    tc_gaps gaps = judge(WEB);
    cr_expect_float_eq(gaps.missing, 11, 1e-9, "%g", gaps.missing);
    cr_expect_float_eq(gaps.judged, 112, 1e-9, "%g", gaps.judged);
    cr_expect(tc_slice_equal(gaps.host, TC_LIT("MX01")));
    cr_expect_eq(gaps.day, at(2, 0));
}

Test(presence, lost_days_at_the_ends_are_counted_and_an_added_server_is_not_blamed)
{
    for (int day = 0; day < DAYS; day++) {
        if (day > 1 && day < DAYS - 3) add_day("MX01", WEB, day, 80);
        if (day >= 21) add_day("MX02", WEB, day, 80);
    }
    tc_gaps gaps = judge(WEB);
    cr_expect_float_eq(gaps.missing, 5, 1e-9, "%g", gaps.missing);
}

Test(presence, lost_hours_are_parts_of_their_day)
{
    for (int day = 0; day < DAYS; day++)
        for (int hour = 8; hour < 20; hour++)
            if (day % 7 > 1 || hour % 3) add("MX01", WEB, day, hour, 80);
    tc_gaps gaps = judge(WEB);
    /* Four hours of twelve on two days a week. */
    cr_expect_float_eq(gaps.missing, 16.0 * 4 / 12, 1e-9, "%g", gaps.missing);
}

Test(presence, an_outage_of_hours_is_none)
{
    for (int day = 0; day < DAYS; day++)
        for (int hour = 8; hour < 20; hour++)
            if (day != 10 || hour > 13) add("MX01", WEB, day, hour, 80);
    tc_gaps gaps = judge(WEB);
    cr_expect_float_eq(gaps.missing, 0, 1e-9, "%g", gaps.missing);
}

Test(presence, of_a_quiet_log_whole_days_are_judged)
{
    for (int day = 0; day < DAYS; day++)
        if (day != 9) add_day("AD01", WEB, day, day % 7 < 5 ? 8 : 0);
    tc_gaps gaps = judge(WEB);
    cr_expect_float_eq(gaps.missing, 1, 1e-9, "%g", gaps.missing);
    cr_expect_float_eq(gaps.judged, 40, 1e-9, "%g", gaps.judged);
    cr_expect_float_eq(gaps.all, 56, 1e-9, "%g", gaps.all);
}

Test(presence, of_a_log_that_is_hardly_written_nothing_is_said)
{
    for (int day = 0; day < DAYS; day += 3)
        add("AD01", WEB, day, 9, 5);
    cr_expect_float_eq(judge(WEB).judged, 0, 1e-9);
}

Test(presence, a_clock_that_was_wrong_by_years_is_no_habit)
{
    for (int day = 0; day < DAYS; day++)
        add_day("MX01", WEB, day, 80);
    add("MX01", WEB, -365 * 30, 0, 1);
    cr_expect_float_eq(judge(WEB).judged, 0, 1e-9);
}

Test(presence, a_server_without_the_log_that_its_peers_have)
{
    tc_gaps gaps = {0};
    add("MX01", MAIL, 0, 8, 1);
    add("MX02", WEB | MAIL, 0, 8, 1);
    tc_presence_peers(presence, WEB, MAIL, &gaps);
    cr_expect(tc_slice_equal(gaps.without, TC_LIT("MX01")));
    tc_presence_peers(presence, MAIL, WEB, &gaps);
    cr_expect_eq(gaps.without.len, 0);
}

Test(presence, servers_that_share_the_work_lack_nothing)
{
    tc_gaps gaps = {0};
    add("HUB1", MAIL, 0, 8, 1);
    add("CAS1", WEB, 0, 8, 1);
    tc_presence_peers(presence, WEB, MAIL, &gaps);
    cr_expect_eq(gaps.without.len, 0);
}

Test(presence, beyond_its_bounds_it_knows_nothing)
{
    char host[16];
    for (int i = 0; i < 513; i++) {
        snprintf(host, sizeof(host), "H%d", i);
        tc_hours hours = {0};
        tc_hours_note(&hours, at(0, 8));
        static char names[600][16];
        memcpy(names[i], host, sizeof(host));
        cr_assert_not(tc_failed(tc_presence_add(presence, tc_slice_of(names[i]), WEB, &hours)));
    }
    tc_gaps gaps = judge(WEB);
    cr_expect(gaps.unknown);
    cr_expect_float_eq(gaps.judged, 0, 1e-9);
}

Test(presence, hours_count_to_their_limit_and_say_what_is_beyond)
{
    tc_hours hours = {0};
    for (int i = 0; i < 300; i++)
        tc_hours_note(&hours, at(0, 8));
    cr_expect_eq(hours.of[TC_HOURS_MAX / 2], UINT8_MAX);
    cr_expect_not(hours.beyond);
    tc_hours_note(&hours, at(60, 8));
    cr_expect(hours.beyond);
    cr_expect_eq(tc_hour_of(-1), -1);
    cr_expect_eq(tc_hour_of(0), 0);
}
