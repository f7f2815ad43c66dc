/* The formats that programs read: which field goes where, and the edges of each format. */
#include "reparse.h"
#include "samples.h"

#include "parsers/base/alloc.h"

#include <criterion/criterion.h>

static tc_str out;
static reparse_record record;

static void open_formats(void)
{
    tc_str_init(&out, (size_t)64 << 20);
    record.pool = malloc(REPARSE_POOL);
    cr_assert_not_null(record.pool);
}

static void close_formats(void)
{
    tc_str_done(&out);
    free(record.pool);
}

TestSuite(formats, .init = open_formats, .fini = close_formats);

/* The alert in the format; the line without its end. */
static tc_slice tell(const tc_output_format *format, const tc_alert *a, tc_time now)
{
    tc_output *output = sample_output(format, 100, false);
    tc_str_clear(&out);
    tc_output_alert(output, a, now, &out);
    tc_output_free(output);
    cr_assert(!tc_failed(tc_str_status(&out)));
    cr_assert(tc_slice_ends(tc_str_view(&out), TC_LIT("\n")));
    record.count = record.used = 0;
    return tc_slice_sub(tc_str_view(&out), 0, out.len - 1);
}

typedef struct wanted {
    const char *key;
    const char *value; /* NULL = absent */
} wanted;

static void expect_fields(const wanted *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tc_slice got = TC_EMPTY_SLICE;
        bool found = reparse_get(&record, rows[i].key, &got);
        cr_expect_eq(found, rows[i].value != NULL, "%s", rows[i].key);
        cr_expect(!found || tc_slice_equal(got, tc_slice_of(rows[i].value)), "%s: %.*s",
                  rows[i].key, (int)got.len, got.ptr);
    }
}

/* -- JSON ----------------------------------------------------------------------------------- */

Test(formats, json_has_every_key_of_the_contract)
{
    static const wanted rows[] = {
        {"@timestamp", "2011-03-14T09:12:55Z"},
        {"event.kind", "alert"},
        {"event.id", "00112233445566778899aabbccddeeff"},
        {"event.created", NULL},
        {"event.start", "2011-03-09T07:12:03Z"},
        {"event.end", "2011-03-14T09:12:55Z"},
        {"event.severity", "99"},
        {"rule.id", "6d0c52a1-3f0a-4c0e-9d3b-0f6d2f1a7c21"},
        {"rule.name", "foreign_language_switch_and_access"},
        {"rule.version", NULL},
        {"threat.technique.id[0]", "T1078"},
        {"threat.technique.id[1]", "T1114.002"},
        {"user.name", NULL},
        {"source.ip", "203.0.113.7"},
        {"source.geo.country_iso_code", "CN"},
        {"source.as.number", "64496"},
        {"source.as.organization.name", "Example Backbone Networks"},
        {"related.user[0]", "anna.novak@example.org"},
        {"related.user[11]", "lea.dubois@example.org"},
        {"related.user[12]", NULL},
        {"related.ip[0]", "203.0.113.7"},
        {"related.ip[4]", "2001:db8::17"},
        {"tocsin.type", "incident"},
        {"tocsin.level", "critical"},
        {"tocsin.confidence", "85"},
        {"tocsin.confidence_why", "no geo database: novelty by network and agent"},
        {"tocsin.incident.id", "00112233445566778899aabbccddeeff"},
        {"tocsin.incident.transition", "final"},
        {"tocsin.incident.final", "true"},
        {"tocsin.incident.alerts", "37"},
        {"tocsin.incident.merged_into", NULL},
        {"tocsin.incident.former_ids[0]", "ffeeddccbbaa99887766554433221100"},
        {"tocsin.mailboxes[0]", "anna.novak@example.org"},
        {"tocsin.mailboxes[10]", "\xe7\x8e\x8b\xe8\x8a\xb3@example.org"},
        {"tocsin.mailboxes[11]", "lea.dubois@example.org"},
        {"tocsin.victims[0].first_access", "2011-03-09T07:00:03Z"},
        {"tocsin.victims[0].language", "zh-CN"},
        {"tocsin.victims[11].language", NULL},
        {"tocsin.victims[11].access_and_switch", "true"},
        {"tocsin.sources[4].ip", "2001:db8::17"},
        {"tocsin.sources[4].as.number", NULL},
        {"tocsin.sources[1].mailboxes", "8"},
        {"tocsin.baseline.mailboxes", "12"},
        {"tocsin.baseline.sessions_per_day", "0.25"},
        {"tocsin.baseline.language", "zh-CN"},
        {"tocsin.evidence[0].file", "logs/EX01/u_ex110309.log"},
        {"tocsin.evidence[0].offset", "48211"},
        {"tocsin.evidence[0].line", "221"},
        {"tocsin.evidence[1].file", "logs/tracking.zip!MSGTRK20110309-1.LOG"},
        {"tocsin.next[1]", "Block the listed sources, and search all logs for them."},
        {"tocsin.historic", "false"},
        {"tocsin.degraded", "false"},
    };
    tc_alert a = sample_incident();
    cr_assert(reparse_json(tell(&tc_output_json, &a, TC_TIME_NONE), &record));
    expect_fields(rows, TC_COUNT_OF(rows));
}

Test(formats, json_of_an_alert_says_who_and_when_it_was_written)
{
    static const wanted rows[] = {
        {"event.created", "2011-03-14T09:12:58Z"},
        {"rule.version", "3"},
        {"user.name", "anna.novak"},
        {"user.email", "anna.novak@example.org"},
        {"related.user[0]", "anna.novak@example.org"},
        {"related.user[1]", "anna.novak"},
        {"related.user[2]", NULL},
        {"tocsin.type", "alert"},
        {"tocsin.incident.id", "00112233445566778899aabbccddeeff"},
        {"tocsin.incident.transition", NULL},
        {"tocsin.historic", "true"},
        {"tocsin.degraded", "true"},
    };
    tc_alert a = sample_user_alert();
    a.created = a.time + 3 * TC_SECOND;
    a.rule_version = TC_LIT("3");
    a.degraded = a.historic = true;
    cr_assert(reparse_json(tell(&tc_output_json, &a, TC_TIME_NONE), &record));
    expect_fields(rows, TC_COUNT_OF(rows));
}

static const char bare_json[] =
    "{\"@timestamp\":\"2011-03-10T03:04:05.678901234Z\",\"ecs\":{\"version\":\"8.11.0\"},\"event\":"
    "{\"kind\":\"alert\",\"id\":\"0123456789abcdef0123456789abcdef\",\"start\":\"2011-03-10T03:04:"
    "05Z\",\"end\":\"2011-03-10T03:04:05.678901234Z\",\"severity\":47},\"observer\":{\"product\":"
    "\"tocsin\",\"version\":\"0.1.0\"},\"rule\":{\"name\":\"Many resets by one "
    "account\"},\"related\":{\"user\":[],\"ip\":[]},\"message\":\"Many resets by one account: "
    "EXAMPLE\\\\admin1\",\"tocsin\":{\"type\":\"alert\",\"level\":\"medium\",\"confidence\":50,"
    "\"mailboxes\":[],\"victims\":[],\"sources\":[],\"baseline\":{},\"evidence\":[],\"next\":[],"
    "\"historic\":false,\"degraded\":false}}\n";

Test(formats, json_leaves_out_what_is_not_known)
{
    tc_alert a = sample_bare_alert();
    (void)tell(&tc_output_json, &a, TC_TIME_NONE);
    cr_expect_str_eq(tc_str_cstr(&out), bare_json);
}

Test(formats, json_of_a_merged_incident_points_to_the_other)
{
    static const wanted rows[] = {
        {"tocsin.incident.id", "ffeeddccbbaa99887766554433221100"},
        {"tocsin.incident.transition", "merged"},
        {"tocsin.incident.final", "false"},
        {"tocsin.incident.merged_into", "00112233445566778899aabbccddeeff"},
    };
    tc_alert a = sample_merged();
    cr_assert(reparse_json(tell(&tc_output_json, &a, TC_TIME_NONE), &record));
    expect_fields(rows, TC_COUNT_OF(rows));
}

Test(formats, json_writes_only_json_numbers_as_numbers)
{
    static const struct {
        const char *text, *json;
    } rows[] = {
        {"12", "{\"x\":12}"},         {"-0.5", "{\"x\":-0.5}"},   {"1e300", "{\"x\":1e300}"},
        {"+1", "{\"x\":\"+1\"}"},     {"012", "{\"x\":\"012\"}"}, {"-01", "{\"x\":\"-01\"}"},
        {"0", "{\"x\":0}"},           {"0.5", "{\"x\":0.5}"},     {"inf", "{\"x\":\"inf\"}"},
        {"nan", "{\"x\":\"nan\"}"},   {"", "{\"x\":\"\"}"},       {"1]", "{\"x\":\"1]\"}"},
        {"0x10", "{\"x\":\"0x10\"}"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_alert a = sample_bare_alert();
        tc_alert_fact fact = {"x", tc_slice_of(rows[i].text), true};
        a.baseline = &fact;
        a.baseline_count = 1;
        tc_slice line = tell(&tc_output_json, &a, TC_TIME_NONE);
        cr_expect_neq(tc_slice_search(line, tc_slice_of(rows[i].json)), TC_NPOS, "%s: %.*s",
                      rows[i].text, (int)line.len, line.ptr);
    }
}

/* -- syslog --------------------------------------------------------------------------------- */

static const char merged_syslog[] =
    "<83>1 2011-03-14T09:12:55Z collector.example.org tocsin 4711 INCIDENT [tocsin@32473 "
    "tocsin.type=\"incident\" tocsin.level=\"high\" @timestamp=\"2011-03-14T09:12:55Z\" "
    "event.kind=\"alert\" event.id=\"ffeeddccbbaa99887766554433221100\" "
    "event.start=\"2011-03-09T07:12:03Z\" event.end=\"2011-03-14T09:12:55Z\" event.severity=\"73\" "
    "rule.id=\"6d0c52a1-3f0a-4c0e-9d3b-0f6d2f1a7c21\" "
    "rule.name=\"foreign_language_switch_and_access\" "
    "tocsin.incident.id=\"ffeeddccbbaa99887766554433221100\" tocsin.incident.transition=\"merged\" "
    "tocsin.incident.merged_into=\"00112233445566778899aabbccddeeff\" tocsin.incident.alerts=\"4\" "
    "tocsin.confidence=\"85\" source.ip=\"203.0.113.7\" source.geo.country_iso_code=\"CN\" "
    "source.as.number=\"64496\" source.as.organization.name=\"Example Backbone Networks\" "
    "tocsin.mailbox_count=\"1\" tocsin.mailboxes=\"anna.novak@example.org\" "
    "related.ip=\"203.0.113.7\" threat.technique.id=\"T1078,T1114.002\" "
    "related.user=\"anna.novak@example.org\" tocsin.confidence_why=\"no geo database: novelty by "
    "network and agent\"] 2 mailboxes opened from 203.0.113.7\n";

Test(formats, syslog_line_of_a_transition)
{
    tc_alert a = sample_merged();
    a.mailbox_count = 1;
    a.evidence_count = a.next_count = a.baseline_count = 0;
    (void)tell(&tc_output_syslog, &a, a.time);
    cr_expect_str_eq(tc_str_cstr(&out), merged_syslog);
}

Test(formats, a_place_is_told_in_the_unit_of_its_format)
{
    tc_alert a = sample_bare_alert();
    const tc_alert_evidence frame = {TC_LIT("edge.pcap"), .offset = 24, .unit = "frame",
                                     .line = 17};
    a.evidence = &frame;
    a.evidence_count = 1;
    cr_expect(tc_slice_search(tell(&tc_output_json, &a, a.time),
                              TC_LIT("\"offset\":24,\"frame\":17,")) != TC_NPOS);
    cr_assert(reparse_syslog(tell(&tc_output_syslog, &a, a.time), &record));
    const wanted rows[] = {{"tocsin.evidence.1.frame", "17"}, {"tocsin.evidence.1.line", NULL}};
    expect_fields(rows, TC_COUNT_OF(rows));
}

Test(formats, syslog_severities_follow_the_level)
{
    static const char *const pri[TC_LEVEL_COUNT] = {"86", "85", "84", "83", "82"};
    for (unsigned level = TC_LEVEL_LOW; level < TC_LEVEL_COUNT; level++) {
        tc_alert a = sample_bare_alert();
        a.level = (tc_level)level;
        cr_assert(reparse_syslog(tell(&tc_output_syslog, &a, TC_TIME_NONE), &record));
        const wanted rows[] = {{"pri", pri[level]},
                               {"msgid", "ALERT"},
                               {"app", "tocsin"},
                               {"procid", "4711"},
                               {"sd_id", "tocsin@32473"}};
        expect_fields(rows, TC_COUNT_OF(rows));
    }
}

Test(formats, syslog_header_has_the_time_of_sending_with_six_digits_at_most)
{
    tc_alert a = sample_bare_alert();
    const struct {
        tc_time now;
        const char *timestamp;
    } rows[] = {
        {TC_TIME_NONE, "2011-03-10T03:04:05.678901Z"}, /* the event's */
        {TC_TIME_NONE + 1, "1677-09-21T00:12:43.145225Z"},
        {INT64_C(1300000000) * TC_SECOND, "2011-03-13T07:06:40Z"},
        {INT64_C(1300000000) * TC_SECOND + 1999, "2011-03-13T07:06:40.000001Z"},
        {INT64_C(1300000000) * TC_SECOND + 120000000, "2011-03-13T07:06:40.120Z"},
        {-1, "1969-12-31T23:59:59.999999Z"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        cr_assert(reparse_syslog(tell(&tc_output_syslog, &a, rows[i].now), &record));
        const wanted want[] = {{"timestamp", rows[i].timestamp},
                               {"@timestamp", "2011-03-10T03:04:05.678901234Z"}};
        expect_fields(want, TC_COUNT_OF(want));
    }
    a.time = TC_TIME_NONE;
    cr_assert(reparse_syslog(tell(&tc_output_syslog, &a, TC_TIME_NONE), &record));
    const wanted unknown[] = {{"timestamp", "-"}, {"@timestamp", NULL}};
    expect_fields(unknown, TC_COUNT_OF(unknown));
}

Test(formats, syslog_host_is_printable_or_nil)
{
    char long_name[301];
    memset(long_name, 'h', sizeof(long_name) - 1);
    long_name[300] = 0;
    char cut_name[256];
    memcpy(cut_name, long_name, 255);
    cut_name[255] = 0;
    const struct {
        const char *host, *written;
    } rows[] = {{"", "-"}, {"a b\nc\xc3\xa9", "a?b?c??"}, {long_name, cut_name}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_output_options options = {
            .format = &tc_output_syslog, .host = tc_slice_of(rows[i].host), .version = "1"};
        tc_output *output = tc_output_new(&options);
        tc_alert a = sample_bare_alert();
        tc_str_clear(&out);
        record.count = record.used = 0;
        tc_output_alert(output, &a, TC_TIME_NONE, &out);
        cr_assert(reparse_syslog(tc_slice_sub(tc_str_view(&out), 0, out.len - 1), &record));
        const wanted want[] = {{"host", rows[i].written}, {"procid", "-"}};
        expect_fields(want, TC_COUNT_OF(want));
        tc_output_free(output);
    }
}

/* 5,000 mailboxes, a verdict and lines far over the limits, all of characters of three bytes. */
Test(formats, syslog_lines_end_before_rsyslog_cuts_them)
{
    static tc_alert_mailbox many[5000];
    static char text[3 * 3000 + 1];
    for (size_t i = 0; i < 3000; i++)
        memcpy(text + 3 * i, "\xe4\xb8\xad", 4);
    tc_alert a = sample_incident();
    tc_alert_evidence evidence[5];
    for (size_t i = 0; i < TC_COUNT_OF(many); i++)
        many[i] = a.mailboxes[i % 12];
    for (size_t i = 0; i < TC_COUNT_OF(evidence); i++) {
        evidence[i] = a.evidence[0];
        evidence[i].text = evidence[i].file = tc_slice_of(text);
    }
    a.mailboxes = many;
    a.mailbox_count = TC_COUNT_OF(many);
    a.evidence = evidence;
    a.evidence_count = TC_COUNT_OF(evidence);
    for (size_t length = 0; length < 1100; length++) {
        a.message = tc_slice_make(text, 3 * length);
        a.confidence_why = tc_slice_make(text, length / 3 * 3);
        tc_slice got, line = tell(&tc_output_syslog, &a, a.time);
        cr_assert_lt(line.len, (size_t)8000);
        cr_assert(reparse_inert(line, false));
        cr_assert(reparse_syslog(line, &record));
        const wanted want[] = {{"tocsin.mailbox_count", "5000"}, {"tocsin.truncated", "true"}};
        expect_fields(want, TC_COUNT_OF(want));
        got = TC_EMPTY_SLICE;
        cr_expect(length == 0 || reparse_get(&record, "msg", &got));
        cr_expect_eq(got.len, TC_MIN(3 * length, (size_t)1023));
        cr_assert(reparse_get(&record, "tocsin.mailboxes", &got));
        for (tc_slice rest = got; rest.ptr != NULL;)
            cr_assert(tc_slice_ends(tc_slice_split(rest, ',', &rest), TC_LIT("@example.org")));
    }
}

Test(formats, lists_can_be_taken_apart_whatever_is_in_them)
{
    static const struct {
        const char *first, *second, *list;
    } rows[] = {{"a", "b", "a,b"}, {"a,b", "c", "a\\x2cb,c"},       {"", "b", ",b"},
                {"a", "", "a,"},   {",", ",,", "\\x2c,\\x2c\\x2c"}, {"\\x2c", "b", "\\\\x2c,b"}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_alert_mailbox two[] = {{.name = tc_slice_of(rows[i].first)},
                                  {.name = tc_slice_of(rows[i].second)}};
        tc_alert a = sample_bare_alert();
        a.mailboxes = two;
        a.mailbox_count = 2;
        const wanted mailboxes = {"tocsin.mailboxes", rows[i].list};
        cr_assert(reparse_syslog(tell(&tc_output_syslog, &a, TC_TIME_NONE), &record));
        expect_fields(&mailboxes, 1);
        const wanted cef = {"cs1", rows[i].list};
        cr_assert(reparse_cef(tell(&tc_output_cef, &a, TC_TIME_NONE), &record));
        expect_fields(&cef, 1);
    }
}

/* -- CEF and LEEF --------------------------------------------------------------------------- */

static const char merged_cef[] =
    "CEF:0|tocsin|tocsin|0.1.0|6d0c52a1-3f0a-4c0e-9d3b-0f6d2f1a7c21|System messages switched to a "
    "foreign language|8|cat=incident externalId=ffeeddccbbaa99887766554433221100 rt=1300093975000 "
    "start=1299654723000 end=1300093975000 act=merged dvchost=collector.example.org "
    "src=203.0.113.7 requestClientApplication=Mozilla/5.0 (Windows; U; zh-CN) "
    "duser=anna.novak@example.org cnt=4 cn1Label=mailboxes cn1=1 cn2Label=confidence cn2=85 "
    "cs1Label=mailboxes cs1=anna.novak@example.org cs2Label=incident "
    "cs2=ffeeddccbbaa99887766554433221100 cs3Label=addresses cs3=203.0.113.7 cs5Label=techniques "
    "cs5=T1078,T1114.002 reason=no geo database: novelty by network and agent "
    "flexString1Label=merged into flexString1=00112233445566778899aabbccddeeff msg=2 mailboxes "
    "opened from 203.0.113.7\n";
static const char user_leef[] =
    "LEEF:2.0|tocsin|tocsin|0.1.0|6d0c52a1-3f0a-4c0e-9d3b-0f6d2f1a7c21|^|cat=alert^sev=8^devTime="
    "2011-03-14T09:12:55.000+0000^devTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSZ^id="
    "a1a2a3a4a5a6a7a8a9aaabacadaeafa0^level=high^confidence=85^confidenceWhy=no geo database: "
    "novelty by network and "
    "agent^ruleName=foreign_language_switch_and_access^start=2011-03-09T07:12:03Z^end=2011-03-"
    "14T09:12:55Z^incident=00112233445566778899aabbccddeeff^src=203.0.113.7^srcCountry=CN^"
    "srcAsNumber=64496^srcAsOrganization=Example Backbone Networks^userAgent=Mozilla/5.0 (Windows; "
    "U; "
    "zh-CN)^usrName=anna.novak^mailboxCount=1^mailboxes=anna.novak@example.org^addresses=203.0.113."
    "7^techniques=T1078,T1114.002^baseline=mailboxes=12,mailboxes_switched=11,language=zh-CN,"
    "language_before=en-GB,sessions_per_day=0.25^evidence=logs/EX01/u_ex110309.log:48211,logs/"
    "tracking.zip!MSGTRK20110309-1.LOG:9120^degraded=true^msg=New remote access: "
    "Anna.Novak@example.org (EXAMPLE\\\\anna.novak), from 203.0.113.7\n";

Test(formats, cef_line_of_a_transition)
{
    tc_alert a = sample_merged();
    a.mailbox_count = 1;
    a.evidence_count = a.next_count = a.baseline_count = 0;
    (void)tell(&tc_output_cef, &a, TC_TIME_NONE);
    cr_expect_str_eq(tc_str_cstr(&out), merged_cef);
}

Test(formats, cef_guards_what_its_two_halves_guard)
{
    static const wanted rows[] = {{"signature", "i|d\\\\=1"},
                                  {"name", "a|b=c\\\\d"},
                                  {"severity", "5"},
                                  {"suser", "x=y|z\\\\ act=none"},
                                  {"act", NULL},
                                  {"c6a2", "2001:db8::17"},
                                  {"c6a2Label", "Source IPv6 Address"},
                                  {"src", NULL},
                                  {"flexString2", "historic,degraded"}};
    tc_alert a = sample_bare_alert(), from = sample_incident();
    a.rule_id = TC_LIT("i|d\\=1");
    a.rule_title = TC_LIT("a|b=c\\d");
    a.user_name = TC_LIT("x=y|z\\ act=none");
    a.sources = &from.sources[4];
    a.source_count = 1;
    a.historic = a.degraded = true;
    cr_assert(reparse_cef(tell(&tc_output_cef, &a, TC_TIME_NONE), &record));
    expect_fields(rows, TC_COUNT_OF(rows));
    cr_expect_neq(tc_slice_search(tc_str_view(&out), TC_LIT("|a\\|b=c\\\\\\\\d|5|")), TC_NPOS);
    cr_expect_neq(tc_slice_search(tc_str_view(&out), TC_LIT("x\\=y|z")), TC_NPOS);
}

Test(formats, leef_line_of_an_alert)
{
    tc_alert a = sample_user_alert();
    a.degraded = true;
    (void)tell(&tc_output_leef, &a, TC_TIME_NONE);
    cr_expect_str_eq(tc_str_cstr(&out), user_leef);
}

Test(formats, leef_has_no_delimiter_in_a_value)
{
    static const wanted rows[] = {{"signature", "a\\x7cb\\x5ec"}, {"usrName", "x\\x5emsg=y|z"}};
    tc_alert a = sample_bare_alert();
    a.rule_id = TC_LIT("a|b^c");
    a.user_name = TC_LIT("x^msg=y|z");
    cr_assert(reparse_leef(tell(&tc_output_leef, &a, TC_TIME_NONE), &record));
    expect_fields(rows, TC_COUNT_OF(rows));
}

/* -- all ------------------------------------------------------------------------------------ */

static const tc_output_format *named(const char *name)
{
    return tc_output_format_of(tc_output_formats, tc_slice_of(name));
}

Test(formats, names_of_formats_are_read_in_any_case)
{
    cr_expect_eq(named("JSON"), &tc_output_json);
    cr_expect(named("text") == &tc_output_text && named("syslog") == &tc_output_syslog);
    cr_expect(named("cef") == &tc_output_cef && named("Leef") == &tc_output_leef);
    cr_expect(named("jso") == NULL && named("") == NULL);
    for (size_t i = 0; tc_output_formats[i] != NULL; i++)
        cr_expect_eq(named(tc_output_formats[i]->name), tc_output_formats[i], "twice: %s",
                     tc_output_formats[i]->name);
}

Test(formats, what_is_told_is_told_whole_or_not_at_all)
{
    tc_alert a = sample_incident();
    tc_summary s = sample_summary(true);
    for (size_t format = 0; tc_output_formats[format] != NULL; format++) {
        for (int redact = 0; redact < 2; redact++) {
            uint64_t n = 1;
            for (bool failed = true; failed; n++) {
                tc_str text;
                tc_str_init(&text, (size_t)1 << 20);
                tc_str_add(&text, TC_LIT("before\n"));
                tc_alloc_fail_after(n);
                tc_output *output = sample_output(tc_output_formats[format], 100, redact);
                if (output != NULL) {
                    tc_output_alert(output, &a, TC_TIME_NONE, &text);
                    tc_output_summary(output, &s, TC_TIME_NONE, &text);
                }
                tc_alloc_fail_after(0);
                failed = output == NULL || tc_failed(tc_str_status(&text));
                cr_expect(tc_slice_ends(tc_str_view(&text), TC_LIT("\n")), "%s %" PRIu64,
                          tc_output_formats[format]->name, n);
                tc_output_free(output);
                tc_str_done(&text);
            }
            cr_expect_gt(n, 3u);
        }
    }
}

Test(formats, a_text_that_is_full_is_left_as_it_was)
{
    tc_alert a = sample_incident();
    tc_output *output = sample_output(&tc_output_json, 100, false);
    tc_str small;
    tc_str_init(&small, 100);
    tc_str_add(&small, TC_LIT("before"));
    tc_output_alert(output, &a, TC_TIME_NONE, &small);
    cr_expect_eq(small.len, 6u);
    cr_expect_eq(tc_str_status(&small).code, TC_ELIMIT);
    tc_str_done(&small);
    tc_output_free(output);
}
