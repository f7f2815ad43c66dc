#include "parsers/windows/windows_json.h"
#include "tests/support/chunker.h"

#include <criterion/criterion.h>

/* An event of that number, 37 bytes and more. */
#define E(n) "{\"EventID\":" #n ",\"Channel\":\"Security\"}"
#define PRETTY(n) "{\n  \"EventID\": " #n ",\n  \"Channel\": \"S\"\n}"
#define INNER(n) "    {\n      \"EventID\": " #n ",\n      \"Channel\": \"S\"\n    }"

static tc_chunker run(tc_slice text, tc_chunker how)
{
    how.parser = &tc_parser_windows_json;
    tc_chunker_run(&how, text);
    cr_expect(tc_chunker_sound(&how, text), "%.*s", (int)text.len, text.ptr);
    return how;
}

/* The events' numbers, in order, as "1 2 3 ". */
static void numbers_of(const tc_chunker *chunker, tc_str *ret)
{
    tc_slice text = tc_chunker_text(chunker);
    const tc_slice mark = TC_LIT(" EventID=number:");
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
    /* how objects stand */
    {"", "", ""},
    {" \r\n\t\n", "", ""},
    {E(1), "1 ", ""},
    {E(1) "\n" E(2) "\r\n\r\n" E(3) "\n", "1 2 3 ", ""},
    {E(1) E(2) " " E(3) "\n" E(4), "1 2 3 4 ", ""},
    {"[" E(1) "," E(2) " , " E(3) "]\n", "1 2 3 ", ""},
    {"[\n" E(1) ",\n" E(2) "\n]\n", "1 2 ", ""},
    {"[" E(1) ",\n " E(2) ",\n " E(3) "]", "1 2 3 ", ""},
    {PRETTY(1) "\n" PRETTY(2) "\n", "1 2 ", ""},
    {PRETTY(1) "," PRETTY(2) "\n" E(3), "1 2 3 ", ""},
    {"[\n" INNER(1) ",\n" INNER(2) "\n]\n", "1 2 ", ""},
    {"[\n" INNER(1) ", " INNER(2) "\n]\n", "1 2 ", ""},
    {"{\"events\":[" E(1) "," E(2) "]}", "1 2 ", ""},
    {"{\n  \"events\" : [\n" INNER(1) ",\n" INNER(2) "\n  ]\n}\n", "1 2 ", ""},
    {"{\"events\":[" E(1) "]}\n{\"events\":[" E(2) "]}\n", "1 2 ", ""},
    {"{\"EventID\":1,\"a\":[{\"b\":1},{\"c\":2}],\"d\":{}}\n" E(2), "1 2 ", ""},
    {"{\n\"EventID\": 1,\n\"a\": [\n 1,\n {\n\"b\": 2\n}\n]\n}\n" PRETTY(2), "1 2 ", ""},
    /* what is no event */
    {E(1) "\n{}\n[]\n{\"a\":1}\n" E(2), "1 2 ", "not_event=2 "},
    {"{\"EventID\":\"x\"}\n{\"EventID\":[1]}\n{\"EventID\":-1}\n{\"EventID\":1.5}\n{\"EventID\":"
     "null}\n",
     "", "not_event=5 "},
    {"{\"events\":{\"EventID\":1}}\n{\"events\":[1],\"EventID\":2}\n" E(3), "3 ",
     "bad_json=1 not_event=1 "},
    {"{\"EventID\":1,\"TimeCreated\":\"never\"}\n" E(2), "2 ", "bad_time=1 "},
    {"{\"EventID\":1,\"TimeCreated\":true}\n" E(2), "2 ", "bad_time=1 "},
    /* damage costs itself */
    {E(1) "\nnot json\n" E(2), "1 2 ", "bad_json=1 "},
    {"\"text\"\n123\n" E(2), "2 ", "bad_json=1 "},
    {E(1) "\nfoo\nbar {\n" E(2) "\nbaz", "1 2 ", "bad_json=2 "},
    {E(1) "\n{\"EventID\":2,\"Chan\n" E(3), "1 3 ", "truncated=1 "},
    {E(1) "\n{\"EventID\":2,\"Channel\":\n" E(3) "\n" E(4), "1 3 4 ", "truncated=1 "},
    {E(1) "\n{\"EventID\":2,\"a\":[\n" E(3) "\n" E(4), "1 3 4 ", "truncated=1 "},
    {E(1) "\n{\"EventID\":2,\"a\":{\"b\":\"\n" E(3) "\n" E(4), "1 3 4 ", "truncated=1 "},
    {E(1) "\n{\n" E(3) "\n" E(4), "1 3 4 ", "truncated=1 "},
    {E(1) "\n{\"EventID\":2 \"Channel\":\"S\"}\n" E(3), "1 3 ", "bad_json=1 "},
    {E(1) "\n{\"EventID\":02}\n{\"EventID\":tru}\n{'EventID':3}\n" E(3), "1 3 ", "bad_json=3 "},
    {E(1) "\n{\"EventID\":2,\"a\":[1}\n" E(3), "1 3 ", "truncated=1 "},
    {E(1) "\n{\"EventID\":2,\"TargetUserName\":\"a\tb\"}\n" E(3), "1 3 ", "bad_json=1 "},
    {E(1) "\n{\"EventID\":2,\"TargetUserName\":\"a\\x\"}\n" E(3), "1 3 ", "bad_json=1 "},
    {E(1) "\n{\"EventID\":2}}\n" E(3), "1 2 3 ", ""},
    {E(1) "\n{\"EventID\":2} tail\n" E(3), "1 2 3 ", "bad_json=1 "},
    {"[" E(1) ",{\"EventID\":2,\"a\":\"b," E(3) "," E(4) "," E(5) "]", "1 4 5 ", "truncated=1 "},
    {"[" E(1) ",\n {\"EventID\":2,\"a\":[\n " E(3) ",\n " E(4) "]", "1 3 4 ", "truncated=1 "},
    {"[\n" INNER(1) ",\n    {\n      \"EventID\": 2,\n      \"a\": {\n" INNER(3) "\n]\n", "1 3 ",
     "truncated=1 "},
    {"[\n" INNER(1) ",\n    {\n      \"EventID\": 2,\n      \"a\n" INNER(3) ",\n" INNER(4) "]",
     "1 3 4 ", "truncated=1 "},
    {PRETTY(1) "\n{\n  \"EventID\": 2,\n  \"a\": \"\n" PRETTY(3) "\n", "1 3 ", "truncated=1 "},
    {"ntID\":1}\n" E(2), "2 ", "bad_json=1 "},
    {"ntID\":1}," E(2) "," E(3), "2 3 ", "bad_json=1 "},
    /* the end of the input */
    {E(1) "\n{\"EventID\":2,\"Cha", "1 ", "truncated=1 "},
    {E(1) "\n{", "1 ", "truncated=1 "},
    {"[" E(1) ",", "1 ", ""},
    {"{\"events\"", "", "truncated=1 "},
    {"{\"events\":[", "", ""},
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

Test(windows_json_frame, finds_the_objects_however_they_stand_and_are_cut)
{
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        expect_row(i, (tc_chunker){0});
        for (size_t step = 1; step < 12; step += 2)
            expect_row(i, (tc_chunker){.step = step, .late_end = step % 4 == 1});
    }
}

Test(windows_json_frame, counts_nul_bytes_as_such_and_reads_on_behind_them)
{
    tc_chunker chunker = run(TC_LIT(E(1) "\n\0\0\0" E(2) "\n\0\0\0\0"), (tc_chunker){.step = 2});
    cr_expect_eq(chunker.memory.events, 2);
    cr_expect_eq(chunker.ledger.records.rejected[TC_REASON_NUL_BYTES], 2);
    cr_expect_eq(tc_ledger_rejected(&chunker.ledger), 2);
    tc_chunker_done(&chunker);
}

Test(windows_json_frame, books_structure_as_blank)
{
    tc_slice text = TC_LIT("{ \"events\" : [ " E(1) " ,\n" E(2) "\n] }\n");
    tc_chunker chunker = run(text, (tc_chunker){0});
    cr_expect_eq(chunker.ledger.bytes.parsed, 2 * (sizeof(E(1)) - 1));
    cr_expect_eq(chunker.ledger.bytes.blank, text.len - 2 * (sizeof(E(1)) - 1));
    cr_expect_eq(chunker.ledger.records.blank, 0);
    tc_chunker_done(&chunker);
}

/* A text that begins and ends with an event, with `n` times `piece` between. */
static void build(tc_str *text, const char *head, const char *piece, size_t n, const char *tail)
{
    tc_str_init(text, 16 << 20);
    tc_str_add(text, tc_slice_of(head));
    for (size_t i = 0; i < n; i++)
        tc_str_add(text, tc_slice_of(piece));
    tc_str_add(text, tc_slice_of(tail));
}

Test(windows_json_frame, rejects_only_the_object_that_is_too_long)
{
    static const struct {
        const char *head, *piece, *tail;
        uint64_t events, others;
    } long_ones[] = {
        {E(1) "\n{\"EventID\":2,\"a\":\"", "xxxxxxxxxx", "\"}\n" E(3) "\n", 2, 0},
        {E(1) "\n{\"EventID\":2,\"a\":[1", ",\n1", "]}\n" E(3) "\n", 2, 0},
        {"[" E(1) ",{\"EventID\":2,\"a\":\"", "xxxxxxxxxx", "\"}," E(3) "]", 2, 0},
        {"[\n" INNER(1) ",\n    {\n      \"a\": [", "\n        1,", "1]\n    },\n" INNER(3) "\n]",
         2, 0},
        {E(1) "\ngarbage ", "xxxxxxxxxx", "\n" E(3) "\n", 2, 1},
    };
    for (size_t i = 0; i < TC_COUNT_OF(long_ones); i++) {
        tc_str text;
        build(&text, long_ones[i].head, long_ones[i].piece, 300, long_ones[i].tail);
        for (size_t step = 1; step < 5000; step = step * 3 + 1) {
            tc_chunker chunker =
                run(tc_str_view(&text), (tc_chunker){.record_max = 500, .step = step});
            cr_expect_eq(chunker.memory.events, long_ones[i].events, "%zu, step %zu", i, step);
            cr_expect_eq(chunker.ledger.records.rejected[TC_REASON_OVERSIZE],
                         1 - long_ones[i].others, "%zu, step %zu", i, step);
            cr_expect_eq(tc_ledger_rejected(&chunker.ledger), 1, "%zu, step %zu", i, step);
            tc_chunker_done(&chunker);
        }
        tc_str_done(&text);
    }
}

Test(windows_json_frame, takes_values_as_huge_as_a_record_may_be)
{
    tc_str text;
    build(&text, E(1) "\n{\"EventID\":2,\"Channel\":\"S\",\"TargetUserName\":\"", "0123456789",
          (TC_RECORD_MAX - 100) / 10, "\"}\n" E(3));
    tc_chunker chunker = run(tc_str_view(&text), (tc_chunker){.step = 100000});
    cr_expect_eq(chunker.memory.events, 3);
    cr_expect_eq(tc_ledger_rejected(&chunker.ledger), 0);
    tc_chunker_done(&chunker);
    tc_str_done(&text);
}

Test(windows_json_frame, refuses_what_is_nested_too_deep)
{
    static const struct {
        size_t depth;
        uint64_t events;
    } depths[] = {{100, 3}, {126, 3}, {127, 2}, {1000, 2}, {100000, 2}};
    for (size_t i = 0; i < TC_COUNT_OF(depths); i++) {
        tc_str text;
        build(&text, E(1) "\n{\"EventID\":2,\"Channel\":\"S\",\"a\":[", "[", depths[i].depth, "");
        for (size_t k = 0; k < depths[i].depth; k++)
            tc_str_add_byte(&text, ']');
        tc_str_add(&text, TC_LIT("]}\n" E(3) "\n"));
        tc_chunker chunker = run(tc_str_view(&text), (tc_chunker){.step = 999});
        cr_expect_eq(chunker.memory.events, depths[i].events, "%zu", depths[i].depth);
        cr_expect_eq(chunker.ledger.records.rejected[TC_REASON_BAD_JSON], 3 - depths[i].events,
                     "%zu", depths[i].depth);
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
    tc_parser_windows_json.begin(&tc_parser_windows_json, &carry, &options);
    for (size_t at = 0; at < text.len; at += frame.length) {
        tc_slice rest = tc_slice_sub(text, at, text.len);
        cr_assert_not(tc_failed(tc_parser_windows_json.frame(&tc_parser_windows_json, &carry,
                                                             &options, rest, last, &frame)));
        cr_assert(frame.length > 0 || !last);
        last = frame.length == 0;
    }
    tc_schemas_free(schemas);
    tc_names_free(names);
}

/* Beginnings without an end, one inside the other: work must not grow with their square. */
Test(windows_json_frame, gets_through_hostile_input, .timeout = 60)
{
    static const char *const pieces[] = {"{\"a\":\n", "{\n", " {\"\n",     "[{\"a\":[{},",
                                         "{\"",       "},{", " {\"a\":[\n"};
    for (size_t i = 0; i < TC_COUNT_OF(pieces); i++) {
        tc_str text;
        build(&text, E(1) "\n", pieces[i], ((size_t)1 << 19) / strlen(pieces[i]), "\n" E(3) "\n");
        tc_chunker chunker = run(tc_str_view(&text), (tc_chunker){0});
        cr_expect_eq(chunker.memory.events, 2, "%s", pieces[i]);
        tc_chunker_done(&chunker);
        frame_all(tc_str_view(&text));
        tc_str_done(&text);
    }
}

Test(windows_json_frame, gives_every_whole_object_of_a_text_that_is_cut_anywhere)
{
    tc_slice text = TC_LIT(E(1) "\n" E(2) "\n[" E(3) "," E(4) ",\n" INNER(5) "\n]\n");
    uint64_t before = 0;
    for (size_t length = 0; length <= text.len; length++) {
        tc_chunker chunker = run(tc_slice_sub(text, 0, length), (tc_chunker){.step = 7});
        cr_expect_geq(chunker.memory.events, before, "%zu", length);
        cr_expect_leq(tc_ledger_rejected(&chunker.ledger), 1, "%zu", length);
        before = chunker.memory.events;
        tc_chunker_done(&chunker);
    }
    cr_expect_eq(before, 5);
}
