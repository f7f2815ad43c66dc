#include "samples.h"

#define AT(day, hour, minute, second)                                                              \
    (INT64_C(1299628800) * TC_SECOND + ((day)-9) * TC_DAY + (hour)*TC_HOUR + (minute)*TC_MINUTE +  \
     (second)*TC_SECOND)
#define TEXT(literal)                                                                              \
    {                                                                                              \
        (const uint8_t *)("" literal), sizeof(literal) - 1                                         \
    }

static tc_ip ip4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    return (tc_ip){{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d}};
}

static const char *const names[] = {"anna.novak@example.org",
                                    "bruno.keller@example.org",
                                    "cara.lind@example.org",
                                    "dario.conti@example.org",
                                    "eva.horvat@example.org",
                                    "finn.berg@example.org",
                                    "greta.maes@example.org",
                                    "hugo.silva@example.org",
                                    "irma.moreau@example.org",
                                    "jonas.peeters@example.org",
                                    "\xe7\x8e\x8b\xe8\x8a\xb3@example.org",
                                    "lea.dubois@example.org"};

static tc_alert_mailbox mailboxes[TC_COUNT_OF(names)];
static tc_alert_source sources[5];
static const tc_slice techniques[] = {TEXT("T1078"), TEXT("T1114.002")};
static const tc_slice next[] = {
    TEXT("Revoke the sessions of the listed mailboxes and change their passwords."),
    TEXT("Block the listed sources, and search all logs for them."),
    TEXT("Preserve the logs of all webmail, transport and domain servers before they are rotated."),
};
static const tc_alert_fact facts[] = {
    {"mailboxes", TEXT("12"), true},          {"mailboxes_switched", TEXT("11"), true},
    {"language", TEXT("zh-CN"), false},       {"language_before", TEXT("en-GB"), false},
    {"sessions_per_day", TEXT("0.25"), true},
};
static const tc_alert_evidence evidence[] = {
    {TEXT("logs/EX01/u_ex110309.log"), 48211, NULL, 221, 180, AT(9, 7, 12, 3),
     TEXT("2011-03-09 07:12:03 10.0.0.5 GET /owa/ ae=Folder&t=IPF.Note 443 EXAMPLE\\anna.novak "
          "203.0.113.7 Mozilla/5.0+(Windows;+U;+zh-CN) 200 0 0 46")},
    {TEXT("logs/tracking.zip!MSGTRK20110309-1.LOG"), 9120, "record", 0, 250, AT(9, 8, 15, 44),
     TEXT("2011-03-09T08:15:44.120Z,,EX01,,,,,STOREDRIVER,SUBMIT,77,<1@example.org>,"
          "\xe8\x87\xaa\xe5\x8a\xa8\xe7\xad\x94\xe5\xa4\x8d: Agenda")},
};
static const char former[][33] = {"ffeeddccbbaa99887766554433221100"};

static void fill_people(void)
{
    for (size_t i = 0; i < TC_COUNT_OF(names); i++) {
        mailboxes[i] = (tc_alert_mailbox){.name = tc_slice_of(names[i]),
                                          .first_access = AT(9 + (int64_t)i / 4, 7, (int64_t)i, 3),
                                          .last_access = AT(14, 9, (int64_t)i, 0),
                                          .sessions = (uint32_t)(1 + i % 4),
                                          .language = TC_LIT("zh-CN"),
                                          .previous = TC_LIT("en-GB"),
                                          .switched = AT(9 + (int64_t)i / 4, 8, (int64_t)i, 44),
                                          .joined = true};
    }
    mailboxes[11].language = mailboxes[11].previous = TC_EMPTY_SLICE;
    mailboxes[11].switched = TC_TIME_NONE;
    for (size_t i = 0; i < TC_COUNT_OF(sources); i++)
        sources[i] = (tc_alert_source){.ip = ip4(203, 0, 113, (uint8_t)(7 + 11 * i)),
                                       .country = TC_LIT("CN"),
                                       .asn = 64496,
                                       .as_org = TC_LIT("Example Backbone Networks"),
                                       .agent = TC_LIT("Mozilla/5.0 (Windows; U; zh-CN)"),
                                       .mailboxes = (uint32_t)(9 - i),
                                       .first = AT(9, 7, 12 + (int64_t)i, 3),
                                       .last = AT(14, 9, 12, 55)};
    sources[4].ip = (tc_ip){{0x20, 0x01, 0x0d, 0xb8, [15] = 0x17}};
    sources[4].country = sources[4].as_org = TC_EMPTY_SLICE;
    sources[4].asn = 0;
}

tc_alert sample_incident(void)
{
    fill_people();
    return (tc_alert){
        .transition = TC_TRANSITION_FINAL,
        .id = "00112233445566778899aabbccddeeff",
        .time = AT(14, 9, 12, 55),
        .start = AT(9, 7, 12, 3),
        .end = AT(14, 9, 12, 55),
        .created = TC_TIME_NONE,
        .level = TC_LEVEL_CRITICAL,
        .confidence = 85,
        .confidence_why = TC_LIT("no geo database: novelty by network and agent"),
        .rule_id = TC_LIT("6d0c52a1-3f0a-4c0e-9d3b-0f6d2f1a7c21"),
        .rule_name = TC_LIT("foreign_language_switch_and_access"),
        .rule_title = TC_LIT("System messages switched to a foreign language"),
        .techniques = techniques,
        .technique_count = TC_COUNT_OF(techniques),
        .message = TC_LIT("12 mailboxes opened from 5 new addresses (CN), system messages of 11 "
                          "switched from en-GB to zh-CN since 2011-03-09 07:12:03 UTC"),
        .mailboxes = mailboxes,
        .mailbox_count = TC_COUNT_OF(mailboxes),
        .sources = sources,
        .source_count = TC_COUNT_OF(sources),
        .baseline = facts,
        .baseline_count = TC_COUNT_OF(facts),
        .evidence = evidence,
        .evidence_count = TC_COUNT_OF(evidence),
        .next = next,
        .next_count = TC_COUNT_OF(next),
        .incident_id = "00112233445566778899aabbccddeeff",
        .former_ids = former,
        .former_id_count = TC_COUNT_OF(former),
        .alert_count = 37,
    };
}

tc_alert sample_merged(void)
{
    tc_alert a = sample_incident();
    a.transition = TC_TRANSITION_MERGED;
    memcpy(a.id, former[0], sizeof(a.id));
    memcpy(a.incident_id, former[0], sizeof(a.incident_id));
    memcpy(a.merged_into, "00112233445566778899aabbccddeeff", sizeof(a.merged_into));
    a.former_id_count = 0;
    a.level = TC_LEVEL_HIGH;
    a.mailbox_count = 2;
    a.source_count = 1;
    a.alert_count = 4;
    a.message = TC_LIT("2 mailboxes opened from 203.0.113.7");
    return a;
}

tc_alert sample_bare_alert(void)
{
    return (tc_alert){.id = "0123456789abcdef0123456789abcdef",
                      .time = AT(10, 3, 4, 5) + 678901234,
                      .start = AT(10, 3, 4, 5),
                      .end = AT(10, 3, 4, 5) + 678901234,
                      .created = TC_TIME_NONE,
                      .level = TC_LEVEL_MEDIUM,
                      .confidence = 50,
                      .rule_title = TC_LIT("Many resets by one account"),
                      .message = TC_LIT("Many resets by one account: EXAMPLE\\admin1")};
}

tc_alert sample_user_alert(void)
{
    tc_alert a = sample_incident();
    a.transition = TC_TRANSITION_NONE;
    a.former_id_count = 0;
    a.alert_count = 0;
    a.mailbox_count = 1;
    a.source_count = 1;
    a.level = TC_LEVEL_HIGH;
    a.user_name = TC_LIT("anna.novak");
    a.user_email = TC_LIT("anna.novak@example.org");
    a.message = TC_LIT("New remote access: Anna.Novak@example.org (EXAMPLE\\anna.novak), from "
                       "203.0.113.7");
    memcpy(a.id, "a1a2a3a4a5a6a7a8a9aaabacadaeafa0", sizeof(a.id));
    return a;
}

static void fill_totals(tc_summary *s)
{
    s->totals.bytes.read = 874559957;
    s->totals.bytes.parsed = 874550000;
    s->totals.bytes.header = 9000;
    s->totals.bytes.rejected = 957;
    s->totals.records.accepted = 4012345;
    s->totals.records.header = 350;
    s->totals.records.rejected[TC_REASON_BAD_TIME] = 3;
    s->totals.records.rejected[TC_REASON_OVERSIZE] = 1;
    s->totals.events.delivered = 4000000;
    s->totals.events.filtered[TC_REASON_PROBE] = 12345;
}

tc_summary sample_summary(bool found)
{
    static const tc_inventory_row rows[] = {
        {TEXT("EX01"), "iis-w3c", 14, 812345678, AT(1, 0, 0, 2), AT(14, 23, 59, 58), false},
        {TEXT("EX01"), "message-tracking", 336, 41234567, AT(1, 0, 3, 0), AT(14, 23, 58, 0), false},
        {TC_EMPTY_SLICE, "evtx", 1, 20979712, TC_TIME_NONE, TC_TIME_NONE, false},
    };
    static const tc_slice guesses[] = {TEXT("own domain: example.org (97 % of senders)")};
    static const tc_slice missing[] = {
        TEXT("no HttpProxy logs: usually below C:\\Program Files\\Microsoft\\Exchange "
             "Server\\V15\\Logging\\HttpProxy")};
    static const tc_problem problems[] = {
        {TEXT("logs/EX02/u_ex110310.log"), TEXT("permission denied")}};
    static const tc_columns_told columns[] = {
        {TEXT("date time s-ip - c-ip"), TEXT("logs/EX03/part2.log"), 2, 512}};
    static const tc_coverage_row coverage[] = {
        {"webmail bursts", TC_WATCHED, TC_EMPTY_SLICE, TC_EMPTY_SLICE, AT(1, 0, 0, 2),
         AT(14, 23, 59, 58), true},
        {"system message language", TC_PARTLY,
         TEXT("412 of 2,000 mailboxes have fewer than 3 system messages"),
         TEXT("give more days of message tracking logs"), AT(3, 0, 0, 0), AT(14, 23, 58, 0), false},
        {"password resets", TC_BLIND, TEXT("no Security event log was read"),
         TEXT("add Security.evtx of the domain controllers"), TC_TIME_NONE, TC_TIME_NONE, false},
    };
    static const tc_unjudged reasons[] = {
        {"unreadable", TEXT("1 file could not be read")},
        {"state_full", TEXT("the memory was full, and lost 12 names of mailboxes")},
    };
    tc_summary s = {.inventory = rows,
                    .inventory_count = TC_COUNT_OF(rows),
                    .irrelevant_files = 12,
                    .irrelevant_bytes = 3400000,
                    .duplicate_files = 1,
                    .guesses = guesses,
                    .guess_count = TC_COUNT_OF(guesses),
                    .missing = missing,
                    .missing_count = TC_COUNT_OF(missing),
                    .columns = columns,
                    .columns_count = TC_COUNT_OF(columns),
                    .problems = problems,
                    .problem_count = TC_COUNT_OF(problems),
                    .coverage = coverage,
                    .coverage_count = TC_COUNT_OF(coverage),
                    .files = {.read = 350, .empty = 2, .unreadable = 1, .rejected = 3},
                    .first = AT(1, 0, 0, 2),
                    .last = AT(14, 23, 59, 58),
                    .since = TC_TIME_NONE,
                    .until = TC_TIME_NONE,
                    .judged_first = AT(1, 0, 0, 2),
                    .judged_last = AT(14, 23, 59, 58),
                    .verdict = {.outcome = found ? TC_OUTCOME_FOUND : TC_OUTCOME_INCOMPLETE,
                                .incomplete = true,
                                .reasons = reasons,
                                .reason_count = TC_COUNT_OF(reasons),
                                .exit_status = found ? 1 : 3},
                    .mailboxes_seen = 2000,
                    .mailboxes_joined = 1874,
                    .mailboxes_judged = 1588,
                    .passes = 2,
                    .disordered_files = 3,
                    .min_level = TC_LEVEL_LOW,
                    .fail_level = TC_LEVEL_HIGH};
    tc_bounds_add(&s.bounds, "names of mailboxes", 200000, 12, TC_BLINDS_ALL);
    tc_bounds_add(&s.bounds, "records that could be copies", 65536, 1234, 0);
    fill_totals(&s);
    if (found) {
        s.incidents[TC_LEVEL_CRITICAL] = 1;
        s.incidents[TC_LEVEL_MEDIUM] = 2;
    }
    return s;
}

tc_output *sample_output(const tc_output_format *format, uint32_t width, bool redact)
{
    tc_output_options options = {.format = format,
                                 .width = width,
                                 .redact = redact,
                                 .min_level = TC_LEVEL_LOW,
                                 .host = TC_LIT("collector.example.org"),
                                 .process_id = 4711,
                                 .version = "0.1.0"};
    return tc_output_new(&options);
}
