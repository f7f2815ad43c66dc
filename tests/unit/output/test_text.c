/* What people read: goldens of typical findings, and that the page keeps to its width. */
#include "samples.h"

#include "reparse.h"
#include "text_goldens.h"

#include "parsers/base/utf8.h"

#include <criterion/criterion.h>

static tc_str out;

static void open_text(void)
{
    tc_str_init(&out, (size_t)4 << 20);
}

static void close_text(void)
{
    tc_str_done(&out);
}

TestSuite(text, .init = open_text, .fini = close_text);

static void expect(const char *golden)
{
    cr_expect(!tc_failed(tc_str_status(&out)));
    cr_expect_str_eq(tc_str_cstr(&out), golden);
    tc_str_clear(&out);
}

static bool told(const char *text)
{
    return tc_slice_search(tc_str_view(&out), tc_slice_of(text)) != TC_NPOS;
}

/* -- goldens -------------------------------------------------------------------------------- */

Test(text, an_incident_answers_the_questions_of_the_night)
{
    tc_output *output = sample_output(&tc_output_text, 100, false);
    tc_alert a = sample_incident();
    tc_summary s = sample_summary(true);
    tc_output_inventory(output, &s, &out);
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    expect(incident_text);
    tc_output_free(output);
}

Test(text, a_page_begins_with_the_result_and_ends_with_what_it_rests_on)
{
    tc_output *output = sample_output(&tc_output_text, 100, false);
    tc_summary s = sample_summary(true);
    tc_output_inventory(output, &s, &out);
    expect("");
    tc_output_head(output, &s, &out);
    expect(head_text);
    tc_alert a = sample_incident();
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    tc_str_clear(&out);
    tc_output_summary(output, &s, TC_TIME_NONE, &out);
    expect(foot_text);
    tc_output_free(output);
}

Test(text, only_a_long_page_says_its_result_twice)
{
    tc_output_options options = {
        .format = &tc_output_text, .width = 100, .height = 60, .version = "1"};
    tc_output *output = tc_output_new(&options);
    tc_summary s = sample_summary(true);
    tc_output_head(output, &s, &out);
    tc_output_summary(output, &s, TC_TIME_NONE, &out);
    size_t first = tc_slice_search(tc_str_view(&out), TC_LIT("RESULT"));
    cr_expect_eq(first, 0u);
    cr_expect_eq(tc_slice_search(tc_slice_sub(tc_str_view(&out), 1, TC_NPOS), TC_LIT("RESULT")),
                 TC_NPOS);
    tc_output_free(output);
}

Test(text, nothing_found_comes_with_its_span_and_blind_spots)
{
    tc_output *output = sample_output(&tc_output_text, 100, false);
    tc_summary s = sample_summary(false);
    s.verdict = (tc_verdict){.outcome = TC_OUTCOME_BLIND};
    s.passes = 1;
    s.bounds.count = s.problem_count = 0;
    tc_output_head(output, &s, &out);
    cr_expect(tc_slice_starts(
        tc_str_view(&out),
        TC_LIT("RESULT  Nothing found (levels low and up), 2011-03-01 00:00 to 2011-03-14 23:59 "
               "UTC (14 days). Blind\n        for password resets; only partly watched: system "
               "message language.\n")));
    tc_output_free(output);
}

static tc_output *with_timeline(uint32_t width)
{
    tc_output_options options = {
        .format = &tc_output_text, .width = width, .timeline = true, .version = "1"};
    return tc_output_new(&options);
}

Test(text, a_timeline_names_people_and_what_changed)
{
    tc_output *output = with_timeline(80);
    tc_alert merged = sample_merged(), raised = sample_incident(), alone = sample_bare_alert();
    tc_alert part = sample_user_alert();
    raised.transition = TC_TRANSITION_RAISED;
    raised.time = raised.mailboxes[0].switched;
    tc_output_alert(output, &raised, TC_TIME_NONE, &out);
    tc_output_alert(output, &merged, TC_TIME_NONE, &out);
    tc_output_alert(output, &alone, TC_TIME_NONE, &out);
    tc_output_alert(output, &part, TC_TIME_NONE, &out); /* the incident tells it */
    expect("\nTIMELINE\n"
           "2011-03-09 08:00  CRITICAL  anna.novak: replies switched en-GB -> zh-CN; 12\n"
           "                            mailboxes by now\n"
           "2011-03-14 09:12  HIGH      incident ffeeddcc belongs to 00112233: anna.novak,\n"
           "                            bruno.keller: opened from 203.0.113.7 (CN); 12\n"
           "                            mailboxes by now\n"
           "2011-03-10 03:04  MEDIUM    Many resets by one account: EXAMPLE\\admin1\n");
    tc_output_free(output);
}

Test(text, without_a_timeline_only_what_is_part_of_no_incident_is_told)
{
    tc_output *output = sample_output(&tc_output_text, 100, false);
    tc_alert merged = sample_merged(), alone = sample_bare_alert();
    tc_output_alert(output, &merged, TC_TIME_NONE, &out);
    expect("");
    tc_output_alert(output, &alone, TC_TIME_NONE, &out);
    expect("\nBESIDES, part of no incident\n"
           "2011-03-10 03:04  MEDIUM    Many resets by one account: EXAMPLE\\admin1\n");
    tc_output_free(output);
}

Test(text, a_redacted_incident_names_nobody)
{
    static const char *const secrets[] = {"novak", "keller", "EXAMPLE\\"};
    tc_output *output = sample_output(&tc_output_text, 80, true);
    tc_alert a = sample_merged();
    a.transition = TC_TRANSITION_FINAL;
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    for (size_t i = 0; i < TC_COUNT_OF(secrets); i++)
        cr_expect_not(told(secrets[i]), "%s", secrets[i]);
    cr_expect(told("        person-1  03-09 07:00   03-14 09:00  1  en-GB->zh-CN  03-09 08:00\n"));
    cr_expect(told("2011-03-09 07:12:03  (line withheld)\n"));
    cr_expect(told("merged into\n  00112233445566778899aabbccddeeff"));
    tc_output_free(output);
}

static const tc_slice changers[] = {{(const uint8_t *)"anna.novak@example.org", 22},
                                    {(const uint8_t *)"bruno.keller@example.org", 24},
                                    {(const uint8_t *)"zoe.adam@example.org", 20}};

static tc_alert wave(void)
{
    static const tc_alert_fact count = {"count", {(const uint8_t *)"54", 2}, true};
    tc_alert a = sample_incident();
    a.level = TC_LEVEL_LOW;
    a.rule_name = TC_LIT("password_change_wave");
    a.mailbox_count = a.source_count = a.evidence_count = a.next_count = a.former_id_count = 0;
    a.end = a.start + 9 * TC_HOUR;
    a.baseline = &count;
    a.baseline_count = 1;
    a.crowd = (tc_alert_crowd){changers, TC_COUNT_OF(changers), 28, 3, 60};
    return a;
}

Test(text, a_wave_names_accounts_and_what_is_usual_and_who_of_them_is_a_victim)
{
    tc_output *output = sample_output(&tc_output_text, 200, false);
    tc_alert victims = sample_incident(), a = wave();
    victims.mailbox_count = 2;
    tc_output_alert(output, &victims, TC_TIME_NONE, &out);
    tc_str_clear(&out);
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    cr_expect(told("2  LOW       54 of 60 people changed their own password on 2011-03-09\n"));
    cr_expect(told("  WHY   Between 03-09 07:12 and 03-09 16:12; usual here: "
                   "at most 3 a day (28 days before)."));
    cr_expect(told("  WHO   anna.novak, bruno.keller, zoe.adam and 51 more, all @example.org\n"));
    cr_expect(told("        Both of incident 1 are among them.\n"));
    tc_output_free(output);
}

Test(text, what_two_incidents_have_in_common_is_said_with_the_second)
{
    tc_output *output = sample_output(&tc_output_text, 200, false);
    tc_alert first = sample_incident(), second = first;
    second.sources++;
    second.source_count = 1;
    second.mailboxes += 3;
    second.mailbox_count = 2;
    first.mailbox_count = 4;
    tc_output_alert(output, &first, TC_TIME_NONE, &out);
    cr_expect_not(told("  SEE "));
    tc_output_alert(output, &second, TC_TIME_NONE, &out);
    cr_expect(told("  SEE   Incident 1 has the same address 203.0.113.18, the same browser, the "
                   "same mailbox dario.conti@example.org.\n"));
    tc_output_free(output);
}

Test(text, what_a_language_was_before_is_said_where_the_switch_is_shown)
{
    tc_output *output = sample_output(&tc_output_text, 200, false);
    tc_alert a = sample_incident();
    tc_alert_evidence line = a.evidence[1];
    line.time = a.mailboxes[0].switched;
    a.evidence = &line;
    a.evidence_count = 1;
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    cr_expect(told("        before   until 2011-03-09 08:00 the system messages of anna.novak were "
                   "in English (en-GB)\n        after    2011-03-09 08:00:44"));
    tc_output_free(output);
}

Test(text, where_mail_is_sent_on_to_is_said_and_that_it_goes_on_in_silence)
{
    static const tc_slice techniques[] = {{(const uint8_t *)"T1114.003", 9}};
    tc_output *output = sample_output(&tc_output_text, 200, false);
    tc_alert a = sample_incident();
    tc_alert_evidence line = a.evidence[0];
    line.text = TC_LIT("Cmdlet by Ana: New-InboxRule -Name .. -ForwardTo \"x@mail.example\"");
    a.evidence = &line;
    a.evidence_count = 1;
    a.techniques = techniques;
    a.technique_count = 1;
    a.course.known = true;
    a.course.until = tc_time_add(a.end, 9 * TC_DAY);
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    cr_expect(told(" Mail is sent on to x@mail.example.\n"));
    cr_expect(told("by Ana: New-InboxRule -Name .. -ForwardTo \"x@mail.example\"\n"));
    cr_expect(told("; quiet since then, to the end of what was judged, but what it has set up may "
                   "still be at work"));
    tc_output_free(output);
}

Test(text, an_address_that_others_use_is_not_blocked_without_a_warning)
{
    tc_output *output = sample_output(&tc_output_text, 200, false);
    tc_alert a = sample_incident();
    tc_alert_source source = a.sources[0];
    source.regulars = 3;
    a.sources = &source;
    a.source_count = 1;
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    cr_expect(told("Before you block anything: other mailboxes use 203.0.113.7 in ordinary life"));
    cr_expect_not(told("Block 203.0.113.7"));
    tc_output_free(output);
}

/* -- what is not known ---------------------------------------------------------------------- */

Test(text, what_is_not_known_is_not_there)
{
    tc_output *output = sample_output(&tc_output_text, 100, false);
    tc_alert a = {.transition = TC_TRANSITION_FINAL,
                  .time = TC_TIME_NONE,
                  .start = TC_TIME_NONE,
                  .end = TC_TIME_NONE,
                  .created = TC_TIME_NONE,
                  .level = TC_LEVEL_LOW,
                  .rule_title = TC_LIT("A rule of one's own"),
                  .rule_file = TC_LIT("own/rules.yml"),
                  .degraded = true,
                  .historic = true};
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    expect("\n1  LOW       A rule of one's own\n"
           "             confidence low\n"
           "  NOTE  Older than --since: shown as context, not counted.\n"
           "        The memory limit was reached: figures may be low.\n"
           "  rule \"A rule of one's own\" in own/rules.yml\n");
    tc_output_free(output);
}

Test(text, a_scan_that_read_nothing_does_not_say_clean)
{
    tc_output *output = sample_output(&tc_output_text, 200, false);
    static const tc_unjudged reason = {"no_event", {(const uint8_t *)"no log was found", 16}};
    tc_summary s = {.first = TC_TIME_NONE,
                    .last = TC_TIME_NONE,
                    .since = TC_TIME_NONE,
                    .until = TC_TIME_NONE,
                    .judged_first = TC_TIME_NONE,
                    .judged_last = TC_TIME_NONE,
                    .verdict = {.outcome = TC_OUTCOME_INCOMPLETE,
                                .incomplete = true,
                                .nothing_judged = true,
                                .reasons = &reason,
                                .reason_count = 1,
                                .exit_status = 3}};
    tc_output_inventory(output, &s, &out);
    tc_output_head(output, &s, &out);
    expect("RESULT  NOTHING WAS JUDGED: no log was found. Exit status 3.\n");
    tc_output_summary(output, &s, TC_TIME_NONE, &out);
    expect("\nINPUT      no log that can be read was found\n");
    tc_output_free(output);
}

/* -- width, colour, detail ------------------------------------------------------------------ */

static void expect_width(size_t width)
{
    for (tc_slice rest = tc_str_view(&out); rest.ptr != NULL && rest.len;) {
        tc_slice line = tc_slice_split(rest, '\n', &rest);
        cr_expect_leq(tc_utf8_width(line), width, "%zu: %.*s", width, (int)line.len, line.ptr);
        cr_expect_not(tc_slice_ends(line, TC_LIT(" ")), "%zu: '%.*s'", width, (int)line.len,
                      line.ptr);
    }
}

static char wide_name[3 * 90 + 1], deep_path[400];

/* Names of 90 ideographs (180 columns), an address of 39 characters, words without a blank. */
static tc_alert unwieldy(tc_alert_mailbox *mailbox, tc_alert_source *source,
                         tc_alert_evidence *evidence)
{
    tc_alert a = sample_incident();
    for (size_t i = 0; i < 90; i++)
        memcpy(wide_name + 3 * i, "\xe4\xb8\xad", 4);
    memset(deep_path, 'p', sizeof(deep_path) - 1);
    *mailbox = a.mailboxes[0];
    *source = a.sources[0];
    *evidence = a.evidence[0];
    mailbox->name = tc_slice_of(wide_name);
    source->as_org = tc_slice_of(wide_name);
    source->country = tc_slice_of(wide_name);
    memset(source->ip.bytes, 0xfe, sizeof(source->ip.bytes));
    evidence->file = tc_slice_of(deep_path);
    evidence->text = tc_slice_of(wide_name);
    a.message = tc_slice_of(wide_name);
    a.mailboxes = mailbox;
    a.sources = source;
    a.evidence = evidence;
    a.mailbox_count = a.source_count = a.evidence_count = 1;
    return a;
}

Test(text, no_line_is_wider_than_asked)
{
    tc_alert_mailbox mailbox;
    tc_alert_source source;
    tc_alert_evidence evidence;
    tc_alert long_one = unwieldy(&mailbox, &source, &evidence), a = sample_incident();
    tc_summary s = sample_summary(true);
    for (uint32_t width = 60; width <= 200; width += 7) {
        tc_output *output = sample_output(&tc_output_text, width, false);
        tc_output_inventory(output, &s, &out);
        tc_output_head(output, &s, &out);
        tc_output_alert(output, &a, TC_TIME_NONE, &out);
        tc_output_alert(output, &long_one, TC_TIME_NONE, &out);
        tc_output_summary(output, &s, TC_TIME_NONE, &out);
        expect_width(width);
        tc_str_clear(&out);
        tc_output_free(output);
    }
}

Test(text, a_backslash_is_doubled_only_where_it_could_begin_an_escape)
{
    static const struct {
        const char *raw, *shown;
    } rows[] = {
        {"EXAMPLE\\anna", "EXAMPLE\\anna"},
        {"EXAMPLE\\xaver", "EXAMPLE\\xaver"},
        {"C:\\logs\\", "C:\\logs\\"},
        {"\\\\server\\share", "\\\\\\server\\share"},
        {"\\x41", "\\\\x41"},
        {"\\x4", "\\x4"},
        {"\\u00e9", "\\\\u00e9"},
        {"\\u00eg", "\\u00eg"},
        {"\x1b[31m", "\\x1b[31m"},
        {"\\\x1b", "\\\\\\x1b"},
        {"\xe2\x80\xae", "\\u202e"},
        {"\\", "\\"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        char line[200];
        tc_output *output = sample_output(&tc_output_text, 200, false);
        tc_alert a = sample_bare_alert();
        a.message = tc_slice_of(rows[i].raw);
        tc_output_alert(output, &a, TC_TIME_NONE, &out);
        snprintf(line, sizeof(line),
                 "\nBESIDES, part of no incident\n2011-03-10 03:04  MEDIUM    %s\n", rows[i].shown);
        expect(line);
        tc_output_free(output);
    }
}

Test(text, of_many_only_the_first_are_shown_and_the_rest_is_counted)
{
    static tc_alert_mailbox many[5000];
    tc_output *output = sample_output(&tc_output_text, 100, false);
    tc_alert a = sample_incident();
    for (size_t i = 0; i < TC_COUNT_OF(many); i++)
        many[i] = a.mailboxes[0];
    a.mailboxes = many;
    a.mailbox_count = TC_COUNT_OF(many);
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    cr_expect(told("  WHO   5000 mailboxes, all @example.org; n: how many sessions\n"));
    cr_expect(told("        and 4980 more, all with -f json\n"));
    cr_expect_lt(out.len, (size_t)8000);
    tc_output_free(output);
}

Test(text, colours_come_only_when_asked_and_only_around_our_own_words)
{
    tc_output_options options = {
        .format = &tc_output_text, .width = 80, .color = true, .version = "1"};
    tc_output *output = tc_output_new(&options);
    tc_alert a = sample_incident();
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    cr_expect(told("\x1b[1;31mCRITICAL\x1b[0m  Somebody else"));
    cr_expect(told("  \x1b[1mWHO\x1b[0m   12 mailboxes"));
    tc_output_free(output);
    tc_str_clear(&out);
    output = sample_output(&tc_output_text, 80, false);
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    cr_expect(reparse_inert(tc_str_view(&out), true));
    tc_output_free(output);
}

Test(text, explain_shows_of_each_alert_whom_it_is_about_and_how_much_the_rule_wants)
{
    tc_output_options options = {
        .format = &tc_output_text, .width = 80, .explain = true, .version = "1"};
    tc_output *output = tc_output_new(&options);
    tc_alert a = sample_user_alert();
    a.measure = (tc_alert_measure){true, 5, 5, "gte", 7 * TC_DAY, TC_LIT("mailbox")};
    a.evidence_count = 1;
    a.baseline_count = 0;
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    expect("\nTIMELINE\n"
           "2011-03-14 09:12  HIGH      New remote access: Anna.Novak@example.org\n"
           "                            (EXAMPLE\\anna.novak), from 203.0.113.7\n"
           "    mailbox  anna.novak@example.org (en-GB -> zh-CN)\n"
           "    from     203.0.113.7 (CN)\n"
           "    count    5 mailboxes in 7 days, rule wants 5 or more\n"
           "    rule     foreign_language_switch_and_access, confidence high (85 of 100),\n"
           "             lowered by: no geo database: novelty by network and agent; incident\n"
           "             00112233\n"
           "    proof    2011-03-09 07:12:03  203.0.113.7 GET /owa/ 200 as\n"
           "                                  EXAMPLE\\anna.novak\n"
           "             logs/EX01/u_ex110309.log line 221\n"
           "             2011-03-09 07:12:03 10.0.0.5 GET /owa/ ae=Folder&t=IPF.Note 443\n"
           "             EXAMPLE\\anna.novak 203.0.113.7 Mozilla/5.0+(Windows;+U;+zh-CN) 200\n"
           "             0 0 46\n");
    tc_output_free(output);
}

Test(text, what_is_below_the_level_is_not_told)
{
    tc_output_options options = {
        .format = &tc_output_text, .width = 100, .min_level = TC_LEVEL_HIGH, .version = "1"};
    tc_output *output = tc_output_new(&options);
    tc_alert a = sample_bare_alert();
    tc_summary s = sample_summary(false);
    s.min_level = TC_LEVEL_HIGH;
    s.incidents[TC_LEVEL_MEDIUM] = 2;
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    expect("");
    tc_output_head(output, &s, &out);
    cr_expect(told("Nothing found (levels high and up) in what was judged, 2011-03-01"));
    cr_expect(told("        2 medium incidents are below --min-level high and not shown.\n"));
    a.level = TC_LEVEL_HIGH;
    tc_str_clear(&out);
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    cr_expect(told("HIGH      Many resets"));
    tc_output_free(output);
}
