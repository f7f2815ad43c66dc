#include "tests/unit/sigma/sigma_support.h"

#include <criterion/criterion.h>

/* Documents that are wrong and left out (tc_ruleset_skip_bad), and what rests on them. */

#define SOURCE "logsource: {product: x}\n"
#define GOOD(name)                                                                                 \
    "title: " name "\nname: " name "\n" SOURCE "detection: {s: {f: a}, condition: s}\n"
#define BAD(name)                                                                                  \
    "title: " name "\nname: " name "\n" SOURCE "detection: {s: {f|nosuch: a}, condition: s}\n"
#define PAIR(name, rules)                                                                          \
    "title: " name "\nname: " name "\ncorrelation: {type: temporal, rules: [" rules                \
    "], timespan: 1m}\n"

static void load_skipping(loaded *l, const char *yaml)
{
    load_begin(l);
    tc_ruleset_skip_bad(l->rules);
    cr_assert_eq(load_add(l, "rule.yml", yaml).code, TC_OK, "%s", l->errors);
    load_end(l);
}

static void titles(const loaded *l, char out[512])
{
    out[0] = '\0';
    for (size_t i = 0; i < tc_ruleset_count(l->rules); i++) {
        tc_slice title = tc_ruleset_rule(l->rules, i)->title;
        size_t used = strlen(out);
        (void)snprintf(out + used, 512 - used, "%s%.*s", i ? " " : "", (int)title.len,
                       (const char *)title.ptr);
    }
}

static void expect_left(const loaded *l, size_t index, uint32_t line, const char *title,
                        const char *why)
{
    const tc_rule_left_out *one = tc_ruleset_left_out_at(l->rules, index);
    char text[600];
    cr_expect_eq(one->line, line);
    cr_expect(tc_slice_equal(one->title, tc_slice_of(title)));
    cr_expect(tc_slice_equal(one->file, TC_LIT("rule.yml")));
    cr_expect_str_eq(tc_slice_to_cstr(one->why, text, sizeof text), why);
}

Test(left_out, the_good_ones_of_a_file_hold)
{
    loaded l;
    char text[512];
    load_skipping(&l, GOOD("a") "---\n" BAD("b") "---\n" GOOD("c"));
    cr_assert(l.matcher, "%s", l.errors);
    titles(&l, text);
    cr_expect_str_eq(text, "a c");
    cr_expect_str_eq(match_all(&l, "{\"f\":\"a\"}", text), "0 1");
    cr_assert_eq(tc_ruleset_left_out(l.rules), 1);
    expect_left(&l, 0, 6, "b", "9:19: unknown modifier 'nosuch'");
    cr_expect_str_eq(l.errors, "rule.yml:9:19: unknown modifier 'nosuch'\n");
    load_free(&l);
}

Test(left_out, what_rests_on_a_bad_rule_goes_too_through_any_chain)
{
    loaded l;
    char text[512];
    load_skipping(&l, PAIR("top", "middle, a") "---\n" PAIR("middle", "low, a") "---\n" PAIR(
                          "low", "bad, a") "---\n" BAD("bad") "---\n" GOOD("a") "---\n" GOOD("b"));
    cr_assert(l.matcher, "%s", l.errors);
    titles(&l, text);
    cr_expect_str_eq(text, "a b");
    cr_assert_eq(tc_ruleset_left_out(l.rules), 4);
    cr_expect(tc_ruleset_rule(l.rules, 0)->reports, "no correlation speaks for it any more");
    expect_left(&l, 1, 9, "low", "11:39: the correlation rests on a rule that was left out: 'bad'");
    expect_left(&l, 3, 1, "top",
                "3:39: the correlation rests on a rule that was left out: 'middle'");
    load_free(&l);
}

Test(left_out, correlations_that_do_not_hold_go_alone)
{
    loaded l;
    char text[512];
    load_skipping(&l,
                  GOOD("a") "---\n" PAIR("circle", "back") "---\n" PAIR(
                      "back", "circle") "---\n" PAIR("nobody", "nosuch") "---\n" PAIR("fine", "a"));
    cr_assert(l.matcher, "%s", l.errors);
    titles(&l, text);
    cr_expect_str_eq(text, "a fine");
    cr_expect_eq(tc_ruleset_left_out(l.rules), 3);
    cr_expect_eq(tc_ruleset_rule(l.rules, 1)->correlation->rules[0], 0);
    load_free(&l);
}

Test(left_out, filters_and_files_that_are_no_yaml_count)
{
    loaded l;
    load_begin(&l);
    tc_ruleset_skip_bad(l.rules);
    cr_expect_eq(load_add(&l, "no.yml", "title: [\n").code, TC_OK);
    cr_expect_eq(load_add(&l, "list.yml", "- a\n- b\n").code, TC_OK);
    cr_expect_eq(load_add(&l, "action.yml", "action: gobal\ntitle: t\n").code, TC_OK);
    cr_expect_eq(load_add(&l, "rule.yml",
                          GOOD("a") "---\ntitle: f\n" SOURCE
                                    "filter: {rules: [nosuch], s: {f: a}, condition: not s}\n"
                                    "---\ntitle: g\n" SOURCE "filter: {rules: a}\n")
                     .code,
                 TC_OK);
    load_end(&l);
    cr_assert(l.matcher, "%s", l.errors);
    cr_expect_eq(tc_ruleset_left_out(l.rules), 5);
    cr_expect_eq(tc_ruleset_count(l.rules), 1);
    load_free(&l);
}

Test(left_out, many_are_counted_and_some_kept)
{
    loaded l;
    load_begin(&l);
    tc_ruleset_skip_bad(l.rules);
    for (size_t i = 0; i < TC_LEFT_OUT_KEPT + 10; i++)
        cr_assert_eq(
            tc_ruleset_add_text(l.rules, TC_LIT("rule.yml"), TC_LIT("title: t\n"), NULL).code,
            TC_OK);
    cr_expect_eq(tc_ruleset_left_out(l.rules), TC_LEFT_OUT_KEPT + 10);
    expect_left(&l, TC_LEFT_OUT_KEPT - 1, 1, "t",
                "1:1: no logsource: add 'logsource:' with category, product or service");
    load_end(&l);
    load_free(&l);
}

Test(left_out, nothing_is_left_out_unasked)
{
    loaded l;
    load(&l, GOOD("a") "---\n" BAD("b"));
    cr_expect_null(l.matcher);
    cr_expect_eq(tc_ruleset_left_out(l.rules), 0);
    load_free(&l);
}

/* -- templates ------------------------------------------------------------------------------- */

#define ID "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f9"
#define TEMPLATE                                                                                   \
    "action: global\ntitle: t\nid: " ID "\ndetection: {condition: s}\n---\n" SOURCE                \
    "detection: {s: {f: a}}\n---\nlogsource: {product: y}\ndetection: {s: {f: b}}\n"

Test(left_out, rules_of_a_template_share_its_id)
{
    loaded l;
    char found[256];
    load(&l, TEMPLATE "---\naction: repeat\ndetection: {s: {f: c}}\n");
    cr_assert(l.matcher, "%s", l.errors);
    cr_assert_eq(tc_ruleset_count(l.rules), 3);
    for (size_t i = 0; i < 3; i++) {
        cr_expect(tc_slice_equal(tc_ruleset_rule(l.rules, i)->id, TC_LIT(ID)));
        cr_expect(tc_ruleset_rule(l.rules, i)->ambiguous);
    }
    cr_expect_str_eq(match_all(&l, "{\"f\":\"b\"}", found), "1");
    cr_expect_str_eq(match_all(&l, "{\"f\":\"c\"}", found), "2");
    load_free(&l);
}

Test(left_out, a_shared_id_names_no_rule_of_a_correlation_but_all_of_a_filter)
{
    loaded l;
    char found[256];
    load(&l, TEMPLATE "---\n" PAIR("p", ID));
    cr_expect_str_eq(l.errors,
                     "rule.yml:14:39: several rules of a template share what is to be one "
                     "rule: give each an id or name of its own, not '" ID "'\n");
    load_free(&l);
    load(&l, TEMPLATE "---\ntitle: f\nlogsource: {}\n");
    cr_expect_null(l.matcher);
    load_free(&l);
    load(&l, "action: global\ntitle: t\nid: " ID "\n" SOURCE "detection: {condition: s}\n"
             "---\ndetection: {s: {f: a}}\n---\ndetection: {s: {f: b}}\n---\ntitle: f\n" SOURCE
             "filter: {rules: [" ID "], s: {u: me}, condition: not s}\n");
    cr_assert(l.matcher, "%s", l.errors);
    cr_expect_str_eq(match_all(&l, "{\"f\":\"a\"}", found), "0");
    cr_expect_str_eq(match_all(&l, "{\"f\":\"a\",\"u\":\"me\"}", found), "");
    cr_expect_str_eq(match_all(&l, "{\"f\":\"b\",\"u\":\"me\"}", found), "");
    load_free(&l);
}

Test(left_out, an_id_written_twice_is_an_error_as_before)
{
    loaded l;
    load(&l, TEMPLATE "---\ntitle: u\nid: " ID "\n" SOURCE "detection: {s: {f: d}}\n");
    cr_expect(strstr(l.errors, "the id '" ID "' is taken by the rule in 'rule.yml'"), "%s",
              l.errors);
    load_free(&l);
}

Test(left_out, a_second_template_takes_the_place_of_the_first)
{
    loaded l;
    load(&l,
         "action: global\ntitle: first\nlevel: high\n---\naction: global\ntitle: second\n" SOURCE
         "---\ndetection: {s: {f: a}, condition: s}\n---\naction: global\ntitle: third\n" SOURCE
         "detection: {s: {f: b}}\n---\naction: repeat\ndetection: {condition: s}\n");
    cr_assert(l.matcher, "%s", l.errors);
    cr_assert_eq(tc_ruleset_count(l.rules), 2);
    cr_expect(tc_slice_equal(tc_ruleset_rule(l.rules, 0)->title, TC_LIT("second")));
    cr_expect_not(tc_ruleset_rule(l.rules, 0)->has_level);
    cr_expect(tc_slice_equal(tc_ruleset_rule(l.rules, 1)->title, TC_LIT("third")));
    load_free(&l);
}

Test(left_out, an_error_of_a_template_is_told_once)
{
    loaded l;
    load(&l, "action: global\ntitle: t\nlevel: hihg\n" SOURCE
             "---\ndetection: {s: {f: a}, condition: s}\n"
             "---\ndetection: {s: {f: b}, condition: s}\n");
    cr_expect_str_eq(l.errors, "rule.yml:3:8: unknown level 'hihg', did you mean 'high'?\n");
    load_free(&l);
}
