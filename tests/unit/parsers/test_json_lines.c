#include "parsers/text/json_lines.h"
#include "tests/support/chunker.h"
#include "tests/unit/parsers/event_run.h"

#include <criterion/criterion.h>

static const char *const asked[] = {"a.b",       "a.b.c",        "x", "deep.list", "CommandLine",
                                    "a\xC3\xA4", "@timestamp.x", NULL};

static tc_event_run run_with(const char *text, tc_event_run how)
{
    how.parser = &tc_parser_json_lines;
    tc_event_run_text(&how, tc_slice_of(text));
    return how;
}

/* A text with one event and what must be known of it. */
static const struct {
    const char *text;
    const char *want;
} shapes[] = {
    {"{}", "0+2 unknown json-lines\n"},
    {" { } \r\n", "0+5 unknown json-lines\n"},
    {"{\"EventID\":4624,\"x\":\"v\"}", " EventID=number:4624 x=text:v\n"},
    {"{\"x\":null}", " x=null:\n"},
    {"{\"x\":true}", " x=true:true\n"},
    {"{\"x\":-1.5e3}", " x=number:-1.5e3\n"},
    {"{\"x\":\"a\\u0041\\n\"}", " x=json:aA\\x0a\n"},
    {"{\"x\":[1,\"b\",null,[2],{\"c\":3}]}",
     " x=list: item=number:1 item=text:b item=null: item=container:[2] item=container:{\"c\":3}\n"},
    {"{\"x\":[]}", " x=list:\n"},
    {"{\"x\":{\"y\":1}}", " x=container:{\"y\":1}\n"},
    {"{\"x\":1,\"x\":2}", " x=number:1\n"},
    {"{\"\\u0078\":1}", " x=number:1\n"},
    {"{\"a\\u00e4\":1}", " a\xC3\xA4=number:1\n"},
    {"{\"X\":1}", "unknown json-lines\n"},
    /* paths; a key of the name itself comes first */
    {"{\"a\":{\"b\":1}}", " a.b=number:1\n"},
    {"{\"a.b\":1}", " a.b=number:1\n"},
    {"{\"a\":{\"b\":1},\"a.b\":2}", " a.b=number:2\n"},
    {"{\"a.b\":2,\"a\":{\"b\":1}}", " a.b=number:2\n"},
    {"{\"a\":{\"b\":{\"c\":1}}}", " a.b=container:{\"c\":1} a.b.c=number:1\n"},
    {"{\"a.b\":{\"c\":1}}", " a.b=container:{\"c\":1} a.b.c=number:1\n"},
    {"{\"a\":{\"b.c\":1}}", " a.b.c=number:1\n"},
    {"{\"a\":{\"z\":{\"b\":1},\"b\":2}}", " a.b=number:2\n"},
    {"{\"a\":[{\"b\":1}]}", "unknown json-lines\n"},
    {"{\"b\":{\"x\":1}}", "unknown json-lines\n"},
    {"{\"source\":{\"ip\":\"198.51.100.7\"},\"user\":{\"target\":{\"name\":\"anna\"}}}",
     " user.target.name=text:anna source.ip=text:198.51.100.7 source=container:{\"ip\":"},
    {"{\"cs-user-agent\":\"A\"}", " cs(User-Agent)=text:A\n"},
    /* time */
    {"{\"@timestamp\":\"2011-03-09T08:12:03+01:00\"}", " 2011-03-09T07:12:03Z json-lines\n"},
    {"{\"@timestamp\":\"2011-03-09T07:12:03.25Z\"}", " 2011-03-09T07:12:03.250Z json-lines\n"},
    {"{\"@timestamp\":1299654723}", " 2011-03-09T07:12:03Z json-lines\n"},
    {"{\"@timestamp\":1299654723.25}", " 2011-03-09T07:12:03.250Z json-lines\n"},
    {"{\"@timestamp\":0}", " 1970-01-01T00:00:00Z json-lines\n"},
    {"{\"@timestamp\":-1.5}", " 1969-12-31T23:59:58.500Z json-lines\n"},
    {"{\"@timestamp\":1e9}", " 2001-09-09T01:46:40Z json-lines\n"},
    {"{\"@timestamp\":1e300}", " unknown json-lines\n"},
    {"{\"@timestamp\":\"yesterday\"}", " unknown json-lines\n"},
    {"{\"@timestamp\":null}", " unknown json-lines\n"},
    {"{\"@timestamp\":[1]}", " unknown json-lines\n"},
    {"{\"@timestamp\":{\"x\":1}}", " unknown json-lines @timestamp.x=number:1\n"},
    {"{\"a\":{\"@timestamp\":1}}", " unknown json-lines\n"},
    {"{\"@timestamp\":1,\"@timestamp\":2}", " 1970-01-01T00:00:01Z json-lines\n"},
    {"{\"_logsource\":{\"product\":\"x\"},\"x\":1}", "unknown json-lines x=number:1\n"},
};

Test(json_lines, finds_names_as_keys_or_paths)
{
    for (size_t i = 0; i < TC_COUNT_OF(shapes); i++) {
        tc_event_run run = run_with(shapes[i].text, (tc_event_run){.names = asked});
        cr_expect_eq(run.events, 1, "%s", shapes[i].text);
        cr_expect(tc_event_run_has(&run, shapes[i].want), "no '%s' for %s:\n%s", shapes[i].want,
                  shapes[i].text, tc_str_cstr(&run.text));
        tc_event_run_done(&run);
    }
}

Test(json_lines, reads_a_large_block_as_it_reads_a_small_one)
{
    tc_str text;
    tc_str_init(&text, 16 << 20);
    for (size_t i = 0; i < TC_COUNT_OF(shapes); i++)
        tc_str_addf(&text, "%s\n", shapes[i].text);
    for (size_t i = 0; i < 40000; i++)
        tc_str_add_byte(&text, '\n');
    for (size_t i = 0; i < TC_COUNT_OF(shapes); i++)
        tc_str_addf(&text, "%s\n", shapes[i].text);
    tc_event_run run = {
        .parser = &tc_parser_json_lines, .names = asked, .arena_max = (size_t)128 << 10};
    tc_event_run_text(&run, tc_str_view(&text));
    cr_expect_eq(run.events, 2 * TC_COUNT_OF(shapes));
    for (size_t i = 2; i < TC_COUNT_OF(shapes); i++)
        cr_expect(tc_event_run_has(&run, shapes[i].want), "%s", shapes[i].text);
    tc_event_run_done(&run);
    tc_str_done(&text);
}

Test(json_lines, lists_what_nobody_asked_for_only_when_all_is_wanted)
{
    static const char text[] =
        "{\"x\":1,\"k\\u0031\":[1],\"o\":{\"p\":{\"q\":2},\"r\":null,\"e\":{}},"
        "\"_logsource\":{\"a\":1},\"@timestamp\":1}";
    tc_event_run few = run_with(text, (tc_event_run){.names = asked});
    tc_event_run all = run_with(text, (tc_event_run){.names = asked, .all = true});
    cr_expect(tc_event_run_has(&few, "01Z json-lines x=number:1\n"));
    cr_expect(
        tc_event_run_has(
            &all, "01Z json-lines x=number:1 k1=list: item=number:1 o.p.q=number:2 o.r=null:\n"),
        "%s", tc_str_cstr(&all.text));
    tc_event_run_done(&few);
    tc_event_run_done(&all);
}

Test(json_lines, numbers_records_by_their_lines)
{
    tc_event_run run = run_with("{\"x\":1}\n\nbad\n  \r\n{\"x\":2}", (tc_event_run){0});
    cr_expect_eq(run.events, 2);
    cr_expect_eq(run.last_record, 4);
    cr_expect_eq(run.ledger.records.blank, 2);
    cr_expect_eq(run.ledger.records.rejected[TC_REASON_BAD_JSON], 1);
    tc_event_run_done(&run);
}

static void expect_rejected(tc_slice text, tc_reason reason)
{
    for (size_t step = 0; step < 9; step += 2) {
        tc_chunker chunker = {.parser = &tc_parser_json_lines, .record_max = 300, .step = step};
        tc_chunker_run(&chunker, text);
        cr_expect(tc_chunker_sound(&chunker, text), "%.*s", (int)text.len, text.ptr);
        cr_expect_eq(chunker.ledger.records.rejected[reason], 1, "%.*s", (int)text.len, text.ptr);
        cr_expect_eq(tc_ledger_rejected(&chunker.ledger), 1, "%.*s", (int)text.len, text.ptr);
        cr_expect_eq(chunker.memory.events, 1, "%.*s", (int)text.len, text.ptr);
        tc_chunker_done(&chunker);
    }
}

#define TEN "xxxxxxxxxx"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define BLANKS "                                                                                "

Test(json_lines, books_every_kind_of_bad_line_under_its_reason)
{
    expect_rejected(TC_LIT("not json\n{}"), TC_REASON_BAD_JSON);
    expect_rejected(TC_LIT("{}\n{\"a\":1} {\"b\":2}\n"), TC_REASON_BAD_JSON);
    expect_rejected(TC_LIT("{}\n{\"a\":1}}\n"), TC_REASON_BAD_JSON);
    expect_rejected(TC_LIT("{}\n{\"a\":\n"), TC_REASON_BAD_JSON);
    expect_rejected(TC_LIT("{\"EventID\":tru}\n{}"), TC_REASON_BAD_JSON);
    expect_rejected(TC_LIT("[{}]\n{}"), TC_REASON_NOT_EVENT);
    expect_rejected(TC_LIT("\"a\"\n{}"), TC_REASON_NOT_EVENT);
    expect_rejected(TC_LIT("\0\0{}\n{}"), TC_REASON_NUL_BYTES);
    expect_rejected(TC_LIT("{}\n{\"a\":"), TC_REASON_TRUNCATED);
    expect_rejected(TC_LIT("{}\n{\"a\":tru"), TC_REASON_TRUNCATED);
    expect_rejected(TC_LIT("{}\n{\"a\":\"" HUNDRED HUNDRED HUNDRED "\"}\n"), TC_REASON_OVERSIZE);
    expect_rejected(TC_LIT("{\"a\":\"" HUNDRED HUNDRED HUNDRED "\"}\n{}\n"), TC_REASON_OVERSIZE);
    expect_rejected(TC_LIT(BLANKS BLANKS BLANKS BLANKS "\n{}\n"), TC_REASON_OVERSIZE);
    expect_rejected(TC_LIT("{}\n" HUNDRED HUNDRED HUNDRED TEN), TC_REASON_OVERSIZE);
}

Test(json_lines, refuses_what_is_nested_too_deep)
{
    for (size_t depth = 126; depth < 131; depth++) {
        tc_str text;
        tc_str_init(&text, 1 << 16);
        for (size_t i = 0; i < depth; i++)
            tc_str_add(&text, TC_LIT("{\"a\":"));
        tc_str_add_byte(&text, '1');
        for (size_t i = 0; i < depth; i++)
            tc_str_add_byte(&text, '}');
        for (size_t all = 0; all < 2; all++) {
            tc_event_run run = {.parser = &tc_parser_json_lines, .names = asked, .all = all == 1};
            tc_event_run_text(&run, tc_str_view(&text));
            cr_expect_eq(run.events, depth <= 128, "%zu", depth);
            tc_event_run_done(&run);
        }
        tc_str_done(&text);
    }
}

Test(json_lines, bids_low_for_lines_that_are_objects)
{
    static const struct {
        const char *head;
        int bid;
    } heads[] = {
        {"{\"a\":1}\n{\"b\":2}\n", 25},
        {"\n{\"a\":1}\n{\"b\":", 25},
        {"{\"a\":1}", 25},
        {"{\"a\":1}\nfoo\n", 0},
        {"{\n \"a\":1\n}\n", 0},
        {"[{\"a\":1}]\n", 0},
        {"{\"a\":", 0},
        {"1\n", 0},
        {"", 0},
    };
    for (size_t i = 0; i < TC_COUNT_OF(heads); i++)
        cr_expect_eq(tc_parser_json_lines.probe(&tc_parser_json_lines, tc_slice_of(heads[i].head),
                                                TC_LIT("a.json")),
                     heads[i].bid, "%s", heads[i].head);
    const char *event = "{\"EventID\":1,\"Channel\":\"Security\"}\n";
    cr_expect_eq(tc_parser_json_lines.probe(&tc_parser_json_lines, tc_slice_of(event), TC_LIT("")),
                 25);
    const tc_parser *taker;
    cr_assert_not(tc_failed(tc_parser_probe(tc_slice_of(event), TC_LIT("a.json"), &taker)));
    cr_expect_str_eq(taker->name, "windows-json");
    cr_assert_not(tc_failed(tc_parser_probe(TC_LIT("{\"a\":1}\n"), TC_LIT("a.json"), &taker)));
    cr_expect_str_eq(taker->name, "json-lines");
}

Test(json_lines, finds_a_time_from_anywhere)
{
    static const char text[] =
        "{\"@timestamp\":1,\"x\":2}\n{\"x\":3}\n{\"@timestamp\":1299654723}\n";
    for (size_t cut = 1; cut <= 31; cut++) {
        tc_event_run run = run_with(text + cut, (tc_event_run){0});
        cr_expect(run.has_sample, "%zu", cut);
        cr_expect_eq(run.sample, INT64_C(1299654723) * TC_SECOND, "%zu", cut);
        tc_event_run_done(&run);
    }
    tc_event_run none = run_with("{\"x\":1}\n", (tc_event_run){0});
    cr_expect_not(none.has_sample);
    tc_event_run_done(&none);
}

Test(json_lines, says_when_its_schemas_cannot_be_made)
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
        tc_parser_json_lines.begin(&tc_parser_json_lines, &carry, &options);
        cr_expect(tc_failed(tc_parser_json_lines.frame(&tc_parser_json_lines, &carry, &options,
                                                       TC_LIT("x"), true, &frame)));
        cr_expect_not(tc_parser_json_lines.sample_time(&tc_parser_json_lines, &carry, &options,
                                                       TC_LIT("x"), &time));
    }
    tc_schemas_free(schemas);
    tc_names_free(names);
}
