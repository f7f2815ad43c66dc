#include "detector/alert.h"

#include <criterion/criterion.h>

Test(alert, levels_have_names_and_severities)
{
    static const struct {
        tc_level level;
        const char *name;
        int severity, syslog;
    } rows[] = {
        {TC_LEVEL_INFORMATIONAL, "informational", 1, 6},
        {TC_LEVEL_LOW, "low", 21, 5},
        {TC_LEVEL_MEDIUM, "medium", 47, 4},
        {TC_LEVEL_HIGH, "high", 73, 3},
        {TC_LEVEL_CRITICAL, "critical", 99, 2},
    };
    cr_assert_eq(TC_COUNT_OF(rows), TC_LEVEL_COUNT);
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_level parsed = TC_LEVEL_COUNT;
        cr_expect_str_eq(tc_level_name(rows[i].level), rows[i].name);
        cr_expect_eq(tc_level_severity(rows[i].level), rows[i].severity, "%s", rows[i].name);
        cr_expect_eq(tc_level_syslog(rows[i].level), rows[i].syslog, "%s", rows[i].name);
        cr_expect(tc_level_parse(tc_slice_of(rows[i].name), &parsed));
        cr_expect_eq(parsed, rows[i].level);
    }
}

Test(alert, a_level_is_read_in_any_case_and_only_whole)
{
    tc_level level = TC_LEVEL_LOW;
    cr_expect(tc_level_parse(TC_LIT("HiGh"), &level));
    cr_expect_eq(level, TC_LEVEL_HIGH);
    cr_expect_not(tc_level_parse(TC_LIT("hig"), &level));
    cr_expect_not(tc_level_parse(TC_LIT("high "), &level));
    cr_expect_not(tc_level_parse(TC_EMPTY_SLICE, &level));
    cr_expect_eq(level, TC_LEVEL_HIGH, "a failure leaves the result alone");
}

Test(alert, transitions_have_names)
{
    cr_expect_str_eq(tc_transition_name(TC_TRANSITION_NONE), "none");
    cr_expect_str_eq(tc_transition_name(TC_TRANSITION_OPENED), "opened");
    cr_expect_str_eq(tc_transition_name(TC_TRANSITION_RAISED), "raised");
    cr_expect_str_eq(tc_transition_name(TC_TRANSITION_GROWN), "grown");
    cr_expect_str_eq(tc_transition_name(TC_TRANSITION_MERGED), "merged");
    cr_expect_str_eq(tc_transition_name(TC_TRANSITION_CLOSED), "closed");
    cr_expect_str_eq(tc_transition_name(TC_TRANSITION_FINAL), "final");
}
