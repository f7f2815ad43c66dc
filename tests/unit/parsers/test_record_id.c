/* What a record is, in whatever form it comes: parsers/event/record_id.h and the formats' own. */
#include "parsers/text/msgtrk.h"
#include "parsers/windows/windows_json.h"
#include "parsers/windows/windows_xml.h"

#include <criterion/criterion.h>

#define SYSTEM(record, computer)                                                                   \
    "<Event><System><EventID>4724</EventID><TimeCreated SystemTime='2021-02-08T12:08:43.1609Z'/>"  \
    "<EventRecordID>" record "</EventRecordID><Channel>Security</Channel><Computer>" computer      \
    "</Computer></System><EventData><Data Name='TargetUserName'>Anna &amp; Co</Data></EventData>"  \
    "</Event>\n"
#define FLAT(record)                                                                               \
    "{\"EventID\":\"4724\",\"Channel\":\"Security\",\"Computer\":\"DC1.corp.example\","            \
    "\"EventRecordID\":\"" record "\",\"TimeCreated\":\"2021-02-08T12:08:43.160Z\","               \
    "\"TargetUserName\":\"Anna & Co\"}\n"

static uint64_t ids[8];
static size_t id_count;
static const tc_parser *parser_in_use;

static TC_STATUS take(void *context, tc_event *event)
{
    (void)context;
    cr_assert_lt(id_count, TC_COUNT_OF(ids));
    ids[id_count++] = tc_record_id(parser_in_use, event);
    return TC_SUCCESS;
}

/* The id of the last record in the text. */
static uint64_t id_of(const tc_parser *parser, const char *text)
{
    tc_names *names = tc_names_new();
    tc_schemas *schemas = tc_schemas_new(names, 64);
    tc_arena *arena = tc_arena_new(8 << 20);
    const tc_parse_options options = {
        .names = names, .schemas = schemas, .record_max = TC_RECORD_MAX};
    const tc_sink sink = {NULL, take, NULL};
    tc_slice rest = tc_slice_of(text);
    tc_carry carry;
    tc_ledger ledger = {0};
    parser_in_use = parser;
    id_count = 0;
    parser->begin(parser, &carry, &options);
    while (rest.len > 0) {
        tc_carry before = carry;
        tc_frame frame;
        cr_assert(!tc_failed(parser->frame(parser, &carry, &options, rest, true, &frame)));
        tc_slice block = tc_slice_sub(rest, 0, frame.length);
        cr_assert(
            !tc_failed(parser->parse(parser, &before, &options, block, arena, &ledger, &sink)));
        rest = tc_slice_sub(rest, frame.length, rest.len);
    }
    tc_arena_free(arena);
    tc_schemas_free(schemas);
    tc_names_free(names);
    cr_assert_gt(id_count, 0, "%s", text);
    return ids[id_count - 1];
}

static uint64_t xml(const char *text)
{
    return id_of(&tc_parser_windows_xml, text);
}

static uint64_t json(const char *text)
{
    return id_of(&tc_parser_windows_json, text);
}

Test(record_id, of_a_windows_event_is_the_same_for_all_carriers)
{
    uint64_t id = xml(SYSTEM("70001", "DC1.corp.example"));
    cr_expect_eq(xml(SYSTEM(" 70001 ", "dc1.CORP.example")), id, "case and blanks of a name");
    cr_expect_eq(json(FLAT("70001")), id);
    cr_expect_eq(json("{\"@timestamp\":\"2021-02-08T12:08:43.160Z\",\"winlog\":{\"channel\":"
                      "\"Security\",\"computer_name\":\"dc1.corp.example\",\"event_id\":4724,"
                      "\"record_id\":70001,\"event_data\":{\"TargetUserName\":\"Anna \\u0026 "
                      "Co\"}}}\n"),
                 id);
    cr_expect_eq(json("{\"EventTime\":\"2021-02-08T12:08:43.160900+00:00\",\"Hostname\":\"dc1.corp."
                      "example\",\"EventID\":4724,\"RecordNumber\":70001,\"Channel\":\"Security\","
                      "\"TargetUserName\":\"Anna & Co\"}\n"),
                 id);
}

Test(record_id, of_other_windows_events_is_another)
{
    uint64_t id = xml(SYSTEM("70001", "DC1.corp.example"));
    cr_expect_neq(xml(SYSTEM("70002", "DC1.corp.example")), id);
    cr_expect_neq(xml(SYSTEM("70001", "DC2.corp.example")), id);
    cr_expect_neq(json("{\"EventID\":4724,\"Channel\":\"System\",\"Computer\":\"dc1.corp.example\","
                       "\"EventRecordID\":70001,\"TimeCreated\":\"2021-02-08T12:08:43.160Z\","
                       "\"TargetUserName\":\"Anna & Co\"}\n"),
                  id);
}

/* Without a number that can be one, the bytes decide. */
Test(record_id, of_an_event_without_a_number_is_its_bytes)
{
    static const char *const numbers[] = {FLAT(""), FLAT("0"), FLAT("-1"), FLAT("x7"), FLAT("1.5")};
    for (size_t i = 0; i < TC_COUNT_OF(numbers); i++) {
        tc_slice line = tc_slice_of(numbers[i]);
        cr_expect_eq(json(numbers[i]), tc_record_id_of_line(line), "%s", numbers[i]);
    }
    const char *nowhere = SYSTEM("70001", "-");
    cr_expect_eq(xml(nowhere), tc_record_id_of_line(tc_slice_of(nowhere)));
}

#define TRACKING                                                                                   \
    "date-time,client-hostname,server-hostname,source,event-id,internal-message-id,"               \
    "message-id,recipient-address,related-recipient-address,message-subject\n"
#define HEAD "#Fields: " TRACKING
#define TIME "2011-03-09T07:00:01.130Z"
#define ROW TIME ",C,S,SMTP,RECEIVE,77,<1@a>,b@a,,\"Re, you\"\n"

static uint64_t tracking(const char *text)
{
    return id_of(&tc_parser_msgtrk, text);
}

Test(record_id, of_a_tracking_row_is_what_it_says)
{
    uint64_t id = tracking(HEAD ROW);
    cr_expect_eq(tracking(HEAD TIME ",C,S,\"SMTP\",RECEIVE,\"77\",<1@a>,\"b@a\",\"\",Re\n"), id);
    cr_expect_eq(tracking("#Fields: message-id,internal-message-id,date-time,client-hostname,"
                          "server-hostname,source,event-id,recipient-address,"
                          "related-recipient-address\n<1@a>,77," TIME ",C,S,SMTP,RECEIVE,b@a,\n"),
                 tracking("#Fields: message-id,internal-message-id,date-time,client-hostname,"
                          "server-hostname,source,event-id,recipient-address,"
                          "related-recipient-address\n<1@a>,\"77\"," TIME
                          ",C,S,SMTP,RECEIVE,b@a,\n"));
    static const char *const others[] = {
        HEAD "2011-03-09T07:00:01.131Z,C,S,SMTP,RECEIVE,77,<1@a>,b@a,,\"Re, you\"\n",
        HEAD TIME ",C,T,SMTP,RECEIVE,77,<1@a>,b@a,,x\n",
        HEAD TIME ",C,S,SMTP,SEND,77,<1@a>,b@a,,x\n",
        HEAD TIME ",C,S,DNS,RECEIVE,77,<1@a>,b@a,,x\n",
        HEAD TIME ",C,S,SMTP,RECEIVE,78,<1@a>,b@a,,x\n",
        HEAD TIME ",C,S,SMTP,RECEIVE,77,<2@a>,b@a,,x\n",
        HEAD TIME ",C,S,SMTP,RECEIVE,77,<1@a>,c@a,,x\n"};
    for (size_t i = 0; i < TC_COUNT_OF(others); i++)
        cr_expect_neq(tracking(others[i]), id, "%s", others[i]);
}

Test(record_id, of_a_tracking_row_that_names_no_message_is_its_line)
{
    static const char row[] = TIME ",C,S,SMTP,RECEIVE,,<1@a>,b@a,,x\n";
    static const char lacking[] = "77," TIME "\n";
    char text[512];
    snprintf(text, sizeof text, "%s%s", HEAD, row);
    cr_expect_eq(tracking(text), tc_record_id_of_line(tc_slice_of(row)));
    snprintf(text, sizeof text, "#Fields: internal-message-id,date-time\n%s", lacking);
    cr_expect_eq(tracking(text), tc_record_id_of_line(tc_slice_of(lacking)));
}

Test(record_id, of_a_line_is_that_of_its_bytes_without_mark_and_end)
{
    uint64_t id = tc_record_id_of_line(TC_LIT("a line"));
    cr_expect_eq(tc_record_id_of_line(TC_LIT("\xEF\xBB\xBF"
                                             "a line\r\n")),
                 id);
    cr_expect_eq(tc_record_id_of_line(TC_LIT("a line\n")), id);
    cr_expect_neq(tc_record_id_of_line(TC_LIT("a line ")), id);
    cr_expect_eq(tc_record_id_of_line(TC_LIT("\r\n")), tc_record_id_of_line(TC_EMPTY_SLICE));
}
