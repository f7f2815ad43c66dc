#include "detector/app/early.h"

#include <criterion/criterion.h>

static tc_alert incident(tc_transition transition, tc_level level)
{
    static tc_alert_mailbox mailboxes[3];
    for (size_t i = 0; i < TC_COUNT_OF(mailboxes); i++)
        mailboxes[i] = (tc_alert_mailbox){.name = TC_LIT("anna\x1b[2J"),
                                          .first_access = 0,
                                          .last_access = 0,
                                          .switched = TC_TIME_NONE};
    tc_alert a = {
        .transition = transition, .level = level, .mailboxes = mailboxes, .mailbox_count = 3};
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

static size_t lines_of(tc_early *early, char *text, size_t size)
{
    FILE *to = fmemopen(text, size, "w");
    cr_assert(to != NULL);
    bool any = tc_early_write(early, to);
    cr_assert_eq(fclose(to), 0);
    size_t lines = 0;
    for (const char *at = any ? text : ""; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    return lines;
}

/* A run is known to be long only after its first findings. */
Test(early, what_came_first_waits_until_it_is_wanted)
{
    char text[1024];
    tc_early early;
    tc_early_start(&early, false);
    tc_alert a = incident(TC_TRANSITION_OPENED, TC_LEVEL_HIGH);
    tc_alert quiet = incident(TC_TRANSITION_OPENED, TC_LEVEL_LOW);
    tc_early_note(&early, &a);
    tc_early_note(&early, &quiet);
    cr_expect(!early.told);
    cr_expect_eq(lines_of(&early, text, sizeof(text)), 1, "%s", text);
    cr_expect(early.told);
    cr_expect_eq(lines_of(&early, text, sizeof(text)), 0, "told twice");
    tc_early_note(&early, &a);
    tc_early_void(&early);
    cr_expect_eq(lines_of(&early, text, sizeof(text)), 0, "told though it is void");
    tc_early_done(&early);
}

Test(early, a_flood_of_one_level_says_so_and_hides_no_graver_one)
{
    static char text[65536];
    tc_early early;
    tc_early_start(&early, false);
    tc_alert many = incident(TC_TRANSITION_OPENED, TC_LEVEL_MEDIUM);
    tc_alert grave = incident(TC_TRANSITION_RAISED, TC_LEVEL_CRITICAL);
    for (int i = 0; i < 10000; i++)
        tc_early_note(&early, &many);
    tc_early_note(&early, &grave);
    cr_expect_eq(lines_of(&early, text, sizeof(text)), TC_EARLY_LINES_MAX + 2);
    cr_expect(strstr(text, "tocsin: early: no more of level medium before the end\n") != NULL);
    cr_expect(strstr(text, " critical incident raised: ") != NULL);
    tc_early_done(&early);
}
