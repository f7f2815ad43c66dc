#include "parsers/windows/windows_json.h"
#include "tests/support/chunker.h"
#include "tests/unit/parsers/event_run.h"

#include <criterion/criterion.h>

#define SECURITY "Microsoft-Windows-Security-Auditing"
#define PLACED "\"Channel\":\"Security\""
#define WINLOG(members) "{\"winlog\":{\"event_id\":4624,\"channel\":\"Security\"" members "}}"
#define EVENT "{\"EventID\":4624,\"Channel\":\"Security\"}"

static tc_event_run run_with(const char *text, tc_event_run how)
{
    how.parser = &tc_parser_windows_json;
    tc_event_run_text(&how, tc_slice_of(text));
    return how;
}

static const char *const asked[] = {
    "TicketOptions", "ProductName", "Provider_EventSourceName", "param2", "EventTime", "a.b", NULL};

/* A text with one event and what must be known of it. */
static const struct {
    const char *text;
    const char *want;
} shapes[] = {
    /* Winlogbeat, Elastic agent */
    {WINLOG(""), " EventID=number:4624 Channel=text:Security\n[windows/security]"},
    {"{\"winlog\":{\"event_id\":\"4624\"}}", " EventID=text:4624\n[windows/]"},
    {"{\"event\":{\"code\":\"4624\"},\"winlog\":{\"channel\":\"Security\"}}", "EventID=text:4624 "},
    {"{\"event\":{\"code\":1},\"winlog\":{\"event_id\":2}}", " EventID=number:2\n"},
    {"{\"winlog\":{\"event_id\":2},\"event\":{\"code\":1}}", " EventID=number:2\n"},
    {WINLOG(",\"event_data\":{\"TargetUserName\":\"anna\"}"), " TargetUserName=text:anna"},
    {WINLOG(",\"event_data\":{\"TicketOptions\":\"0x4\"}"), " TicketOptions=text:0x4"},
    {WINLOG(",\"event_data\":{\"LogonProcessName\":\"Advapi  \"}"), "Name=text:Advapi  \n"},
    {WINLOG(",\"event_data\":{\"Product Name\":\"x\"}"), " ProductName=text:x"},
    {WINLOG(",\"event_data\":{\"param1\":\"a\",\"param10\":\"c\",\"param2\":\"b\"}"),
     " Data=list: item=text:a item=text:b item=text:c param2=text:b\n"},
    {WINLOG(",\"keywords\":[\"Audit Success\"]"), " Keywords=list: item=text:Audit Success"},
    {WINLOG(",\"provider_name\":\"" SECURITY "\",\"provider_guid\":\"{5}\""),
     " Provider_Name=text:" SECURITY " Provider_Guid=text:{5}"},
    {WINLOG(",\"process\":{\"pid\":4,\"thread\":{\"id\":8}}"),
     " Execution_ProcessID=number:4 Execution_ThreadID=number:8"},
    {WINLOG(
         ",\"record_id\":77,\"activity_id\":\"{a}\",\"computer_name\":\"dc1\",\"level\":\"info\","
         "\"opcode\":\"Info\",\"task\":\"Logon\",\"version\":2,\"user\":{\"identifier\":\"S-1\"}"),
     " Computer=text:dc1 Level=text:info Task=text:Logon Opcode=text:Info Version=number:2 "
     "EventRecordID=number:77 Correlation_ActivityID=text:{a} Security_UserID=text:S-1"},
    {"{\"message\":\"a\\nb\",\"winlog\":{\"event_id\":1},\"host\":{\"name\":\"dc1\"}}",
     " Message=json:a\\x0ab Hostname=text:dc1"},
    {WINLOG(",\"user_data\":{\"SubjectUserName\":\"bert\",\"xml_name\":\"LogFileCleared\"}"),
     " SubjectUserName=text:bert\n"},
    {"{\"event_id\":4624,\"log_name\":\"Security\",\"source_name\":\"p\",\"computer_name\":\"c\","
     "\"record_number\":\"9\",\"event_data\":{\"IpAddress\":\"::1\"},\"user\":{\"identifier\":"
     "\"S\"}}",
     " EventID=number:4624 Channel=text:Security Computer=text:c Provider_Name=text:p "
     "EventRecordID=text:9 Security_UserID=text:S IpAddress=text:::1\n[windows/security]"},
    {"{\"winlog.event_id\":\"4624\",\"winlog.channel\":\"Security\","
     "\"winlog.event_data.TargetUserName\":\"anna\",\"winlog.process.thread.id\":3}",
     " EventID=text:4624 Channel=text:Security Execution_ThreadID=number:3 TargetUserName=text:an"},
    {"{\"_index\":\"x\",\"_source\":" WINLOG("") "}", " EventID=number:4624 "},
    {"{\"_source\":1,\"fields\":{\"winlog.event_id\":[4624],\"winlog.channel\":[\"Security\"],"
     "\"winlog.event_data.TargetUserName\":[\"anna\"],\"winlog.computer_name\":[\"dc1\"]}}",
     " EventID=number:4624 Channel=text:Security Computer=text:dc1 TargetUserName=text:anna"},
    /* Wazuh, Sentinel, Azure, Graylog, chainsaw */
    {"{\"data\":{\"win\":{\"system\":{\"eventID\":\"4624\",\"channel\":\"Security\",\"computer\":"
     "\"dc1\","
     "\"providerName\":\"p\",\"eventRecordID\":\"9\"},\"eventdata\":{\"targetUserName\":\"anna\"}}}"
     "}",
     " EventID=text:4624 Channel=text:Security Computer=text:dc1 Provider_Name=text:p "
     "EventRecordID=text:9 TargetUserName=text:anna"},
    {"{\"EventSourceName\":\"" SECURITY "\",\"Channel\":\"Security\",\"EventID\":4624,"
     "\"TargetUserName\":\"anna\",\"Type\":\"SecurityEvent\"}",
     " EventID=number:4624 Channel=text:Security Provider_Name=text:" SECURITY},
    {"{\"category\":\"x\",\"properties\":{\"EventID\":4624,\"Channel\":\"Security\","
     "\"TargetUserName\":\"anna\"}}",
     " EventID=number:4624 Channel=text:Security TargetUserName=text:anna"},
    {"{\"winlogbeat_winlog_event_id\":4624,\"winlogbeat_winlog_channel\":\"Security\","
     "\"winlogbeat_winlog_event_data_TargetUserName\":\"anna\"}",
     " EventID=number:4624 Channel=text:Security TargetUserName=text:anna"},
    {"{\"winlogbeat_event_id\":4624,\"winlogbeat_log_name\":\"Security\","
     "\"winlogbeat_event_data_TargetUserName\":\"anna\"}",
     " EventID=number:4624 Channel=text:Security TargetUserName=text:anna"},
    {"{\"kind\":\"individual\",\"document\":{\"kind\":\"evtx\",\"data\":{\"Event\":{\"System\":{"
     "\"EventID\":4624,\"Channel\":\"Security\"},\"EventData\":{\"TargetUserName\":\"anna\"}}}}}",
     " EventID=number:4624 Channel=text:Security TargetUserName=text:anna"},
    {"{\"Event\":{\"System\":{\"EventID\":4624},\"EventData\":{\"Data\":{\"TargetUserName\":"
     "\"anna\"}}}}",
     " EventID=number:4624 Provider_Name=text:" SECURITY " TargetUserName=text:anna\n"
     "[windows/security]"},
    /* NXLog */
    {"{\"EventID\":4624,\"Channel\":\"Security\",\"SourceName\":\"" SECURITY
     "\",\"Hostname\":\"d\","
     "\"Keywords\":-9214364837600034816,\"RecordNumber\":5,\"ProcessID\":1,\"ThreadID\":2,"
     "\"OpcodeValue\":0,\"Opcode\":\"Info\",\"UserID\":\"S-1\",\"ProviderGuid\":\"{5}\"}",
     " Computer=text:d Provider_Name=text:" SECURITY " Provider_Guid=text:{5} Opcode=number:0 "
     "Keywords=number:-9214364837600034816 EventRecordID=number:5 Execution_ProcessID=number:1 "
     "Execution_ThreadID=number:2 Security_UserID=text:S-1 Hostname=text:d\n[windows/security]"},
    {"{\"EventID\":1,\"Hostname\":\"d\",\"Computer\":\"c\"}", " Computer=text:c Hostname=text:d"},
    {"{\"EventID\":1,\"EventTime\":\"2011-03-09 08:12:03\"}",
     " EventTime=text:2011-03-09 08:12:03"},
    /* flat */
    {"{\"EventID\":\"4738\",\"Computer\":\"dc1\",\"TargetUserName\":null,\"Level\":true}",
     " EventID=text:4738 Computer=text:dc1 Level=true:true TargetUserName=null:\n"},
    {"{\"Event\\u0049D\":1,\"Chann\\u0065l\":\"S\\u0065curity\"}",
     " EventID=number:1 Channel=json:Security\n[windows/security]"},
    /* trees that follow the XML */
    {"{\"Event\":{\"System\":{\"EventID\":4624,\"Channel\":\"Security\",\"Provider\":{\"#"
     "attributes\":{"
     "\"Name\":\"p\",\"Guid\":\"g\",\"EventSourceName\":\"e\"}},\"Execution\":{\"#attributes\":{"
     "\"ProcessID\":4,\"ThreadID\":8}},\"Security\":{\"#attributes\":{\"UserID\":\"S\"}},"
     "\"Correlation\":null},\"EventData\":{\"TargetUserName\":\"anna\"}}}",
     " EventID=number:4624 Channel=text:Security Provider_Name=text:p Provider_Guid=text:g "
     "Execution_ProcessID=number:4 Execution_ThreadID=number:8 Security_UserID=text:S "
     "TargetUserName=text:anna Provider_EventSourceName=text:e\n[windows/security]"},
    {"{\"Event\":{\"System\":{\"EventID\":{\"#text\":6,\"#attributes\":{\"Qualifiers\":49152}},"
     "\"Provider_attributes\":{\"Name\":\"p\"}},\"EventData\":{\"Data\":{\"#text\":[\"a\",2]}}}}",
     " EventID=number:6 Provider_Name=text:p Data=list: item=text:a item=number:2\n"},
    {"{\"Event\":{\"System\":{\"EventID\":\"6\",\"Provider\":{\"@Name\":\"p\"}},\"EventData\":{"
     "\"Data\":"
     "[{\"@Name\":\"TargetUserName\",\"#text\":\"anna\"},{\"#text\":\"x\"},\"y\",{\"@Name\":"
     "\"IpPort\"}]}}}",
     " Provider_Name=text:p TargetUserName=text:anna IpPort=text: Data=list: item=text:x "
     "item=text:y\n"},
    {"{\"Event\":{\"System\":{\"EventID\":6},\"EventData\":{\"Data\":\"one\"}}}",
     "=list: item=text:one"},
    {"{\"Event\":{\"System\":{\"EventID\":1102},\"UserData\":{\"LogFileCleared\":{\"#attributes\":{"
     "\"xmlns\":\"x\"},\"SubjectUserName\":\"bert\",\"Deep\":{\"SubjectLogonId\":\"0x1\"}}}}}",
     " SubjectUserName=text:bert SubjectLogonId=text:0x1\n"},
    {"{\"System\":{\"EventID\":{\"Value\":4624},\"Provider\":{\"Name\":\"p\"},\"Computer\":\"c\"},"
     "\"EventData\":{\"IpPort\":\"1\"}}",
     " EventID=number:4624 Computer=text:c Provider_Name=text:p IpPort=text:1\n"},
    /* what is written twice, and in other types */
    {"{\"EventID\":1,\"EventID\":2," PLACED "}", " EventID=number:1 "},
    {WINLOG(",\"channel\":\"System\""), " Channel=text:Security\n[windows/security]"},
    {WINLOG(",\"event_data\":{\"EventID\":9,\"Status\":\"a\",\"Status\":\"b\"}"),
     " EventID=number:4624 Channel=text:Security Status=text:a\n"},
    {"{\"EventID\":1,\"Channel\":5,\"winlog\":7,\"event\":[1],\"host\":\"x\",\"user\":null}",
     " EventID=number:1 Channel=number:5\n[windows/]"},
    {"{\"EventID\":1,\"IpPort\":{\"a\":[1,{}]},\"IpAddress\":[],\"Status\":[[1],{\"a\":2}]}",
     " IpAddress=list: IpPort=container:{\"a\":[1,{}]} Status=list: item=container:[1] "
     "item=container:{\"a\":2}\n"},
    {"{\"EventID\":1,\"EventData\":[1],\"System\":\"x\",\"UserData\":1,\"Event\":null}",
     "=number:1\n"},
    {"{\"Event\":{\"System\":{\"EventID\":1,\"Provider\":\"p\",\"Channel\":{\"x\":{\"y\":1}}}}}",
     " EventID=number:1\n[windows/]"},
    {"{\"EventID\":1,\"a.b\":2,\"a\":{\"b\":3}}", " EventID=number:1 a.b=number:2\n"},
    {"{\"EventID\":1,\"Channel\":\"Security\",\"source\":\"x\",\"process\":7}", " source=text:x "},
};

Test(windows_json, gives_the_flat_names_for_every_shape)
{
    for (size_t i = 0; i < TC_COUNT_OF(shapes); i++) {
        tc_event_run run = run_with(shapes[i].text, (tc_event_run){.names = asked});
        cr_expect_eq(run.events, 1, "%s", shapes[i].text);
        cr_expect(tc_event_run_has(&run, shapes[i].want), "no '%s' in\n%s", shapes[i].want,
                  tc_str_cstr(&run.text));
        tc_event_run_done(&run);
    }
}

#define HOUR_EAST TC_HOUR

static const struct {
    const char *members;
    const char *time; /* NULL: none */
} times[] = {
    {"\"@timestamp\":\"2011-03-09T07:12:03.5Z\"", "2011-03-09T07:12:03.500Z"},
    {"\"@timestamp\":\"2011-03-09T07:12:03\"", "2011-03-09T07:12:03Z"},
    {"\"TimeCreated\":\"2011-03-09T07:12:03Z\"", "2011-03-09T07:12:03Z"},
    {"\"TimeCreated\":\"2011-03-09T09:12:03.1234567+02:00\"", "2011-03-09T07:12:03.123456700Z"},
    {"\"TimeCreated\":\"2011-03-09 08:12:03\"", "2011-03-09T07:12:03Z"},
    {"\"TimeCreated\":\"\\/Date(1299654723250)\\/\"", "2011-03-09T07:12:03.250Z"},
    {"\"TimeCreated\":\"/Date(1299654723250+0100)/\"", "2011-03-09T07:12:03.250Z"},
    {"\"TimeCreated\":\"/Date(-1)/\"", "1969-12-31T23:59:59.999Z"},
    {"\"TimeCreated\":{\"SystemTime\":\"2011-03-09T07:12:03Z\"}", "2011-03-09T07:12:03Z"},
    {"\"EventTime\":\"2011-03-09 08:12:03\"", "2011-03-09T07:12:03Z"},
    {"\"EventTime\":\"2011-03-09T08:12:03+0100\"", "2011-03-09T07:12:03Z"},
    {"\"EventTime\":1299654723", "2011-03-09T07:12:03Z"},
    {"\"EventTime\":1299654723250", "2011-03-09T07:12:03.250Z"},
    {"\"EventTime\":\"1299654723250000\"", "2011-03-09T07:12:03.250Z"},
    {"\"EventReceivedTime\":\"2011-03-09 08:12:03\"", "2011-03-09T07:12:03Z"},
    {"\"event\":{\"created\":\"2011-03-09T07:12:03Z\"}", "2011-03-09T07:12:03Z"},
    {"\"System\":{\"TimeCreated\":{\"#attributes\":{\"SystemTime\":\"2011-03-09T07:12:03Z\"}}}",
     "2011-03-09T07:12:03Z"},
    {"\"System\":{\"TimeCreated\":{\"SystemTime\":1299654723.25}}", "2011-03-09T07:12:03.250Z"},
    {"\"System\":{\"TimeCreated\":\"2011-03-09T07:12:03\"}", "2011-03-09T07:12:03Z"},
    {"\"TimeGenerated\":\"2011-03-09T07:12:03Z\"", "2011-03-09T07:12:03Z"},
    {"\"System\":{\"TimeCreated\":{\"SystemTime\":\"2011-03-09 07:12:03.5 UTC\"}}",
     "2011-03-09T07:12:03.500Z"},
    {"\"data\":{\"win\":{\"system\":{\"systemTime\":\"2011-03-09T07:12:03Z\"}}},"
     "\"timestamp\":\"2012-01-01T00:00:00.000+0000\"",
     "2011-03-09T07:12:03Z"},
    {"\"fields\":{\"@timestamp\":[\"2011-03-09T07:12:03Z\"]}", "2011-03-09T07:12:03Z"},
    /* the event's own time counts more than the shipper's, in any order */
    {"\"winlog\":{\"time_created\":\"2011-03-09T07:00:00Z\"},\"@timestamp\":\"2012-01-01T00:00:"
     "00Z\"",
     "2011-03-09T07:00:00Z"},
    {"\"@timestamp\":\"2012-01-01T00:00:00Z\",\"winlog\":{\"time_created\":\"2011-03-09T07:00:"
     "00Z\"}",
     "2011-03-09T07:00:00Z"},
    {"\"@timestamp\":\"2012-01-01T00:00:00Z\",\"TimeCreated\":\"2011-03-09T07:00:00Z\"",
     "2011-03-09T07:00:00Z"},
    {"\"event\":{\"created\":\"2012-01-01T00:00:00Z\"},\"@timestamp\":\"2011-03-09T07:00:00Z\"",
     "2011-03-09T07:00:00Z"},
    {"\"@timestamp\":\"2012-01-01T00:00:00Z\",\"EventTime\":\"2011-03-09 08:00:00\"",
     "2011-03-09T07:00:00Z"},
    {"\"EventReceivedTime\":\"2011-03-09 09:00:00\",\"EventTime\":\"2011-03-09 08:00:00\"",
     "2011-03-09T07:00:00Z"},
    /* what cannot be read does not hide what can */
    {"\"TimeCreated\":\"yesterday\",\"@timestamp\":\"2011-03-09T07:00:00Z\"",
     "2011-03-09T07:00:00Z"},
    {"\"TimeCreated\":null,\"@timestamp\":\"2011-03-09T07:00:00Z\"", "2011-03-09T07:00:00Z"},
    {"\"TimeCreated\":null", NULL},
    {"\"Status\":\"0x0\"", NULL},
};

Test(windows_json, takes_the_time_that_says_most)
{
    for (size_t i = 0; i < TC_COUNT_OF(times); i++) {
        char text[512];
        char want[64];
        snprintf(text, sizeof text, "{\"EventID\":1,%s}", times[i].members);
        snprintf(want, sizeof want, " %s windows-json ", times[i].time ? times[i].time : "unknown");
        tc_event_run run = run_with(text, (tc_event_run){.zone_offset_ns = HOUR_EAST});
        cr_expect_eq(run.events, 1, "%s", text);
        cr_expect(tc_event_run_has(&run, want), "no '%s' for %s:\n%s", want, text,
                  tc_str_cstr(&run.text));
        cr_expect_eq(run.has_sample, times[i].time != NULL, "%s", text);
        tc_event_run_done(&run);
    }
}

Test(windows_json, knows_the_log_by_its_channel_or_else_by_its_provider)
{
    static const struct {
        const char *members;
        const char *label;
    } rows[] = {
        {"\"Channel\":\"Security\"", "[windows/security]"},
        {"\"Channel\":\"SECURITY\"", "[windows/security]"},
        {"\"Channel\":\"System\"", "[windows/system]"},
        {"\"Channel\":\"Application\"", "[windows/application]"},
        {"\"Channel\":\"MSExchange Management\"", "[windows/msexchange-management]"},
        {"\"Channel\":\"Security \"", "[windows/]"},
        {"\"Channel\":\"Windows PowerShell\"", "[windows/powershell-classic]"},
        {"\"Channel\":\"System\",\"Provider_Name\":\"" SECURITY "\"", "[windows/system]"},
        {"\"Provider_Name\":\"" SECURITY "\"", "[windows/security]"},
        {"\"Channel\":null,\"SourceName\":\"" SECURITY "\"", "[windows/security]"},
        {"\"SourceName\":\"MSExchange CmdletLogs\"", "[windows/msexchange-management]"},
        {"\"Computer\":\"Security\"", "[windows/]"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        char text[256];
        snprintf(text, sizeof text, "{\"EventID\":1,%s}", rows[i].members);
        tc_event_run run = run_with(text, (tc_event_run){0});
        cr_expect(tc_event_run_has(&run, rows[i].label), "%s: %s", text, tc_str_cstr(&run.text));
        tc_event_run_done(&run);
    }
}

Test(windows_json, lists_what_nobody_asked_for_only_when_all_is_wanted)
{
    static const char text[] =
        "{\"agent\":{\"id\":1,\"a\":{},\"l\":[{\"x\":1},2]},\"wi\\u006elog\":{\"event_id\":4624,"
        "\"outcome\":\"ok\",\"event_data\":{\"New\\u0020One\":\"v\",\"TargetUserName\":\"anna\"}},"
        "\"tags\":[\"t\"]}\n"
        "{\"Event\":{\"System\":{\"EventID\":{\"#text\":1,\"Qualifiers\":2},\"Odd\":3}}}";
    tc_event_run few = run_with(text, (tc_event_run){0});
    tc_event_run all = run_with(text, (tc_event_run){.all = true});
    cr_expect_eq(few.events, 2);
    cr_expect_not(tc_event_run_has(&few, "agent"));
    cr_expect(tc_event_run_has(&all,
                               " TargetUserName=text:anna agent.id=number:1 agent.l=list: "
                               "item=container:{\"x\":1} item=number:2 winlog.outcome=text:ok "
                               "New One=text:v tags=list: item=text:t\n"),
              "%s", tc_str_cstr(&all.text));
    cr_expect(
        tc_event_run_has(&all, " EventID=number:1 EventID_Qualifiers=number:2 Odd=number:3\n"),
        "%s", tc_str_cstr(&all.text));
    tc_event_run_done(&few);
    tc_event_run_done(&all);
}

Test(windows_json, stops_when_the_sink_says_so)
{
    tc_event_run run = run_with(EVENT "\n" EVENT "\n" EVENT, (tc_event_run){.stop_at = 2});
    cr_expect_eq(run.status.code, TC_ELIMIT);
    cr_expect_eq(run.events, 2);
    cr_expect_eq(run.last_record, 1);
    tc_event_run_done(&run);
}

Test(windows_json, needs_memory_for_one_record_only)
{
    tc_str text;
    tc_str_init(&text, 16 << 20);
    for (size_t i = 0; i < 5000; i++)
        tc_str_add(&text, TC_LIT(WINLOG(
                              ",\"keywords\":[\"a\",\"b\",\"c\"],\"x\":{\"y\":\"\\u0041\"}") "\n"));
    tc_event_run run = {
        .parser = &tc_parser_windows_json, .all = true, .arena_max = (size_t)128 << 10};
    tc_event_run_text(&run, tc_str_view(&text));
    cr_expect_eq(run.status.code, TC_OK);
    cr_expect_eq(run.events, 5000);
    tc_event_run_done(&run);
    tc_str_done(&text);
    tc_event_run none = run_with(EVENT, (tc_event_run){.arena_max = 64});
    cr_expect_eq(none.status.code, TC_ENOMEM);
    tc_event_run_done(&none);
}

/* What a probe must think of a head. */
static const struct {
    const char *head;
    int least;
    int most;
} heads[] = {
    {EVENT, 80, 99},
    {"\n  " EVENT "\n{\"EventID\":46", 80, 99},
    {"[" EVENT ",\n" EVENT, 80, 99},
    {"{\n  \"events\": [\n    {\n      \"winlog\": {\n        \"event_id\": 1\n      }\n    }\n  "
     "]\n}",
     80, 99},
    {"{\"Event\":{\"System\":{\"EventID\":1,\"Channel\":\"x\"}}}", 80, 99},
    {"{\"EventTime\":\"2011-03-09 08:12:03\",\"EventID\":1,\"SourceName\":\"x\"}", 80, 99},
    {"{\"event_id\":1,\"log_name\":\"Security\",\"message\":\"cut of", 80, 99},
    {"not json\n" EVENT, 0, 0},
    {EVENT "\n{\"EventID\":\"a\"}\n" EVENT, 50, 70},
    {"{\"EventID\":1}\n", 0, 0},
    {"{\"event_id\":\"0815\",\"name\":\"x\"}\n", 0, 0},
    {"{\"event_id\":17,\"name\":\"x\",\"level\":\"info\"}\n", 0, 0},
    {"{\"event\":{\"code\":4624,\"provider\":\"x\"},\"host\":{\"name\":\"EventID\"}}\n", 0, 0},
    {"{\"CreationTime\":\"2011-03-09T07:12:03\",\"Id\":\"a\",\"Operation\":\"UserLoggedIn\","
     "\"UserId\":"
     "\"anna@example.org\",\"Workload\":\"Exchange\",\"AzureActiveDirectoryEventType\":1}\n",
     0, 0},
    {"{\"events\":[{\"o365audit\":{\"Operation\":\"New-InboxRule\",\"EventID\":1}}]}", 0, 0},
    {"{\"a\":1}\n", 0, 0},
    {"[]", 0, 0},
    {"{", 0, 0},
    {"", 0, 0},
    {"<Event><System><EventID>1</EventID></System></Event>", 0, 0},
};

Test(windows_json, bids_for_windows_events_and_nothing_else)
{
    for (size_t i = 0; i < TC_COUNT_OF(heads); i++) {
        int bid = tc_parser_windows_json.probe(&tc_parser_windows_json, tc_slice_of(heads[i].head),
                                               TC_LIT("x.json"));
        cr_expect(bid >= heads[i].least && bid <= heads[i].most, "%d for %s", bid, heads[i].head);
    }
}

#define EARLIER "\"TimeCreated\":\"2011-03-09T07:00:00Z\""
#define LATER "\"TimeCreated\":\"2011-03-09T08:00:00Z\""
#define TWO_LINES "{\"EventID\":1," EARLIER "," PLACED "}\n{\"EventID\":2," LATER "," PLACED "}\n"
#define ONE_LINE                                                                                   \
    "[{\"EventID\":1," EARLIER ",\"a\":[{\"b\":1},{\"c\":2}]},{\"EventID\":2," LATER "}]"
#define PRETTY                                                                                     \
    "[\n  {\n    \"EventID\": 1,\n    " EARLIER "\n  },\n  {\n    \"EventID\": 2,\n    " LATER     \
    "\n  }\n]"

Test(windows_json, finds_a_time_from_anywhere)
{
    static const char *const texts[] = {TWO_LINES, ONE_LINE, PRETTY};
    for (size_t i = 0; i < TC_COUNT_OF(texts); i++) {
        tc_slice text = tc_slice_of(texts[i]);
        size_t second = tc_slice_rfind(text, '{');
        for (size_t cut = 5; cut <= second; cut++) {
            tc_event_run run = {.parser = &tc_parser_windows_json};
            tc_event_run_text(&run, tc_slice_sub(text, cut, text.len));
            cr_expect(run.has_sample, "%zu of %s", cut, texts[i]);
            cr_expect_eq(run.sample, INT64_C(1299657600) * TC_SECOND, "%zu of %s", cut, texts[i]);
            tc_event_run_done(&run);
        }
    }
}

Test(windows_json, says_when_its_schemas_cannot_be_made)
{
    tc_names *names = tc_names_new();
    tc_schemas *schemas = tc_schemas_new(names, 0);
    tc_schemas *const given[] = {schemas, NULL};
    for (size_t i = 0; i < TC_COUNT_OF(given); i++) {
        const tc_parse_options options = {
            .names = names, .schemas = given[i], .record_max = TC_RECORD_MAX};
        tc_carry carry;
        tc_frame frame;
        tc_time time;
        tc_parser_windows_json.begin(&tc_parser_windows_json, &carry, &options);
        cr_expect(tc_failed(tc_parser_windows_json.frame(&tc_parser_windows_json, &carry, &options,
                                                         TC_LIT("x"), true, &frame)));
        cr_expect_not(tc_parser_windows_json.sample_time(&tc_parser_windows_json, &carry, &options,
                                                         TC_LIT("x"), &time));
    }
    tc_schemas_free(schemas);
    tc_names_free(names);
}
