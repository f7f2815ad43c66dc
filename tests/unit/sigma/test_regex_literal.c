#include "detector/sigma/regex_literal.h"

#include <criterion/criterion.h>

static const char *literals(const char *pattern, char out[256])
{
    uint8_t room[512];
    tc_regex_literals l;
    size_t used = 0;
    tc_regex_literals_find(tc_slice_of(pattern), room, &l);
    out[0] = '\0';
    for (size_t i = 0; i < l.count; i++)
        used += (size_t)snprintf(out + used, 256 - used, "%s%.*s", i ? "|" : "", (int)l.text[i].len,
                                 (const char *)l.text[i].ptr);
    return out;
}

Test(regex_literal, what_a_match_cannot_do_without)
{
    static const char *const rows[][2] = {
        {"hello", "hello"},
        {"HeLLo", "hello"},
        {"^abc.*defg$", "defg"},
        {"abcd?", "abc"},
        {"abcd+ef", "abcd"},
        {"ab{2}cde", "cde"},
        {"abc{0}def", "def"},
        {"abc{0,3}defg", "defg"},
        {"foo|barbar", "foo|barbar"},
        {"foo|ba", ""},
        {"x(foo|bar)y", "foo|bar"},
        {"(foo)?barx", "barx"},
        {"(foo)barx", "barx"},
        {"foo(barbar)?baz", "foo"},
        {"(?:alpha|beta)gamma", "gamma"},
        {"(?i)alpha", "alpha"},
        {"(?i:alpha)", "alpha"},
        {"(?=abcd)efg", "efg"},
        {"(?!abcd)efg", "efg"},
        {"(?<=abcd)efg", "efg"},
        {"(?<name>abc)", "abc"},
        {"(?P<name>abc)", "abc"},
        {"(?x) a b c", ""},
        {"[abc]def", "def"},
        {"[]abc]def", "def"},
        {"[^]abc]def", "def"},
        {"[[:alpha:]]def", "def"},
        {"[a\\]b]def", "def"},
        {"a\\.b\\\\c", "a.b\\c"},
        {"\\x41bcd", "bcd"},
        {"\\x{41}bcd", "bcd"},
        {"\\p{Lu}bcd", "bcd"},
        {"\\d+abc\\s", "abc"},
        {"abc\\1def", ""},
        {"\\Qab*c\\E", ""},
        {"(*ACCEPT)abc", ""},
        {"(?(1)abc|def)", ""},
        {"(?R)abc", ""},
        {"(?#abc)def", ""},
        {"abc{,3}", ""},
        {"ab", ""},
        {"éabc", "abc"},
        {"abcé", "abc"},
        {"(((((((((((((((abc)))))))))))))))", ""},
        {"a|", ""},
        {"", ""},
    };
    char shown[256];
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        cr_expect_str_eq(literals(rows[i][0], shown), rows[i][1], "%s gives %s", rows[i][0], shown);
}

Test(regex_literal, too_many_alternatives_give_none)
{
    char pattern[400] = "aaa";
    char shown[256];
    for (int i = 0; i < TC_REGEX_LITERALS_MAX; i++)
        (void)snprintf(pattern + strlen(pattern), sizeof pattern - strlen(pattern), "|b%02d", i);
    cr_expect_str_eq(literals(pattern, shown), "");
}
