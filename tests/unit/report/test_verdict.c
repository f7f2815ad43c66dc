/* No false all-clear: which reasons a scan has for not being complete, and what it exits with. */
#include "detector/app/command.h"
#include "detector/report/verdict.h"

#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

#define START (INT64_C(1299628800) * TC_SECOND) /* 2011-03-09 */

static tc_arena *arena;
static tc_coverage_row rows[TC_INDICATOR_COUNT];

static void begin(void)
{
    arena = tc_arena_new(1 << 20);
    for (unsigned i = 0; i < TC_INDICATOR_COUNT; i++)
        rows[i] = (tc_coverage_row){.indicator = "x", .state = TC_WATCHED};
}

static void end(void)
{
    tc_arena_free(arena);
}

TestSuite(verdict, .init = begin, .fini = end);

/* Ten days of logs, all of it read and judged, nothing found. */
static tc_summary clean(void)
{
    tc_summary s = {.files = {.read = 10},
                    .first = START,
                    .last = START + 10 * TC_DAY,
                    .since = TC_TIME_NONE,
                    .until = TC_TIME_NONE,
                    .judged_first = START,
                    .judged_last = START + 10 * TC_DAY,
                    .min_level = TC_LEVEL_LOW,
                    .fail_level = TC_LEVEL_HIGH,
                    .coverage = rows,
                    .coverage_count = TC_INDICATOR_COUNT};
    s.totals.records.accepted = s.totals.events.delivered = 1000;
    return s;
}

static const tc_verdict *reach(tc_summary *s)
{
    cr_assert_not(tc_failed(tc_verdict_reach(s, arena)));
    return &s->verdict;
}

/* The verdict has this one reason, with these words, and is incomplete for it. */
static void expect_reason(tc_summary *s, tc_unjudged_kind kind, const char *words)
{
    const tc_verdict *v = reach(s);
    cr_assert_eq(v->reason_count, 1u, "%s: %zu reasons", words, v->reason_count);
    cr_expect_str_eq(v->reasons[0].key, tc_unjudged_key(kind));
    cr_expect(tc_slice_equal(v->reasons[0].words, tc_slice_of(words)), "%.*s",
              (int)v->reasons[0].words.len, v->reasons[0].words.ptr);
    cr_expect(v->incomplete);
    cr_expect_eq(v->exit_status, TC_EXIT_INCOMPLETE);
    cr_expect_eq(v->outcome, TC_OUTCOME_INCOMPLETE);
    cr_expect_eq(v->nothing_judged, kind <= TC_UNJUDGED_ALL_BLIND);
}

Test(verdict, all_read_and_judged_is_clean)
{
    tc_summary s = clean();
    const tc_verdict *v = reach(&s);
    cr_expect_eq(v->exit_status, TC_EXIT_NOTHING);
    cr_expect_eq(v->outcome, TC_OUTCOME_CLEAN);
    cr_expect_not(v->incomplete);
    cr_expect_not(v->nothing_judged);
    cr_expect_eq(v->reason_count, 0u);
}

Test(verdict, a_partly_watched_indicator_is_clean_and_a_blind_one_is_blind)
{
    tc_summary s = clean();
    rows[1].state = TC_PARTLY;
    cr_expect_eq(reach(&s)->outcome, TC_OUTCOME_CLEAN);
    rows[2].state = TC_BLIND;
    cr_expect_eq(reach(&s)->outcome, TC_OUTCOME_BLIND);
    cr_expect_eq(s.verdict.exit_status, TC_EXIT_NOTHING);
}

Test(verdict, when_no_event_was_read_it_says_why)
{
    tc_summary s = clean();
    s.first = s.last = s.judged_first = s.judged_last = TC_TIME_NONE;
    memset(&s.totals, 0, sizeof(s.totals));
    expect_reason(&s, TC_UNJUDGED_NO_EVENT, "the logs hold no event");
    s.totals.records.rejected[TC_REASON_BAD_JSON] = 5;
    expect_reason(&s, TC_UNJUDGED_NO_EVENT, "no record of the logs could be understood");
    s.totals.records.accepted = 7;
    expect_reason(
        &s, TC_UNJUDGED_NO_EVENT,
        "the logs hold only records that are never judged, such as the servers' own probes");
    s.files = (tc_file_counts){.empty = 2};
    expect_reason(&s, TC_UNJUDGED_NO_EVENT, "every log is empty");
    s.files = (tc_file_counts){.read = 0};
    expect_reason(&s, TC_UNJUDGED_NO_EVENT, "no log was found");
    s.files.not_understood = 1;
    const tc_verdict *v = reach(&s);
    cr_assert_eq(v->reason_count, 2u);
    cr_expect(tc_slice_equal(v->reasons[0].words, TC_LIT("no log could be read")));
    cr_expect_str_eq(v->reasons[1].key, "not_understood");
}

Test(verdict, a_window_outside_the_logs_says_on_which_side)
{
    tc_summary s = clean();
    s.judged_first = s.judged_last = TC_TIME_NONE;
    s.since = START + 20 * TC_DAY;
    expect_reason(&s, TC_UNJUDGED_WINDOW,
                  "the logs end 2011-03-19 00:00:00 UTC, before --since 2011-03-29 00:00:00");
    /* The verdict is the same when the window kept every event out. */
    s.since = TC_TIME_NONE;
    s.until = START - TC_DAY;
    s.totals.events.delivered = 0;
    expect_reason(&s, TC_UNJUDGED_WINDOW,
                  "the logs begin 2011-03-09 00:00:00 UTC, after --until 2011-03-08 00:00:00");
    s.since = START + TC_DAY;
    s.until = START + 2 * TC_DAY;
    expect_reason(&s, TC_UNJUDGED_WINDOW,
                  "the logs hold nothing from --since 2011-03-10 00:00:00 to --until 2011-03-11 "
                  "00:00:00 UTC");
}

Test(verdict, when_every_indicator_is_blind_nothing_was_judged)
{
    tc_summary s = clean();
    for (unsigned i = 0; i < TC_INDICATOR_COUNT; i++)
        rows[i].state = TC_BLIND;
    expect_reason(&s, TC_UNJUDGED_ALL_BLIND, "every indicator is blind");
    s.own_rules = true; /* they judged */
    cr_expect_eq(reach(&s)->exit_status, TC_EXIT_NOTHING);
    cr_expect_eq(s.verdict.outcome, TC_OUTCOME_BLIND);
}

Test(verdict, each_kind_of_file_that_was_not_judged_is_a_reason)
{
    static const struct {
        tc_unjudged_kind kind;
        size_t field;
        const char *one, *two;
    } table[] = {
        {TC_UNJUDGED_UNREADABLE, offsetof(tc_file_counts, unreadable), "1 file could not be read",
         "2 files could not be read"},
        {TC_UNJUDGED_NOT_UNDERSTOOD, offsetof(tc_file_counts, not_understood),
         "1 file looks like evidence, but is of a kind that this version does not read",
         "2 files look like evidence, but are of kinds that this version does not read"},
        {TC_UNJUDGED_BROKEN_OFF, offsetof(tc_file_counts, broken_off),
         "1 file could not be read to the end", "2 files could not be read to the end"},
        {TC_UNJUDGED_REJECTED, offsetof(tc_file_counts, rejected),
         "1 file has too many records that could not be understood",
         "2 files have too many records that could not be understood"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(table); i++) {
        tc_summary s = clean();
        uint64_t *count = (uint64_t *)(void *)((char *)&s.files + table[i].field);
        *count = 1;
        expect_reason(&s, table[i].kind, table[i].one);
        *count = 2;
        expect_reason(&s, table[i].kind, table[i].two);
    }
}

Test(verdict, late_records_are_a_reason)
{
    tc_summary s = clean();
    s.totals.events.late = 3;
    expect_reason(&s, TC_UNJUDGED_LATE,
                  "3 records stood too far out of the order of time to be judged");
    s.state.path = TC_LIT("state");
    s.state.before = 0;
    s.state.late_before = 4;
    expect_reason(
        &s, TC_UNJUDGED_LATE,
        "7 records could not be judged: they are older than 1970-01-01 00:00:00 UTC, which "
        "is how far the scans before have judged; scan without --state to judge them");
}

Test(verdict, only_a_bound_that_blinds_is_a_reason)
{
    tc_summary s = clean();
    tc_bounds_add(&s.bounds, "copies", 10, 7, 0);
    cr_expect_eq(reach(&s)->exit_status, TC_EXIT_NOTHING);
    tc_bounds_add(&s.bounds, "names", 10, 5, TC_BLINDS_ALL);
    tc_bounds_add(&s.bounds, "never reached", 10, 0, TC_BLINDS_ALL);
    tc_bounds_add(&s.bounds, "groups", 0, 1, TC_BLINDS(TC_INDICATOR_PASSWORDS));
    expect_reason(&s, TC_UNJUDGED_STATE_FULL, "the memory was full, and lost 5 names, 1 groups");
}

Test(verdict, all_bounds_at_once_stay_within_the_words)
{
    tc_summary s = clean();
    for (int i = 0; i < TC_BOUNDS_MAX; i++)
        tc_bounds_add(&s.bounds, "things of a kind that has a rather long name", 1, UINT64_MAX,
                      TC_BLINDS_ALL);
    const tc_verdict *v = reach(&s);
    cr_assert_eq(v->reason_count, 1u);
    cr_expect_leq(v->reasons[0].words.len, 511u);
    cr_expect_geq(v->reasons[0].words.len, 400u);
}

Test(verdict, found_exits_one_and_stays_incomplete)
{
    tc_summary s = clean();
    s.incidents[TC_LEVEL_CRITICAL] = 1;
    cr_expect_eq(reach(&s)->exit_status, TC_EXIT_FOUND);
    cr_expect_eq(s.verdict.outcome, TC_OUTCOME_FOUND);
    cr_expect_not(s.verdict.incomplete);
    s.files.unreadable = 1;
    cr_expect_eq(reach(&s)->exit_status, TC_EXIT_FOUND);
    cr_expect_eq(s.verdict.outcome, TC_OUTCOME_FOUND);
    cr_expect(s.verdict.incomplete);
}

Test(verdict, the_levels_decide_what_counts_as_found)
{
    static const struct {
        tc_level incident, min, fail;
        bool single;
        int exit_status;
        tc_outcome outcome;
    } table[] = {
        {TC_LEVEL_HIGH, TC_LEVEL_LOW, TC_LEVEL_HIGH, false, 1, TC_OUTCOME_FOUND},
        {TC_LEVEL_MEDIUM, TC_LEVEL_LOW, TC_LEVEL_HIGH, false, 0, TC_OUTCOME_FOUND},
        {TC_LEVEL_MEDIUM, TC_LEVEL_LOW, TC_LEVEL_MEDIUM, false, 1, TC_OUTCOME_FOUND},
        {TC_LEVEL_MEDIUM, TC_LEVEL_HIGH, TC_LEVEL_HIGH, false, 0, TC_OUTCOME_CLEAN},
        {TC_LEVEL_HIGH, TC_LEVEL_CRITICAL, TC_LEVEL_HIGH, false, 1, TC_OUTCOME_FOUND},
        {TC_LEVEL_INFORMATIONAL, TC_LEVEL_INFORMATIONAL, TC_LEVEL_INFORMATIONAL, true, 1,
         TC_OUTCOME_FOUND},
        {TC_LEVEL_LOW, TC_LEVEL_LOW, TC_LEVEL_CRITICAL, true, 0, TC_OUTCOME_FOUND},
    };
    for (size_t i = 0; i < TC_COUNT_OF(table); i++) {
        tc_summary s = clean();
        (table[i].single ? s.single : s.incidents)[table[i].incident] = 1;
        s.min_level = table[i].min;
        s.fail_level = table[i].fail;
        cr_expect_eq(reach(&s)->exit_status, table[i].exit_status, "%zu", i);
        cr_expect_eq(s.verdict.outcome, table[i].outcome, "%zu", i);
    }
}

Test(verdict, incidents_before_the_window_are_not_found)
{
    tc_summary s = clean();
    s.historic_incidents = 5;
    cr_expect_eq(reach(&s)->exit_status, TC_EXIT_NOTHING);
    cr_expect_eq(s.verdict.outcome, TC_OUTCOME_CLEAN);
}

Test(verdict, lack_of_memory_is_told)
{
    tc_summary s = clean();
    s.files.unreadable = 1;
    tc_arena *small = tc_arena_new(1);
    cr_expect(tc_failed(tc_verdict_reach(&s, small)));
    tc_arena_free(small);
}

Test(verdict, lack_of_memory_is_a_reason)
{
    tc_summary s = clean();
    s.memory_failures = 2;
    expect_reason(&s, TC_UNJUDGED_NO_MEMORY,
                  "the system was out of memory 2 times, and what was found may lack parts: use "
                  "fewer --jobs");
}

Test(verdict, a_receiver_that_did_not_get_its_messages_is_a_reason)
{
    tc_summary s = clean();
    s.unsent = 3;
    s.unsent_why = TC_LIT("/dev/log: cannot send");
    expect_reason(&s, TC_UNJUDGED_UNSENT, "3 messages could not be sent: /dev/log: cannot send");
    s.incidents[TC_LEVEL_HIGH] = 1;
    cr_expect_eq(reach(&s)->exit_status, TC_EXIT_FOUND);
    cr_expect(s.verdict.incomplete);
}

/* -- what has to be watched ------------------------------------------------------------------ */

Test(verdict, a_required_indicator_that_is_not_fully_watched_makes_it_incomplete)
{
    tc_summary s = clean();
    rows[0].required = rows[1].required = true;
    rows[1].indicator = "y";
    cr_expect_eq(reach(&s)->exit_status, TC_EXIT_NOTHING, "both are watched");
    rows[1].state = TC_PARTLY;
    expect_reason(&s, TC_UNJUDGED_REQUIRED, "required, but only partly watched: y");
    rows[0].state = TC_BLIND;
    expect_reason(&s, TC_UNJUDGED_REQUIRED, "required, but not watched: x; only partly: y");
}

Test(verdict, what_is_not_required_may_be_blind)
{
    tc_summary s = clean();
    rows[0].required = true;
    rows[1].state = TC_BLIND;
    cr_expect_eq(reach(&s)->exit_status, TC_EXIT_NOTHING);
    cr_expect_eq(s.verdict.outcome, TC_OUTCOME_BLIND);
}

Test(verdict, what_was_found_is_told_as_found_and_incomplete)
{
    tc_summary s = clean();
    rows[0].required = true;
    rows[0].state = TC_BLIND;
    s.incidents[TC_LEVEL_HIGH] = 1;
    const tc_verdict *v = reach(&s);
    cr_expect_eq(v->exit_status, TC_EXIT_FOUND);
    cr_expect(v->incomplete);
}

Test(verdict, without_any_event_that_alone_is_said)
{
    tc_summary s = clean();
    rows[0].required = true;
    rows[0].state = TC_BLIND;
    s.totals.events.delivered = s.totals.records.accepted = 0;
    s.files.read = 0;
    cr_expect_eq(reach(&s)->reason_count, 1u);
    cr_expect_str_eq(s.verdict.reasons[0].key, "no_event");
}
