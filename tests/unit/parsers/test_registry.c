#include "parsers/base/alloc.h"
#include "parsers/parser.h"

#include <criterion/criterion.h>

#define IIS_ROW "2011-03-09 07:12:03 10.0.0.5 GET /owa/ - 443 anna 198.51.100.7 A - 200 0 0 31\r\n"
#define NCSA_ROW                                                                                   \
    "198.51.100.7 - - [09/Mar/2011:07:12:03 +0100] \"GET /owa/ HTTP/1.1\" 200 1 \"-\" \"A\"\r\n"
#define TRACKING_ROW                                                                               \
    "2011-03-09T07:00:01.130Z,198.51.100.7,EX01,10.0.0.9,EX02,,EX02\\Default,SMTP,RECEIVE,77,<a@"  \
    "example.org>,anna@example.org,,1024,1,,,Read: x,bert@example.org,<>,04I: \r\n"
#define TRACKED                                                                                    \
    "2011-03-09T07:00:01.130Z,198.51.100.7,EX01,10.0.0.9,EX02,,x,SMTP,RECEIVE,77,<a@example.org>," \
    "anna@example.org,,1024,1,,,Read: x,bert@example.org,<>,04I: "

/* A head and the parser that must get it; NULL: none of those for text logs. */
static const struct {
    const char *parser;
    const char *name;
    const char *head;
} heads[] = {
    {"iis-w3c", "x.log", "#Software: Microsoft Internet Information Services 10.0\r\n"},
    {"iis-w3c", "x.log", "#Fields: date time c-ip cs-method sc-status\n#Software: Any\n"},
    {"iis-w3c", "x.log", "#Date: 2011-03-09\n#Fields:  c-ip  date  time  cs-uri\n"},
    {"iis-w3c", "x.log", IIS_ROW},
    {"iis-w3c", "x.log", IIS_ROW IIS_ROW "damaged\n" IIS_ROW "2011-03-09 07:1"},
    {"iis-w3c", "x.log", "#Fields: time c-ip cs-method cs-uri-stem sc-status\n"},
    {"exchange-msgtrk", "x.log", "#Log-type: Message Tracking Log\n"},
    {"exchange-msgtrk", "x.log", "#software: x\n#LOG-TYPE: message tracking log\r\n"},
    {"exchange-msgtrk", "x.log", TRACKING_ROW},
    {"exchange-msgtrk", "x.log", TRACKING_ROW "\"damaged\n" TRACKING_ROW "2011-03-0"},
    {"exchange-msgtrk", "x.log",
     "#Fields: date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,"
     "connector-id,source,event-id,internal-message-id,message-id,recipient-address,"
     "recipient-status,total-bytes,recipient-count,related-recipient-address\n"},
    {"httperr", "httperr1.log",
     "#Software: Microsoft HTTP API 2.0\r\n#Version: 1.0\r\n#Date: 2011-03-09 05:05:55\r\n"
     "#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid "
     "s-reason s-queuename\r\n"},
    {"httperr", "httperr1.log",
     "2011-03-09 05:05:55 203.0.113.15 12345 192.0.2.1 443 HTTP/1.1 GET /x 400 - URL -\n"},
    {"exchange-httpproxy", "HttpProxy_2011030907-1.LOG",
     "#Software: Microsoft Exchange Server\n#Log-type: HttpProxy Logs\n"
     "#Fields: DateTime,RequestId,MajorVersion,Method\n2011-03-09T07:00:01.130Z,a,15,GET\n"},
    {"exchange-httpproxy", "HttpProxy_2011030907-1.LOG",
     "DateTime,RequestId,MajorVersion,MinorVersion,Protocol,UrlHost,UrlStem\n"
     "2011-03-09T07:00:01.130Z,a,15,1,Owa,mail.example.org,/owa/\n"},
    {"exchange-smtp", "RECV2011030907-1.LOG",
     "#Log-type: SMTP Receive Protocol Log\n#Fields: date-time,connector-id,session-id,"
     "sequence-number,local-endpoint,remote-endpoint,event,data,context\n"},
    {"exchange-smtp", "RECV2011030907-1.LOG",
     "2011-03-09T07:00:01.130Z,EX01\\Default,08DA,9,10.0.0.1:25,198.51.100.7:53722,>,535 5.7.3,\n"},
    {"exchange-popimap", "IMAP4.LOG",
     "2011-03-09T07:00:01.130Z,0E,2,10.0.0.1:143,198.51.100.7:3,anna,1,3,3,login,PLAIN,R=OK,\n"},
    {"m365-json", "x.json",
     "[\n  {\"CreationTime\":\"2021-06-06T01:55:44\",\"Operation\":\"UserLoggedIn\",\"UserId\":"
     "\"a@b.example\"},\n  {\"CreationTi"},
    {"m365-json", "x.json",
     "{\"RecordType\":1,\"AuditData\":{\"CreationTime\":\"2021-06-06T01:55:44\","
     "\"Operation\":\"Send\",\"Workload\":\"Exchange\"}}\n"},
    {"m365-json", "x.json",
     "[{\"TimeGenerated\":\"2021-06-06T01:55:44Z\",\"Operation\":\"Send\",\"UserId\":\"a\","
     "\"OfficeWorkload\":\"Exchange\"}]"},
    {"m365-json", "x.json",
     "{\"TimeGenerated\":\"2021-06-06T01:55:44Z\",\"UserPrincipalName\":\"a@b.example\","
     "\"IPAddress\":\"203.0.113.9\",\"ResultType\":\"0\"}\n"},
    {"m365-csv", "x.csv", "#TYPE Deserialized\n\"RunspaceId\";\"AuditData\"\n"},
    {"m365-csv", "x.csv", "AuditData,CreationDate\n"},
    {"entra-signin-csv", "x.csv", "Date (UTC),Request ID,Username,IP address,Sign-in error code\n"},
    {"entra-audit-csv", "x.csv",
     "Date (UTC),CorrelationId,Service,Category,Activity,Result,ResultReason,ActorType,"
     "ActorUserPrincipalName,IPAddress,Target1Type,Target1UserPrincipalName\n"},
    {"entra-audit-csv", "x.csv",
     "Data (UTC);Activity;ActorUserPrincipalName;Target1UserPrincipalName\n"},
    {"m365-json", "x.json",
     "{\"value\":[{\"activityDateTime\":\"2022-06-21T23:25:00.1458248Z\",\"activityDisplayName\":"
     "\"Reset user password\",\"initiatedBy\":{\"user\":null}}]}"},
    {"exchange-msgtrk-csv", "x.csv",
     "\"Timestamp\",\"Source\",\"EventId\",\"Sender\",\"MessageSubject\"\n"},
    {"ncsa", "access.log",
     "198.51.100.7 - anna [09/Mar/2011:07:12:03 +0100] \"GET /owa/ HTTP/1.1\" 200 123\n"},
    {"ncsa", "x", NCSA_ROW NCSA_ROW "damaged\n" NCSA_ROW "198.51."},
    {"iis-native", "x.log",
     "198.51.100.7, A\\b, 3/9/2011, 7:12:03, W3SVC1, EX1, 192.0.2.5, 16, 769, 143, 200, 0, GET, "
     "/owa/, -,\r\n"},
    {"isa", "ISALOG_20110309_WEB_000.iis",
     "198.51.100.7,anonymous,A,Y,3/9/2011,7:12:03,w3proxy,TMG1,-,mail,192.0.2.5,443,16,512,300,"
     "https,TCP,GET,https://mail/owa/,-,Inet,200,0x0,Publish OWA,-\r\n"},
    {"powershell-list", "x.txt",
     "\r\n\r\nTimeCreated  : 3/9/2011 7:12:03 AM\r\nId           : 4724\r\n"
     "Message      : kurz\r\n"},
    {"windows-syslog", "x.log",
     "<14>Mar  9 07:12:03 dc1 Microsoft-Windows-Security-Auditing[612]: A user account was "
     "enabled.\n"},
    {"windows-table-csv", "x.csv", "_time,EventCode,ComputerName,TargetUserName\n"},
    {"windows-table-csv", "x.csv", "\"@timestamp\",\"winlog.event_id\",\"winlog.channel\"\n"},
    {"web-table-csv", "x.csv", "date;time;c-ip;cs-uri-stem;sc-status\n"},
    {"web-table-csv", "x.csv", "\"DateTime\",\"UrlStem\",\"ClientIpAddress\",\"HttpStatus\"\n"},
    {"m365-table-csv", "x.csv", "TimeGenerated [UTC],Operation,UserId,OfficeWorkload\n"},
    {"entra-signin-csv", "x.csv", "TimeGenerated [UTC],UserPrincipalName,IPAddress,ResultType\n"},
    {"exchange-msgtrk-csv", "x.csv", "date-time;event-id;message-subject;sender-address\n"},
    {"m365-csv", "x.csv", "Timestamp,ActionType,RawEventData\n"},
    {"eventlog-csv", "x.csv", "Index,EntryType,InstanceId,Message,TimeGenerated\n"},
    {"eventviewer-csv", "x.csv", "Kulcsszavak,Dátum és idő,Forrás,Azonosító,Kategória\n"},
    {"otel-json", "x.json",
     "{\"resourceLogs\":[{\"resource\":{},\"scopeLogs\":[{\"scope\":{},\"logRecords\":[{\"body\":{"
     "\"stringValue\":\"" TRACKED "\"}}]}]}]}\n"},
    {"filebeat-json", "x.json",
     "[\n {\n  \"agent\": {\"type\": \"filebeat\"},\n  \"message\": \"" TRACKED "\"\n }\n]\n"},
    {"fluent-bit-json", "x.json",
     "{\"events\":[{\"timestamp\":1,\"message\":\"" TRACKED "\",\"ingestionTime\":2}]}\n"},
    {"splunk-csv", "x.csv", "_raw\n\"" TRACKED "\"\n"},
    {"splunk-csv", "x.csv", "_time;_raw;host\nx;\"" TRACKED "\";EX1\n"},
    {"shipped-csv", "x.csv", "\"@timestamp\",\"message\"\nx,\"" TRACKED "\"\n"},
    {NULL, "x.csv", "\"_raw\",\"_time\"\n\"all is well\",x\n"},
    {NULL, "x.txt", "\r\nTimeCreated  : 3/9/2011 7:12:03 AM\r\nId           : 4724\r\n"},
    {NULL, "x.csv", "TimeGenerated,Computer,EventID_of_nobody\n"},
    {"exchange-audit-queue", "audit20110309-1.log",
     "#Software: Microsoft Exchange Server\n#Log-type: audit\n#Fields: TimeStamp,Data\n"
     "2011-03-09T07:00:01.130Z,\"{\"\"CreationTime\"\":\"\"x\"\",\"\"Operation\"\":\"\"y\"\"}\"\n"},
    {"azure-access", "x.json",
     "{\"category\":\"FrontdoorAccessLog\",\"properties\":{\"httpMethod\":\"GET\"}}\n"},
    {NULL, "error.log",
     "2011/03/09 07:12:03 [error] 12#12: *7 open() \"/x\" failed (2: No such file), client: "
     "198.51.100.7, server: _, request: \"GET /x HTTP/1.1\", host: \"mail.example.org\"\n"},
    {NULL, "access.log", "[Wed Mar 09 07:12:03 2011] [error] [client 198.51.100.7] no such file\n"},
    {NULL, "nc110309.log", NCSA_ROW "a mail\nthat quotes\na line\n"},
    {NULL, "in110309.log",
     "198.51.100.7, ftp, 3/9/2011, 7:12:03, MSFTPSVC1, EX1, 192.0.2.5, 16, 769, 143, 226, 0, USER, "
     "ftp, -,\r\n"},
    {NULL, "x.csv", "198.51.100.7, anna, 3/9/2011, 7:12:03, a, b, c, d, e, f, g, h, i, j, k,\r\n"},
    {NULL, "httperr1.log",
     "2011-03-09 05:05:55 203.0.113.15 12345 192.0.2.1 443 TCP ESTABLISHED\n"},
    {NULL, "u_ex110309.log", "Dear all, the log of 2011-03-09 is not here.\nYours, Anna\n"},
    {NULL, "pfirewall.log",
     "#Version: 1.5\n#Software: Microsoft Windows Firewall\n#Fields: date time action protocol "
     "src-ip dst-ip src-port dst-port size\n2011-03-09 07:12:03 DROP TCP ::1 ::2 1 2 3\n"},
    {NULL, "x.json", "{\"EventID\":4724,\"Channel\":\"Application Of Mine\"\n"},
    {NULL, "MSGTRK2011030907-1.LOG", "a,b,c\nd,e,f\n"},
    {NULL, "x.csv", "date,time,user\n2011-03-09,07:12:03,anna\n"},
    {NULL, "empty.log", ""},
};

static bool is_text_parser(const tc_parser *parser)
{
    return parser && (parser == tc_parser_named(TC_LIT("iis-w3c")) ||
                      parser == tc_parser_named(TC_LIT("exchange-msgtrk")) ||
                      parser == tc_parser_named(TC_LIT("iis-native")) ||
                      parser == tc_parser_named(TC_LIT("httperr")) ||
                      parser == tc_parser_named(TC_LIT("ncsa")));
}

Test(registry, gives_every_head_to_its_parser_and_look_alikes_to_none)
{
    for (size_t i = 0; i < TC_COUNT_OF(heads); i++) {
        const tc_parser *got = NULL;
        cr_assert_not(tc_failed(
            tc_parser_probe(tc_slice_of(heads[i].head), tc_slice_of(heads[i].name), &got)));
        if (heads[i].parser)
            cr_expect(got && got == tc_parser_named(tc_slice_of(heads[i].parser)), "%s: %s",
                      got ? got->name : "none", heads[i].head);
        else
            cr_expect_not(is_text_parser(got), "%s: %s", got ? got->name : "", heads[i].head);
    }
}

Test(registry, bids_a_hundred_only_for_a_header_and_lets_names_break_ties_only)
{
    const tc_parser *iis = tc_parser_named(TC_LIT("iis-w3c"));
    int plain = iis->probe(iis, TC_LIT(IIS_ROW), TC_LIT("a.log"));
    int named = iis->probe(iis, TC_LIT(IIS_ROW), TC_LIT("u_ex110309.log"));
    cr_expect(plain >= 20 && plain < 100 && named > plain && named <= plain + 10);
    cr_expect_eq(iis->probe(iis,
                            TC_LIT("#Software: Microsoft Internet Information Services 8.5\n"
                                   "#Fields: date time cs-method sc-status\n"),
                            TC_LIT("")),
                 100);
}

Test(registry, takes_random_bytes_for_nothing)
{
    static uint8_t noise[65536];
    uint64_t state = 1;
    for (size_t round = 0; round < 50; round++) {
        for (size_t i = 0; i < sizeof noise; i++) {
            state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            noise[i] = (uint8_t)(state >> 56);
        }
        const tc_parser *got = NULL;
        cr_assert_not(
            tc_failed(tc_parser_probe((tc_slice){noise, sizeof noise}, TC_LIT("u_ex.log"), &got)));
        cr_expect_null(got);
    }
}

Test(registry, says_that_memory_is_missing_rather_than_that_it_is_another_format)
{
    tc_slice head = TC_LIT("{\"EventID\":4724,\"Channel\":\"Security\",\"Computer\":\"DC01\"}\n");
    const tc_parser *got = NULL;
    uint64_t failures = 0;
    for (bool done = false; !done; failures++) {
        tc_alloc_fail_after(failures + 1);
        tc_status status = tc_parser_probe(head, TC_LIT("a.json"), &got);
        tc_alloc_fail_after(0);
        done = !tc_failed(status);
        cr_assert(done || status.code == TC_ENOMEM);
        cr_assert(got == (done ? tc_parser_named(TC_LIT("windows-json")) : NULL));
        cr_assert_lt(failures, 10000);
    }
    cr_expect_gt(failures, 3);
}

Test(registry, knows_no_parser_by_a_name_that_is_none)
{
    cr_expect_null(tc_parser_named(TC_LIT("iis")));
    cr_expect_null(tc_parser_named(TC_LIT("")));
}
