#include "tests/unit/sigma/sigma_support.h"

#include <criterion/criterion.h>

/* The item of one rule, in the place 5:5. */
static const char *errors_of_item(const char *item, char out[4096])
{
    char detection[512];
    (void)snprintf(detection, sizeof detection, "  s:\n    %s\n  condition: s", item);
    return errors_of(detection, out);
}

Test(modifier, chains_that_make_no_sense_are_refused_with_their_place)
{
    static const char *const rows[][2] = {
        {"f|startwith: a", "5:7: unknown modifier 'startwith', did you mean 'startswith'?"},
        {"f|contain: a", "5:7: unknown modifier 'contain', did you mean 'contains'?"},
        {"f|bse64: a", "5:7: unknown modifier 'bse64', did you mean 'base64'?"},
        {"f|equalsfield: a", "5:7: unknown modifier 'equalsfield'"},
        {"f|: a", "5:7: an empty modifier in 'f|': remove the '|'"},
        {"f|contains|re: a",
         "5:16: modifier 're': takes the value as written: it must be the first modifier"},
        {"f|cased|cidr: 10.0.0.0/8",
         "5:13: modifier 'cidr': takes the value as written: it must be the first modifier"},
        {"f|hour|exists: true",
         "5:12: modifier 'exists': takes the value as written: it must be the first modifier"},
        {"f|contains|gt: 1",
         "5:16: modifier 'gt': takes the value as written: it must be the first modifier"},
        {"f|i: a", "5:7: modifier 'i': stands only directly behind re"},
        {"f|re|contains|i: a", "5:19: modifier 'i': stands only directly behind re"},
        {"f|re|cased: a", "5:10: modifier 'cased': a regular expression is case-sensitive already"},
        {"f|contains|base64: a",
         "5:16: modifier 'base64': encoders stand before contains, startswith and endswith"},
        {"f|re|base64: a",
         "5:10: modifier 'base64': encodes plain text: not with re, fieldref or windash"},
        {"f|windash|base64: a",
         "5:15: modifier 'base64': encodes plain text: not with re, fieldref or windash"},
        {"f|base64offset|base64: a",
         "5:20: modifier 'base64': nothing encodes behind base64offset"},
        {"f|wide: a", "5:5: a UTF-16 form in 'f|wide': base64 or base64offset must stand directly "
                      "behind it"},
        {"f|wide|contains: a", "5:5: a UTF-16 form in 'f|wide|contains': base64 or base64offset "
                               "must stand directly behind it"},
        {"f|cidr|contains: 10.0.0.0/8", "5:12: modifier 'contains': is for text: not behind cidr, "
                                        "exists, a comparison or a time part"},
        {"f|re|windash: a",
         "5:10: modifier 'windash': is for plain text: not behind re, fieldref or an encoder"},
        {"'|cidr': 10.0.0.0/8", "5:7: modifier 'cidr': needs the name of a field before the '|'"},
        {"'|hour': 1", "5:7: modifier 'hour': needs the name of a field before the '|'"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        char got[4096];
        char expected[512];
        (void)snprintf(expected, sizeof expected, "rule.yml:%s\n", rows[i][1]);
        cr_expect_str_eq(errors_of_item(rows[i][0], got), expected, "%s gives %s", rows[i][0], got);
    }
}

Test(modifier, values_that_do_not_fit_are_refused)
{
    static const char *const rows[][2] = {
        {"f|re: '('", "5:11: bad regular expression '(': missing closing parenthesis, at offset 1"},
        {"f|cidr: 10.0.0.0/33",
         "5:13: '10.0.0.0/33' is no network: write it as 10.0.0.0/8 or 2001:db8::/32"},
        {"f|cidr: 10.0.0.1/8",
         "5:13: '10.0.0.1/8' has bits beyond its prefix: did you mean '10.0.0.0/8'?"},
        {"f|exists: x", "5:15: exists is asked as true or false, not 'x'"},
        {"f|exists: 'true'", "5:15: exists is asked as true or false, not 'true'"},
        {"f|lt: abc", "5:11: 'abc' is no number"},
        {"f|lt: '5'", "5:11: '5' is no number: write it without quotes"},
        {"f|hour: 24", "5:13: '24' is no hour: a number from 0 to 23 is wanted"},
        {"f|month: x", "5:14: 'x' is no month: a number from 1 to 12 is wanted"},
        {"f|base64: 'a*b'",
         "5:15: a wildcard in the encoded value 'a*b': escape it with a backslash"},
        {"f|fieldref: 'a*'", "5:17: fieldref wants the name of one field, not 'a*'"},
        {"f|fieldref: ''", "5:17: fieldref wants the name of one field, not ''"},
        {"f|contains: null", "5:17: null has no text: write '' for the empty text"},
        {"f|re: [a, null]", "5:15: null has no text: write '' for the empty text"},
        {"f|expand: '%x%'",
         "5:15: the placeholder '%x%' has no list of values: give one with --expand x=FILE, or "
         "leave the rule out"},
        {"f: {g: a}", "5:8: a map where one value is wanted: write a flat list"},
        {"f: [[a]]", "5:9: a list where one value is wanted: write a flat list"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        char got[4096];
        char expected[512];
        (void)snprintf(expected, sizeof expected, "rule.yml:%s\n", rows[i][1]);
        cr_expect_str_eq(errors_of_item(rows[i][0], got), expected, "%s gives %s", rows[i][0], got);
    }
}

Test(modifier, doubtful_things_are_warned_of)
{
    static const char *const rows[][2] = {
        {"f|contains: ''", "5:17: this matches every value: if that is meant, write '*'"},
        {"f: []", "5:8: an empty list asks for a missing or null field: write null"},
        {"f: [null, a]", "5:9: null in a list of values: it counts as one of them"},
        {"f|base64offset: abcdef", "5:5: base64offset without contains matches only a whole value: "
                                   "add '|contains'"},
        {"f|contains|contains: a", "5:16: modifier 'contains' stands twice"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        char detection[512];
        char got[4096];
        char expected[512];
        (void)snprintf(detection, sizeof detection, "  s:\n    %s\n  condition: s", rows[i][0]);
        (void)snprintf(expected, sizeof expected, "rule.yml:%s\n", rows[i][1]);
        cr_expect_str_eq(warnings_of(detection, got), expected, "%s gives %s", rows[i][0], got);
    }
}

Test(modifier, hostile_tokens_are_shown_escaped_and_cut)
{
    char got[4096];
    char item[400] = "\"f|\\e[31m";
    memset(item + 9, 'x', 200);
    memcpy(item + 209, "\": a", 5);
    errors_of_item(item, got);
    cr_expect_null(strchr(got, '\033'));
    cr_expect(strstr(got, "unknown modifier '\\x1b[31mxxx"), "%s", got);
    cr_expect(strstr(got, "xxx...'"), "%s", got);
}
