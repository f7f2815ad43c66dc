#include "tests/unit/sigma/sigma_support.h"

#include <criterion/criterion.h>

#define HEAD "title: a\nname: a\n"
#define SOURCE "logsource: {product: x}\n"
#define BODY "detection:\n  s: {f: v, g: [1, 2]}\n  t: {h: w}\n  condition: s and not t\n"
#define PLAIN HEAD SOURCE BODY
#define COUNT                                                                                      \
    "---\ntitle: c\nname: c\ncorrelation:\n  type: event_count\n  rules: [a]\n"                    \
    "  group-by: [u]\n  timespan: 15m\n  condition: {gte: 3}\n"
#define OUTER                                                                                      \
    "---\ntitle: o\nname: o\ncorrelation:\n  type: event_count\n  rules: [c]\n"                    \
    "  group-by: [u]\n  timespan: 1d\n  condition: {gte: 2}\n"
#define FILTER(name, value)                                                                        \
    "---\ntitle: " name "\n" SOURCE "filter:\n  rules: [a]\n  s: {f: " value                       \
    "}\n  condition: not s\n"

/* Of the rule of that name in these streams (the second may be NULL). */
static uint64_t fingerprint(const char *name, const char *first, const char *second)
{
    loaded l;
    load_begin(&l);
    static const tc_slice few[] = {{(const uint8_t *)"root", 4}, {(const uint8_t *)"admin", 5}};
    cr_assert_eq(tc_ruleset_define(l.rules, TC_LIT("few"), few, 2).code, TC_OK);
    cr_assert_eq(tc_ruleset_define(l.rules, TC_LIT("one"), few, 1).code, TC_OK);
    cr_assert_eq(load_add(&l, "first.yml", first).code, TC_OK, "%s", l.errors);
    if (second) cr_assert_eq(load_add(&l, "second.yml", second).code, TC_OK, "%s", l.errors);
    load_end(&l);
    const tc_rule *rule = tc_ruleset_find(l.rules, tc_slice_of(name));
    cr_assert(rule && l.matcher, "%s", l.errors);
    uint64_t got = rule->fingerprint;
    load_free(&l);
    return got;
}

static uint64_t of(const char *name, const char *yaml)
{
    return fingerprint(name, yaml, NULL);
}

typedef struct change {
    const char *what, *yaml;
} change;

Test(fingerprint, what_a_rule_finds_counts)
{
    static const change rows[] = {
        {"a value",
         HEAD SOURCE "detection:\n  s: {f: v, g: [1, 3]}\n  t: {h: w}\n  condition: s and not t\n"},
        {"the order of values",
         HEAD SOURCE "detection:\n  s: {f: v, g: [2, 1]}\n  t: {h: w}\n  condition: s and not t\n"},
        {"a number that becomes a text", HEAD SOURCE
         "detection:\n  s: {f: v, g: ['1', 2]}\n  t: {h: w}\n  condition: s and not t\n"},
        {"a null that becomes a text", HEAD SOURCE
         "detection:\n  s: {f: null, g: [1, 2]}\n  t: {h: w}\n  condition: s and not t\n"},
        {"an empty text", HEAD SOURCE
         "detection:\n  s: {f: '', g: [1, 2]}\n  t: {h: w}\n  condition: s and not t\n"},
        {"a field",
         HEAD SOURCE "detection:\n  s: {e: v, g: [1, 2]}\n  t: {h: w}\n  condition: s and not t\n"},
        {"a modifier", HEAD SOURCE
         "detection:\n  s: {f|contains: v, g: [1, 2]}\n  t: {h: w}\n  condition: s and not t\n"},
        {"the condition",
         HEAD SOURCE "detection:\n  s: {f: v, g: [1, 2]}\n  t: {h: w}\n  condition: s or not t\n"},
        {"an item in another identifier",
         HEAD SOURCE "detection:\n  s: {f: v}\n  t: {h: w, g: [1, 2]}\n  condition: s and not t\n"},
        {"the logsource", HEAD "logsource: {product: x, service: y}\n" BODY},
        {"a key of the author's own", PLAIN "own: 1\n"},
        {"a filter", PLAIN FILTER("one", "v")},
        {"another filter", PLAIN FILTER("one", "w")},
        {"both filters", PLAIN FILTER("one", "v") FILTER("two", "w")},
        {"a list", HEAD SOURCE "detection:\n  s: {f|expand: '%few%', g: [1, 2]}\n  t: {h: w}\n  "
                               "condition: s and not t\n"},
        {"a list in a filter",
         PLAIN "---\ntitle: one\n" SOURCE
               "filter:\n  rules: [a]\n  s: {f|expand: '%few%'}\n  condition: not s\n"},
    };
    uint64_t seen[TC_COUNT_OF(rows) + 1] = {of("a", PLAIN)};
    cr_expect_neq(seen[0], 0);
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        seen[i + 1] = of("a", rows[i].yaml);
        for (size_t before = 0; before <= i; before++)
            cr_expect_neq(seen[i + 1], seen[before], "%s", rows[i].what);
    }
}

Test(fingerprint, how_it_is_written_and_what_is_told_do_not_count)
{
    static const change rows[] = {
        {"comments and blanks",
         "# of mine\n\n\n" HEAD "\n" SOURCE "# here\ndetection:\n\n    s: { f: v , g: [ 1, 2 ] }\n"
         "    t: {h: w} # there\n    condition: s and not t\n"},
        {"block style", HEAD SOURCE "detection:\n  s:\n    f: v\n    g:\n      - 1\n      - 2\n"
                                    "  t:\n    h: w\n  condition: s and not t\n"},
        {"quotes of a text", HEAD SOURCE
         "detection:\n  s: {f: 'v', g: [1, 2]}\n  t: {h: \"w\"}\n  condition: s and not t\n"},
        {"the order of keys",
         "detection:\n  condition: s and not t\n  t: {h: w}\n  s: {g: [1, 2], f: v}\n" SOURCE HEAD},
        {"prose",
         "title: other\nname: a\nid: 0b1dbe0c-8b86-4b69-9f4f-7ce2a1b4b0a1\n"
         "description: long\nstatus: test\nauthor: me\ndate: 2024-01-01\n"
         "modified: 2025-01-01\nreferences: [here]\nfalsepositives: [some]\nlevel: high\n"
         "tags: [attack.t1078]\ntocsin: {confidence: 5, message: m, next: [n]}\n" SOURCE BODY},
        {"a rule before it", "title: z\n" SOURCE BODY "---\n" PLAIN},
        {"a filter for another",
         PLAIN "---\ntitle: z\nname: z\n" SOURCE BODY "---\ntitle: one\n" SOURCE
               "filter:\n  rules: [z]\n  s: {f: w}\n  condition: not s\n"},
        {"a repeated document",
         "title: z\nname: z\n" SOURCE
         "detection:\n  s: {f: other, g: [1, 2]}\n  t: {h: w}\n  condition: s and not t\n"
         "---\naction: repeat\ntitle: a\nname: a\ndetection: {s: {f: v}}\n"},
        {"a template", "action: global\n" SOURCE "detection: {t: {h: w}, condition: s and not t}\n"
                       "---\n" HEAD "detection: {s: {f: v, g: [1, 2]}}\n"},
        {"an anchor", HEAD SOURCE "detection:\n  s: {f: &v v, g: [1, 2]}\n  t: {h: w}\n"
                                  "  condition: s and not t\nlicense: *v\n"},
    };
    uint64_t plain = of("a", PLAIN);
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        cr_expect_eq(of("a", rows[i].yaml), plain, "%s", rows[i].what);
}

Test(fingerprint, a_template_counts_as_what_it_gives)
{
    cr_expect_neq(of("a", "action: global\n" SOURCE
                          "detection: {t: {h: other}, condition: s and not t}\n---\n" HEAD
                          "detection: {s: {f: v, g: [1, 2]}}\n"),
                  of("a", PLAIN));
}

Test(fingerprint, files_and_their_order_do_not_count)
{
    uint64_t inner = of("a", PLAIN COUNT), count = of("c", PLAIN COUNT);
    cr_expect_eq(fingerprint("a", PLAIN, COUNT), inner);
    cr_expect_eq(fingerprint("c", PLAIN, COUNT), count);
    cr_expect_eq(fingerprint("c", COUNT, PLAIN), count);
    uint64_t filtered = fingerprint("c", PLAIN COUNT, FILTER("one", "v") FILTER("two", "w"));
    cr_expect_neq(filtered, count);
    cr_expect_eq(fingerprint("c", FILTER("two", "w") FILTER("one", "v"), PLAIN COUNT), filtered);
}

Test(fingerprint, lists_count_by_their_values)
{
#define LISTED(value) HEAD SOURCE "detection:\n  s: {f|expand: '" value "'}\n  condition: s\n"
    cr_expect_neq(of("a", LISTED("%few%")), of("a", LISTED("%one%")));
    uint64_t got[2];
    for (size_t i = 0; i < 2; i++) {
        loaded l;
        load_begin(&l);
        tc_slice values[] = {TC_LIT("root"), i ? TC_LIT("guest") : TC_LIT("admin")};
        cr_assert_eq(tc_ruleset_define(l.rules, TC_LIT("few"), values, 2).code, TC_OK);
        cr_assert_eq(load_add(&l, "a.yml", LISTED("x%few%y")).code, TC_OK);
        load_end(&l);
        cr_assert(l.matcher, "%s", l.errors);
        got[i] = tc_ruleset_rule(l.rules, 0)->fingerprint;
        load_free(&l);
    }
    cr_expect_neq(got[0], got[1], "the same text, another list");
}

Test(fingerprint, a_correlation_counts_with_all_that_it_rests_on)
{
    static const change rows[] = {
        {"its own number",
         PLAIN "---\ntitle: c\nname: c\ncorrelation:\n  type: event_count\n  rules: [a]\n"
               "  group-by: [u]\n  timespan: 15m\n  condition: {gte: 4}\n" OUTER},
        {"its own suppress",
         PLAIN "---\ntitle: c\nname: c\nx-suppress: 1h\ncorrelation:\n  type: event_count\n"
               "  rules: [a]\n  group-by: [u]\n  timespan: 15m\n  condition: {gte: 3}\n" OUTER},
        {"a rule of it", HEAD SOURCE "detection:\n  s: {f: other}\n  condition: s\n" COUNT OUTER},
        {"a filter on a rule of it", PLAIN COUNT OUTER FILTER("one", "v")},
    };
    uint64_t inner = of("c", PLAIN COUNT OUTER), outer = of("o", PLAIN COUNT OUTER);
    cr_expect_neq(inner, outer);
    cr_expect_eq(of("o", PLAIN OUTER COUNT), outer);
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        cr_expect_neq(of("c", rows[i].yaml), inner, "%s", rows[i].what);
        cr_expect_neq(of("o", rows[i].yaml), outer, "%s, seen from outside", rows[i].what);
    }
    cr_expect_eq(of("a", PLAIN COUNT OUTER), of("a", PLAIN), "who refers to it does not count");
}

/* State on disk holds for a fingerprint: it must not change by itself. */
Test(fingerprint, stays_for_ever)
{
    cr_expect_eq(of("a", PLAIN), UINT64_C(0xd0a722ac6356633d));
    cr_expect_eq(of("o", PLAIN COUNT OUTER), UINT64_C(0xdbe47756559b7f4e));
}
