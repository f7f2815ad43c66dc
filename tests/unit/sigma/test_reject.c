/* Documents that must not load, and what is said of them. */
#include "tests/unit/sigma/sigma_support.h"

#include <criterion/criterion.h>

#define LOGSOURCE "logsource: {product: x}\n"
#define DETECTION "detection:\n  s: {f: a}\n  condition: s\n"

Test(reject, rules)
{
    static const char *const rows[][2] = {
        {LOGSOURCE DETECTION, "rule.yml:1:1: no title: add 'title: ...'\n"},
        {"title: t\n" DETECTION,
         "rule.yml:1:1: no logsource: add 'logsource:' with category, product or service\n"},
        {"title: t\nlogsource: x\n" DETECTION, "rule.yml:2:12: logsource: a map is wanted\n"},
        {"title: t\nlogsource: {definition: x}\n" DETECTION,
         "rule.yml:2:12: the logsource names no category, product or service\n"},
        {"title: t\n" LOGSOURCE, "rule.yml:1:1: no detection: a rule needs 'detection:'\n"},
        {"title: t\n" LOGSOURCE "detection: x\n",
         "rule.yml:3:12: a map of search identifiers and a condition is wanted\n"},
        {"title: t\n" LOGSOURCE "detection:\n  s: {f: a}\n",
         "rule.yml:4:3: no condition: add 'condition: ...'\n"},
        {"title: t\n" LOGSOURCE "detection:\n  condition: s\n",
         "rule.yml:4:3: no search identifier\n"},
        {"title: t\n" LOGSOURCE "detection:\n  s:\n  condition: s\n",
         "rule.yml:4:3: the identifier 's' says nothing: give it fields or keywords\n"},
        {"title: t\n" LOGSOURCE "detection:\n  s: {}\n  condition: s\n",
         "rule.yml:4:6: an empty map: name at least one field\n"},
        {"title: t\n" LOGSOURCE "detection:\n  s: []\n  condition: s\n",
         "rule.yml:4:6: an empty list: give at least one element\n"},
        {"title: t\nlevel: hgih\n" LOGSOURCE DETECTION,
         "rule.yml:2:8: unknown level 'hgih', did you mean 'high'?\n"},
        {"title: t\ntocsin: {confidence: 101}\n" LOGSOURCE DETECTION,
         "rule.yml:2:22: confidence is a number from 0 to 100, not '101'\n"},
        {"title: t\ntags: [{a: b}]\n" LOGSOURCE DETECTION,
         "rule.yml:2:8: a text, or a flat list of texts, is wanted\n"},
        {"- a\n- b\n", "rule.yml:1:1: a rule is a map: 'title: ...', 'detection: ...'\n"},
        {"just text\n", "rule.yml:1:1: a rule is a map: 'title: ...', 'detection: ...'\n"},
        {"action: gobal\ntitle: t\n", "rule.yml:1:9: unknown action 'gobal', did you mean "
                                      "'global'?\n"},
        {"action: repeat\ntitle: t\n", "rule.yml:1:9: nothing stands before to repeat\n"},
        {"title: t\nid: a\n" LOGSOURCE DETECTION "---\ntitle: u\nid: a\n" LOGSOURCE DETECTION,
         "rule.yml:8:1: the id 'a' is taken by the rule in 'rule.yml', line 1\n"},
        {"title: t\nname: a\n" LOGSOURCE DETECTION "---\ntitle: u\nid: a\n" LOGSOURCE DETECTION,
         "rule.yml:8:1: the id 'a' is taken by the rule in 'rule.yml', line 1\n"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        loaded l;
        load(&l, rows[i][0]);
        cr_expect_null(l.matcher);
        cr_expect_str_eq(l.errors, rows[i][1], "%s gives %s", rows[i][0], l.errors);
        load_free(&l);
    }
}

Test(reject, all_errors_of_a_file_are_told_in_order_of_their_places)
{
    loaded l;
    load(&l, "title: t\nlogsource: {product: x}\ndetection:\n  s: {'f|foo': a, 'g|re': '('}\n"
             "  condition: t\nlevel: none\n---\ntitle: u\n");
    cr_expect_str_eq(l.errors,
                     "rule.yml:4:10: unknown modifier 'foo'\n"
                     "rule.yml:4:27: bad regular expression '(': missing closing parenthesis, at "
                     "offset 1\n"
                     "rule.yml:6:8: unknown level 'none'\n"
                     "rule.yml:8:1: no detection: a rule needs 'detection:'\n"
                     "rule.yml:8:1: no logsource: add 'logsource:' with category, product or "
                     "service\n");
    load_free(&l);
}

#define BASE "title: d\nname: d\n" LOGSOURCE DETECTION "---\ntitle: c\nname: c\n"
#define CORRELATION BASE "correlation:\n  type: event_count\n  rules: [d]\n  group-by: [u]\n"

Test(reject, correlations)
{
    static const char *const rows[][2] = {
        {CORRELATION "  timespan: 5q\n  condition: {gte: 2}\n",
         "14:13: bad timespan '5q': a number and one unit, as in 90s, 15m, 6h, 30d, 2w"},
        {CORRELATION "  timespan: 1h30m\n  condition: {gte: 2}\n",
         "14:13: bad timespan '1h30m': a number and one unit, as in 90s, 15m, 6h, 30d, 2w"},
        {CORRELATION "  condition: {gte: 2}\n",
         "11:3: no timespan: add 'timespan: 15m' or another"},
        {CORRELATION "  timespan: 5m\n",
         "11:3: no condition: add 'condition:' with a comparison or field"},
        {CORRELATION "  timespan: 5m\n  condition: {}\n",
         "15:14: no comparison: add 'gte: 10' or another to the condition"},
        {CORRELATION "  timespan: 5m\n  condition: d\n",
         "15:14: a boolean condition is for temporal correlations: this type wants a map such as "
         "{gte: 10}"},
        {CORRELATION "  timespan: 5m\n  condition: {gte: two}\n",
         "15:20: gte wants a number, not 'two'"},
        {CORRELATION "  timespan: 5m\n  condition: {gte: 2, feld: x}\n",
         "15:23: unknown key 'feld' in the condition, did you mean 'field'?"},
        {CORRELATION "  timespn: 5m\n  condition: {gte: 2}\n",
         "14:3: unknown key 'timespn' in correlation, did you mean 'timespan'?"},
        {CORRELATION "  timespan: 5m\n  condition: {gte: 2}\n  evaluate: close\n",
         "16:13: this version evaluates on arrival only, not on 'close'"},
        {CORRELATION "  timespan: 5m\n  condition: {gte: 2}\n  generate: maybe\n",
         "16:13: generate is true or false, not 'maybe'"},
        {CORRELATION "  timespan: 5m\n  condition: {gte: 2}\n  baseline: {learn: 1d}\n",
         "16:13: only new_value and value_change have a baseline"},
        {BASE "correlation:\n  rules: [d]\n  timespan: 5m\n",
         "11:3: no correlation type: add 'type: event_count' or another"},
        {BASE "correlation:\n  type: event_cuont\n  rules: [d]\n  timespan: 5m\n",
         "11:9: unknown correlation type 'event_cuont', did you mean 'event_count'?"},
        {BASE "correlation:\n  type: temporal_ordered\n  rules: [d]\n  timespan: 5m\n",
         "11:9: this version does not evaluate correlations of type 'temporal_ordered'"},
        {BASE "correlation:\n  type: event_rate\n  rules: [d]\n  timespan: 5m\n",
         "11:9: this version does not evaluate correlations of type 'event_rate'"},
        {BASE "correlation:\n  type: value_percentile\n  rules: [d]\n  timespan: 5m\n",
         "11:9: this version does not evaluate correlations of type 'value_percentile'"},
        {BASE "correlation:\n  type: value_count\n  rules: [d]\n  timespan: 5m\n  condition: {gte: "
              "2}\n",
         "14:14: no field: this type compares values, add 'field: name'"},
        {BASE "correlation:\n  type: new_value\n  rules: [d]\n  timespan: 5m\n  condition: {field: "
              "x, gte: 2}\n",
         "14:14: new_value fires for each new value: remove the comparison"},
        {BASE "correlation:\n  type: temporal\n  timespan: 5m\n",
         "11:3: the correlation names no rules: add 'rules: [...]'"},
        {BASE "correlation:\n  type: temporal\n  rules: [e]\n  timespan: 5m\n",
         "12:11: no rule has the id or name 'e'"},
        {BASE "correlation:\n  type: temporal\n  rules: [d, c]\n  timespan: 5m\n",
         "12:14: the correlation names itself as 'c'"},
        {BASE "correlation:\n  type: temporal\n  rules: [d]\n  timespan: 5m\n  condition: d and\n",
         "14:14: condition: a rule is wanted behind 'd and'"},
        {BASE
         "correlation:\n  type: temporal\n  rules: [d]\n  timespan: 5m\n  condition: d and e\n",
         "14:14: condition: a rule that 'rules' does not name at 'e'"},
        {BASE "correlation:\n  type: temporal\n  rules: [d]\n  timespan: 5m\n  aliases: {u: {e: "
              "f}}\n",
         "14:17: the alias names a rule not correlated here: 'e'"},
        {BASE "correlation:\n  type: temporal\n  rules: [d]\n  timespan: 5m\n---\ntitle: o\n"
              "correlation:\n  type: temporal\n  rules: [c]\n  group-by: [u]\n  timespan: 5m\n",
         "17:3: the correlation 'c' has no 'u': group it by that, or use an alias"},
    };
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        loaded l;
        char expected[512];
        load(&l, rows[i][0]);
        (void)snprintf(expected, sizeof expected, "rule.yml:%s\n", rows[i][1]);
        cr_expect_null(l.matcher);
        cr_expect_str_eq(l.errors, expected, "row %zu gives %s", i, l.errors);
        load_free(&l);
    }
}

Test(reject, cycles_of_correlations)
{
    loaded l;
    load(&l, "title: a\nname: a\ncorrelation: {type: temporal, rules: [b], timespan: 5m}\n---\n"
             "title: b\nname: b\ncorrelation: {type: temporal, rules: [a], timespan: 5m}\n");
    cr_expect_str_eq(
        l.errors, "rule.yml:3:14: the correlation leads back to itself through its rules, or the "
                  "chain is longer than 64\n"
                  "rule.yml:7:14: the correlation leads back to itself through its rules, or the "
                  "chain is longer than 64\n");
    load_free(&l);
}

Test(reject, a_filter_for_nothing)
{
    loaded l;
    load(&l,
         "title: f\n" LOGSOURCE "filter:\n  rules: [nobody]\n  s: {f: a}\n  condition: not s\n");
    cr_expect_str_eq(l.errors, "rule.yml:4:11: no rule has the id or name 'nobody'\n");
    load_free(&l);
    load(&l, "title: f\n" LOGSOURCE "filter:\n  s: {f: a}\n  condition: not s\n");
    cr_expect_str_eq(l.errors,
                     "rule.yml:4:3: the filter names no rules: add 'rules: [...]' or 'any'\n");
    load_free(&l);
}
