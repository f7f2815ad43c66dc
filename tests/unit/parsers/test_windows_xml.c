#include "parsers/windows/windows_xml.h"
#include "tests/unit/parsers/event_run.h"

#include <criterion/criterion.h>

#define NAMESPACE "http://schemas.microsoft.com/win/2004/08/events/event"
#define TIME "<TimeCreated SystemTime='2011-03-09T07:12:03.1234567Z'/>"
#define SYSTEM(n) "<System><EventID>" #n "</EventID>" TIME "<Channel>Security</Channel></System>"
#define WITH(data) "<Event>" SYSTEM(1) "<EventData>" data "</EventData></Event>"
#define TIMED "2011-03-09T07:12:03.123456700Z windows-xml EventID=text:1 Channel=text:Security"

static tc_event_run run_with(const char *text, tc_event_run how)
{
    how.parser = &tc_parser_windows_xml;
    tc_event_run_text(&how, tc_slice_of(text));
    return how;
}

static const char *const asked[] = {
    "TicketOptions", "Product Name", "ThreatName", "EventID_Qualifiers",
    "Binary",        "cs-host",      "a&b",        NULL};

/* A text with one event and what must be known of it. */
static const struct {
    const char *text;
    const char *want;
} shapes[] = {
    {"<Event>" SYSTEM(1) "</Event>", "0+135 " TIMED " TimeCreated=text:2011-03-09T07:12:03.1234567Z"
                                     "\n[windows/security]"},
    {"<?xml version='1.0'?>\r\n<Events>\r\n<Event xmlns=\"" NAMESPACE
     "\">" SYSTEM(1) "</Event >\r\n</Events>",
     TIMED},
    {"<e:Events xmlns:e='x'><e:Event xmlns:e='x'><e:System><e:EventID>1</e:EventID>"
     "<e:Provider e:Name='p'/></e:System></e:Event></e:Events>",
     "unknown windows-xml EventID=text:1 Provider_Name=text:p\n[windows/]"},
    {"<Event><System><Provider Guid='{5}'  Name = \"p\" /><EventID Qualifiers='7'>6</EventID>"
     "<Version>2</Version><Level>4</Level><Task>9</Task><Opcode>0</Opcode><Keywords>0x80</Keywords>"
     "<EventRecordID>77</EventRecordID><Correlation ActivityID='{a}'/><Execution ThreadID='8' "
     "ProcessID='4'/><Channel>System</Channel><Computer>dc1</Computer><Security UserID='S-1'/>"
     "</System></Event>",
     " EventID=text:6 Channel=text:System Computer=text:dc1 Provider_Name=text:p "
     "Provider_Guid=text:{5} Level=text:4 Task=text:9 Opcode=text:0 Version=text:2 "
     "Keywords=text:0x80 EventRecordID=text:77 Execution_ProcessID=text:4 "
     "Execution_ThreadID=text:8 "
     "Correlation_ActivityID=text:{a} Security_UserID=text:S-1 EventID_Qualifiers=text:7\n"
     "[windows/system]"},
    {WITH("<Data Name='TargetUserName'>anna</Data><Data Name=\"IpPort\"/>"),
     " TargetUserName=text:anna IpPort=text:\n"},
    {WITH("<Data Type='x' Name='TicketOptions'>0x4</Data>"), " TicketOptions=text:0x4\n"},
    {WITH("<Data Name='LogonProcessName'>Advapi  </Data>"), "LogonProcessName=text:Advapi  \n"},
    {WITH("<Data Name='Message'> a\r\n b </Data>"), " Message=text: a\\x0d\\x0a b \n"},
    {WITH("<Data Name='Status'>a&amp;b&#x20AC;&#65;&nope;</Data>"), "Status=xml:a&b\xE2\x82\xAC"
                                                                    "A&nope;\n"},
    {WITH("<Data Name='Status'><![CDATA[a<b>&amp;]]>!</Data>"), " Status=xml:a<b>&amp;!\n"},
    {WITH("<Data Name='Product Name'>x</Data>"), " Product Name=text:x\n"},
    {WITH("<Data Name='Threat Name'>x</Data>"), " ThreatName=text:x\n"},
    {WITH("<Data Name='a&amp;b'>x</Data>"), " a&b=text:x\n"},
    {WITH("<Data Name='cs-host'>x</Data>"), " cs-host=text:x"},
    {WITH("<Data>a</Data><Data Name='IpPort'>1</Data><Data/><Data>b &lt;</Data>"),
     " IpPort=text:1 Data=list: item=text:a item=text: item=xml:b <\n"},
    {WITH("<Data>one</Data><Binary>00FF</Binary>"), " Data=list: item=text:one Binary=text:00FF\n"},
    {WITH("<Data Name='Status'>1</Data><Data Name='Status'>2</Data>"), " Status=text:1\n"},
    {WITH("<Data Name='EventID'>9</Data>"), " EventID=text:1 "},
    {WITH("<Data Name='Status'>a<b>c</b>d</Data><Data Name='IpPort'>1</Data>"),
     " IpPort=text:1 Status=text:a<b>c</b>d\n"},
    {WITH("<!-- x --><Data Name='Status'>1</Data><?pi?>"), " Status=text:1\n"},
    {"<Event>" SYSTEM(
         1) "<UserData><LogFileCleared xmlns='x'><SubjectUserName>bert</SubjectUserName>"
            "<Deep><SubjectLogonId>0x1</SubjectLogonId><IpPort/></Deep></LogFileCleared>"
            "</UserData></Event>",
     " SubjectUserName=text:bert SubjectLogonId=text:0x1 IpPort=text:\n"},
    {"<Event>" SYSTEM(
         1) "<RenderingInfo Culture='en-US'><Message>An account</Message><Level>x</Level>"
            "</RenderingInfo><ProcessingErrorData><ErrorCode>5</ErrorCode>"
            "</ProcessingErrorData></Event>",
     "3.1234567Z Message=text:An account\n"},
    {"<Event><System><EventID>1</EventID><Channel>a&amp;b</Channel></System></Event>",
     " Channel=xml:a&b\n[windows/]"},
    {"<Event><System><EventID>1</EventID><Channel>MSExchange Management</Channel></System></Event>",
     "[windows/msexchange-management]"},
    {"<Event><System><EventID>1</EventID><Provider Name='Microsoft-Windows-Security-Auditing'/>"
     "</System></Event>",
     "[windows/security]"},
    {"<Event><System><TimeCreated "
     "SystemTime='2011-03-09T07:12:03'></TimeCreated><EventID>1</EventID>"
     "</System></Event>",
     "2011-03-09T07:12:03Z windows-xml EventID=text:1 TimeCreated=text:2011-03-09T07:12:03\n"},
};

Test(windows_xml, gives_the_flat_names_for_every_shape)
{
    for (size_t i = 0; i < TC_COUNT_OF(shapes); i++) {
        tc_event_run run = run_with(shapes[i].text, (tc_event_run){.names = asked});
        cr_expect_eq(run.events, 1, "%s", shapes[i].text);
        cr_expect(tc_event_run_has(&run, shapes[i].want), "no '%s' in\n%s", shapes[i].want,
                  tc_str_cstr(&run.text));
        tc_event_run_done(&run);
    }
}

Test(windows_xml, lists_what_nobody_asked_for_only_when_all_is_wanted)
{
    static const char text[] =
        "<Event><System><EventID Qualifiers='7'>1</EventID>" TIME "<Odd>o</Odd></System><EventData>"
        "<Data Name='New One'>v</Data><Data Name='a&lt;b'>w</Data></EventData>"
        "<UserData><X><Y>z</Y></X></UserData></Event>";
    tc_event_run few = run_with(text, (tc_event_run){0});
    tc_event_run all = run_with(text, (tc_event_run){.all = true});
    cr_expect_not(tc_event_run_has(&few, "Odd"));
    cr_expect(tc_event_run_has(&all,
                               " EventID_Qualifiers=text:7 Odd=text:o New One=text:v a<b=text:w"
                               " Y=text:z\n"),
              "%s", tc_str_cstr(&all.text));
    tc_event_run_done(&few);
    tc_event_run_done(&all);
}

Test(windows_xml, reads_names_that_look_alike_as_what_they_are)
{
    /* Names that are decoded do not outlive their record. */
    tc_event_run run = run_with(WITH("<Data Name='&#84;argetUserName'>1</Data>")
                                    WITH("<Data Name='&#83;ubjectUserName'>2</Data>")
                                        WITH("<Data Name='&#84;argetUserName'>3</Data>"),
                                (tc_event_run){0});
    cr_expect_eq(run.events, 3);
    cr_expect(tc_event_run_has(&run, " TargetUserName=text:1\n"));
    cr_expect(tc_event_run_has(&run, " SubjectUserName=text:2\n"));
    cr_expect(tc_event_run_has(&run, " TargetUserName=text:3\n"));
    tc_event_run_done(&run);
}

Test(windows_xml, stops_when_the_sink_says_so)
{
    tc_event_run run = run_with(WITH("") WITH("") WITH(""), (tc_event_run){.stop_at = 2});
    cr_expect_eq(run.status.code, TC_ELIMIT);
    cr_expect_eq(run.events, 2);
    cr_expect_eq(run.last_record, 1);
    tc_event_run_done(&run);
}

Test(windows_xml, needs_memory_for_one_record_only)
{
    tc_str text;
    tc_str_init(&text, 16 << 20);
    for (size_t i = 0; i < 3000; i++)
        tc_str_add(&text,
                   TC_LIT(WITH("<Data>a</Data><Data>b</Data><Data Name='x&amp;y'>c</Data>")));
    tc_event_run run = {
        .parser = &tc_parser_windows_xml, .all = true, .arena_max = (size_t)96 << 10};
    tc_event_run_text(&run, tc_str_view(&text));
    cr_expect_eq(run.status.code, TC_OK);
    cr_expect_eq(run.events, 3000);
    tc_event_run_done(&run);
    tc_str_done(&text);
    tc_event_run none = run_with(WITH(""), (tc_event_run){.arena_max = 64});
    cr_expect_eq(none.status.code, TC_ENOMEM);
    tc_event_run_done(&none);
}

static const struct {
    const char *head;
    int least;
    int most;
} heads[] = {
    {"<Event xmlns='" NAMESPACE "'><System>", 90, 99},
    {"\r\n<Event xmlns=\"" NAMESPACE "\">\r\n  <System>\r\n    <Provider", 90, 99},
    {"<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n<Events><Event "
     "xmlns='" NAMESPACE "'><System>",
     90, 99},
    {"<!-- exported --><e:Event xmlns:e='" NAMESPACE "'><e:System>", 90, 99},
    {"<Event><System><EventID>1</EventID>", 70, 89},
    {"<Event><System><Name>1</Name>", 0, 0},
    {"<?xml version=\"1.0\"?><SearchResults><Event Caller='x' Cmdlet='Set-Mailbox'/>", 0, 0},
    {"<Event Caller='x' Cmdlet='Set-Mailbox' RunDate='2011-03-09T07:12:03'/>", 0, 0},
    {"<EventLog><System><EventID>1</EventID>", 0, 0},
    {"<root><log><Event><System><EventID>", 70, 89},
    {"evtxexport 20240301\n\n<Event xmlns='" NAMESPACE "'><System>", 90, 99},
    {"Record 1\n<?xml version=\"1.0\"?>\n<Event xmlns='" NAMESPACE "'><System>", 90, 99},
    {"<html><p>of an <Event><System><EventID>", 0, 0},
    {"{\"Event\":{\"System\":{\"EventID\":1}}}", 0, 0},
    {"<", 0, 0},
    {"", 0, 0},
};

Test(windows_xml, bids_for_windows_events_and_nothing_else)
{
    for (size_t i = 0; i < TC_COUNT_OF(heads); i++) {
        int bid = tc_parser_windows_xml.probe(&tc_parser_windows_xml, tc_slice_of(heads[i].head),
                                              TC_LIT("x.xml"));
        cr_expect(bid >= heads[i].least && bid <= heads[i].most, "%d for %s", bid, heads[i].head);
    }
}

Test(windows_xml, finds_a_time_from_anywhere)
{
    static const char first[] = "<Events>\n<Event>" SYSTEM(1) "</Event>\n";
    static const char second[] = "<Event><System><EventID>2</EventID><TimeCreated SystemTime="
                                 "'2011-03-09T08:00:00Z'/></System></Event>\n</Events>";
    char text[sizeof first + sizeof second];
    snprintf(text, sizeof text, "%s%s", first, second);
    for (size_t cut = 10; cut < sizeof first; cut++) {
        tc_event_run run = run_with(text + cut, (tc_event_run){0});
        cr_expect(run.has_sample, "%zu", cut);
        cr_expect_eq(run.sample, INT64_C(1299657600) * TC_SECOND, "%zu", cut);
        tc_event_run_done(&run);
    }
    tc_event_run none =
        run_with("<Event><System><EventID>1</EventID></System></Event>", (tc_event_run){0});
    cr_expect_not(none.has_sample);
    tc_event_run_done(&none);
}

Test(windows_xml, says_when_its_schemas_cannot_be_made)
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
        tc_parser_windows_xml.begin(&tc_parser_windows_xml, &carry, &options);
        cr_expect(tc_failed(tc_parser_windows_xml.frame(&tc_parser_windows_xml, &carry, &options,
                                                        TC_LIT("x"), true, &frame)));
        cr_expect_not(tc_parser_windows_xml.sample_time(&tc_parser_windows_xml, &carry, &options,
                                                        TC_LIT("x"), &time));
    }
    tc_schemas_free(schemas);
    tc_names_free(names);
}
