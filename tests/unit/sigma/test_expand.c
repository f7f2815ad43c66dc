#include "tests/unit/sigma/sigma_support.h"

#include <criterion/criterion.h>

/* The modifier expand: what is a placeholder, and what its values mean in their place. */

#define RULE(item)                                                                                 \
    "title: t\nlogsource: {product: test}\ndetection:\n  s:\n    " item "\n  condition: s\n"

static void define(loaded *l, const char *name, const char *const *values, size_t count)
{
    tc_slice slices[4];
    for (size_t i = 0; i < count; i++)
        slices[i] = tc_slice_of(values[i]);
    cr_assert_eq(tc_ruleset_define(l->rules, tc_slice_of(name), slices, count).code, TC_OK);
}

static void load_with(loaded *l, const char *rule, const char *one, const char *other)
{
    const char *values[] = {one, other};
    load_begin(l);
    define(l, "list", values, 2);
    define(l, "two words", values + 1, 1);
    if (tc_failed(load_add(l, "rule.yml", rule))) cr_assert(l->errors[0]);
    load_end(l);
}

Test(expand, values_stand_where_the_placeholder_stood)
{
    static const struct {
        const char *rule, *one, *other, *event;
        bool matches;
    } rows[] = {
        {RULE("f|expand: '%list%'"), "a", "b", "{\"f\":\"B\"}", true},
        {RULE("f|expand: '%list%'"), "a", "b", "{\"f\":\"ab\"}", false},
        {RULE("f|expand: '%two words%'"), "a", "b", "{\"f\":\"b\"}", true},
        {RULE("f|expand|contains: '%list%'"), "a", "b", "{\"f\":\"xby\"}", true},
        {RULE("f|contains|expand: '%list%'"), "a", "b", "{\"f\":\"xby\"}", true},
        /* A backslash before the sign is part of a path. */
        {RULE("f|expand: 'C:\\Users\\%list%\\x'"), "ana", "b",
         "{\"f\":\"C:\\\\Users\\\\ana\\\\x\"}", true},
        {RULE("f|expand: 'C:\\%list%'"), "*x", "b", "{\"f\":\"C:\\\\anyx\"}", true},
        {RULE("f|expand: '%list%*'"), "C:\\", "b", "{\"f\":\"C:\\\\any\"}", true},
        {RULE("f|expand: '%list%%list%'"), "C:\\", "*", "{\"f\":\"C:\\\\any\"}", true},
        {RULE("f|expand: '\\\\%list%'"), "a", "b", "{\"f\":\"\\\\a\"}", true},
        /* Wildcards of a value are wildcards, and escaped ones are not. */
        {RULE("f|expand: '%list%'"), "a*", "b?", "{\"f\":\"bz\"}", true},
        {RULE("f|expand: '%list%'"), "a\\*", "b", "{\"f\":\"a*\"}", true},
        {RULE("f|expand: '%list%'"), "a\\*", "b", "{\"f\":\"ab\"}", false},
        /* What is no placeholder is itself. */
        {RULE("f|expand: '100%'"), "a", "b", "{\"f\":\"100%\"}", true},
        {RULE("f|expand: '%%'"), "a", "b", "{\"f\":\"%%\"}", true},
        {RULE("f|expand: '\\%list\\%'"), "a", "b", "{\"f\":\"%list%\"}", true},
        {RULE("f|expand: '%li*st%'"), "a", "b", "{\"f\":\"%liXst%\"}", true},
        {RULE("f|expand: '%list%'"), "%list%", "b", "{\"f\":\"%list%\"}", true},
        /* In an expression values are part of it, as written. */
        {RULE("f|re|expand: '^(%list%)$'"), "a+", "b", "{\"f\":\"aaa\"}", true},
        {RULE("f|re|expand: '^(%list%)$'"), "a+", "b", "{\"f\":\"ab\"}", false},
        {RULE("f|re|i|expand: '^%list%\\d$'"), "a", "b", "{\"f\":\"B7\"}", true},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        loaded l;
        char found[256];
        load_with(&l, rows[i].rule, rows[i].one, rows[i].other);
        cr_assert(l.matcher, "row %zu: %s", i, l.errors);
        cr_expect_str_eq(match_all(&l, rows[i].event, found), rows[i].matches ? "0" : "",
                         "row %zu: %s on %s", i, rows[i].rule, rows[i].event);
        load_free(&l);
    }
}

Test(expand, what_cannot_be_expanded_is_refused_with_the_way_out)
{
    static const char *const rows[][2] = {
        {RULE("f|expand: 'C: %liist%'"), "rule.yml:5:15: the placeholder '%liist%' has no list of "
                                         "values, did you mean 'list'?: give "
                                         "one with --expand liist=FILE, or leave the rule out\n"},
        {RULE("f|expand: \"%\\e[2J%\""), "rule.yml:5:15: the placeholder '%\\x1b[2J%' has no list "
                                         "of values: give one with --expand "
                                         "\\x1b[2J=FILE, or leave the rule out\n"},
        {RULE("f|expand: '%list%%list%%list%%list%%list%%list%%list%%list%%list%'"),
         "rule.yml:5:15: too many placeholders in one value\n"},
        {RULE("f|re|expand: '(%list%'"),
         "rule.yml:5:18: bad regular expression '(a': missing closing parenthesis, at offset 2\n"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        loaded l;
        load_with(&l, rows[i][0], "a", "b");
        cr_expect_str_eq(l.errors, rows[i][1]);
        load_free(&l);
    }
}

/* 300 to the third is beyond the bound; each value of a list goes into each other's place. */
Test(expand, combinations_are_bounded)
{
    static char texts[300][8];
    static tc_slice values[300];
    loaded l;
    for (size_t i = 0; i < TC_COUNT_OF(values); i++) {
        (void)snprintf(texts[i], sizeof texts[i], "v%zu", i);
        values[i] = tc_slice_of(texts[i]);
    }
    load_begin(&l);
    cr_assert_eq(tc_ruleset_define(l.rules, TC_LIT("list"), values, 300).code, TC_OK);
    cr_assert_eq(load_add(&l, "rule.yml", RULE("f|expand: '%list%%list%%list%'")).code, TC_ESYNTAX);
    cr_expect_str_eq(l.errors, "rule.yml:5:15: placeholders with more than 100000 combinations\n");
    load_end(&l);
    load_free(&l);
}

/* C:\Users\%username%\x: a path, if there is such a list. */
Test(expand, behind_a_backslash_a_name_without_a_list_is_text_and_warned_of)
{
    loaded l;
    char found[256];
    load_with(&l, RULE("f|expand: 'C:\\%liist%\\%list%'"), "a", "b");
    cr_expect_str_eq(l.errors, "");
    cr_expect_str_eq(l.warnings, "rule.yml:5:15: no list of --expand is called 'liist': behind a "
                                 "backslash it is plain text\n");
    cr_expect_str_eq(match_all(&l, "{\"f\":\"C:%liist%\\\\b\"}", found), "0");
    cr_expect_str_eq(match_all(&l, "{\"f\":\"C:%liist%\\\\c\"}", found), "");
    load_free(&l);
}
