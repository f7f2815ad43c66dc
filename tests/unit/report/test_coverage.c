/* What each indicator may claim: no more than rules, logs, window and memory gave. */
#include "detector/report/coverage.h"

#include <criterion/criterion.h>

#define START (INT64_C(1299628800) * TC_SECOND) /* 2011-03-09 */
#define WHOLE (40 * TC_DAY)

static tc_arena *arena;
static tc_summary summary;
static tc_coverage_facts facts;

/* Forty days of all logs, everything of which could be judged. */
static void begin(void)
{
    arena = tc_arena_new(1 << 20);
    memset(&summary, 0, sizeof(summary));
    memset(&facts, 0, sizeof(facts));
    summary.since = summary.until = TC_TIME_NONE;
    summary.judged_first = START;
    summary.judged_last = START + WHOLE;
    for (unsigned i = 0; i < TC_INDICATOR_COUNT; i++)
        facts.logs[i] = (tc_coverage_logs){.given = true,
                                           .exchange = true,
                                           .first = START,
                                           .last = START + WHOLE,
                                           .judged_first = START,
                                           .judged_last = START + WHOLE};
    facts.ruled = TC_BLINDS_ALL;
    facts.seen = (tc_derive_coverage){.sessions = 100,
                                      .system_messages = 100,
                                      .password_changes = 10,
                                      .mailboxes_seen = 10,
                                      .mailboxes_joined = 10,
                                      .mailboxes_judged = 10,
                                      .first_web = START,
                                      .last_web = START + WHOLE};
}

static void end(void)
{
    tc_arena_free(arena);
}

TestSuite(coverage, .init = begin, .fini = end);

static const tc_coverage_row *judge(tc_indicator indicator)
{
    cr_assert_not(tc_failed(tc_coverage_judge(&facts, arena, &summary)));
    cr_assert_eq(summary.coverage_count, (size_t)TC_INDICATOR_COUNT);
    return &summary.coverage[indicator];
}

static void expect_row(tc_indicator indicator, tc_watch_state state, const char *why)
{
    const tc_coverage_row *row = judge(indicator);
    cr_expect_eq(row->state, state, "%s is %s", row->indicator, tc_watch_state_name(row->state));
    cr_expect(tc_slice_equal(row->why, tc_slice_of(why)), "%s: %.*s", row->indicator,
              (int)row->why.len, row->why.ptr);
    cr_expect((row->fix.len > 0) == (state != TC_WATCHED), "%s: a fix where one is needed",
              row->indicator);
}

Test(coverage, with_all_logs_everything_is_watched_over_its_time)
{
    for (unsigned i = 0; i < TC_INDICATOR_COUNT; i++) {
        expect_row((tc_indicator)i, TC_WATCHED, "");
        cr_expect_eq(summary.coverage[i].first, START);
        cr_expect_eq(summary.coverage[i].last, START + WHOLE);
    }
}

Test(coverage, rows_stand_in_the_order_of_the_indicators)
{
    cr_expect_str_eq(judge(TC_INDICATOR_WEBMAIL)->indicator, "webmail access");
    cr_expect_str_eq(judge(TC_INDICATOR_LANGUAGE)->indicator, "system message language");
    cr_expect_str_eq(judge(TC_INDICATOR_PASSWORDS)->indicator, "password resets");
    cr_expect_str_eq(judge(TC_INDICATOR_JOIN)->indicator, "language switch with access");
}

Test(coverage, without_its_logs_an_indicator_is_blind)
{
    facts.logs[TC_INDICATOR_PASSWORDS].given = false;
    expect_row(TC_INDICATOR_PASSWORDS, TC_BLIND, "no Security events were given");
    facts.logs[TC_INDICATOR_LANGUAGE].given = false;
    expect_row(TC_INDICATOR_LANGUAGE, TC_BLIND, "no message tracking logs were given");
    expect_row(TC_INDICATOR_JOIN, TC_BLIND,
               "needs webmail access and message language; system message language is blind");
    facts.logs[TC_INDICATOR_WEBMAIL].given = false;
    facts.seen.sessions = 0;
    expect_row(TC_INDICATOR_WEBMAIL, TC_BLIND, "no webmail logs were given");
}

Test(coverage, logs_in_which_nobody_is_let_in_are_blind_and_named_by_whose_they_are)
{
    facts.seen.sessions = 0;
    expect_row(TC_INDICATOR_WEBMAIL, TC_BLIND,
               "in these logs no webmail request names a user (cs-username)");
    facts.logs[TC_INDICATOR_WEBMAIL].exchange = false;
    expect_row(TC_INDICATOR_WEBMAIL, TC_BLIND, "in these logs nobody is let in to webmail");
    cr_expect_eq(tc_slice_search(summary.coverage[TC_INDICATOR_WEBMAIL].fix, TC_LIT("cs-username")),
                 TC_NPOS);
}

Test(coverage, sessions_count_in_whatever_file_they_stand)
{
    facts.logs[TC_INDICATOR_WEBMAIL].given = false;
    expect_row(TC_INDICATOR_WEBMAIL, TC_WATCHED, "");
}

Test(coverage, without_a_rule_of_ours_nothing_is_claimed)
{
    facts.ruled = TC_BLINDS(TC_INDICATOR_PASSWORDS);
    expect_row(TC_INDICATOR_PASSWORDS, TC_WATCHED, "");
    expect_row(TC_INDICATOR_WEBMAIL, TC_BLIND, "no rule of ours is loaded");
    expect_row(TC_INDICATOR_LANGUAGE, TC_BLIND, "no rule of ours is loaded");
    expect_row(TC_INDICATOR_JOIN, TC_BLIND, "no rule of ours is loaded");
}

Test(coverage, logs_that_hold_nothing_in_the_window_are_blind)
{
    tc_coverage_logs *logs = &facts.logs[TC_INDICATOR_PASSWORDS];
    logs->judged_first = logs->judged_last = TC_TIME_NONE;
    expect_row(
        TC_INDICATOR_PASSWORDS, TC_BLIND,
        "its logs, 2011-03-09 00:00 to 2011-04-18 00:00, hold nothing in the window asked for");
}

Test(coverage, logs_of_much_less_time_than_the_others_are_partly)
{
    tc_coverage_logs *logs = &facts.logs[TC_INDICATOR_PASSWORDS];
    logs->judged_first = START + 4 * TC_DAY; /* a tenth is not much */
    expect_row(TC_INDICATOR_PASSWORDS, TC_WATCHED, "");
    logs->judged_first++;
    expect_row(TC_INDICATOR_PASSWORDS, TC_PARTLY,
               "its logs cover only 2011-03-13 00:00 to 2011-04-18 00:00");
    logs->judged_first = START;
    logs->judged_last = START + TC_DAY;
    expect_row(TC_INDICATOR_PASSWORDS, TC_PARTLY,
               "its logs cover only 2011-03-09 00:00 to 2011-03-10 00:00");
    /* Of two days one may be missing: no log ends at the same minute as another. */
    summary.judged_last = START + 2 * TC_DAY;
    expect_row(TC_INDICATOR_PASSWORDS, TC_WATCHED, "");
}

Test(coverage, a_bound_that_blinds_makes_partly_and_says_what_was_lost)
{
    tc_bounds_add(&summary.bounds, "names of mailboxes", 10, 1234,
                  TC_BLINDS(TC_INDICATOR_WEBMAIL) | TC_BLINDS(TC_INDICATOR_PASSWORDS));
    tc_bounds_add(&summary.bounds, "copies", 10, 5, 0);
    expect_row(TC_INDICATOR_WEBMAIL, TC_PARTLY,
               "state full: 1234 names of mailboxes were forgotten");
    expect_row(TC_INDICATOR_PASSWORDS, TC_PARTLY,
               "state full: 1234 names of mailboxes were forgotten");
    expect_row(TC_INDICATOR_LANGUAGE, TC_WATCHED, "");
    expect_row(TC_INDICATOR_JOIN, TC_PARTLY, "as far as webmail access");
}

Test(coverage, a_bound_adds_to_what_was_said_already_and_never_makes_better)
{
    facts.seen.password_changes = 0;
    tc_bounds_add(&summary.bounds, "things", 0, 2, TC_BLINDS_ALL);
    expect_row(TC_INDICATOR_PASSWORDS, TC_PARTLY,
               "the events hold no password change at all; state full: 2 things were forgotten");
    facts.logs[TC_INDICATOR_LANGUAGE].given = false;
    expect_row(TC_INDICATOR_LANGUAGE, TC_BLIND,
               "no message tracking logs were given; state full: 2 things were forgotten");
}

Test(coverage, a_short_history_of_webmail_is_partly_also_at_the_ends_of_time)
{
    facts.seen.last_web = START + 7 * TC_DAY - 1;
    expect_row(TC_INDICATOR_WEBMAIL, TC_PARTLY,
               "only 6.9 days of webmail logs: what is a new source is not known");
    facts.seen.last_web = START + 14 * TC_DAY - 1;
    expect_row(TC_INDICATOR_WEBMAIL, TC_PARTLY,
               "only 13.9 days of webmail logs: who is a stranger, and what strangers share, is "
               "known from 14 on");
    facts.seen.last_web = START + 14 * TC_DAY;
    expect_row(TC_INDICATOR_WEBMAIL, TC_WATCHED, "");
    facts.seen.first_web = INT64_MIN + 1;
    facts.seen.last_web = INT64_MAX;
    expect_row(TC_INDICATOR_WEBMAIL, TC_WATCHED, "");
}

Test(coverage, mailboxes_that_could_not_be_joined_make_the_join_partly)
{
    facts.seen.mailboxes_joined = 8;
    expect_row(TC_INDICATOR_JOIN, TC_PARTLY,
               "8 of 10 mailboxes could be joined across webmail and mail logs");
    cr_expect_eq(summary.mailboxes_joined, 8u);
}

Test(coverage, prefixes_that_are_lost_are_told)
{
    facts.seen.garbled_messages = 12;
    expect_row(TC_INDICATOR_LANGUAGE, TC_PARTLY,
               "the prefixes of 12 of 100 system messages cannot be read: characters are lost");
    facts.seen.garbled_messages = 100;
    expect_row(TC_INDICATOR_LANGUAGE, TC_BLIND,
               "the prefixes of 100 of 100 system messages cannot be read: characters are lost");
}

Test(coverage, messages_that_anybody_could_have_written_are_told)
{
    facts.seen.unproven_messages = 100;
    expect_row(TC_INDICATOR_LANGUAGE, TC_WATCHED, "");
    facts.seen.unproven_messages = 101;
    expect_row(TC_INDICATOR_LANGUAGE, TC_PARTLY,
               "nothing proves who wrote 101 system messages in the name of own mailboxes");
    expect_row(TC_INDICATOR_JOIN, TC_PARTLY, "as far as system message language");
    facts.seen.system_messages = 0;
    facts.seen.unvouched_messages = 7;
    expect_row(TC_INDICATOR_LANGUAGE, TC_BLIND,
               "nothing proves who wrote any of 7 system messages");
}

Test(coverage, what_audit_logs_leave_out_weighs_on_who_needs_it)
{
    facts.audit.types = 1u << TC_AUDIT_TYPE_OTHER | 1u << TC_AUDIT_TYPE_LOGON |
                        1u << TC_AUDIT_TYPE_CMDLET | 1u << TC_AUDIT_TYPE_MAILBOX;
    facts.audit.lacks[TC_LACK_THROTTLED] = (tc_derive_audit_lack){
        .mailboxes = 2, .names = {TC_LIT("a@x.example"), TC_LIT("b@x.example")}, .name_count = 2};
    expect_row(TC_INDICATOR_WEBMAIL, TC_PARTLY,
               "audit logs leave out: MailItemsAccessed, 2 mailboxes that were throttled");
    expect_row(TC_INDICATOR_PASSWORDS, TC_PARTLY, "audit logs leave out: AzureActiveDirectory");
    expect_row(TC_INDICATOR_LANGUAGE, TC_WATCHED, "");
    cr_assert_eq(summary.audit_count, 3u);
    cr_expect_str_eq(summary.audit[2].kind, "throttled");
    cr_expect_eq(summary.audit[2].name_count, 2u);
    facts.audit.types = 1u << TC_AUDIT_TYPE_LOGON;
    facts.audit.lacks[TC_LACK_THROTTLED].mailboxes = 0;
    expect_row(TC_INDICATOR_WEBMAIL, TC_WATCHED, "");
    cr_expect_eq(summary.audit_count, 0u, "sign-ins alone are no audit log");
}

Test(coverage, an_audit_that_is_off_for_all_is_told)
{
    facts.audit.all_off = true;
    expect_row(TC_INDICATOR_WEBMAIL, TC_PARTLY, "audit logs leave out: all mailboxes");
}

Test(coverage, lack_of_memory_is_told)
{
    tc_arena *small = tc_arena_new(1);
    cr_expect(tc_failed(tc_coverage_judge(&facts, small, &summary)));
    tc_arena_free(small);
}

Test(coverage, what_is_required_is_marked)
{
    facts.required = TC_BLINDS(TC_INDICATOR_WEBMAIL) | TC_BLINDS(TC_INDICATOR_PASSWORDS);
    expect_row(TC_INDICATOR_WEBMAIL, TC_WATCHED, "");
    for (unsigned i = 0; i < TC_INDICATOR_COUNT; i++)
        cr_expect_eq(summary.coverage[i].required, (facts.required & TC_BLINDS(i)) != 0);
}

Test(coverage, missing_days_are_told_with_their_share)
{
    facts.gaps[TC_INDICATOR_WEBMAIL] = (tc_gaps){.all = 100,
                                                 .judged = 100,
                                                 .missing = 29.4,
                                                 .host = TC_LIT("MX01"),
                                                 .day = START + 3 * TC_DAY};
    expect_row(TC_INDICATOR_WEBMAIL, TC_PARTLY,
               "29 % of the time of its logs is missing, first 2011-03-12 of MX01");
    expect_row(TC_INDICATOR_JOIN, TC_PARTLY, "as far as webmail access");
    expect_row(TC_INDICATOR_PASSWORDS, TC_WATCHED, "");
}

Test(coverage, an_hour_that_is_missing_is_no_gap)
{
    facts.gaps[TC_INDICATOR_WEBMAIL] =
        (tc_gaps){.all = 100, .judged = 100, .missing = 1.9, .day = TC_TIME_NONE};
    expect_row(TC_INDICATOR_WEBMAIL, TC_WATCHED, "");
    facts.gaps[TC_INDICATOR_WEBMAIL].missing = 2;
    facts.gaps[TC_INDICATOR_WEBMAIL].all = 106;
    expect_row(TC_INDICATOR_WEBMAIL, TC_PARTLY, "days of its logs are missing");
    facts.gaps[TC_INDICATOR_WEBMAIL].all = 105;
    expect_row(TC_INDICATOR_WEBMAIL, TC_PARTLY, "2 % of the time of its logs is missing");
}

Test(coverage, a_server_without_its_webmail_logs)
{
    facts.gaps[TC_INDICATOR_WEBMAIL].without = TC_LIT("MX01");
    expect_row(TC_INDICATOR_WEBMAIL, TC_PARTLY,
               "there are no webmail logs of MX01, as of its peers");
}

Test(coverage, gaps_that_nobody_could_count)
{
    facts.gaps[TC_INDICATOR_LANGUAGE].unknown = true;
    expect_row(TC_INDICATOR_LANGUAGE, TC_PARTLY,
               "too many servers or years to know what is missing between");
}

Test(coverage, who_was_let_in_under_no_name_is_counted_by_what_is_wrong_with_it)
{
    facts.seen.flawed[TC_NAME_FLAW_CONTROL] = 2;
    facts.seen.flawed[TC_NAME_FLAW_LONG] = 1;
    expect_row(TC_INDICATOR_WEBMAIL, TC_PARTLY,
               "sessions and uses of webmail: 2 under names with control characters, 1 longer than "
               "any name: no mailbox can be called so, and none was judged");
    facts.seen.sessions = 0;
    expect_row(TC_INDICATOR_WEBMAIL, TC_BLIND,
               "sessions and uses of webmail: 2 under names with control characters, 1 longer than "
               "any name: no mailbox can be called so, and none was judged");
}

Test(coverage, an_export_that_ends_where_its_search_does_is_told_with_what_mends_it)
{
    static const tc_row_limit limit = {1000, TC_EVIDENCE_MESSAGES, "Get-X", "ask with -ResultSize"};
    facts.cuts[0] = (tc_cut_export){&limit, "x-csv", 2, TC_BLINDS(TC_INDICATOR_LANGUAGE)};
    facts.cut_count = 1;
    const char *why = "2 exports (x-csv) hold exactly as many records as a search gives by itself "
                      "(1000, Get-X): probably cut";
    expect_row(TC_INDICATOR_LANGUAGE, TC_PARTLY, why);
    cr_expect_eq(summary.coverage[TC_INDICATOR_PASSWORDS].state, TC_WATCHED);
    const tc_audit_gap *gap = &summary.audit[summary.audit_count - 1];
    cr_expect_str_eq(gap->kind, TC_GAP_CUT);
    cr_expect(tc_slice_equal(gap->why, tc_slice_of(why)));
    cr_expect(tc_slice_equal(gap->fix, TC_LIT("ask with -ResultSize")));
    cr_expect(tc_slice_equal(summary.coverage[TC_INDICATOR_LANGUAGE].fix, gap->fix));
}

Test(coverage, events_that_do_not_say_whose_are_no_sign_that_nothing_was_reset)
{
    facts.accounts = (tc_account_fields){.named = 5, .nameless = 20};
    expect_row(TC_INDICATOR_PASSWORDS, TC_PARTLY,
               "20 of 25 events about accounts do not say which: their export lacks it");
    facts.seen.password_changes = 0;
    expect_row(TC_INDICATOR_PASSWORDS, TC_PARTLY,
               "20 of 25 events about accounts do not say which: their export lacks it");
}
