#include "parsers/base/time.h"

#include <criterion/criterion.h>

/* 2011-03-09T07:12:03Z */
#define MARCH (INT64_C(1299654723) * TC_SECOND)

typedef struct row {
    const char *text;
    bool ok;
    tc_time want;
} row;

Test(time_user, a_person_types_an_instant_or_a_span_before_now)
{
    const row rows[] = {
        {"2011-03-09", true, MARCH - 7 * TC_HOUR - 12 * TC_MINUTE - 3 * TC_SECOND},
        {"2011-03-09 07:12:03", true, MARCH},
        {"2011-03-09T07:12:03+01:00", true, MARCH - TC_HOUR},
        {"7d", true, MARCH - 7 * TC_DAY},
        {"12h", true, MARCH - 12 * TC_HOUR},
        {"30m", true, MARCH - 30 * TC_MINUTE},
        {"90s", true, MARCH - 90 * TC_SECOND},
        {"2w", true, MARCH - 14 * TC_DAY},
        {"7 days", true, MARCH - 7 * TC_DAY},
        {"1 week ago", true, MARCH - 7 * TC_DAY},
        {"30 min", true, MARCH - 30 * TC_MINUTE},
        {"2011-03-09T07:12", true, MARCH - 3 * TC_SECOND},
        {"2011-03-09 07:12", true, MARCH - 3 * TC_SECOND},
        {"2011-03-09T07:12Z", true, MARCH - 3 * TC_SECOND},
        {"2011-03-09T07:12+01:00", true, MARCH - TC_HOUR - 3 * TC_SECOND},
        {"now", true, MARCH},
        {"today", true, MARCH - 7 * TC_HOUR - 12 * TC_MINUTE - 3 * TC_SECOND},
        {"yesterday", true, MARCH - TC_DAY - 7 * TC_HOUR - 12 * TC_MINUTE - 3 * TC_SECOND},
        {"2011-03-09T07", false, 0},
        {"2011-03-09T07:1", false, 0},
        {"2011-03-09T07:61", false, 0},
        {"2011-03-09T0712", false, 0},
        {"tomorrow", false, 0},
        {"7", false, 0},
        {"7 s d", false, 0},
        {"days", false, 0},
        {"ago", false, 0},
        {"-7d", false, 0},
        {"99999999999999999999999d", false, 0},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_time t = 0;
        cr_expect_eq(tc_time_parse_user(tc_slice_of(rows[i].text), MARCH, &t), rows[i].ok, "%s",
                     rows[i].text);
        cr_expect_eq(t, rows[i].want, "%s", rows[i].text);
    }
    tc_time t = 42;
    cr_expect_not(tc_time_parse_user(TC_LIT("1s"), INT64_MIN + 1, &t));
    cr_expect_not(tc_time_parse_user(TC_LIT("1s"), INT64_MIN + TC_SECOND, &t));
    cr_expect_eq(t, 42);
    /* Before 1970, too, a day begins at its midnight. */
    cr_expect(tc_time_parse_user(TC_LIT("today"), -TC_HOUR, &t));
    cr_expect_eq(t, -TC_DAY);
}
