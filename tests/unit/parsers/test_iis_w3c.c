#include "parsers/text/iis_w3c.h"
#include "tests/support/chunker.h"

#include <criterion/criterion.h>

#define FULL                                                                                       \
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "          \
    "cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n"
#define ROW(clock, user) "2011-03-09 " clock " ::1 GET /owa/ - 443 " user " ::2 A - 200 0 0 31\n"

static tc_chunker run(tc_slice text)
{
    tc_chunker chunker = {.parser = &tc_parser_iis_w3c};
    tc_chunker_run(&chunker, text);
    cr_expect(tc_chunker_sound(&chunker, text), "%.*s", (int)text.len, text.ptr);
    return chunker;
}

static void expect_text(const tc_chunker *chunker, const char *want)
{
    tc_slice text = tc_chunker_text(chunker);
    cr_expect(tc_slice_search(text, tc_slice_of(want)) != TC_NPOS, "no '%s' in\n%.*s", want,
              (int)text.len, text.ptr);
}

/* What the rows of a text come to: events, and one thing that must be said of them. */
static const struct {
    const char *text;
    uint64_t events;
    const char *want;
} accepted[] = {
    {FULL ROW("07:12:03", "anna"), 1, "2011-03-09T07:12:03Z iis-w3c date=text:2011-03-09"},
    {FULL ROW("07:12:03", "-"), 1, " cs-username=null: "},
    {FULL ROW("07:12:03", "a+b%5Cc"), 1, " cs-username=text:a+b%5Cc "},
    {FULL ROW("07:12:03", "b\xFFrn"), 1, " cs-username=text:b\\xffrn "},
    {FULL ROW("07:12:03", " random\\user"), 1, " cs-username=text:random\\\\user c-ip=text:::2 "},
    {FULL ROW("07:12:03", ""), 1, " cs-username=text: c-ip=text:::2 "},
    {ROW("07:12:03", "anna"), 1, " cs-username=text:anna "},
    {"#Software: x\n" ROW("07:12:03", "anna"), 1, " sc-win32-status=text:0"},
    {ROW("07:12:03", "early") FULL ROW("07:12:04", "late"), 2, " cs-username=text:late "},
    {"#Date: 2011-03-09 00:00:00\n#Fields: date time cs(Referer)\n#Software: Y\n"
     "2011-03-09 00:00:01 -\n",
     1, " cs(Referer)=null:"},
    {"#Fields: date time s-ip \n2011-03-09 07:12:03 ::1\n", 1, " s-ip=text:::1"},
    {"#Fields: date time s-ip\r\n2011-03-09 07:12:03 ::1\r\n", 1, " s-ip=text:::1\n"},
    {"#Fields: date time s-ip\n2011-03-09 07:12:03 ::1", 1, " s-ip=text:::1\n"},
    {"#Fields: date time s-ip\n2011-03-09 07:12:03 ::1 \n", 1, " s-ip=text:::1\n"},
    {"#Fields: date time X-My\n2011-03-09 07:12:03 own\n", 1, " X-My=text:own"},
    {FULL "2011-03-09 07:12:03 W3SVC1 ::1 GET /a - 443 bob ::2 A/1 200 0 0\n", 1,
     " s-sitename=text:W3SVC1 "},
    {"#Fields: date tim\n" ROW("07:12:03", "anna"), 1, " cs-username=text:anna "},
    {"#Fields:\n" ROW("07:12:03", "anna"), 1, " cs-username=text:anna "},
    {"#Fields: cs-method time date\nGET 07:12:03.25 2011-03-09\n", 1, "2011-03-09T07:12:03.250Z"},
    {"#Date: 2011-03-09 01:00:00\n#Fields: time s-ip\n07:12:03 ::1\n", 1, "2011-03-09T07:12:03Z"},
    {"#Software: Other\n#Fields: date time cs(X)\n2011-03-09 07:12:03 \"a \"\"b\"\"\"\n", 1,
     " cs(X)=csv:a \"b\"\n"},
    {"#Software: Other\n#Fields: date time cs(X)\n2011-03-09 07:12:03 \"a\"\n", 1,
     " cs(X)=text:a\n"},
    {"#Software: Microsoft Internet Information Services 10.0\n#Fields: date time cs(X)\n"
     "2011-03-09 07:12:03 \"a\"\n",
     1, " cs(X)=text:\"a\"\n"},
    {"#Fields: date\ttime\tcs(X)\n2011-03-09\t07:12:03\ta b\n", 1, " cs(X)=text:a b\n"},
    {"#Fields: date\ttime\ts host\n2011-03-09\t07:12:03\ta b\n", 1, " s host=text:a b\n"},
    {"#Fields: DATE Time S-IP\n2011-03-09 07:12:03 ::1\n", 1, " s-ip=text:::1\n"},
    {"#Fields: date time x-forwarded-for\n2011-03-09 07:12:03 192.0.2.1\n", 1,
     " X-Forwarded-For=text:192.0.2.1\n"},
    {"#Fields: date time s-ip\r\r\n2011-03-09 07:12:03 ::1\r\r\n\r\r\n", 1, " s-ip=text:::1\n"},
    {"#Fields: date time c-ip\n\xEF\xBB\xBF#Fields: date time s-ip\n2011-03-09 07:12:03 ::1\n", 1,
     " s-ip=text:::1\n"},
    {"#Fields: date time s-ip\n\xEF\xBB\xBF"
     "2011-03-09 07:12:03 ::1\n",
     1, " s-ip=text:::1\n"},
    {"#Fields: date time cs-uri\n2011-03-09\t07:12:03  http://a/\n", 1, " cs-uri=text:http://a/"},
    {"#Fields: date time cs-uri c-ip\n2011-03-09 07:12:03 https://a/b?c=?d ::1\n", 1,
     " cs-uri=text:https://a/b?c=?d c-ip=text:::1 cs-uri-stem=text:/b cs-uri-query=text:c=?d\n"},
    {"#Fields: date time cs-uri c-ip\n2011-03-09 07:12:03 - ::1\n", 1,
     " cs-uri-stem=null: cs-uri-query=null:\n"},
    {"#Fields: date time cs-uri cs-uri-stem\n2011-03-09 07:12:03 /a?b /c\n", 1,
     " cs-uri=text:/a?b cs-uri-stem=text:/c\n"},
    {"#Fields: date time x-edge-location cs(User-Agent) c-ip\n"
     "2011-03-09\t07:12:03\tX\tA/1%20(b%2520c)%zz%2\t::1\n",
     1, " cs(User-Agent)=text:A/1 (b c)%zz%2 c-ip=text:::1\n"},
};

Test(iis_w3c, reads_rows_in_the_states_they_survive_in)
{
    for (size_t i = 0; i < TC_COUNT_OF(accepted); i++) {
        tc_chunker chunker = run(tc_slice_of(accepted[i].text));
        cr_expect_eq(chunker.memory.events, accepted[i].events, "%s", accepted[i].text);
        cr_expect_eq(tc_ledger_rejected(&chunker.ledger), 0, "%s", accepted[i].text);
        expect_text(&chunker, accepted[i].want);
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

Test(iis_w3c, books_every_kind_of_bad_line_under_its_reason)
{
    expect_rejected(TC_LIT(FULL "2011-03-09 07:12:03 x\n" ROW("07:12:04", "a")),
                    TC_REASON_COLUMN_COUNT, 1);
    expect_rejected(TC_LIT("#Fields: date time\n" ROW("07:12:03", "a")), TC_REASON_COLUMN_COUNT, 0);
    expect_rejected(TC_LIT("hello world\n" ROW("07:12:04", "a")), TC_REASON_NO_HEADER, 1);
    expect_rejected(TC_LIT(FULL ROW("07:99:03", "a") ROW("07:12:04", "a")), TC_REASON_BAD_TIME, 1);
    expect_rejected(TC_LIT("#Fields: time s-ip\n07:12:04 ::1\n"), TC_REASON_BAD_TIME, 0);
    expect_rejected(TC_LIT(FULL ROW("07:12:03", "a\0b") ROW("07:12:04", "a")), TC_REASON_NUL_BYTES,
                    1);
    expect_rejected(TC_LIT(FULL ROW("07:12:03", "a") "\0\0\0\0\0\0"), TC_REASON_NUL_BYTES, 1);
    expect_rejected(TC_LIT("\0\0\0\0" ROW("07:12:03", "a")), TC_REASON_NUL_BYTES, 1);
    expect_rejected(TC_LIT(FULL ROW("07:12:03", "a") "2011-03-09 07:12:04 ::1 GE"),
                    TC_REASON_TRUNCATED, 1);
}

Test(iis_w3c, rejects_a_line_beyond_the_maximum_and_goes_on)
{
    tc_str text;
    tc_str_init(&text, 1 << 20);
    tc_str_add(&text, TC_LIT(FULL ROW("07:12:03", "a") "2011-03-09 "));
    for (size_t i = 0; i < 5000; i++)
        tc_str_add_byte(&text, 'x');
    tc_str_add(&text, TC_LIT("\n" ROW("07:12:04", "b")));
    for (size_t step = 1; step < 6000; step = step * 3 + 1) {
        tc_chunker chunker = {.parser = &tc_parser_iis_w3c, .record_max = 1000, .step = step};
        tc_chunker_run(&chunker, tc_str_view(&text));
        cr_expect(tc_chunker_sound(&chunker, tc_str_view(&text)));
        cr_expect_eq(chunker.memory.events, 2, "step %zu", step);
        cr_expect_eq(chunker.ledger.records.rejected[TC_REASON_OVERSIZE], 1, "step %zu", step);
        cr_expect_eq(chunker.ledger.bytes.rejected, 5012, "step %zu", step);
        tc_chunker_done(&chunker);
    }
    tc_str_done(&text);
}

/* Where a log goes on with lines that end in carriage returns alone, they are no header line. */
Test(iis_w3c, rejects_lines_that_end_in_carriage_returns_behind_a_hash)
{
    static const char text[] =
        FULL ROW("07:12:03", "a") "#Fields: date\r2011-03-09\r2011-03-09\r\n" ROW(
            "07:12:04", "b") "#Software: x\r2011-03-09";
    tc_slice bytes = tc_slice_of(text);
    for (size_t step = 0; step <= bytes.len; step++) {
        tc_chunker chunker = {.parser = &tc_parser_iis_w3c, .step = step};
        tc_chunker_run(&chunker, bytes);
        cr_expect(tc_chunker_sound(&chunker, bytes), "step %zu", step);
        cr_expect_eq(chunker.memory.events, 2, "step %zu", step);
        cr_expect_eq(chunker.ledger.records.rejected[TC_REASON_NO_HEADER], 2, "step %zu", step);
        cr_expect_eq(chunker.ledger.within.returns, 4, "step %zu", step);
        tc_chunker_done(&chunker);
    }
}

Test(iis_w3c, does_without_a_header_of_more_columns_than_a_schema_may_have)
{
    tc_str text;
    tc_str_init(&text, 1 << 20);
    tc_str_add(&text, TC_LIT("#Fields: date time"));
    for (size_t i = 0; i < TC_SCHEMA_MAX_COLUMNS; i++)
        tc_str_addf(&text, " x%zu", i);
    tc_str_add(&text, TC_LIT("\n" ROW("07:12:03", "a") "2011-03-09 07:12:03 x\n"));
    tc_chunker chunker = run(tc_str_view(&text));
    cr_expect_eq(chunker.memory.events, 1);
    cr_expect_eq(chunker.ledger.records.rejected[TC_REASON_LIMIT], 1);
    expect_text(&chunker, " cs-username=text:a ");
    tc_chunker_done(&chunker);
    tc_str_done(&text);
}

static TC_STATUS expect_labels(void *context, tc_event *event)
{
    const tc_schema *schema = event->schema;
    cr_assert_eq(schema->label_count, 2);
    cr_expect_str_eq(schema->labels[0].category, "webserver");
    cr_expect_str_eq(schema->labels[1].product, "windows");
    cr_expect_str_eq(schema->labels[1].service, "iis");
    cr_expect(tc_slice_equal(tc_event_text(event, TC_FIELD_CS_USERNAME), TC_LIT("anna")));
    ++*(int *)context;
    return (tc_status){TC_ELIMIT};
}

typedef struct stage {
    tc_names *names;
    tc_schemas *schemas;
    tc_arena *arena;
    tc_parse_options options;
    tc_carry carry;
} stage;

/* What is learned of a ROW. */
#define LEARNED                                                                                    \
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip "                   \
    "cs(User-Agent) - sc-status sc-substatus sc-win32-status time-taken"

static stage stage_new(void)
{
    stage s = {.names = tc_names_new(), .arena = tc_arena_new(1 << 20)};
    s.schemas = tc_schemas_new(s.names, 64);
    s.options = (tc_parse_options){.names = s.names,
                                   .schemas = s.schemas,
                                   .columns = TC_LIT(LEARNED),
                                   .record_max = TC_RECORD_MAX};
    tc_parser_iis_w3c.begin(&tc_parser_iis_w3c, &s.carry, &s.options);
    return s;
}

static void stage_done(stage *s)
{
    tc_schemas_free(s->schemas);
    tc_names_free(s->names);
    tc_arena_free(s->arena);
}

static size_t framed(stage *s, tc_slice bytes, bool last)
{
    tc_frame frame;
    cr_assert(!tc_failed(
        tc_parser_iis_w3c.frame(&tc_parser_iis_w3c, &s->carry, &s->options, bytes, last, &frame)));
    return frame.length;
}

Test(iis_w3c, holds_the_last_line_until_it_is_complete)
{
    stage s = stage_new();
    tc_slice line = TC_LIT(ROW("07:12:03", "a")), part = TC_LIT("2011-03-09 07:12:04 ::1");
    cr_expect_eq(framed(&s, TC_LIT(ROW("07:12:03", "a") "2011-03-09 07:12:04 ::1"), false),
                 line.len);
    cr_expect_eq(framed(&s, part, false), 0);
    cr_expect_eq(framed(&s, part, true), part.len);
    cr_expect_eq(framed(&s, TC_LIT("\0\0\0\0"), false), 0, "they may still be written over");
    cr_expect_eq(framed(&s, TC_LIT("\0\0\0\0"), true), 4);
    stage_done(&s);
}

Test(iis_w3c, declares_its_log_sources_and_stops_when_the_sink_says_so)
{
    stage s = stage_new();
    int seen = 0;
    tc_sink sink = {&seen, expect_labels, NULL};
    tc_ledger ledger = {0};
    tc_status status = tc_parser_iis_w3c.parse(&tc_parser_iis_w3c, &s.carry, &s.options,
                                               TC_LIT(ROW("07:12:03", "anna") ROW("07:12:04", "b")),
                                               s.arena, &ledger, &sink);
    cr_expect_eq(status.code, TC_ELIMIT);
    cr_expect_eq(seen, 1);
    stage_done(&s);
}

Test(iis_w3c, samples_a_time_from_any_cut)
{
    static const struct {
        const char *bytes, *want;
    } rows[] = {
        {"09 07:12:02 ::1 GET\n" ROW("07:12:03", "a"), "2011-03-09T07:12:03Z"},
        {ROW("07:12:03", "a"), "2011-03-09T07:12:03Z"},
        {"#Date: 2011-03-08 00:00:00\n#Fields: time c-ip\n07:00:00 ::1\n", "2011-03-08T07:00:00Z"},
        {"#Fields: c-ip date time\n::1 2011-03-08 07:00:00\n", "2011-03-08T07:00:00Z"},
        {"nothing\nat all", NULL},
        {"", NULL},
    };
    stage s = stage_new();
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_time time;
        char text[TC_TIME_TEXT];
        bool known = tc_parser_iis_w3c.sample_time(&tc_parser_iis_w3c, &s.carry, &s.options,
                                                   tc_slice_of(rows[i].bytes), &time);
        cr_expect_eq(known, rows[i].want != NULL, "row %zu", i);
        if (known) cr_expect_str_eq(tc_time_format(time, text), rows[i].want, "row %zu", i);
    }
    stage_done(&s);
}

Test(iis_w3c, takes_the_zone_off_local_times_only)
{
    tc_slice text = TC_LIT("#Fields: date-local time-local s-ip\n2011-03-09 07:12:03 ::1\n"
                           "#Fields: date time s-ip\n2011-03-09 07:12:03 ::1\n");
    tc_chunker chunker = {.parser = &tc_parser_iis_w3c, .zone_offset_ns = TC_HOUR};
    tc_chunker_run(&chunker, text);
    expect_text(&chunker, "2011-03-09T06:12:03Z iis-w3c date-local");
    expect_text(&chunker, "2011-03-09T07:12:03Z iis-w3c date=");
    tc_chunker_done(&chunker);
}
