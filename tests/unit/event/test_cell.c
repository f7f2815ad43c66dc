#include "parsers/event/cell.h"

#include <criterion/criterion.h>
#include <signal.h>

static tc_arena *arena;

static void open_arena(void)
{
    arena = tc_arena_new((size_t)8 << 20);
    cr_assert_not_null(arena);
}

static void close_arena(void)
{
    tc_arena_free(arena);
}

TestSuite(cell, .init = open_arena, .fini = close_arena);

static tc_cell make(tc_slice text, tc_form form)
{
    return (tc_cell){text.ptr, (uint32_t)text.len, form};
}

/* Is the cell a string with this value? The cell's bytes stand in memory of exactly their size. */
static bool reads(const char *raw, tc_form form, const char *text)
{
    tc_slice copy;
    cr_assert(tc_arena_copy(arena, tc_slice_of(raw), &copy));
    tc_value value = tc_cell_value(make(copy, form), arena);
    return value.kind == TC_KIND_STRING && tc_slice_equal(value.text, tc_slice_of(text)) &&
           value.items == NULL && value.item_count == 0;
}

Test(cell, missing_null_and_empty_are_three_things)
{
    tc_value missing = tc_cell_value((tc_cell){NULL, 0, TC_FORM_MISSING}, arena);
    tc_value null = tc_cell_value(make(TC_LIT("-"), TC_FORM_NULL), arena);
    tc_value empty = tc_cell_value((tc_cell){NULL, 0, TC_FORM_TEXT}, arena);
    cr_expect(missing.kind == TC_KIND_MISSING && missing.text.len == 0);
    cr_expect(null.kind == TC_KIND_NULL && null.text.len == 0);
    cr_expect(empty.kind == TC_KIND_STRING && empty.text.len == 0);
}

Test(cell, plain_forms_are_the_bytes_themselves)
{
    static const struct {
        tc_form form;
        tc_kind kind;
        const char *text;
    } rows[] = {
        {TC_FORM_TEXT, TC_KIND_STRING, "a \"\"&amp;\\n"},
        {TC_FORM_NUMBER, TC_KIND_NUMBER, "1.50e3"},
        {TC_FORM_JSON, TC_KIND_STRING, "{\"a\":[1]}"},
        {TC_FORM_CSV, TC_KIND_STRING, "no quote"},
        {TC_FORM_XML, TC_KIND_STRING, "no reference; > none"},
        {TC_FORM_JSON_STRING, TC_KIND_STRING, "no escape"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_slice text = tc_slice_of(rows[i].text);
        tc_value value = tc_cell_value(make(text, rows[i].form), arena);
        cr_expect_eq(value.kind, rows[i].kind, "row %zu", i);
        cr_expect(value.text.ptr == text.ptr && value.text.len == text.len, "row %zu", i);
    }
    cr_expect_eq(tc_arena_used(arena), 0);
}

Test(cell, booleans_have_one_spelling)
{
    tc_value yes = tc_cell_value(make(TC_LIT("True"), TC_FORM_TRUE), arena);
    tc_value no = tc_cell_value((tc_cell){NULL, 0, TC_FORM_FALSE}, arena);
    cr_expect(yes.kind == TC_KIND_BOOL && tc_slice_equal(yes.text, TC_LIT("true")));
    cr_expect(no.kind == TC_KIND_BOOL && tc_slice_equal(no.text, TC_LIT("false")));
}

Test(cell, a_list_has_its_items)
{
    const tc_cell items[] = {tc_cell_text(TC_LIT("a")), make(TC_LIT("7"), TC_FORM_NUMBER)};
    tc_cell list = {(const uint8_t *)items, 2, TC_FORM_LIST};
    tc_value value = tc_cell_value(list, arena);
    cr_assert(value.kind == TC_KIND_LIST && value.item_count == 2 && value.text.len == 0);
    cr_expect(tc_slice_equal(tc_cell_value(value.items[0], arena).text, TC_LIT("a")));
    cr_expect_eq(tc_cell_value(value.items[1], arena).kind, TC_KIND_NUMBER);
    value = tc_cell_value((tc_cell){NULL, 0, TC_FORM_LIST}, arena);
    cr_expect(value.kind == TC_KIND_LIST && value.item_count == 0);
}

Test(cell, csv_quotes_are_halved)
{
    static const char *const rows[][2] = {
        {"", ""},         {"a,b", "a,b"},     {"say \"\"hi\"\"", "say \"hi\""},
        {"\"\"", "\""},   {"\"\"\"", "\"\""}, {"\"\"\"\"", "\"\""},
        {"a\"b", "a\"b"}, {"a\"", "a\""},     {"\r\n\"\"", "\r\n\""}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        cr_expect(reads(rows[i][0], TC_FORM_CSV, rows[i][1]), "%s", rows[i][0]);
}

Test(cell, xml_references_are_resolved)
{
    static const char *const rows[][2] = {
        {"&lt;a&gt; &amp; &quot;b&quot; &apos;", "<a> & \"b\" '"},
        {"&amp;lt;", "&lt;"},
        {"&#65;&#x42;&#x0063;&#xe9;&#xE9;", "ABc\xc3\xa9\xc3\xa9"},
        {"&#x1F600;&#1114111;", "\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf"},
        {"&#13;&#10;&#x1b;", "\r\n\x1b"},
        {"&#00000000000000000065;", "A"},
        /* what is none stays */
        {"&", "&"},
        {"&;", "&;"},
        {"a & b; c", "a & b; c"},
        {"&nbsp;&AMP;&amp", "&nbsp;&AMP;&amp"},
        {"&#;&#x;&#0;&#x0;", "&#;&#x;&#0;&#x0;"},
        {"&#xd800;&#x110000;&#99999999999999999999;", "&#xd800;&#x110000;&#99999999999999999999;"},
        {"&#-1;&#+1;&# 1;&#1a;&#X41;&#xg;&#x0x41;", "&#-1;&#+1;&# 1;&#1a;&#X41;&#xg;&#x0x41;"},
        {"&#4294967361;", "&#4294967361;"},
        {"&&lt;;", "&<;"},
        {"&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;&lt;",
         "&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;<"},
        {"<b>&lt;</b>", "<b><</b>"},
        /* CDATA */
        {"<![CDATA[<a>&amp;]]>&amp;", "<a>&amp;&"},
        {"x<![CDATA[]]>y<![CDATA[]]]]><![CDATA[>]]>", "xy]]>"},
        {"<![CDATA[open &amp;", "<![CDATA[open &"},
        {"<![CDATA[a]]><![CDATA[b]]", "a<![CDATA[b]]"},
        {"<![cdata[a]]>", "<![cdata[a]]>"},
        {"<![CDATA", "<![CDATA"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        cr_expect(reads(rows[i][0], TC_FORM_XML, rows[i][1]), "%s", rows[i][0]);
}

Test(cell, xml_cut_anywhere_loses_nothing_before_the_cut)
{
    static const char text[] = "ab&amp;<![CDATA[<x>]]>&#x1F600;&quot;";
    for (size_t length = 0; length < sizeof text; length++) {
        tc_slice cut;
        cr_assert(tc_arena_copy(arena, tc_slice_make(text, length), &cut));
        tc_value value = tc_cell_value(make(cut, TC_FORM_XML), arena);
        cr_expect_eq(value.kind, TC_KIND_STRING);
        cr_expect_leq(value.text.len, length);
        cr_expect(tc_slice_starts(value.text, tc_slice_make(text, TC_MIN(length, (size_t)2))));
    }
}

Test(cell, a_million_sections_that_never_end_take_no_quadratic_time)
{
    size_t count = 100000;
    size_t size = sizeof "<![CDATA[&" - 1;
    uint8_t *text = tc_arena_get(arena, count, size);
    cr_assert_not_null(text);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * size, "<![CDATA[&", size);
    tc_value value = tc_cell_value(make(tc_slice_make(text, count * size), TC_FORM_XML), arena);
    cr_expect_eq(value.text.len, count * size);
}

Test(cell, json_strings_are_decoded)
{
    cr_expect(reads("C:\\\\x \\u00e9\\n", TC_FORM_JSON_STRING, "C:\\x \xc3\xa9\n"));
    cr_expect(reads("\\ud83d", TC_FORM_JSON_STRING, "\xef\xbf\xbd"));
}

Test(cell, what_cannot_be_decoded_yields_its_bytes)
{
    cr_expect(reads("bad \\q escape", TC_FORM_JSON_STRING, "bad \\q escape"));
    tc_arena *small = tc_arena_new(8);
    cr_assert_not_null(small);
    static const struct {
        const char *raw;
        tc_form form;
    } rows[] = {{"\"\"longer than eight", TC_FORM_CSV},
                {"&lt;longer than eight", TC_FORM_XML},
                {"\\nlonger than eight", TC_FORM_JSON_STRING}};
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        tc_slice raw = tc_slice_of(rows[i].raw);
        tc_value value = tc_cell_value(make(raw, rows[i].form), small);
        cr_expect(value.kind == TC_KIND_STRING && tc_slice_equal(value.text, raw), "row %zu", i);
    }
    tc_arena_free(small);
}

Test(cell, aborts_on_a_form_there_is_not, .signal = SIGABRT)
{
    (void)tc_cell_value((tc_cell){NULL, 0, TC_FORM_COUNT}, arena);
}
