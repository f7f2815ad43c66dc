/* What an event says, wherever who collected it put that. */
#include "parsers/windows/windows_json.h"
#include "tests/unit/parsers/event_run.h"

#include <criterion/criterion.h>

#define SECURITY "Microsoft-Windows-Security-Auditing"
#define PLACED "\"Channel\":\"Security\""

static tc_event_run run_with(const char *text, tc_event_run how)
{
    how.parser = &tc_parser_windows_json;
    tc_event_run_text(&how, tc_slice_of(text));
    return how;
}

#define RESET(members) "{\"EventID\":4724,\"Source\":\"" SECURITY "\"," members "}"
#define SAID                                                                                       \
    "\"Message\":\"An attempt was made to reset an account's password.\\r\\n\\r\\nSubject:"        \
    "\\r\\n\\tSecurity ID:\\t\\tS-1-5-21-1\\r\\n\\tAccount Name:\\t\\teve\\r\\n\\tAccount Domain:" \
    "\\t\\tCORP\\r\\n\\r\\nTarget Account:\\r\\n\\tSecurity ID:\\t\\tS-1-5-21-2\\r\\n\\tAccount "  \
    "Name:"                                                                                        \
    "\\t\\tanna\\r\\n\\tAccount Domain:\\t\\tCORP\""
#define TYPE "System.Diagnostics.Eventing.Reader.EventProperty"
#define STRINGS                                                                                    \
    "\"ReplacementStrings\":[\"anna\",\"CORP\",\"S-1-5-21-2\",\"S-1-5-21-1\",\"eve\",\"CORP\"]"
#define ELASTIC(number, members)                                                                   \
    "{" members ",\"winlog\":{\"event_id\":\"" number "\",\"channel\":\"Security\"}}"
#define NAMES " TargetUserName=text:anna TargetDomainName=text:CORP"
#define ACTOR " SubjectUserSid=text:S-1-5-21-1 SubjectUserName=text:eve SubjectDomainName=text:CORP"
#define AS_XML                                                                                     \
    "<DataItem><EventData><Data Name=\\\"TargetUserName\\\">anna<\\/Data><Data "                   \
    "Name=\\\"TargetDomainName\\\">CORP</Data></EventData></DataItem>"

/* Where what an event says went elsewhere than into its EventData. */
static const struct {
    const char *text;
    const char *want;
} elsewhere[] = {
    /* PowerShell */
    {RESET("\"Properties\":[\"" TYPE "\",\"" TYPE "\"]," SAID), NAMES},
    {RESET("\"Properties\":\"" TYPE " " TYPE "\"," SAID), ACTOR},
    {RESET("\"ReplacementStrings\":\"anna CORP S-1-5-21-2\"," SAID), NAMES},
    {RESET("\"Data\":[]," STRINGS), ACTOR},
    {RESET("\"Data\":[1,2,3]," SAID), NAMES},
    {RESET("\"Data\":[1,2,3]," STRINGS), NAMES},
    /* Elastic's modules for the Security log */
    {ELASTIC("4625", "\"source\":{\"ip\":\"::1\",\"port\":5,\"domain\":\"W\"}"),
     " WorkstationName=text:W IpAddress=text:::1 IpPort=number:5\n"},
    {ELASTIC("4624", "\"user\":{\"name\":\"anna\",\"domain\":\"CORP\",\"id\":\"S-1\"},\"process\":{"
                     "\"executable\":\"w3wp\"}"),
     NAMES " TargetUserSid=text:S-1 ProcessName=text:w3wp\n"},
    {ELASTIC("4768", "\"user.name\":\"anna\",\"user.id\":\"S-1\",\"source.ip\":\"::1\""),
     " TargetUserName=text:anna TargetSid=text:S-1 IpAddress=text:::1\n"},
    {ELASTIC("4724", "\"user\":{\"name\":\"eve\",\"target\":{\"name\":\"anna\",\"id\":\"S-2\"}}"),
     " TargetUserName=text:anna TargetSid=text:S-2 SubjectUserName=text:eve\n"},
    {ELASTIC("4688", "\"user\":{\"name\":\"eve\"},\"process\":{\"executable\":\"x\"}"),
     "Channel=text:Security\n"},
    {"{\"user\":{\"name\":\"eve\"},\"source\":{\"ip\":\"::2\"}," PLACED ",\"EventID\":4624,"
     "\"EventData\":{\"TargetUserName\":\"anna\",\"IpAddress\":\"-\"}}",
     " TargetUserName=text:anna IpAddress=text:-\n"},
    /* Log Analytics */
    {RESET("\"EventData\":\"{\\\"TargetUserName\\\":\\\"anna\\\",\\\"TargetDomainName\\\":"
           "\\\"CORP\\\"}\""),
     NAMES "\n"},
    {RESET("\"EventData\":\"" AS_XML "\""), NAMES "\n"},
    {RESET("\"ParameterXml\":\"<Param>anna</Param><Param>a&amp;b</Param>\",\"EventData\":\"" AS_XML
           "\""),
     NAMES " Data=list: item=text:anna item=xml:a&b\n"},
    {RESET("\"EventData\":\"<Data>a</Data><Data\",\"ParameterXml\":\"<Param>a</Param>\""),
     " Data=list: item=text:a\n"},
    /* GELF; Elasticsearch's own names are none of it */
    {"{\"_EventID\":4724,\"_Channel\":\"Security\",\"_TargetUserName\":\"anna\"}",
     "EventID=number:4724 Channel=text:Security TargetUserName=text:anna\n"},
    {"{\"_version\":7,\"_source\":{\"EventID\":1,\"Channel\":\"x\"}}",
     " EventID=number:1 Channel=text:x\n"},
    {"{\"EventID\":4724,\"EventLog\":\"Security\",\"RenderedDescription\":\"x\",\"EventLevel\":8}",
     " Channel=text:Security Level=number:8 Keywords=text:0x8020000000000000 Message=text:x\n"},
};

Test(windows_json_values, finds_what_went_elsewhere)
{
    for (size_t i = 0; i < TC_COUNT_OF(elsewhere); i++) {
        tc_event_run run = run_with(elsewhere[i].text, (tc_event_run){.names = NULL});
        cr_expect_eq(run.events, 1, "%s", elsewhere[i].text);
        cr_expect(tc_event_run_has(&run, elsewhere[i].want), "no '%s' in\n%s", elsewhere[i].want,
                  tc_str_cstr(&run.text));
        tc_event_run_done(&run);
    }
}

#define FAILED "Keywords=text:0x8010000000000000"
#define PASSED "Keywords=text:0x8020000000000000"
#define KEYWORDS(words) "{\"EventID\":4724," PLACED ",\"Keywords\":" words "}"
#define OUTCOME(members)                                                                           \
    "{\"EventID\":4724," PLACED ",\"event\":{\"outcome\":\"failure\"}" members "}"

static const struct {
    const char *text;
    const char *want;
} outcomes[] = {
    {KEYWORDS("[\"\\u00dcberwachung gescheitert\"]"), FAILED},
    {KEYWORDS("\"Аудит успеха\""), PASSED},
    {KEYWORDS("16"), FAILED},
    {KEYWORDS("\"8\""), PASSED},
    {KEYWORDS("\"Audit Success\""), "Keywords=text:Audit Success"},
    {KEYWORDS("-9214364837600034816"), "Keywords=number:-9214364837600034816"},
    {KEYWORDS("9232379236109516800"), "Keywords=number:9232379236109516800"},
    {KEYWORDS("\"0x80000000000000\""), "Keywords=text:0x80000000000000"},
    {OUTCOME(""), FAILED},
    {OUTCOME(",\"Keywords\":\"unknown words\""), FAILED},
    {OUTCOME(",\"Keywords\":\"0x8020000000000000\""), PASSED},
    {OUTCOME(",\"Level\":8"), PASSED},
    {"{\"EventID\":4724," PLACED ",\"Level\":\"16\"}", FAILED},
    {"{\"EventID\":4724," PLACED ",\"EntryType\":16}", FAILED},
    {"{\"EventID\":1,\"Channel\":\"Application\",\"Level\":\"16\"}", "Level=text:16\n"},
};

Test(windows_json_values, knows_what_failed_in_any_words)
{
    for (size_t i = 0; i < TC_COUNT_OF(outcomes); i++) {
        tc_event_run run = run_with(outcomes[i].text, (tc_event_run){.names = NULL});
        cr_expect(tc_event_run_has(&run, outcomes[i].want), "no '%s' in\n%s", outcomes[i].want,
                  tc_str_cstr(&run.text));
        tc_event_run_done(&run);
    }
}

/* A text in a text begins anew: together they are deeper than either may be. */
Test(windows_json_values, survives_a_deep_text_below_a_deep_object)
{
    tc_str text;
    tc_str_init(&text, SIZE_MAX);
    for (int i = 0; i < 100; i++)
        tc_str_add(&text, TC_LIT("{\"_source\":"));
    tc_str_add(&text, TC_LIT("{\"EventId\":1,\"Channel\":\"Security\",\"Payload\":\"{"));
    for (int i = 0; i < 100; i++)
        tc_str_add(&text, TC_LIT("\\\"UserData\\\":{"));
    for (int i = 0; i < 101; i++)
        tc_str_add(&text, TC_LIT("}"));
    tc_str_add(&text, TC_LIT("\"}"));
    for (int i = 0; i < 100; i++)
        tc_str_add(&text, TC_LIT("}"));
    tc_event_run run = run_with(tc_str_cstr(&text), (tc_event_run){.all = true});
    cr_expect_eq(run.events, 1);
    tc_event_run_done(&run);
    tc_str_done(&text);
}
