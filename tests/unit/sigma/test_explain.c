/* Which conditions of a rule an event meets, and how they are worded. */
#include "detector/sigma/explain.h"
#include "tests/unit/sigma/sigma_support.h"

#include <criterion/criterion.h>

static const char rules[] =
    "title: r0\nlogsource: {product: tocsin}\ndetection:\n"
    "  a: {event.action: session_started, language.days|gte: 3, source.novel: true}\n"
    "  b: {user: ['x*', 'y?']}\n"
    "  c: {gone: null}\n"
    "  d: {source.ip|cidr: 10.0.0.0/8}\n"
    "  condition: a and b and not c and not d\n"
    "---\ntitle: r1\nlogsource: {product: linux}\ndetection: {s: {f: a}, condition: s}\n";

typedef struct asked {
    bool concerned;
    size_t count, held;
    char unmet[512]; /* "words=value;" of what was not met */
} asked;

static asked ask(loaded *l, uint32_t rule, const char *json)
{
    static const tc_logsource label = {NULL, "tocsin", NULL};
    json_event e;
    tc_conjunct conjuncts[TC_CONJUNCTS_MAX];
    asked a = {.count = tc_ruleset_conjuncts(l->rules, rule)};
    tc_str words;
    tc_str_init(&words, sizeof(a.unmet) - 1);
    event_make(&e, l->names, json);
    e.schema.labels = &label;
    e.schema.label_count = 1;
    a.concerned = tc_matcher_explain(l->matcher, &e.event, rule, conjuncts);
    for (size_t i = 0; a.concerned && i < a.count; i++) {
        a.held += conjuncts[i].held;
        if (conjuncts[i].held) continue;
        tc_ruleset_conjunct_words(l->rules, rule, i, &words);
        tc_str_add_byte(&words, '=');
        tc_str_add(&words, conjuncts[i].value);
        tc_str_add_byte(&words, ';');
    }
    tc_slice_to_cstr(tc_str_view(&words), a.unmet, sizeof(a.unmet));
    /* Whatever was asked, matching is as it was. */
    const uint32_t *found;
    cr_assert_eq(tc_matcher_match(l->matcher, &e.event, &found), a.held == a.count ? 1u : 0u);
    tc_str_done(&words);
    event_free(&e);
    return a;
}

Test(explain, conditions_are_answered_one_by_one)
{
    loaded l;
    load(&l, rules);
    cr_assert(l.matcher, "%s", l.errors);
    asked a = ask(&l, 0,
                  "{\"event.action\":\"session_started\",\"language.days\":2,"
                  "\"source.novel\":true,\"user\":\"xa\",\"gone\":1,"
                  "\"source.ip\":\"192.0.2.1\"}");
    cr_assert(a.concerned);
    cr_expect_eq(a.count, 6u);
    cr_expect_eq(a.held, 5u);
    cr_expect_str_eq(a.unmet, "language.days >= 3=2;");
    a = ask(&l, 0,
            "{\"event.action\":\"other\",\"language.days\":7,\"source.novel\":false,"
            "\"user\":\"yb\",\"source.ip\":\"10.1.1.1\"}");
    cr_expect_eq(a.held, 2u);
    cr_expect(strstr(a.unmet, "event.action = session_started=other;"), "%s", a.unmet);
    cr_expect(strstr(a.unmet, "source.novel is true=false;"), "%s", a.unmet);
    cr_expect(strstr(a.unmet, "not (gone is missing)=;"), "%s", a.unmet);
    cr_expect(strstr(a.unmet, "not (source.ip in 10.0.0.0/8)=10.1.1.1;"), "%s", a.unmet);
    load_free(&l);
}

Test(explain, alternatives_are_one_condition)
{
    loaded l;
    load(&l, rules);
    asked a = ask(&l, 0,
                  "{\"event.action\":\"session_started\",\"language.days\":3,"
                  "\"source.novel\":true,\"user\":\"z\",\"gone\":1,"
                  "\"source.ip\":\"192.0.2.1\"}");
    cr_expect_eq(a.held, 5u);
    cr_expect_str_eq(a.unmet, "(user = x* or user = y?)=;");
    load_free(&l);
}

Test(explain, a_rule_for_other_logs_is_not_asked)
{
    loaded l;
    load(&l, rules);
    cr_expect_eq(tc_ruleset_conjuncts(l.rules, 1), 1u);
    cr_expect_not(ask(&l, 1, "{\"f\":\"b\"}").concerned);
    load_free(&l);
}

Test(explain, correlations_have_no_conditions)
{
    loaded l;
    load(&l, "title: a\nname: a\nlogsource: {product: tocsin}\n"
             "detection: {s: {f: a}, condition: s}\n"
             "---\ntitle: b\ncorrelation: {type: event_count, rules: a, group-by: [f], "
             "timespan: 1h, condition: {gte: 2}}\n");
    cr_assert(l.matcher, "%s", l.errors);
    cr_expect_eq(tc_ruleset_conjuncts(l.rules, 0), 1u);
    cr_expect_eq(tc_ruleset_conjuncts(l.rules, 1), 0u);
    load_free(&l);
}
