#include "detector/sigma/condition.h"

#include "tests/unit/sigma/sigma_support.h"

#include <criterion/criterion.h>

/* Identifiers a, b, c, sel_x, sel_y, _h, notable hold when the event's field of that name is 1. */
#define IDENTIFIERS                                                                                \
    "  a: {a: 1}\n  b: {b: 1}\n  c: {c: 1}\n  sel_x: {sel_x: 1}\n  sel_y: {sel_y: 1}\n"            \
    "  _h: {_h: 1}\n  notable: {notable: 1}\n"

static bool holds(const char *condition, const char *event)
{
    char detection[1024];
    (void)snprintf(detection, sizeof detection, IDENTIFIERS "  condition: %s", condition);
    return matches(detection, event);
}

Test(condition, grammar)
{
    static const struct {
        const char *condition;
        const char *event;
        bool expected;
    } rows[] = {
        {"a", "{\"a\":1}", true},
        {"not a", "{\"a\":1}", false},
        {"not not a", "{\"a\":1}", true},
        {"a and b", "{\"a\":1}", false},
        {"a or b and c", "{\"a\":1}", true},
        {"(a or b) and c", "{\"a\":1}", false},
        {"a or b and not c", "{\"b\":1}", true},
        {"not a and not b", "{\"c\":1}", true},
        {"not (a and b)", "{\"a\":1,\"b\":1}", false},
        {"a AND NOT b", "{\"a\":1}", true},
        {"notable", "{\"notable\":1}", true},
        {"not notable", "{\"notable\":1}", false},
        {"1 of sel_*", "{\"sel_y\":1}", true},
        {"any of sel_*", "{\"a\":1}", false},
        {"all of sel_*", "{\"sel_y\":1}", false},
        {"all of sel_*", "{\"sel_y\":1,\"sel_x\":1}", true},
        {"1 of *_x", "{\"sel_x\":1}", true},
        {"1 of s*l_y", "{\"sel_y\":1}", true},
        {"1 of sel_x", "{\"sel_x\":1}", true},
        {"1 of them", "{\"c\":1}", true},
        {"1 of them", "{\"_h\":1}", false},
        {"1 of _*", "{\"_h\":1}", true},
        {"_h", "{\"_h\":1}", true},
        {"not 1 of sel_*", "{\"a\":1}", true},
        {"a and not 1 of sel_*", "{\"a\":1,\"sel_x\":1}", false},
        {"'a\n\n    or b'", "{\"b\":1}", true},
        {"[a, b]", "{\"b\":1}", true},
        {"[a, b]", "{\"c\":1}", false},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        cr_expect(holds(rows[i].condition, rows[i].event) == rows[i].expected, "%s on %s",
                  rows[i].condition, rows[i].event);
    }
}

Test(condition, errors_name_the_place_and_the_word)
{
    static const struct {
        const char *condition;
        const char *expected;
    } rows[] = {
        {"(a", "rule.yml:11:16: condition: ')' is wanted behind '(a'\n"},
        {"a)", "rule.yml:11:15: condition: a ')' too many at ')'\n"},
        {"a and", "rule.yml:11:19: condition: an identifier is wanted behind 'a and'\n"},
        {"a b", "rule.yml:11:16: condition: 'and' or 'or' is wanted at 'b'\n"},
        {"''", "rule.yml:11:14: condition: it is empty\n"},
        {"a and sel_z", "rule.yml:11:20: condition: undefined identifier 'sel_z', did you mean "
                        "'sel_x'?\n"},
        {"1 of nothing_*", "rule.yml:11:19: condition: no search identifier fits at "
                           "'nothing_*'\n"},
        {"2 of sel_*", "rule.yml:11:14: condition: only '1 of', 'any of' and 'all of' are Sigma "
                       "at '2'\n"},
        {"1 of", "rule.yml:11:18: condition: 'them' or a pattern of identifiers is wanted behind "
                 "'1 of'\n"},
        {"a | count() > 5", "rule.yml:11:16: condition: the aggregation behind '|' was removed "
                            "from Sigma: write a correlation at '|'\n"},
        {"a & b", "rule.yml:11:16: condition: 'and' or 'or' is wanted at '&'\n"},
        {"{a: b}", "rule.yml:11:14: condition: a text is wanted\n"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        char detection[1024];
        char errors[4096];
        (void)snprintf(detection, sizeof detection, IDENTIFIERS "  condition: %s",
                       rows[i].condition);
        cr_expect_str_eq(errors_of(detection, errors), rows[i].expected, "%s gives %s",
                         rows[i].condition, errors);
    }
}

Test(condition, depth_is_bounded)
{
    char detection[2048] = "  a: {a: 1}\n  condition: ";
    char errors[4096];
    size_t used = strlen(detection);
    for (int i = 0; i < 200; i++)
        detection[used++] = '(';
    detection[used++] = 'a';
    for (int i = 0; i < 200; i++)
        detection[used++] = ')';
    detection[used] = '\0';
    cr_expect(strstr(errors_of(detection, errors), "too many parentheses"), "%s", errors);
}

Test(condition, an_unused_identifier_is_warned_of)
{
    char text[4096];
    cr_expect_str_eq(warnings_of("  a: {a: 1}\n  b: {b: 1}\n  condition: a", text),
                     "rule.yml:5:3: the condition does not use the identifier 'b'\n");
}

Test(condition, stars_fit_anywhere)
{
    cr_expect(tc_words_fit(TC_LIT("a*b*c"), TC_LIT("aXbYc")));
    cr_expect(tc_words_fit(TC_LIT("*"), TC_LIT("")));
    cr_expect(tc_words_fit(TC_LIT("a**"), TC_LIT("a")));
    cr_expect(!tc_words_fit(TC_LIT("a*b"), TC_LIT("abc")));
    cr_expect(!tc_words_fit(TC_LIT("ab"), TC_LIT("a")));
}
