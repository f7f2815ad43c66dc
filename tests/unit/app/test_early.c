#include "detector/app/early.h"

#include <criterion/criterion.h>

static tc_alert incident(tc_transition transition, tc_level level)
{
    tc_alert a = {.transition = transition, .level = level, .mailbox_count = 3};
    a.rule_title = TC_LIT("Many mailboxes from one source");
    a.message = TC_LIT("anna\x1b[2J was opened from 192.0.2.1\n");
    return a;
}

Test(early, concerns_what_changes_and_is_grave)
{
    static const struct {
        tc_transition transition;
        tc_level level;
        bool wanted;
    } rows[] = {
        {TC_TRANSITION_OPENED, TC_LEVEL_LOW, false}, {TC_TRANSITION_OPENED, TC_LEVEL_MEDIUM, true},
        {TC_TRANSITION_RAISED, TC_LEVEL_HIGH, true}, {TC_TRANSITION_MERGED, TC_LEVEL_HIGH, true},
        {TC_TRANSITION_FINAL, TC_LEVEL_HIGH, false}, {TC_TRANSITION_NONE, TC_LEVEL_HIGH, false},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_alert a = incident(rows[i].transition, rows[i].level);
        cr_expect_eq(tc_early_concerns(&a), rows[i].wanted, "row %zu", i);
        a.historic = true;
        cr_expect(!tc_early_concerns(&a), "row %zu", i);
    }
}

Test(early, tells_one_escaped_line_and_no_name_with_redaction)
{
    tc_str out;
    tc_str_init(&out, 4096);
    tc_alert a = incident(TC_TRANSITION_OPENED, TC_LEVEL_HIGH);
    tc_early_line(&a, false, &out);
    const char *line = tc_str_cstr(&out);
    cr_expect(strstr(line, "tocsin: early: 1970-01-01T00:00:00Z high incident opened: anna") ==
                  line,
              "%s", line);
    cr_expect_null(strchr(line, 0x1b));
    cr_expect_eq(strchr(line, '\n'), line + out.len - 1);
    tc_str_clear(&out);
    tc_early_line(&a, true, &out);
    line = tc_str_cstr(&out);
    cr_expect_null(strstr(line, "anna"));
    cr_expect(strstr(line, "Many mailboxes from one source (3 mailboxes)") != NULL, "%s", line);
    tc_str_done(&out);
}
