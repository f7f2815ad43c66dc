/* What rules mean: one row, one rule, one event, one answer. */
#include "tests/unit/sigma/sigma_support.h"

#include <criterion/criterion.h>

/* The detection "s: {ITEM}, condition: s". */
typedef struct row {
    const char *item;
    const char *event;
    bool expected;
} row;

static void run(const row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char detection[1024];
        (void)snprintf(detection, sizeof detection, "  s:\n    %s\n  condition: s", rows[i].item);
        cr_expect(matches(detection, rows[i].event) == rows[i].expected, "%s on %s", rows[i].item,
                  rows[i].event);
    }
}
#define RUN(rows) run(rows, TC_COUNT_OF(rows))

Test(match, strings_match_whole_values_in_any_case)
{
    static const row rows[] = {
        {"f: Foo", "{\"f\":\"fOO\"}", true},       {"f: Foo", "{\"f\":\"Foo \"}", false},
        {"f: Foo", "{\"f\":\"xFoo\"}", false},     {"f: Foo", "{\"F\":\"Foo\"}", false},
        {"f: ÄPFEL", "{\"f\":\"äpfel\"}", true},   {"f: Почта*", "{\"f\":\"ПОЧТА пришла\"}", true},
        {"f: ''", "{\"f\":\"\"}", true},           {"f: ''", "{\"f\":null}", false},
        {"f: ''", "{\"g\":\"\"}", false},          {"f: '4625'", "{\"f\":4625}", true},
        {"f: '4625'", "{\"f\":\"04625\"}", false}, {"f: 'true'", "{\"f\":true}", true},
    };
    RUN(rows);
}

Test(match, wildcards_and_escapes_follow_the_table)
{
    static const row rows[] = {
        {"f: 'a*c'", "{\"f\":\"abbbc\"}", true},
        {"f: 'a*c'", "{\"f\":\"ac\"}", true},
        {"f: 'a*c'", "{\"f\":\"a\\nb\\nc\"}", true},
        {"f: 'a*c'", "{\"f\":\"abbbcd\"}", false},
        {"f: 'a?c'", "{\"f\":\"aéc\"}", true},
        {"f: 'a?c'", "{\"f\":\"ac\"}", false},
        {"f: '*'", "{\"f\":\"\"}", true},
        {"f: '*'", "{\"f\":false}", true},
        {"f: '*'", "{\"f\":null}", false},
        {"f: '*'", "{\"g\":1}", false},
        {"f: '?*'", "{\"f\":\"\"}", false},
        {"f: 'a\\b'", "{\"f\":\"a\\\\b\"}", true},
        {"f: 'a\\\\b'", "{\"f\":\"a\\\\b\"}", true},
        {"f: 'a\\\\b'", "{\"f\":\"a\\\\\\\\b\"}", false},
        {"f: 'a\\*b'", "{\"f\":\"a*b\"}", true},
        {"f: 'a\\*b'", "{\"f\":\"axb\"}", false},
        {"f: 'a\\?b'", "{\"f\":\"a?b\"}", true},
        {"f: 'a\\\\*'", "{\"f\":\"a\\\\xyz\"}", true},
        {"f: 'a\\\\*'", "{\"f\":\"axyz\"}", false},
        {"f: 'a\\\\\\*'", "{\"f\":\"a\\\\*\"}", true},
        {"f: 'a\\\\\\*'", "{\"f\":\"a\\\\x\"}", false},
        {"f: 'a\\\\\\\\b'", "{\"f\":\"a\\\\\\\\b\"}", true},
        {"f: 'a\\\\\\b'", "{\"f\":\"a\\\\\\\\b\"}", true},
        {"f: 'a\\'", "{\"f\":\"a\\\\\"}", true},
    };
    RUN(rows);
}

Test(match, numbers_compare_as_numbers)
{
    static const row rows[] = {
        {"f: 4625", "{\"f\":4625}", true},
        {"f: 4625", "{\"f\":\"4625\"}", true},
        {"f: 4625", "{\"f\":\"04625\"}", true},
        {"f: 4625", "{\"f\":4625.0}", true},
        {"f: 4625", "{\"f\":46250}", false},
        {"f: 4625", "{\"f\":\"x4625\"}", false},
        {"f: 1.5", "{\"f\":\"1.50\"}", true},
        {"f: 1.5", "{\"f\":1}", false},
        {"f: -3", "{\"f\":\"-3\"}", true},
        {"f: 1", "{\"f\":true}", false},
        {"f: 9007199254740993", "{\"f\":9007199254740992}", false},
        {"f: [1, 2, 3]", "{\"f\":2}", true},
        {"f: [1, 2, 3]", "{\"f\":4}", false},
    };
    RUN(rows);
}

Test(match, booleans_and_null)
{
    static const row rows[] = {
        {"f: true", "{\"f\":true}", true},
        {"f: true", "{\"f\":\"TRUE\"}", true},
        {"f: true", "{\"f\":1}", false},
        {"f: true", "{\"f\":\"yes\"}", false},
        {"f: false", "{\"f\":false}", true},
        {"f: false", "{\"g\":false}", false},
        {"f: null", "{\"f\":null}", true},
        {"f: null", "{\"g\":1}", true},
        {"f: null", "{\"f\":\"\"}", false},
        {"f:", "{\"g\":1}", true},
        {"f: ~", "{\"f\":0}", false},
        {"f: []", "{\"g\":0}", true},
        {"f: [null, x]", "{\"g\":0}", true},
        {"f: [null, x]", "{\"f\":\"X\"}", true},
        {"f: [null, x]", "{\"f\":\"y\"}", false},
    };
    RUN(rows);
}

Test(match, lists_of_values_and_list_valued_fields)
{
    static const row rows[] = {
        {"f: [a, b]", "{\"f\":\"B\"}", true},
        {"f|contains|all: [a, b]", "{\"f\":\"xbxax\"}", true},
        {"f|contains|all: [a, b]", "{\"f\":\"xbx\"}", false},
        {"f|all|contains: [a, b]", "{\"f\":\"ab\"}", true},
        {"f: b", "{\"f\":[\"a\",\"b\"]}", true},
        {"f: c", "{\"f\":[\"a\",\"b\"]}", false},
        {"f|contains|all: [a, b]", "{\"f\":[\"xa\",\"bx\"]}", true},
        {"f: 7", "{\"f\":[1,7]}", true},
        {"f: null", "{\"f\":[1,null]}", true},
        {"f: null", "{\"f\":[]}", false},
        {"f|exists: true", "{\"f\":[]}", true},
        {"f|re: '^b$'", "{\"f\":[\"a\",\"b\"]}", true},
        {"g.h: b", "{\"g\":{\"h\":\"b\"}}", true},
        {"g.h: b", "{\"g.h\":\"b\"}", true},
    };
    RUN(rows);
}

Test(match, modifiers_of_text)
{
    static const row rows[] = {
        {"f|contains: WHO", "{\"f\":\"xwhox\"}", true},
        {"f|contains: 'a*b'", "{\"f\":\"_a-b_\"}", true},
        {"f|contains: 4625", "{\"f\":\"x4625x\"}", true},
        {"f|startswith: Admin", "{\"f\":\"ADMINistrator\"}", true},
        {"f|startswith: Admin", "{\"f\":\"xAdmin\"}", false},
        {"f|endswith: '\\cmd.exe'", "{\"f\":\"C:\\\\Windows\\\\CMD.EXE\"}", true},
        {"f|endswith: '\\cmd.exe'", "{\"f\":\"C:\\\\cmd.exe.txt\"}", false},
        {"f|endswith: x", "{\"f\":\"abx\"}", true},
        {"f|startswith: x", "{\"f\":\"xab\"}", true},
        {"f|startswith: x", "{\"f\":\"axx\"}", false},
        {"f|contains: x", "{\"f\":\"axb\"}", true},
        {"f|endswith: xy", "{\"f\":\"xyxy\"}", true},
        {"f|startswith|endswith: ab", "{\"f\":\"xaby\"}", true},
        {"f|cased: Foo", "{\"f\":\"Foo\"}", true},
        {"f|cased: Foo", "{\"f\":\"foo\"}", false},
        {"f|contains|cased: Foo", "{\"f\":\"xFoox\"}", true},
        {"f|contains|cased: Foo", "{\"f\":\"xfoox\"}", false},
        {"f|cased|endswith: Ä", "{\"f\":\"xÄ\"}", true},
        {"f|cased|endswith: Ä", "{\"f\":\"xä\"}", false},
        {"f|neq: a", "{\"f\":\"b\"}", true},
        {"f|neq: a", "{\"f\":\"A\"}", false},
        {"f|neq: a", "{\"g\":\"a\"}", true},
        {"f|neq: [a, b]", "{\"f\":\"b\"}", false},
        {"f|contains|neq: a", "{\"f\":\"xax\"}", false},
        {"f|exists: true", "{\"f\":null}", true},
        {"f|exists: yes", "{\"g\":null}", false},
        {"f|exists: false", "{\"g\":null}", true},
        {"f|exists: no", "{\"f\":\"\"}", false},
    };
    RUN(rows);
}

Test(match, regular_expressions)
{
    static const row rows[] = {
        {"f|re: 'a.+c'", "{\"f\":\"xxabcxx\"}", true},
        {"f|re: 'ABC'", "{\"f\":\"abc\"}", false},
        {"f|re|i: 'ABC'", "{\"f\":\"abc\"}", true},
        {"f|re|ignorecase: 'straße.*x'", "{\"f\":\"STRAßE X\"}", true},
        {"f|re: '^b$'", "{\"f\":\"a\\nb\"}", false},
        {"f|re|m: '^b$'", "{\"f\":\"a\\nb\"}", true},
        {"f|re: 'a.b'", "{\"f\":\"a\\nb\"}", false},
        {"f|re|s: 'a.b'", "{\"f\":\"a\\nb\"}", true},
        {"f|re|i|m|s: '^B.C$'", "{\"f\":\"a\\nb\\nc\"}", true},
        {"f|re: '\\\\cmd\\.exe$'", "{\"f\":\"C:\\\\cmd.exe\"}", true},
        {"f|re: '[0-9]{4}'", "{\"f\":12345}", true},
        {"f|re: '(foo|bar)qux'", "{\"f\":\"a barqux\"}", true},
        {"f|re: '(foo|bar)qux'", "{\"f\":\"a bazqux\"}", false},
        {"f|re: '^$'", "{\"f\":\"\"}", true},
        {"f|re|neq: 'abc'", "{\"f\":\"abcd\"}", false},
    };
    RUN(rows);
}

Test(match, networks_and_comparisons)
{
    static const row rows[] = {
        {"f|cidr: 10.0.0.0/8", "{\"f\":\"10.1.2.3\"}", true},
        {"f|cidr: 10.0.0.0/8", "{\"f\":\"11.1.2.3\"}", false},
        {"f|cidr: 10.0.0.0/8", "{\"f\":\"ten\"}", false},
        {"f|cidr: 10.0.0.0/8", "{\"f\":\"::ffff:10.1.2.3\"}", true},
        {"f|cidr: 10.1.1.1", "{\"f\":\"10.1.1.1\"}", true},
        {"f|cidr: '2001:db8::/32'", "{\"f\":\"2001:DB8:1::2\"}", true},
        {"f|cidr|neq: [10.0.0.0/8, '::1/128']", "{\"f\":\"::1\"}", false},
        {"f|cidr|neq: [10.0.0.0/8, '::1/128']", "{\"f\":\"8.8.8.8\"}", true},
        {"f|gt: 5", "{\"f\":6}", true},
        {"f|gt: 5", "{\"f\":\"6\"}", true},
        {"f|gt: 5", "{\"f\":5}", false},
        {"f|gte: 5", "{\"f\":5.0}", true},
        {"f|lt: 5", "{\"f\":\"4.99\"}", true},
        {"f|lt: 5", "{\"f\":\"four\"}", false},
        {"f|lt: 5", "{\"g\":4}", false},
        {"f|lte: 1.5", "{\"f\":1.5}", true},
        {"f|lte: -1", "{\"f\":-2}", true},
    };
    RUN(rows);
}

Test(match, encodings)
{
    static const row rows[] = {
        {"f|base64: foo bar", "{\"f\":\"Zm9vIGJhcg==\"}", true},
        {"f|base64|contains: fo", "{\"f\":\"xxZm8yy\"}", true},
        {"f|base64offset|contains: foo bar", "{\"f\":\"AAZm9vIGJhcAA\"}", true},
        {"f|base64offset|contains: foo bar", "{\"f\":\"AAAXb28gYmFyAA\"}", false},
        {"f|base64offset|contains: foo bar", "{\"f\":\"AZvbyBiYXAA\"}", true},
        {"f|base64offset|contains: foo bar", "{\"f\":\"AAmb28gYmFyAA\"}", true},
        {"f|wide|base64offset|contains: ping", "{\"f\":\"cABpAG4AZwA\"}", true},
        {"f|utf16le|base64: A", "{\"f\":\"QQA=\"}", true},
        {"f|utf16be|base64: A", "{\"f\":\"AEE=\"}", true},
        {"f|utf16|base64: A", "{\"f\":\"//5BAA==\"}", true},
        {"f|base64|contains|all: [foo, bar]", "{\"f\":\"Zm9v YmFy\"}", true},
        {"f|base64|contains|all: [foo, bar]", "{\"f\":\"Zm9v\"}", false},
    };
    RUN(rows);
}

Test(match, dashes_vary_at_the_start_of_words_only)
{
    static const row rows[] = {
        {"f|contains|windash: ' -enc '", "{\"f\":\"ps /enc x\"}", true},
        {"f|contains|windash: ' -enc '", "{\"f\":\"ps –enc x\"}", true},
        {"f|contains|windash: ' -enc '", "{\"f\":\"ps ―ENC x\"}", true},
        {"f|contains|windash: ' -enc '", "{\"f\":\"ps +enc x\"}", false},
        {"f|windash|contains: '/a-b'", "{\"f\":\"x -a-b\"}", true},
        {"f|windash|contains: '/a-b'", "{\"f\":\"x -a/b\"}", false},
        {"f|windash: '-x'", "{\"f\":\"—x\"}", true},
        {"f|contains|all|windash: [-a, -b]", "{\"f\":\"/b /a\"}", true},
        {"f|contains|all|windash: [-a, -b]", "{\"f\":\"/b\"}", false},
    };
    RUN(rows);
}

Test(match, one_field_against_another)
{
    static const row rows[] = {
        {"f|fieldref: g", "{\"f\":\"Abc\",\"g\":\"aBC\"}", true},
        {"f|fieldref: g", "{\"f\":\"Abc\",\"g\":\"Abcd\"}", false},
        {"f|fieldref: g", "{\"f\":\"Abc\"}", false},
        {"f|fieldref: g", "{\"f\":null,\"g\":null}", false},
        {"f|fieldref|neq: g", "{\"f\":\"a\",\"g\":\"b\"}", true},
        {"f|fieldref|startswith: g", "{\"f\":\"abc\",\"g\":\"AB\"}", true},
        {"f|fieldref|endswith: g", "{\"f\":\"abc\",\"g\":\"AB\"}", false},
        {"f|fieldref|endswith: g", "{\"f\":\"abc\",\"g\":\"BC\"}", true},
        {"f|fieldref|contains: g", "{\"f\":\"abc\",\"g\":\"b\"}", true},
        {"f|fieldref|cased: g", "{\"f\":\"a\",\"g\":\"A\"}", false},
        {"f|fieldref: g", "{\"f\":[\"a\",\"b\"],\"g\":[\"c\",\"B\"]}", true},
        {"f|fieldref: g", "{\"f\":7,\"g\":\"7\"}", true},
    };
    RUN(rows);
}

Test(match, parts_of_times)
{
    static const row rows[] = {
        {"f|hour: 23", "{\"f\":\"2024-01-01T23:30:00+02:00\"}", true},
        {"f|minute: 30", "{\"f\":\"2024-01-01 23:30:59.5\"}", true},
        {"f|day: 29", "{\"f\":\"2024-02-29\"}", true},
        {"f|month: 2", "{\"f\":\"2024-02-29T00:00:00Z\"}", true},
        {"f|year: 2024", "{\"f\":\"2024-02-29T00:00:00Z\"}", true},
        {"f|year: 2023", "{\"f\":\"2024-02-29T00:00:00Z\"}", false},
        {"f|week: 53", "{\"f\":\"2021-01-03T12:00:00Z\"}", true},
        {"f|week: 1", "{\"f\":\"2021-01-04T12:00:00Z\"}", true},
        {"f|hour|gte: 22", "{\"f\":\"2024-01-01T23:30:00Z\"}", true},
        {"f|hour|lt: 6", "{\"f\":\"2024-01-01T23:30:00Z\"}", false},
        {"f|year: 1970", "{\"f\":0}", true},
        {"f|hour: 1", "{\"f\":\"soon\"}", false},
    };
    RUN(rows);
}

Test(match, shapes_of_identifiers)
{
    static const struct {
        const char *detection;
        const char *event;
        bool expected;
    } rows[] = {
        {"  s:\n    f: a\n    g: b\n  condition: s", "{\"f\":\"a\",\"g\":\"b\"}", true},
        {"  s:\n    f: a\n    g: b\n  condition: s", "{\"f\":\"a\"}", false},
        {"  s:\n  - f: a\n  - g: b\n  condition: s", "{\"g\":\"b\"}", true},
        {"  s:\n  - f: a\n    h: c\n  - g: b\n  condition: s", "{\"f\":\"a\"}", false},
        {"  s:\n  - f: a\n  - word\n  condition: s", "{\"x\":\"a WORD here\"}", true},
        {"  s: word\n  condition: s", "{\"x\":{\"y\":\"swordfish\"}}", true},
        {"  s: word\n  condition: s", "{\"word\":\"x\"}", false},
        {"  s: [one, two]\n  condition: s", "{\"x\":\"two\"}", true},
        {"  s: [4625]\n  condition: s", "{\"x\":146257}", true},
        {"  s:\n    '|all': [one, two]\n  condition: s", "{\"x\":\"one\",\"y\":\"two\"}", true},
        {"  s:\n    '|all': [one, two]\n  condition: s", "{\"x\":\"one\"}", false},
        {"  s:\n    '|re': 'o.e'\n  condition: s", "{\"x\":\"xxoneyy\"}", true},
        {"  s:\n    '|startswith': one\n  condition: s", "{\"x\":\"onetwo\"}", true},
        {"  s:\n    '|startswith': one\n  condition: s", "{\"x\":\"two one\"}", false},
        {"  s:\n    '|cased': One\n  condition: s", "{\"x\":\"a one\"}", false},
        {"  s: 'o*e'\n  condition: s", "{\"x\":[\"a\",\"xone\"]}", true},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        cr_expect(matches(rows[i].detection, rows[i].event) == rows[i].expected, "%s on %s",
                  rows[i].detection, rows[i].event);
}

Test(match, placeholders_are_replaced_by_their_lists)
{
    static const tc_slice names[] = {{(const uint8_t *)"adm_*", 5}, {(const uint8_t *)"root", 4}};
    static const char rule[] = "title: t\nlogsource: {product: test}\ndetection:\n"
                               "  s:\n    f|expand: 'x\\%%admins%-%admins%'\n  condition: s\n";
    loaded l;
    char found[256];
    load_begin(&l);
    cr_assert_eq(tc_ruleset_define(l.rules, TC_LIT("admins"), names, 2).code, TC_OK);
    cr_assert_eq(load_add(&l, "rule.yml", rule).code, TC_OK, "%s", l.errors);
    load_end(&l);
    cr_expect_str_eq(match_all(&l, "{\"f\":\"x%adm_joe-root\"}", found), "0");
    cr_expect_str_eq(match_all(&l, "{\"f\":\"x%root-adm_x\"}", found), "0");
    cr_expect_str_eq(match_all(&l, "{\"f\":\"x%root\"}", found), "");
    load_free(&l);
}
