#include "parsers/windows/windows_xml.h"
#include "tests/support/chunker.h"

#include <criterion/criterion.h>

#define S(n) "<System><EventID>" #n "</EventID></System>"
#define E(n) "<Event>" S(n) "</Event>"
#define DATA(text) "<EventData><Data>" text "</Data></EventData>"

static tc_chunker run(tc_slice text, tc_chunker how)
{
    how.parser = &tc_parser_windows_xml;
    tc_chunker_run(&how, text);
    cr_expect(tc_chunker_sound(&how, text), "%.*s", (int)text.len, text.ptr);
    return how;
}

/* The events' numbers, in order, as "1 2 3 ". */
static void numbers_of(const tc_chunker *chunker, tc_str *ret)
{
    tc_slice text = tc_chunker_text(chunker);
    const tc_slice mark = TC_LIT(" EventID=text:");
    tc_str_clear(ret);
    for (;;) {
        size_t at = tc_slice_search(text, mark);
        if (at == TC_NPOS) return;
        text = tc_slice_sub(text, at + mark.len, text.len);
        size_t end = 0;
        while (end < text.len && text.ptr[end] >= '0' && text.ptr[end] <= '9')
            end++;
        tc_str_add(ret, tc_slice_sub(text, 0, end));
        tc_str_add_byte(ret, ' ');
    }
}

/* What stands in a text, and what must come of it, however it is cut. */
static const struct {
    const char *text;
    const char *numbers;
    const char *reasons; /* "key=count " in the order of the reasons */
} rows[] = {
    /* how elements stand */
    {"", "", ""},
    {" \r\n\t", "", ""},
    {E(1), "1 ", ""},
    {E(1) E(2) "\r\n\r\n" E(3) "\n", "1 2 3 ", ""},
    {"<Events>" E(1) "\n" E(2) "</Events>\n", "1 2 ", ""},
    {"<?xml version='1.0'?><!-- < Event > --><Events a='b'>\n" E(1) "<!---->" E(2) "</Events >",
     "1 2 ", ""},
    {"<Events/>" E(1) "<Events>" E(2) "</Events>", "1 2 ", ""},
    {"<x:Event a='1'>" S(1) "</x:Event>" E(2), "1 2 ", ""},
    {"<Event\n>" S(1) "</Event\r\n >" E(2), "1 2 ", ""},
    {"<Event>" S(1) DATA("<![CDATA[ <b> ]] > ]]>") "</Event>" E(2), "1 2 ", ""},
    {"<Event>" S(1) "<UserData><EventXML><Eventx/><aEvent/></EventXML></UserData></Event>" E(2),
     "1 2 ", ""},
    {"<Event>" S(1) "<UserData><x:Event>a</x:Event></UserData></Event>" E(2), "1 2 ", ""},
    /* what is no event */
    {"<Event/>" E(1) "<Event a='b' />" E(2), "1 2 ", "not_event=2 "},
    {"<Event></Event><Event><System/></Event><Event><EventID>1</EventID></Event>" E(2), "2 ",
     "not_event=3 "},
    {"<Event><System><EventID>x</EventID></System></Event>" E(2), "2 ", "not_event=1 "},
    {"<Event><System><EventID/></System></Event>" E(2), "2 ", "not_event=1 "},
    {"<Event><System><EventID>1</EventID><TimeCreated SystemTime='never'/></System></Event>" E(2),
     "2 ", "bad_time=1 "},
    {"<Event><System><EventID>1</EventID><TimeCreated SystemTime=''/></System></Event>" E(2), "2 ",
     "bad_time=1 "},
    /* damage costs itself */
    {E(1) "garbage" E(2) "<x>t</x>" E(3) "</Event>\n" E(4), "1 2 3 4 ", "bad_xml=3 "},
    /* what converters write around elements is none: lines without a tag, roots of any name */
    {"evtxexport 20240301\n\n" E(1) "\r\nRecord 2\r\n<?xml version='1.0'?>\n" E(2) "\nRecord 3",
     "1 2 ", "bad_xml=1 "},
    {"2011-03-09 07:12:03 GET /owa/\n2011-03-09 07:12:04 GET /owa/\n", "", "bad_xml=1 "},
    {E(1) "\nfinished\n", "1 ", "bad_xml=1 "},
    {"<EventLog xmlns='x'>\n" E(1) E(2) "</EventLog>\n<root><log>" E(3) "</log></root>", "1 2 3 ",
     ""},
    {"<QueryResult></QueryResult>", "", ""},
    {E(1) "\nRecord > 2\n" E(2), "1 2 ", "bad_xml=1 "},
    {E(1) "\nRecord \001 2\n" E(2), "1 2 ", "bad_xml=1 "},
    {E(1) "<EventData><Data>x</Data></EventData></Event>" E(2), "1 2 ", "bad_xml=1 "},
    {E(1) "</EventData></Event>" E(2), "1 2 ", "bad_xml=1 "},
    {E(1) "<!DOCTYPE x>" E(2), "1 2 ", "bad_xml=1 "},
    {E(1) "<Event><System><EventID>2</Eve" E(3), "1 3 ", "truncated=1 "},
    {E(1) "<Event>" S(2) "<EventData>" E(3), "1 3 ", "truncated=1 "},
    {E(1) "<Event <Event " E(3), "1 3 ", "truncated=2 "},
    {E(1) "<Event><System><EventID>2</System></Event>" E(3), "1 3 ", "bad_xml=1 "},
    {E(1) "<Event>" S(2) "</x:Event>" E(3), "1 3 ", "truncated=1 "},
    {E(1) "<Event><System a=b><EventID>2</EventID></System></Event>" E(3), "1 2 3 ", ""},
    {E(1) "<Event><System><EventID a=b>2</EventID></System></Event>" E(3), "1 3 ", "bad_xml=1 "},
    {E(1) "<Event><System><EventID a='b>2</EventID></System></Event>" E(3), "1 3 ", "bad_xml=1 "},
    {E(1) "<Event><![CDATA[</Event>" E(3) "]]>" E(4), "1 4 ", "bad_xml=1 "},
    {E(1) "<Event>" DATA("<![CDATA[" E(3) "]]>") "</Event>" E(4), "1 4 ", "bad_xml=1 "},
    {E(1) "<Event>" DATA("<![CDATA[ no end") "</Event>" E(3) E(4), "1 3 4 ", "truncated=1 "},
    {E(1) "<Event>" S(2) "<![CDATA[a]]></Event<b><![CDATA[c]]></b>" E(3), "1 3 ", "truncated=1 "},
    {E(1) "<Event>" S(2) "<!-- </Event>" E(3), "1 3 ", "bad_xml=1 "},
    {E(1) "<Event>" DATA("a<!-- b -->c") S(2) "</Event>" E(3), "1 3 ", "bad_xml=1 "},
    {"EventID>1</EventID></System></Event>" E(2), "2 ", "bad_xml=1 "},
    {"vent>" E(2), "2 ", "bad_xml=1 "},
    /* the end of the input */
    {E(1) "<Event><System>", "1 ", "truncated=1 "},
    {E(1) "<Event", "1 ", "bad_xml=1 "},
    {E(1) "<Event ", "1 ", "truncated=1 "},
    {E(1) "</Events", "1 ", "bad_xml=1 "},
    {E(1) "<!-- ", "1 ", "bad_xml=1 "},
    {E(1) "<", "1 ", "bad_xml=1 "},
};

static void expect_row(size_t i, tc_chunker how)
{
    tc_slice text = tc_slice_of(rows[i].text);
    tc_chunker chunker = run(text, how);
    tc_str got;
    tc_str_init(&got, 1 << 16);
    numbers_of(&chunker, &got);
    cr_expect_str_eq(tc_str_cstr(&got), rows[i].numbers, "got '%s', not '%s' of\n%s",
                     tc_str_cstr(&got), rows[i].numbers, rows[i].text);
    tc_str_clear(&got);
    for (size_t reason = 0; reason < TC_REASON_COUNT; reason++)
        if (chunker.ledger.records.rejected[reason])
            tc_str_addf(&got, "%s=%" PRIu64 " ", tc_reason_key((tc_reason)reason),
                        chunker.ledger.records.rejected[reason]);
    cr_expect_str_eq(tc_str_cstr(&got), rows[i].reasons, "got '%s', not '%s' of\n%s",
                     tc_str_cstr(&got), rows[i].reasons, rows[i].text);
    tc_str_done(&got);
    tc_chunker_done(&chunker);
}

Test(windows_xml_frame, finds_the_elements_however_they_stand_and_are_cut)
{
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        expect_row(i, (tc_chunker){0});
        for (size_t step = 1; step < 12; step += 2)
            expect_row(i, (tc_chunker){.step = step, .late_end = step % 4 == 1});
    }
}

Test(windows_xml_frame, counts_nul_bytes_as_such_and_reads_on_behind_them)
{
    tc_chunker chunker = run(TC_LIT(E(1) "\0\0\0" E(2) "\n\0\0\0\0"), (tc_chunker){.step = 2});
    cr_expect_eq(chunker.memory.events, 2);
    cr_expect_eq(chunker.ledger.records.rejected[TC_REASON_NUL_BYTES], 2);
    cr_expect_eq(tc_ledger_rejected(&chunker.ledger), 2);
    tc_chunker_done(&chunker);
}

static void build(tc_str *text, const char *head, const char *piece, size_t n, const char *tail)
{
    tc_str_init(text, 16 << 20);
    tc_str_add(text, tc_slice_of(head));
    for (size_t i = 0; i < n; i++)
        tc_str_add(text, tc_slice_of(piece));
    tc_str_add(text, tc_slice_of(tail));
}

Test(windows_xml_frame, rejects_only_the_element_that_is_too_long)
{
    static const struct {
        const char *head, *piece, *tail;
        tc_reason reason;
    } long_ones[] = {
        {E(1) "<Event>" S(2) "<EventData><Data>", "xxxxxxxxxx", "</Data></EventData></Event>" E(3),
         TC_REASON_OVERSIZE},
        {E(1) "<Event>" S(2) "<EventData>", "<Data/>", "</EventData></Event>" E(3),
         TC_REASON_OVERSIZE},
        {E(1) "<Event>" S(2) "<EventData><Data><![CDATA[", "xxxxxxxxxx",
         "]]></Data></EventData></Event>" E(3), TC_REASON_OVERSIZE},
        {E(1) "<Event a='", "xxxxxxxxxx", "'>" S(2) "</Event>" E(3), TC_REASON_OVERSIZE},
        {E(1), "garbage <", E(3), TC_REASON_BAD_XML},
        {E(1), "<!-- remark", "-->" E(3), TC_REASON_BAD_XML},
    };
    for (size_t i = 0; i < TC_COUNT_OF(long_ones); i++) {
        tc_str text;
        build(&text, long_ones[i].head, long_ones[i].piece, 500, long_ones[i].tail);
        for (size_t step = 1; step < 9000; step = step * 3 + 1) {
            tc_chunker chunker =
                run(tc_str_view(&text), (tc_chunker){.record_max = 500, .step = step});
            cr_expect_eq(chunker.memory.events, 2, "%zu, step %zu", i, step);
            cr_expect_eq(chunker.ledger.records.rejected[long_ones[i].reason], 1, "%zu, step %zu",
                         i, step);
            cr_expect_eq(tc_ledger_rejected(&chunker.ledger), 1, "%zu, step %zu", i, step);
            tc_chunker_done(&chunker);
        }
        tc_str_done(&text);
    }
}

Test(windows_xml_frame, takes_values_as_huge_as_a_record_may_be)
{
    tc_str text;
    build(&text, E(1) "<Event>" S(2) "<EventData><Data>", "0123456789", (TC_RECORD_MAX - 200) / 10,
          "</Data></EventData></Event>" E(3));
    tc_chunker chunker = run(tc_str_view(&text), (tc_chunker){.step = 100000});
    cr_expect_eq(chunker.memory.events, 3);
    cr_expect_eq(tc_ledger_rejected(&chunker.ledger), 0);
    tc_chunker_done(&chunker);
    tc_str_done(&text);
}

Test(windows_xml_frame, refuses_what_is_nested_too_deep)
{
    for (size_t depth = 26; depth < 33; depth++) {
        tc_str text;
        build(&text, "<Event>" S(1) "<UserData>", "<a>", depth, "");
        for (size_t i = 0; i < depth; i++)
            tc_str_add(&text, TC_LIT("</a>"));
        tc_str_add(&text, TC_LIT("</UserData></Event>" E(2)));
        tc_chunker chunker = run(tc_str_view(&text), (tc_chunker){0});
        cr_expect_eq(chunker.memory.events, depth <= 30 ? 2 : 1, "%zu", depth);
        tc_chunker_done(&chunker);
        tc_str_done(&text);
    }
}

/* Frames the text as long as more may come, then to its end, without a copy of it. */
static void frame_all(tc_slice text)
{
    tc_names *names = tc_names_new();
    tc_schemas *schemas = tc_schemas_new(names, 16);
    const tc_parse_options options = {
        .names = names, .schemas = schemas, .record_max = TC_RECORD_MAX};
    tc_carry carry;
    tc_frame frame;
    bool last = false;
    tc_parser_windows_xml.begin(&tc_parser_windows_xml, &carry, &options);
    for (size_t at = 0; at < text.len; at += frame.length) {
        tc_slice rest = tc_slice_sub(text, at, text.len);
        cr_assert_not(tc_failed(tc_parser_windows_xml.frame(&tc_parser_windows_xml, &carry,
                                                            &options, rest, last, &frame)));
        cr_assert(frame.length > 0 || !last);
        last = frame.length == 0;
    }
    tc_schemas_free(schemas);
    tc_names_free(names);
}

/* Beginnings without an end, one inside the other: work must not grow with their square. */
Test(windows_xml_frame, gets_through_hostile_input, .timeout = 60)
{
    static const char *const pieces[] = {
        "<Event><![CDATA[", "<Event ", "<Event><![CDATA[]]>", "<",
        "<Event><a>",       "<!--",    "<Event><!--",         "]]>"};
    for (size_t i = 0; i < TC_COUNT_OF(pieces); i++) {
        tc_str text;
        build(&text, E(1) "", pieces[i], ((size_t)1 << 19) / strlen(pieces[i]), " " E(3) "\n");
        tc_chunker chunker = run(tc_str_view(&text), (tc_chunker){0});
        cr_expect_eq(chunker.memory.events, 2, "%s", pieces[i]);
        tc_chunker_done(&chunker);
        frame_all(tc_str_view(&text));
        tc_str_done(&text);
    }
}

Test(windows_xml_frame, gives_every_whole_element_of_a_text_that_is_cut_anywhere)
{
    tc_slice text =
        TC_LIT("<Events>\n" E(1) E(2) "\n<Event>" S(3) DATA("&lt;<![CDATA[x]]>") "</Event>"
                                                                                 "</Events>\n");
    uint64_t before = 0;
    for (size_t length = 0; length <= text.len; length++) {
        tc_chunker chunker = run(tc_slice_sub(text, 0, length), (tc_chunker){.step = 7});
        cr_expect_geq(chunker.memory.events, before, "%zu", length);
        cr_expect_leq(tc_ledger_rejected(&chunker.ledger), 1, "%zu", length);
        before = chunker.memory.events;
        tc_chunker_done(&chunker);
    }
    cr_expect_eq(before, 3);
}
