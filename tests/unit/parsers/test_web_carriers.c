/* Records that lie in others: queued audit records, requests in Azure's access logs and in events
 * of IIS. */
#include "parsers/registered.h"
#include "tests/support/chunker.h"

#include <criterion/criterion.h>

static void expect(const tc_parser *parser, const char *text, uint64_t events, const char *want)
{
    tc_slice bytes = tc_slice_of(text);
    tc_chunker chunker = {.parser = parser};
    tc_chunker_run(&chunker, bytes);
    cr_expect(tc_chunker_sound(&chunker, bytes), "%s", text);
    cr_expect_eq(chunker.memory.events, events, "%s", text);
    cr_expect_neq(tc_slice_search(tc_chunker_text(&chunker), tc_slice_of(want)), TC_NPOS,
                  "%s: %.*s", want, (int)tc_chunker_text(&chunker).len,
                  tc_chunker_text(&chunker).ptr);
    tc_chunker_done(&chunker);
}

#define FIELDS "#Fields: TimeStamp,RecordId,Data\r\n"
#define QUEUED(row, created)                                                                       \
    row ",1,\"{\"\"Id\"\":\"\"a\"\",\"\"CreationTime\"\":\"\"" created                             \
        "\"\",\"\"Operation\"\":\"\"Send\"\",\"\"UserId\"\":\"\"anna@corp.example\"\"}\"\r\n"

Test(web_carriers, queued_records_have_the_zone_of_their_rows)
{
    static const struct {
        const char *row, *want;
    } rows[] = {
        {FIELDS QUEUED("2011-03-09T15:56:33.000Z", "2011-03-09T16:56:11"),
         "2011-03-09T15:56:11Z exchange-audit-queue"},
        {FIELDS QUEUED("2011-03-09T15:56:33.000Z", "2011-03-09T15:56:11Z"),
         "2011-03-09T15:56:11Z exchange-audit-queue"},
        {FIELDS QUEUED("2011-03-09T03:10:33.000Z", "2011-03-08T22:25:11"),
         "2011-03-09T03:10:11Z exchange-audit-queue"},
        {FIELDS QUEUED("2011-03-09T07:00:33.000Z", "2011-03-09T12:45:11"),
         "2011-03-09T07:00:11Z exchange-audit-queue"},
        {FIELDS QUEUED("2011-03-09T07:00:33.000Z", "2011-04-09T12:45:11"),
         "2011-03-09T07:00:33Z exchange-audit-queue"},
        {FIELDS "2011-03-09T07:00:33.000Z,1,none\r\n", " Data=text:none"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        expect(&tc_parser_audit_queue, rows[i].row, 1, rows[i].want);
}

#define AZURE(member, rest)                                                                        \
    "{\"" member "\":\"2011-03-09T07:12:03Z\",\"properties\":{\"httpMethod\":\"GET\"," rest "}}\n"

Test(web_carriers, azure_tells_requests_under_names_of_its_own)
{
    static const char *const door =
        AZURE("time", "\"requestUri\":\"https://m.example:443/owa/?a=b\","
                      "\"clientIp\":\"203.0.113.4\",\"userAgent\":\"A 1\","
                      "\"httpStatusCode\":\"200\"");
    static const char *const gateway = AZURE(
        "timeStamp", "\"originalRequestUriWithArgs\":\"/owa/?c\",\"requestUri\":\"/x\","
                     "\"requestQuery\":\"y\",\"clientIP\":\"203.0.113.5\",\"httpStatus\":404");
    expect(&tc_parser_azure_access, door, 1, " cs-uri-stem=text:/owa/ cs-uri-query=text:a=b ");
    expect(&tc_parser_azure_access, door, 1, " c-ip=text:203.0.113.4 ");
    expect(&tc_parser_azure_access, door, 1, " cs-host=text:m.example:443 sc-status=text:200 ");
    expect(&tc_parser_azure_access, gateway, 1, " cs-uri-stem=text:/owa/ cs-uri-query=text:c ");
    expect(&tc_parser_azure_access, gateway, 1, " sc-status=text:404 ");
    expect(&tc_parser_azure_access, AZURE("time", "\"requestUri\":\"/\""), 0, "");
    expect(&tc_parser_azure_access, AZURE("when", "\"clientIp\":\"::1\""), 0, "");
}

#define EVENT(data)                                                                                \
    "<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"><System>"              \
    "<EventID>6200</EventID><TimeCreated SystemTime=\"2011-03-09T07:12:03Z\"/>"                    \
    "<Channel>Microsoft-IIS-Logging/Logs</Channel><Computer>EX01</Computer></System>"              \
    "<EventData>" data "</EventData></Event>\n"

Test(web_carriers, events_of_iis_are_rows_of_its_log)
{
    static const char *const text = EVENT("<Data Name=\"cs-username\">-</Data>"
                                          "<Data Name=\"s-computername\">-</Data>"
                                          "<Data Name=\"csUser-Agent\">A+1</Data>");
    expect(&tc_parser_windows_xml, text, 1, " cs-username=null:");
    expect(&tc_parser_windows_xml, text, 1, " s-computername=text:EX01 ");
    expect(&tc_parser_windows_xml, text, 1, " cs(User-Agent)=text:A+1 ");
}
