#include "parsers/text/msgtrk.h"
#include "tests/support/chunker.h"

#include <criterion/criterion.h>

#define HEAD                                                                                       \
    "date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,"   \
    "source,event-id,internal-message-id,message-id"
#define MIDDLE                                                                                     \
    ",recipient-address,recipient-status,total-bytes,recipient-count,related-recipient-address,"   \
    "reference,message-subject,sender-address,return-path,message-info"
#define NEWER ",directionality,tenant-id,original-client-ip,original-server-ip,custom-data"
#define NAMES_30                                                                                   \
    HEAD ",network-message-id" MIDDLE NEWER ",transport-traffic-type,log-id,schema-version"
#define FIELDS "#Fields: " NAMES_30 "\r\n"

#define ROW_HEAD(second)                                                                           \
    "2011-03-09T07:00:" second ".130Z,198.51.100.7,EX01,10.0.0.9,EX02,\"MDB:1, Mailbox:2\",EX02\\" \
    "Default,MAILBOXRULE,RECEIVE,77,<a@example.org>"
#define ROW_MIDDLE(subject) ",anna@example.org,,1024,1,,," subject ",bert@example.org,<>,04I: "
#define ROW_NEWER ",Originating,,203.0.113.9,10.0.0.9,S:X=Y"
#define ROW_30(second, subject)                                                                    \
    ROW_HEAD(second) ",0f-1" ROW_MIDDLE(subject) ROW_NEWER ",Email,ab-1,15.02.1118.012\r\n"
#define ROW_27(second, subject) ROW_HEAD(second) ",0f-1" ROW_MIDDLE(subject) ROW_NEWER "\r\n"
#define ROW_26(second, subject) ROW_HEAD(second) ROW_MIDDLE(subject) ROW_NEWER "\r\n"
#define ROW_21(second, subject) ROW_HEAD(second) ROW_MIDDLE(subject) "\r\n"

static tc_chunker run(tc_slice text)
{
    tc_chunker chunker = {.parser = &tc_parser_msgtrk};
    tc_chunker_run(&chunker, text);
    cr_expect(tc_chunker_sound(&chunker, text), "%.*s", (int)text.len, text.ptr);
    return chunker;
}

static const struct {
    const char *text;
    uint64_t events;
    const char *want;
} accepted[] = {
    {FIELDS ROW_30("01", "Read: x"), 1, "2011-03-09T07:00:01.130Z exchange-msgtrk date-time=text:"},
    {FIELDS ROW_30("01", "Read: x"), 1, " source-context=text:MDB:1, Mailbox:2 connector-id="},
    {FIELDS ROW_30("01", ""), 1, " message-subject=null: sender-address=text:bert@example.org "},
    {FIELDS ROW_30("01", "\"\""), 1, " message-subject=text: sender-address"},
    {FIELDS ROW_30("01", "\"say \"\"yes\"\", now\""), 1, " message-subject=csv:say \"yes\", now "},
    {FIELDS ROW_30("01", "\"one\r\ntwo\""), 1, " message-subject=text:one\\x0d\\x0atwo "},
    {FIELDS ROW_30("01", "5\" disk"), 1, " message-subject=text:5\" disk "},
    {FIELDS ROW_30("01", "\"stray") ROW_30("02", "x"), 2, " message-subject=text:\"stray "},
    {FIELDS ROW_30("01", "\"stray"), 1, " message-subject=text:\"stray "},
    {FIELDS ROW_30("01", "\"stray") "#Software: x\n" ROW_30("02", "x"), 2, "\"stray "},
    {FIELDS ROW_30("01", "r\xE9ponse"), 1, " message-subject=text:r\\xe9ponse "},
    {ROW_30("01", "x"), 1, " schema-version=text:15.02.1118.012\n"},
    {ROW_27("01", "x"), 1, " network-message-id=text:0f-1 "},
    {ROW_26("01", "x"), 1, " message-id=text:<a@example.org> recipient-address=text:anna"},
    {ROW_21("01", "x"), 1, " message-info=text:04I: \n"},
    {"#Fields: a,b,date-time,d\n" ROW_30("01", "x"), 1, " message-subject=text:x "},
    {"#Fields: a,b,d\n" ROW_27("01", "x"), 1, " message-subject=text:x "},
    {"#FIELDS: event-id,date-time,own\nSEND,2011-03-09T08:00:00Z,1\n", 1, " own=text:1\n"},
    {"#Fields: date-time,x\n2011-03-09T08:00:00.1234567Z,1\n", 1, "2011-03-09T08:00:00.123456700Z"},
    {NAMES_30 "\n" ROW_30("01", "x"), 1, " message-subject=text:x "},
};

Test(msgtrk, reads_records_in_the_states_they_survive_in)
{
    for (size_t i = 0; i < TC_COUNT_OF(accepted); i++) {
        tc_chunker chunker = run(tc_slice_of(accepted[i].text));
        tc_slice text = tc_chunker_text(&chunker);
        cr_expect_eq(chunker.memory.events, accepted[i].events, "%s", accepted[i].text);
        cr_expect_eq(tc_ledger_rejected(&chunker.ledger), 0, "%s", accepted[i].text);
        cr_expect(tc_slice_search(text, tc_slice_of(accepted[i].want)) != TC_NPOS,
                  "no '%s' in\n%.*s", accepted[i].want, (int)text.len, text.ptr);
        tc_chunker_done(&chunker);
    }
}

static void expect_rejected(tc_slice text, tc_reason reason, uint64_t events)
{
    tc_chunker chunker = run(text);
    cr_expect_eq(chunker.ledger.records.rejected[reason], 1, "%.*s", (int)text.len, text.ptr);
    cr_expect_eq(tc_ledger_rejected(&chunker.ledger), 1, "%.*s", (int)text.len, text.ptr);
    cr_expect_eq(chunker.memory.events, events, "%.*s", (int)text.len, text.ptr);
    tc_chunker_done(&chunker);
}

Test(msgtrk, books_every_kind_of_bad_record_under_its_reason)
{
    expect_rejected(TC_LIT(FIELDS "2011-03-09T07:00:01.130Z,x\n" ROW_30("02", "x")),
                    TC_REASON_COLUMN_COUNT, 1);
    expect_rejected(TC_LIT("2011-03-09T07:00:01.130Z,x\n" ROW_30("02", "x")), TC_REASON_NO_HEADER,
                    1);
    expect_rejected(TC_LIT(FIELDS ROW_30("61", "x") ROW_30("02", "x")), TC_REASON_BAD_TIME, 1);
    expect_rejected(TC_LIT(FIELDS ROW_30("01", "nul\0") ROW_30("02", "x")), TC_REASON_NUL_BYTES, 1);
    expect_rejected(TC_LIT(FIELDS ROW_30("01", "x") "\0\0\0\0"), TC_REASON_NUL_BYTES, 1);
    expect_rejected(TC_LIT(FIELDS ROW_30("01", "x") "2011-03-09T07:00:02.130Z,\"a"),
                    TC_REASON_TRUNCATED, 1);
    expect_rejected(TC_LIT(FIELDS ROW_30("01", "x") "2011-03-09T07:00:02.130Z,a"),
                    TC_REASON_TRUNCATED, 1);
    expect_rejected(TC_LIT(FIELDS ROW_30("01", "\"a, b") ROW_30("02", "x")), TC_REASON_BAD_QUOTE,
                    1);
    expect_rejected(TC_LIT(ROW_30("01", "\"a") ROW_30("02", "x")), TC_REASON_BAD_QUOTE, 1);
}

Test(msgtrk, does_not_take_a_row_with_a_stray_quote_for_a_wider_layout)
{
    tc_chunker chunker = run(TC_LIT("#Fields: " HEAD MIDDLE NEWER "\n" ROW_26("01", "\"a, b")));
    cr_expect_eq(chunker.memory.events, 0);
    cr_expect_eq(chunker.ledger.records.rejected[TC_REASON_BAD_QUOTE], 1);
    tc_chunker_done(&chunker);
}

Test(msgtrk, does_without_a_header_of_more_columns_than_a_schema_may_have)
{
    tc_str text;
    tc_str_init(&text, 1 << 20);
    tc_str_add(&text, TC_LIT("#Fields: date-time"));
    for (size_t i = 0; i < TC_SCHEMA_MAX_COLUMNS; i++)
        tc_str_addf(&text, ",x%zu", i);
    tc_str_add(&text, TC_LIT("\n" ROW_30("01", "x") "2011-03-09T07:00:01.130Z,x\n"));
    tc_chunker chunker = run(tc_str_view(&text));
    cr_expect_eq(chunker.memory.events, 1);
    cr_expect_eq(chunker.ledger.records.rejected[TC_REASON_LIMIT], 1);
    tc_chunker_done(&chunker);
    tc_str_done(&text);
}

Test(msgtrk, loses_no_more_than_the_record_that_is_too_long)
{
    tc_str text;
    tc_str_init(&text, 1 << 20);
    tc_str_add(&text, TC_LIT(FIELDS ROW_30("01", "x") "2011-03-09T07:00:02.130Z,\""));
    for (size_t i = 0; i < 3000; i++)
        tc_str_add(&text, TC_LIT("x\n"));
    tc_str_add(&text, TC_LIT(ROW_30("03", "x")));
    for (size_t step = 1; step < 9000; step = step * 3 + 1) {
        tc_chunker chunker = {.parser = &tc_parser_msgtrk, .record_max = 1000, .step = step};
        tc_chunker_run(&chunker, tc_str_view(&text));
        cr_expect(tc_chunker_sound(&chunker, tc_str_view(&text)));
        cr_expect_eq(chunker.memory.events, 2, "step %zu", step);
        cr_expect_eq(chunker.ledger.records.rejected[TC_REASON_OVERSIZE], 1, "step %zu", step);
        tc_chunker_done(&chunker);
    }
    tc_str_done(&text);
}

Test(msgtrk, takes_a_complete_last_record_at_once)
{
    tc_names *names = tc_names_new();
    tc_schemas *schemas = tc_schemas_new(names, 64);
    tc_parse_options options = {.names = names, .schemas = schemas, .record_max = TC_RECORD_MAX};
    tc_carry carry;
    tc_frame frame;
    tc_slice text = TC_LIT(ROW_30("01", "x") ROW_30("02", "y"));
    tc_parser_msgtrk.begin(&tc_parser_msgtrk, &carry, &options);
    cr_assert(!tc_failed(
        tc_parser_msgtrk.frame(&tc_parser_msgtrk, &carry, &options, text, false, &frame)));
    cr_expect_eq(frame.length, text.len);
    tc_slice open = TC_LIT("2011-03-09T07:00:02.130Z,\"a\n");
    cr_assert(!tc_failed(
        tc_parser_msgtrk.frame(&tc_parser_msgtrk, &carry, &options, open, false, &frame)));
    cr_expect_eq(frame.length, 0, "the quote may still close");
    tc_schemas_free(schemas);
    tc_names_free(names);
}

Test(msgtrk, samples_a_time_from_any_cut)
{
    tc_names *names = tc_names_new();
    tc_schemas *schemas = tc_schemas_new(names, 64);
    tc_parse_options options = {.names = names, .schemas = schemas, .record_max = TC_RECORD_MAX};
    const tc_parser *parser = &tc_parser_msgtrk;
    tc_carry carry;
    parser->begin(parser, &carry, &options);
    tc_time time;
    char text[TC_TIME_TEXT];
    tc_slice bytes = TC_LIT("x@example.org,\"a\nb\",c\r\n#Date: 2011\r\n" ROW_30("01", "x"));
    cr_assert(parser->sample_time(parser, &carry, &options, bytes, &time));
    cr_expect_str_eq(tc_time_format(time, text), "2011-03-09T07:00:01.130Z");
    cr_expect_not(parser->sample_time(parser, &carry, &options, TC_LIT("a,b\nc,d\n"), &time));
    tc_schemas_free(schemas);
    tc_names_free(names);
}

/* Blank lines before a line that is not yet whole: whether the rest is in sight decides nothing. */
Test(msgtrk, takes_blank_lines_the_same_however_much_stands_behind_them)
{
    uint8_t text[203];
    memset(text, 'x', sizeof text);
    memcpy(text, "#e\n\n\n\n\n\n\n\n\n# ", 13);
    tc_slice bytes = tc_slice_make(text, sizeof text);
    for (size_t record_max = 188; record_max <= sizeof text + 2; record_max++) {
        tc_chunker whole = {.parser = &tc_parser_msgtrk, .record_max = record_max};
        tc_chunker_run(&whole, bytes);
        cr_expect(tc_chunker_sound(&whole, bytes), "%zu", record_max);
        for (size_t step = 1; step < sizeof text; step += 3) {
            tc_chunker parts = {.parser = &tc_parser_msgtrk,
                                .record_max = record_max,
                                .step = step,
                                .late_end = step % 2 == 1};
            tc_chunker_run(&parts, bytes);
            cr_expect(tc_chunker_equal(&whole, &parts), "%zu, step %zu", record_max, step);
            tc_chunker_done(&parts);
        }
        tc_chunker_done(&whole);
    }
}
