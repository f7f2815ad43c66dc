#include "tests/unit/sigma/sigma_support.h"

#include <criterion/criterion.h>

#define DETECTION "logsource: {product: x}\ndetection:\n  s: {f: a}\n  condition: s\n"

static void expect_text(tc_slice got, const char *wanted)
{
    cr_expect(tc_slice_equal(got, tc_slice_of(wanted)), "'%.*s' is not '%s'", (int)got.len,
              got.ptr ? (const char *)got.ptr : "", wanted);
}

Test(document, what_is_known_of_a_rule)
{
    loaded l;
    load(&l, "title: The title\n"
             "id: 929a690e-bef0-4204-a928-ef5e620d6fcc\n"
             "name: the_name\n"
             "description: |\n  Some\n  prose\n"
             "status: test\nauthor: Somebody\nlevel: HIGH\n"
             "tags: [attack.initial-access, attack.t1078, attack.T1110.003, cve.2021-26855]\n"
             "custom_key: {anything: [goes]}\n"
             "tocsin:\n  next: [look here, then there]\n  confidence: 85\n  message: '{user} did'\n"
             "logsource: {category: webserver, product: Windows, service: iis, definition: x}\n"
             "detection:\n  s: {f: a}\n  condition: s\n");
    cr_assert(l.matcher, "%s", l.errors);
    cr_expect_str_empty(l.warnings);
    const tc_rule *rule = tc_ruleset_find(l.rules, TC_LIT("the_name"));
    cr_assert(rule);
    cr_expect_eq(rule, tc_ruleset_find(l.rules, TC_LIT("929a690e-bef0-4204-a928-ef5e620d6fcc")));
    cr_expect_eq(rule, tc_ruleset_rule(l.rules, 0));
    cr_expect_null(tc_ruleset_find(l.rules, TC_LIT("nobody")));
    expect_text(rule->title, "The title");
    expect_text(rule->description, "Some\nprose\n");
    expect_text(rule->status, "test");
    expect_text(rule->author, "Somebody");
    expect_text(rule->file, "rule.yml");
    expect_text(rule->service, "iis");
    expect_text(rule->message, "{user} did");
    cr_expect(rule->line == 1 && rule->reports && rule->kind == TC_RULE_DETECTION);
    cr_expect(rule->has_level && rule->level == TC_LEVEL_HIGH);
    cr_expect_eq(rule->confidence, 85);
    cr_assert(rule->tag_count == 4 && rule->technique_count == 2 && rule->next_step_count == 2);
    expect_text(rule->techniques[0], "T1078");
    expect_text(rule->techniques[1], "T1110.003");
    expect_text(rule->next_steps[1], "then there");
    load_free(&l);
}

Test(document, defaults)
{
    loaded l;
    load(&l, "title: t\nlevel: low\n" DETECTION "---\ntitle: u\n" DETECTION);
    cr_assert(l.matcher, "%s", l.errors);
    const tc_rule *rule = tc_ruleset_rule(l.rules, 1);
    cr_expect(!rule->has_level && rule->level == TC_LEVEL_MEDIUM);
    cr_expect(rule->confidence == 70 && rule->line == 8 && rule->index == 1);
    cr_expect(rule->message.len == 0 && rule->next_step_count == 0 && rule->category.len == 0);
    load_free(&l);
}

Test(document, slips_of_the_pen_are_warned_of)
{
    loaded l;
    load(&l,
         "title: t\nid: not-a-uuid\nlevle: high\nfalsepositive: [x]\nsimulation: x\n" DETECTION);
    cr_assert(l.matcher, "%s", l.errors);
    cr_expect_str_eq(l.warnings,
                     "rule.yml:2:5: the id 'not-a-uuid' is no UUID\n"
                     "rule.yml:3:1: unknown key 'levle', did you mean 'level'?\n"
                     "rule.yml:4:1: unknown key 'falsepositive', did you mean 'falsepositives'?\n");
    load_free(&l);
}

Test(document, global_reset_and_repeat)
{
    loaded l;
    char found[256];
    load(&l,
         "action: global\ntitle: base\nlogsource: {product: x}\nlevel: low\n"
         "detection:\n  condition: s and t\n  t: {t: 1}\n"
         "---\ndetection:\n  s: {f: a}\n"
         "---\ntitle: second\nlevel: high\ndetection:\n  s: {f: b}\n"
         "---\naction: repeat\ntitle: third\ndetection:\n  s: {f: c}\n"
         "---\naction: reset\n"
         "---\ntitle: alone\nlogsource: {product: y}\ndetection:\n  s: {f: d}\n  condition: s\n");
    cr_assert(l.matcher, "%s", l.errors);
    cr_assert_eq(tc_ruleset_count(l.rules), 4);
    expect_text(tc_ruleset_rule(l.rules, 0)->title, "base");
    expect_text(tc_ruleset_rule(l.rules, 2)->title, "third");
    cr_expect_eq(tc_ruleset_rule(l.rules, 0)->level, TC_LEVEL_LOW);
    cr_expect_eq(tc_ruleset_rule(l.rules, 2)->level, TC_LEVEL_HIGH);
    expect_text(tc_ruleset_rule(l.rules, 3)->product, "y");
    cr_expect_str_eq(match_all(&l, "{\"f\":\"a\",\"t\":1}", found), "0");
    cr_expect_str_eq(match_all(&l, "{\"f\":\"c\",\"t\":1}", found), "2");
    cr_expect_str_eq(match_all(&l, "{\"f\":\"c\"}", found), "");
    cr_expect_str_eq(match_all(&l, "{\"f\":\"d\"}", found), "3");
    load_free(&l);
}

#define FILTER "---\ntitle: f\nlogsource: {product: x}\nfilter:\n"

Test(document, filters_are_part_of_the_rules_they_name)
{
    loaded l;
    char found[256];
    load(&l, "title: a\nname: a\n" DETECTION "---\ntitle: b\nname: b\n" DETECTION FILTER
             "  rules: [a]\n  s: {u: admin}\n  sel_2: {u: root}\n  condition: not 1 of them\n");
    cr_assert(l.matcher, "%s", l.errors);
    cr_expect_eq(tc_ruleset_count(l.rules), 2);
    cr_expect_str_eq(match_all(&l, "{\"f\":\"a\",\"u\":\"joe\"}", found), "0 1");
    cr_expect_str_eq(match_all(&l, "{\"f\":\"a\",\"u\":\"ROOT\"}", found), "1");
    load_free(&l);
}

Test(document, a_filter_can_come_from_another_file_and_hold_for_any_rule_of_its_logsource)
{
    loaded l;
    char found[256];
    load_begin(&l);
    cr_assert_eq(
        load_add(&l, "f.yml", FILTER "  rules: any\n  s: {u: x}\n  condition: not s\n").code,
        TC_OK);
    cr_assert_eq(load_add(&l, "r.yml",
                          "title: a\n" DETECTION
                          "---\ntitle: b\nlogsource: {product: X, service: y}\n"
                          "detection:\n  s: {f: a}\n  condition: s\n---\ntitle: c\n"
                          "logsource: {service: y}\ndetection:\n  s: {f: a}\n  condition: s\n")
                     .code,
                 TC_OK);
    load_end(&l);
    cr_expect_str_eq(match_all(&l, "{\"f\":\"a\",\"u\":\"x\"}", found), "2");
    cr_expect_str_eq(match_all(&l, "{\"f\":\"a\"}", found), "0 1 2");
    load_free(&l);
}

Test(document, a_filter_of_another_logsource_is_warned_of)
{
    loaded l;
    char found[256];
    load(&l, "title: a\nname: a\nlogsource: {product: y}\ndetection:\n  s: {f: a}\n  condition: "
             "s\n" FILTER "  rules: a\n  s: {u: x}\n  condition: not s\n");
    cr_expect_str_eq(l.warnings, "rule.yml:11:10: the filter's logsource is not that of the rule "
                                 "'a': it does not apply\n");
    cr_expect_str_eq(match_all(&l, "{\"f\":\"a\",\"u\":\"x\"}", found), "0");
    load_free(&l);
}
