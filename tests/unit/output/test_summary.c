/* The record that ends every scan, in each format; and the words of the verdict. */
#include "detector/output/verdict_words.h"
#include "reparse.h"
#include "samples.h"

#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

static tc_str out;
static reparse_record record;

static void begin(void)
{
    tc_str_init(&out, (size_t)1 << 20);
    record.pool = tc_alloc(1, REPARSE_POOL);
}

static void end(void)
{
    tc_str_done(&out);
    tc_free(record.pool);
}

TestSuite(summary, .init = begin, .fini = end);

static tc_slice tell(const tc_output_format *format, const tc_summary *s, bool redact)
{
    tc_output *output = sample_output(format, 100, redact);
    tc_str_clear(&out);
    tc_output_summary(output, s, TC_TIME_NONE, &out);
    tc_output_free(output);
    cr_assert(out.len > 0 && out.data[out.len - 1] == '\n', "%s", format->name);
    return tc_slice_sub(tc_str_view(&out), 0, out.len - 1);
}

static bool reparse(const tc_output_format *format, tc_slice line)
{
    record.count = record.used = 0;
    if (format == &tc_output_json) return reparse_json(line, &record);
    if (format == &tc_output_syslog) return reparse_syslog(line, &record);
    if (format == &tc_output_cef) return reparse_cef(line, &record);
    return reparse_leef(line, &record);
}

static void expect_fields(const tc_output_format *format, const char *const rows[][2], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tc_slice value = TC_EMPTY_SLICE;
        bool found = reparse_get(&record, rows[i][0], &value);
        cr_expect(found == (rows[i][1] != NULL), "%s %s", format->name, rows[i][0]);
        if (rows[i][1] == NULL) continue;
        cr_expect(tc_slice_equal(value, tc_slice_of(rows[i][1])), "%s %s: %.*s", format->name,
                  rows[i][0], (int)value.len, value.ptr);
    }
}

#define SENTENCE                                                                                   \
    "INCOMPLETE. 3 incidents: 1 critical, 2 medium, from 2011-03-01 00:00 to 2011-03-14 23:59 "    \
    "UTC (14 days); blind for password resets; only partly watched: system message language. "     \
    "Exit status 1."
#define COVERAGE "webmail bursts=watched,system message language=partly,password resets=blind"
#define LOST "names of mailboxes=12,records that could be copies=1234"

static const char json_line[] =
    "{\"@timestamp\":\"2011-03-14T23:59:58Z\",\"event\":{\"kind\":\"state\",\"start\":\"2011-03-"
    "01T00:00:02Z\",\"end\":\"2011-03-14T23:59:58Z\"},\"observer\":{\"product\":\"tocsin\","
    "\"version\":\"0.1.0\"},\"message\":\"" SENTENCE "\",\"tocsin\":{\"type\":\"summary\","
    "\"outcome\":\"found\",\"exit_status\":1,\"incomplete\":true,\"reasons\":[{\"reason\":"
    "\"unreadable\",\"text\":\"1 file could not be read\"},{\"reason\":\"state_full\",\"text\":"
    "\"the memory was full, and lost 12 names of mailboxes\"}],\"logs\":{\"first\":\"2011-03-"
    "01T00:00:02Z\",\"last\":\"2011-03-14T23:59:58Z\"},\"incidents\":{\"informational\":0,"
    "\"low\":0,\"medium\":2,\"high\":0,\"critical\":1},\"historic_incidents\":0,"
    "\"single_findings\":0,\"files\":{\"read\":350,\"unread\":1,\"rejected\":3,\"empty\":2,"
    "\"duplicate\":1,\"irrelevant\":12},\"mailboxes\":{\"seen\":2000,\"joined\":1874,\"judged\":"
    "1588},\"coverage\":[{\"indicator\":\"webmail bursts\",\"state\":\"watched\",\"required\":true,"
    "\"first\":\"2011-"
    "03-01T00:00:02Z\",\"last\":\"2011-03-14T23:59:58Z\"},{\"indicator\":\"system message "
    "language\",\"state\":\"partly\",\"why\":\"412 of 2,000 mailboxes have fewer than 3 system "
    "messages\",\"fix\":\"give more days of message tracking logs\",\"first\":\"2011-03-"
    "03T00:00:00Z\",\"last\":\"2011-03-14T23:58:00Z\"},{\"indicator\":\"password resets\","
    "\"state\":\"blind\",\"why\":\"no Security event log was read\",\"fix\":\"add Security.evtx "
    "of the domain controllers\"}],\"bounds\":[{\"what\":\"names of mailboxes\",\"limit\":200000,"
    "\"given_up\":12},{\"what\":\"records that could be copies\",\"limit\":65536,\"given_up\":"
    "1234}],\"columns\":[{\"names\":\"date time s-ip - c-ip\",\"by\":\"shapes\",\"rows\":512,"
    "\"files\":2,\"file\":\"logs/EX03/"
    "part2.log\"}],\"passes\":2,\"disordered_files\":3,\"problems\":[{\"file\":\"logs/EX02/"
    "u_ex110310.log\",\"text\":"
    "\"permission denied\"}]}}";

Test(summary, json_is_one_line_with_all_of_it)
{
    tc_summary s = sample_summary(true);
    tc_slice line = tell(&tc_output_json, &s, false);
    cr_expect(tc_slice_equal(line, tc_slice_of(json_line)), "%.*s", (int)line.len, line.ptr);
    cr_expect(reparse(&tc_output_json, line));
}

Test(summary, syslog_has_the_fields_of_json)
{
    static const char *const rows[][2] = {
        {"pri", "82"}, /* authpriv, critical: 10 * 8 + 2 */
        {"msgid", "SUMMARY"},
        {"timestamp", "2011-03-14T23:59:58Z"},
        {"tocsin.type", "summary"},
        {"tocsin.outcome", "found"},
        {"tocsin.incomplete", "true"},
        {"tocsin.exit_status", "1"},
        {"tocsin.reasons", "unreadable,state_full"},
        {"event.kind", "state"},
        {"event.start", "2011-03-01T00:00:02Z"},
        {"event.end", "2011-03-14T23:59:58Z"},
        {"tocsin.since", NULL},
        {"tocsin.logs.first", "2011-03-01T00:00:02Z"},
        {"tocsin.incidents.critical", "1"},
        {"tocsin.incidents.medium", "2"},
        {"tocsin.incidents.informational", "0"},
        {"tocsin.files.read", "350"},
        {"tocsin.files.unread", "1"},
        {"tocsin.files.rejected", "3"},
        {"tocsin.mailboxes.judged", "1588"},
        {"tocsin.coverage", COVERAGE},
        {"tocsin.bounds", LOST},
        {"tocsin.problems", "logs/EX02/u_ex110310.log"},
        {"msg", SENTENCE},
    };
    tc_summary s = sample_summary(true);
    cr_assert(reparse(&tc_output_syslog, tell(&tc_output_syslog, &s, false)));
    expect_fields(&tc_output_syslog, rows, TC_COUNT_OF(rows));
}

Test(summary, cef_has_the_same)
{
    static const char *const rows[][2] = {
        {"signature", "summary"},
        {"name", "Scan ended: found"},
        {"severity", "10"},
        {"cat", "summary"},
        {"act", "found"},
        {"start", "1298937602000"},
        {"end", "1300147198000"},
        {"cn1", "350"},
        {"cn2", "1"},
        {"cn3", "1"},
        {"cs1", COVERAGE},
        {"cs2", "critical=1,high=0,medium=2,low=0,informational=0"},
        {"cs3", "seen=2000,joined=1874,judged=1588"},
        {"cs4Label", "reasons"},
        {"cs4", "unreadable,state_full"},
        {"cs5", "logs/EX02/u_ex110310.log"},
        {"cs6", LOST},
        {"flexString1", NULL},
        {"msg", SENTENCE},
    };
    tc_summary s = sample_summary(true);
    cr_assert(reparse(&tc_output_cef, tell(&tc_output_cef, &s, false)));
    expect_fields(&tc_output_cef, rows, TC_COUNT_OF(rows));
    s.since = s.first;
    s.until = s.last;
    cr_assert(reparse(&tc_output_cef, tell(&tc_output_cef, &s, false)));
    static const char *const window[][2] = {
        {"flexString1Label", "window"},
        {"flexString1", "since=2011-03-01T00:00:02Z,until=2011-03-14T23:59:58Z"}};
    expect_fields(&tc_output_cef, window, TC_COUNT_OF(window));
}

Test(summary, leef_has_the_same)
{
    static const char *const rows[][2] = {
        {"cat", "summary"},
        {"sev", "10"},
        {"outcome", "found"},
        {"incomplete", "true"},
        {"exitStatus", "1"},
        {"start", "2011-03-01T00:00:02Z"},
        {"since", NULL},
        {"logsLast", "2011-03-14T23:59:58Z"},
        {"incidentsCritical", "1"},
        {"incidentsInformational", "0"},
        {"filesRead", "350"},
        {"filesUnread", "1"},
        {"mailboxesSeen", "2000"},
        {"coverage", COVERAGE},
        {"reasons", "unreadable,state_full"},
        {"bounds", LOST},
        {"problems", "logs/EX02/u_ex110310.log"},
        {"msg", SENTENCE},
    };
    tc_summary s = sample_summary(true);
    cr_assert(reparse(&tc_output_leef, tell(&tc_output_leef, &s, false)));
    expect_fields(&tc_output_leef, rows, TC_COUNT_OF(rows));
}

Test(summary, what_the_site_left_out_is_in_every_format)
{
    static const struct {
        const tc_output_format *format;
        const char *field;
    } rows[] = {{&tc_output_syslog, "tocsin.left_out"},
                {&tc_output_cef, "flexString2"},
                {&tc_output_leef, "leftOut"}};
    static const tc_left_out left[] = {
        {.kind = "exception", .what = {(const uint8_t *)"rule a, user b", 14}, .findings = 3},
        {.kind = "change_window", .what = {(const uint8_t *)"migration", 9}, .ended = true}};
    tc_summary s = sample_summary(true);
    s.left_out = left;
    s.left_out_count = TC_COUNT_OF(left);
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        const char *const wanted[][2] = {
            {rows[i].field, "exception rule a\\x2c user b=3,change_window migration=ended"}};
        cr_assert(reparse(rows[i].format, tell(rows[i].format, &s, false)));
        expect_fields(rows[i].format, wanted, 1);
    }
}

/* -- every outcome can be told from the others ---------------------------------------------- */

Test(summary, each_outcome_has_its_name_and_its_weight)
{
    static const struct {
        tc_outcome outcome;
        bool incomplete;
        const char *name, *pri, *severity;
    } rows[] = {
        {TC_OUTCOME_CLEAN, false, "clean", "86", "1"},
        {TC_OUTCOME_BLIND, false, "blind", "85", "3"},
        {TC_OUTCOME_INCOMPLETE, true, "incomplete", "84", "5"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        const char *const syslog[][2] = {
            {"tocsin.outcome", rows[i].name},
            {"pri", rows[i].pri},
            {"tocsin.incomplete", rows[i].incomplete ? "true" : "false"}};
        const char *const cef[][2] = {{"act", rows[i].name}, {"severity", rows[i].severity}};
        const char *const leef[][2] = {{"outcome", rows[i].name}, {"sev", rows[i].severity}};
        tc_summary s = sample_summary(false);
        s.verdict = (tc_verdict){.outcome = rows[i].outcome, .incomplete = rows[i].incomplete};
        cr_assert(reparse(&tc_output_syslog, tell(&tc_output_syslog, &s, false)));
        expect_fields(&tc_output_syslog, syslog, TC_COUNT_OF(syslog));
        cr_assert(reparse(&tc_output_cef, tell(&tc_output_cef, &s, false)));
        expect_fields(&tc_output_cef, cef, TC_COUNT_OF(cef));
        cr_assert(reparse(&tc_output_leef, tell(&tc_output_leef, &s, false)));
        expect_fields(&tc_output_leef, leef, TC_COUNT_OF(leef));
    }
}

Test(summary, hostile_names_of_files_are_inert_and_can_be_read_back)
{
    static const char name[] = "a\n<13>1 - \"]\\|=^,\x1b[31m\xff\xe2\x80\xae.log";
    static const struct {
        const tc_output_format *format;
        const char *key;
    } rows[] = {{&tc_output_json, NULL},
                {&tc_output_syslog, "tocsin.problems"},
                {&tc_output_cef, "cs5"},
                {&tc_output_leef, "problems"}};
    tc_problem problem = {tc_slice_of(name), TC_LIT("permission denied")};
    tc_summary s = sample_summary(true);
    s.problems = &problem;
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        const tc_output_format *format = rows[i].format;
        tc_slice line = tell(format, &s, false), value = TC_EMPTY_SLICE;
        cr_expect(reparse_inert(line, false), "%s", format->name);
        cr_assert(reparse(format, line), "%s", format->name);
        if (rows[i].key == NULL) continue;
        cr_assert(reparse_get(&record, rows[i].key, &value), "%s", format->name);
        tc_slice raw = reparse_unescape(&record, value);
        cr_expect(tc_slice_equal(raw, tc_slice_of(name)), "%s: %.*s", format->name, (int)value.len,
                  value.ptr);
    }
}

Test(summary, a_syslog_line_stays_within_8000_bytes)
{
    static tc_problem problems[2000];
    for (size_t i = 0; i < TC_COUNT_OF(problems); i++)
        problems[i].file = TC_LIT("/evidence/a rather long path/of a server/u_ex110309.log");
    tc_summary s = sample_summary(true);
    s.problems = problems;
    s.problem_count = TC_COUNT_OF(problems);
    s.bounds.count = 0;
    for (int i = 0; i < TC_BOUNDS_MAX; i++)
        tc_bounds_add(&s.bounds, "things of which there are more than fit in any memory", 1, 1, 1);
    tc_slice line = tell(&tc_output_syslog, &s, false);
    cr_expect_leq(line.len, 8000u);
    cr_assert(reparse(&tc_output_syslog, line));
    static const char *const rows[][2] = {{"tocsin.truncated", "true"}, {"msg", SENTENCE}};
    expect_fields(&tc_output_syslog, rows, TC_COUNT_OF(rows));
}

Test(summary, no_format_tells_the_inventory_before_the_findings)
{
    tc_summary s = sample_summary(true);
    for (size_t i = 0; tc_output_formats[i] != NULL; i++) {
        tc_output *output = sample_output(tc_output_formats[i], 100, false);
        tc_str_clear(&out);
        tc_output_inventory(output, &s, &out);
        cr_expect_eq(out.len, 0u, "%s", tc_output_formats[i]->name);
        tc_output_free(output);
    }
}

Test(summary, only_a_page_begins_with_the_result)
{
    tc_summary s = sample_summary(true);
    for (size_t i = 0; tc_output_formats[i] != NULL; i++) {
        tc_output *output = sample_output(tc_output_formats[i], 100, false);
        tc_str_clear(&out);
        tc_output_head(output, &s, &out);
        cr_expect_eq(out.len > 0, tc_output_formats[i] == &tc_output_text, "%s",
                     tc_output_formats[i]->name);
        tc_output_free(output);
    }
}

/* -- words ---------------------------------------------------------------------------------- */

static const char *sentence(const tc_summary *s)
{
    tc_str_clear(&out);
    tc_verdict_sentence(s, &out);
    return tc_str_cstr(&out);
}

static const char *note(const tc_summary *s, tc_verdict_note which)
{
    tc_str_clear(&out);
    tc_verdict_note_words(s, which, &out);
    return tc_str_cstr(&out);
}

Test(summary, the_sentence_never_claims_more_than_was_judged)
{
    static const tc_unjudged outside = {"window",
                                        {(const uint8_t *)"the logs end before --since", 27}};
    tc_coverage_row rows[2] = {{.indicator = "one"}, {.indicator = "two"}};
    tc_summary s = sample_summary(false);
    s.coverage = rows;
    s.coverage_count = TC_COUNT_OF(rows);
    s.verdict = (tc_verdict){.outcome = TC_OUTCOME_CLEAN};
#define NOTHING                                                                                    \
    "Nothing found (levels low and up) from 2011-03-01 00:00 to 2011-03-14 23:59 UTC (14 days)"
    cr_expect_str_eq(sentence(&s), NOTHING "; every indicator could be watched.");
    rows[1].state = TC_PARTLY;
    cr_expect_str_eq(sentence(&s), NOTHING "; only partly watched: two.");
    rows[0].state = TC_BLIND;
    cr_expect_str_eq(sentence(&s), NOTHING "; blind for one; only partly watched: two.");
    rows[1].state = TC_BLIND;
    cr_expect_str_eq(sentence(&s), NOTHING "; every indicator is blind.");
    s.own_rules = true;
    cr_expect_str_eq(sentence(&s),
                     NOTHING "; only your own rules judged, every indicator is blind.");
    s.min_level = TC_LEVEL_CRITICAL;
    cr_expect(
        tc_slice_starts(tc_slice_of(sentence(&s)), TC_LIT("Nothing found (level critical) from")));
    s.verdict = (tc_verdict){.outcome = TC_OUTCOME_INCOMPLETE,
                             .incomplete = true,
                             .nothing_judged = true,
                             .reasons = &outside,
                             .reason_count = 1,
                             .exit_status = 3};
    cr_expect_str_eq(sentence(&s),
                     "NOTHING WAS JUDGED: the logs end before --since. Exit status 3.");
    cr_expect_eq(tc_verdict_first_reason(&s), 1u);
    s.verdict.nothing_judged = false;
    cr_expect(
        tc_slice_starts(tc_slice_of(sentence(&s)),
                        TC_LIT("INCOMPLETE. Nothing found (level critical) in what was judged, ")));
    cr_expect_eq(tc_verdict_first_reason(&s), 0u);
}

Test(summary, single_findings_are_found_too)
{
    tc_summary s = sample_summary(false);
    s.verdict = (tc_verdict){.outcome = TC_OUTCOME_FOUND, .exit_status = 1};
    s.single[TC_LEVEL_LOW] = 1;
    cr_expect(tc_slice_starts(tc_slice_of(sentence(&s)), TC_LIT("1 single finding, from 2011")));
    s.incidents[TC_LEVEL_HIGH] = 1;
    s.single[TC_LEVEL_HIGH] = 1;
    cr_expect(tc_slice_starts(tc_slice_of(sentence(&s)),
                              TC_LIT("1 incident: 1 high, 2 single findings, from 2011")));
}

Test(summary, what_lies_below_a_level_is_counted)
{
    tc_summary s = sample_summary(false);
    s.verdict = (tc_verdict){.outcome = TC_OUTCOME_FOUND};
    cr_expect_str_eq(note(&s, TC_NOTE_BELOW_FAIL), "");
    cr_expect_str_eq(note(&s, TC_NOTE_BELOW_MIN), "");
    s.incidents[TC_LEVEL_MEDIUM] = 1;
    cr_expect_str_eq(note(&s, TC_NOTE_BELOW_FAIL),
                     "1 medium incident is below --fail-level high: exit status 0");
    s.incidents[TC_LEVEL_LOW] = 2;
    cr_expect_str_eq(note(&s, TC_NOTE_BELOW_FAIL),
                     "1 medium and 2 low incidents are below --fail-level high: exit status 0");
    s.min_level = TC_LEVEL_MEDIUM;
    s.verdict.exit_status = 3;
    cr_expect_str_eq(note(&s, TC_NOTE_BELOW_FAIL),
                     "1 medium incident is below --fail-level high: exit status 3");
    cr_expect_str_eq(note(&s, TC_NOTE_BELOW_MIN),
                     "2 low incidents are below --min-level medium and not shown");
    s.verdict.exit_status = 1;
    cr_expect_str_eq(note(&s, TC_NOTE_BELOW_FAIL), "");
}

Test(summary, earlier_incidents_and_a_second_pass_are_noted)
{
    tc_summary s = sample_summary(false);
    s.passes = 1;
    s.disordered_files = 0;
    cr_expect_str_eq(note(&s, TC_NOTE_HISTORIC), "");
    cr_expect_str_eq(note(&s, TC_NOTE_PASSES), "");
    s.historic_incidents = 2;
    cr_expect_str_eq(note(&s, TC_NOTE_HISTORIC),
                     "2 incidents lie before --since: shown as context, not counted");
    s.passes = 2;
    s.disordered_files = 1200;
    cr_expect_str_eq(note(&s, TC_NOTE_PASSES),
                     "all logs were read twice: 1,200 files are not in order of time");
    s.disordered_files = 1;
    cr_expect_str_eq(note(&s, TC_NOTE_PASSES),
                     "all logs were read twice: 1 file is not in order of time");
}

Test(summary, a_bound_says_what_fits_and_what_was_lost)
{
    static const struct {
        tc_bound bound;
        const char *words;
    } rows[] = {
        {{"names", 1000, 5, TC_BLINDS_ALL}, "names: 1,000 fit, 5 were forgotten"},
        {{"groups", 0, 5, TC_BLINDS(TC_INDICATOR_WEBMAIL)}, "groups: 5 were forgotten"},
        {{"copies", 0, 1, 0}, "copies: 1 was forgotten; no indicator misses anything for it"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_str_clear(&out);
        tc_bound_words(&rows[i].bound, &out);
        cr_expect_str_eq(tc_str_cstr(&out), rows[i].words);
    }
}
