/* What people read: goldens of typical findings, and that the page keeps to its width. */
#include "samples.h"

#include "reparse.h"

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

static const char incident_text[] =
    "\n"
    "CRITICAL  12 mailboxes opened from 5 new addresses (CN), system messages of 11 switched from "
    "en-GB\n"
    "          to zh-CN since 2011-03-09 07:12:03 UTC\n"
    "  who         12 mailboxes\n"
    "    mailbox                    first access      language  before  switched          "
    "sessions\n"
    "    anna.novak@example.org     2011-03-09 07:00  zh-CN     en-GB   2011-03-09 08:00         "
    "1\n"
    "    bruno.keller@example.org   2011-03-09 07:01  zh-CN     en-GB   2011-03-09 08:01         "
    "2\n"
    "    cara.lind@example.org      2011-03-09 07:02  zh-CN     en-GB   2011-03-09 08:02         "
    "3\n"
    "    dario.conti@example.org    2011-03-09 07:03  zh-CN     en-GB   2011-03-09 08:03         "
    "4\n"
    "    eva.horvat@example.org     2011-03-10 07:04  zh-CN     en-GB   2011-03-10 08:04         "
    "1\n"
    "    finn.berg@example.org      2011-03-10 07:05  zh-CN     en-GB   2011-03-10 08:05         "
    "2\n"
    "    greta.maes@example.org     2011-03-10 07:06  zh-CN     en-GB   2011-03-10 08:06         "
    "3\n"
    "    hugo.silva@example.org     2011-03-10 07:07  zh-CN     en-GB   2011-03-10 08:07         "
    "4\n"
    "    irma.moreau@example.org    2011-03-11 07:08  zh-CN     en-GB   2011-03-11 08:08         "
    "1\n"
    "    jonas.peeters@example.org  2011-03-11 07:09  zh-CN     en-GB   2011-03-11 08:09         "
    "2\n"
    "    \xe7\x8e\x8b\xe8\x8a\xb3@example.org           2011-03-11 07:10  zh-CN     en-GB   "
    "2011-03-11 08:10         3\n"
    "    lea.dubois@example.org     2011-03-11 07:11  -         -       -                        "
    "4\n"
    "  since       2011-03-09 07:00:03 UTC (first access), last sign 2011-03-14 09:12:55 UTC\n"
    "  from        5 addresses\n"
    "    address       country  network                     mailboxes  first             last\n"
    "    203.0.113.7   CN       AS64496 Example Backbon...          9  2011-03-09 07:12  "
    "2011-03-14 09:12\n"
    "    203.0.113.18  CN       AS64496 Example Backbon...          8  2011-03-09 07:13  "
    "2011-03-14 09:12\n"
    "    203.0.113.29  CN       AS64496 Example Backbon...          7  2011-03-09 07:14  "
    "2011-03-14 09:12\n"
    "    203.0.113.40  CN       AS64496 Example Backbon...          6  2011-03-09 07:15  "
    "2011-03-14 09:12\n"
    "    2001:db8::17  unknown  unknown                             5  2011-03-09 07:16  "
    "2011-03-14 09:12\n"
    "  how many    12 mailboxes, 5 addresses, 30 sessions, 37 alerts within 5 days\n"
    "  baseline    mailboxes 12, mailboxes switched 11, language zh-CN, language before en-GB, "
    "sessions\n"
    "              per day 0.25\n"
    "  evidence\n"
    "    1. logs/EX01/u_ex110309.log:48211 (line 221), 2011-03-09 07:12:03 UTC\n"
    "       2011-03-09 07:12:03 10.0.0.5 GET /owa/ ae=Folder&t=IPF.Note 443 EXAMPLE\\anna.novak "
    "203.0.1...\n"
    "    2. logs/tracking.zip!MSGTRK20110309-1.LOG:9120 (record unknown), 2011-03-09 08:15:44 UTC\n"
    "       "
    "2011-03-09T08:15:44.120Z,,EX01,,,,,STOREDRIVER,SUBMIT,77,<1@example.org>,"
    "\xe8\x87\xaa\xe5\x8a\xa8\xe7\xad\x94\xe5\xa4\x8d: Agenda\n"
    "  next\n"
    "    1. Revoke the sessions of the listed mailboxes and change their passwords.\n"
    "    2. Block the listed sources, and search all logs for them.\n"
    "    3. Preserve the logs of all webmail, transport and domain servers before they are "
    "rotated.\n"
    "  confidence  85 of 100, lowered by: no geo database: novelty by network and agent\n"
    "  incident    00112233445566778899aabbccddeeff, formerly ffeeddccbbaa99887766554433221100\n"
    "  rule        foreign_language_switch_and_access, techniques T1078, T1114.002\n";

Test(text, an_incident_answers_the_questions_of_the_night)
{
    tc_output *output = sample_output(&tc_output_text, 100, false);
    tc_alert a = sample_incident();
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    expect(incident_text);
    tc_output_free(output);
}

static const char inventory_text[] =
    "INPUT       351 files of logs, 874 MB\n"
    "  host     log type          files    size  first (UTC)       last (UTC)\n"
    "  EX01     iis-w3c              14  812 MB  2011-03-01 00:00  2011-03-14 23:59\n"
    "  EX01     message-tracking    336   41 MB  2011-03-01 00:03  2011-03-14 23:58\n"
    "  unknown  evtx                  1   20 MB  unknown           unknown\n"
    "  left out: 12 files that are no log (3.4 MB)\n"
    "  left out: 1 file with the same content as another\n"
    "GUESSED from the data; say otherwise with options\n"
    "  own domain: example.org (97 % of senders)\n"
    "COLUMNS read without a #Fields line (see --fields)\n"
    "  logs/EX03/part2.log and 1 more, read by the shapes of 512 rows: date time s-ip - c-ip\n"
    "MISSING\n"
    "  no HttpProxy logs: usually below C:\\Program Files\\Microsoft\\Exchange "
    "Server\\V15\\Logging\\HttpProxy\n"
    "NOT READ\n"
    "  logs/EX02/u_ex110310.log: permission denied\n"
    "\n";

static const char found_text[] =
    "\n"
    "VERDICT     INCOMPLETE. 3 incidents: 1 critical, 2 medium, from 2011-03-01 00:00 to "
    "2011-03-14 "
    "23:59\n"
    "            UTC (14 days); blind for password resets; only partly watched: system message "
    "language.\n"
    "            Exit status 1.\n"
    "INCOMPLETE  1 file could not be read.\n"
    "            The memory was full, and lost 12 names of mailboxes.\n"
    "NOTE        All logs were read twice: 3 files are not in order of time.\n"
    "BOUNDS      Names of mailboxes: 200,000 fit, 12 were forgotten.\n"
    "            Records that could be copies: 65,536 fit, 1,234 were forgotten; no indicator "
    "misses\n"
    "            anything for it.\n"
    "COVERAGE\n"
    "  webmail bursts           watched\n"
    "  system message language  partly   412 of 2,000 mailboxes have fewer than 3 system messages\n"
    "      fix: give more days of message tracking logs\n"
    "  password resets          blind    no Security event log was read\n"
    "      fix: add Security.evtx of the domain controllers\n"
    "MAILBOXES   2,000 seen, 1,874 joined across logs (94 %), 1,588 judged (79 %)\n"
    "BYTES       874,559,957 read = 874,550,000 parsed + 9,000 header + 0 blank + 957 rejected + "
    "0\n"
    "            pending\n"
    "RECORDS     4,012,345 accepted = 4,000,000 judged + 0 duplicate + 0 late + 12,345 filtered "
    "(probe\n"
    "            12,345); besides 350 header, 0 blank, 4 rejected (bad_time 3, oversize 1)\n"
    "NOT READ\n"
    "  logs/EX02/u_ex110310.log: permission denied\n";

Test(text, inventory_and_verdict_of_a_scan_that_found_something)
{
    tc_output *output = sample_output(&tc_output_text, 100, false);
    tc_summary s = sample_summary(true);
    tc_output_inventory(output, &s, &out);
    expect(inventory_text);
    tc_output_summary(output, &s, TC_TIME_NONE, &out);
    expect(found_text);
    tc_output_free(output);
}

static const char empty_text[] =
    "\n"
    "VERDICT     Nothing found (levels low and up) from 2011-03-01 00:00 to 2011-03-14 23:59 UTC "
    "(14\n"
    "            days); blind for password resets; only partly watched: system message language.\n"
    "COVERAGE\n"
    "  webmail bursts           watched\n"
    "  system message language  partly   412 of 2,000 mailboxes have fewer than 3 system messages\n"
    "      fix: give more days of message tracking logs\n"
    "  password resets          blind    no Security event log was read\n"
    "      fix: add Security.evtx of the domain controllers\n"
    "MAILBOXES   2,000 seen, 1,874 joined across logs (94 %), 1,588 judged (79 %)\n"
    "BYTES       874,559,957 read = 874,550,000 parsed + 9,000 header + 0 blank + 957 rejected + "
    "0\n"
    "            pending\n"
    "RECORDS     4,012,345 accepted = 4,000,000 judged + 0 duplicate + 0 late + 12,345 filtered "
    "(probe\n"
    "            12,345); besides 350 header, 0 blank, 4 rejected (bad_time 3, oversize 1)\n";

Test(text, nothing_found_comes_with_its_span_and_blind_spots)
{
    tc_output *output = sample_output(&tc_output_text, 100, false);
    tc_summary s = sample_summary(false);
    s.verdict = (tc_verdict){.outcome = TC_OUTCOME_BLIND};
    s.passes = 1;
    s.bounds.count = s.problem_count = 0;
    tc_output_summary(output, &s, TC_TIME_NONE, &out);
    expect(empty_text);
    tc_output_free(output);
}

static const char lines_text[] =
    "2011-03-14 09:12  merged  HIGH      [ffeeddcc] into [00112233]: anna.novak@example.org and "
    "EXAMPL...\n"
    "2011-03-10 03:04  alert   MEDIUM    Many resets by one account: EXAMPLE\\admin1\n";

Test(text, while_it_runs_each_transition_is_one_line)
{
    tc_output *output = sample_output(&tc_output_text, 100, false);
    tc_alert merged = sample_merged(), alone = sample_bare_alert(), part = sample_user_alert();
    merged.message =
        TC_LIT("anna.novak@example.org and EXAMPLE\\bruno were opened from 203.0.113.7");
    tc_output_alert(output, &merged, TC_TIME_NONE, &out);
    tc_output_alert(output, &alone, TC_TIME_NONE, &out);
    tc_output_alert(output, &part, TC_TIME_NONE, &out); /* the incident tells it */
    expect(lines_text);
    tc_output_free(output);
}

static const char redacted_text[] =
    "\n"
    "HIGH      person-1 and person-3 were opened from 203.0.113.7\n"
    "  who         2 mailboxes\n"
    "    mailbox   first access      language  before  switched          sessions\n"
    "    person-1  2011-03-09 07:00  zh-CN     en-GB   2011-03-09 08:00         1\n"
    "    person-2  2011-03-09 07:01  zh-CN     en-GB   2011-03-09 08:01         2\n"
    "  since       2011-03-09 07:00:03 UTC (first access), last sign 2011-03-14\n"
    "              09:12:55 UTC\n"
    "  from        1 address\n"
    "    address      country  network                    mailboxes  first\n"
    "    203.0.113.7  CN       AS64496 Example Backbo...          9  2011-03-09 07:12\n"
    "  how many    2 mailboxes, 1 address, 3 sessions, 4 alerts within 5 days\n"
    "  baseline    mailboxes 12, mailboxes switched 11, language zh-CN, language\n"
    "              before en-GB, sessions per day 0.25\n"
    "  evidence\n"
    "    1. logs/EX01/u_ex110309.log:48211 (line 221), 2011-03-09 07:12:03 UTC\n"
    "       (line withheld)\n"
    "    2. logs/tracking.zip!MSGTRK20110309-1.LOG:9120 (record unknown), 2011-03-09\n"
    "       08:15:44 UTC\n"
    "       (line withheld)\n"
    "  next\n"
    "    1. Revoke the sessions of the listed mailboxes and change their passwords.\n"
    "    2. Block the listed sources, and search all logs for them.\n"
    "    3. Preserve the logs of all webmail, transport and domain servers before\n"
    "       they are rotated.\n"
    "  confidence  85 of 100, lowered by: no geo database: novelty by network and\n"
    "              agent\n"
    "  incident    ffeeddccbbaa99887766554433221100, merged into\n"
    "              00112233445566778899aabbccddeeff\n"
    "  rule        foreign_language_switch_and_access, techniques T1078, T1114.002\n";

Test(text, a_redacted_incident_names_nobody)
{
    tc_output *output = sample_output(&tc_output_text, 80, true);
    tc_alert a = sample_merged();
    a.transition = TC_TRANSITION_FINAL;
    a.message = TC_LIT("anna.novak@example.org and EXAMPLE\\bruno were opened from 203.0.113.7");
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    expect(redacted_text);
    tc_output_free(output);
}

/* -- what is not known ---------------------------------------------------------------------- */

Test(text, what_is_not_known_says_so)
{
    tc_output *output = sample_output(&tc_output_text, 100, false);
    tc_alert a = {.transition = TC_TRANSITION_FINAL,
                  .time = TC_TIME_NONE,
                  .start = TC_TIME_NONE,
                  .end = TC_TIME_NONE,
                  .created = TC_TIME_NONE,
                  .level = TC_LEVEL_LOW,
                  .degraded = true,
                  .historic = true};
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    expect("\nLOW\n"
           "  who         unknown\n"
           "  since       first access unknown; first sign unknown, last sign unknown\n"
           "  from        unknown\n"
           "  how many    0 alerts within unknown\n"
           "  baseline    unknown\n"
           "  evidence    unknown\n"
           "  next        unknown\n"
           "  confidence  0 of 100\n"
           "  note        older than --since, shown as context; the memory limit was reached, "
           "figures may be low\n"
           "  incident    unknown\n"
           "  rule        unknown\n");
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
    expect("INPUT       no log that can be read was found\n\n");
    tc_output_summary(output, &s, TC_TIME_NONE, &out);
    cr_expect(told("VERDICT     NOTHING WAS JUDGED: no log was found. Exit status 3.\n"));
    cr_expect_not(told("INCOMPLETE"));
    cr_expect(told("COVERAGE    unknown\n"));
    cr_expect_not(told("Nothing found"));
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
        snprintf(line, sizeof(line), "2011-03-10 03:04  alert   MEDIUM    %s\n", rows[i].shown);
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
    cr_expect(told("  who         5000 mailboxes\n"));
    cr_expect(told("    and 4980 more\n"));
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
    cr_expect(told("\x1b[1;31mCRITICAL\x1b[0m  12 mailboxes"));
    cr_expect(told("  \x1b[1mwho\x1b[0m         12 mailboxes"));
    tc_output_free(output);
    tc_str_clear(&out);
    output = sample_output(&tc_output_text, 80, false);
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    cr_expect(reparse_inert(tc_str_view(&out), true));
    tc_output_free(output);
}

Test(text, explain_shows_the_alerts_of_an_incident_and_why)
{
    tc_output_options options = {
        .format = &tc_output_text, .width = 100, .explain = true, .version = "1"};
    tc_output *output = tc_output_new(&options);
    tc_alert a = sample_user_alert();
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    expect(
        "2011-03-14 09:12  alert   HIGH      [00112233] New remote access: "
        "Anna.Novak@example.org (EXAMPLE...\n"
        "                  rule        foreign_language_switch_and_access, confidence 85 of 100, "
        "lowered by:\n"
        "                              no geo database: novelty by network and agent\n"
        "                  figures     mailboxes 12, mailboxes_switched 11, language zh-CN, "
        "language_before\n"
        "                              en-GB, sessions_per_day 0.25\n"
        "                  evidence    logs/EX01/u_ex110309.log:48211 2011-03-09 07:12:03 "
        "10.0.0.5 GET /ow...\n"
        "                              logs/tracking.zip!MSGTRK20110309-1.LOG:9120 "
        "2011-03-09T08:15:44.120...\n");
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
    tc_output_summary(output, &s, TC_TIME_NONE, &out);
    cr_expect(told("Nothing found (levels high and up) in what was judged, from 2011-03-01"));
    cr_expect(told("NOTE        2 medium incidents are below --min-level high and not shown.\n"));
    a.level = TC_LEVEL_HIGH;
    tc_str_clear(&out);
    tc_output_alert(output, &a, TC_TIME_NONE, &out);
    cr_expect(told("HIGH      Many resets"));
    tc_output_free(output);
}
