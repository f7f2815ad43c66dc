#include "detector/sigma/sight.h"
#include "tests/unit/sigma/sigma_support.h"

#include <criterion/criterion.h>

/* What own rules can see in events that count as product: test. */

#define RULE(name, source, detection)                                                              \
    "title: " name "\nname: " name "\nlogsource: " source "\ndetection: " detection "\n"
#define ANYTHING "{s: {f: a}, condition: s}"
#define TEST(name, detection) RULE(name, "{product: test}", detection)

static void note(const loaded *l, tc_sight *sight, const char *json)
{
    static const tc_logsource labels[] = {{NULL, "test", NULL}};
    json_event e;
    event_make(&e, l->names, json);
    tc_schema schema = *e.event.schema;
    schema.labels = labels;
    schema.label_count = 1;
    e.event.schema = &schema;
    tc_sight_note(sight, &e.event);
    event_free(&e);
}

/* "possible", "no log" or the fields. */
static const char *answer(const loaded *l, const tc_sight *sight, const char *name, char out[256])
{
    tc_slice fields[TC_SIGHT_FIELDS];
    size_t count;
    const tc_rule *rule = tc_ruleset_find(l->rules, tc_slice_of(name));
    cr_assert(rule, "%s", name);
    tc_sight_answer is = tc_sight_judge(sight, rule, fields, &count);
    (void)snprintf(out, 256, "%s",
                   is == TC_SIGHT_POSSIBLE ? "possible"
                   : is == TC_SIGHT_NO_LOG ? "no log"
                                           : "");
    for (size_t i = 0; i < count; i++) {
        size_t used = strlen(out);
        (void)snprintf(out + used, 256 - used, "%s%.*s", i ? " " : "", (int)fields[i].len,
                       (const char *)fields[i].ptr);
    }
    return out;
}

static const struct {
    const char *name, *detection, *answer;
} rows[] = {
    {"there", "{s: {f: a, g: b}, condition: s}", "possible"},
    {"gone", "{s: {f: a, x: b}, condition: s}", "x"},
    {"either", "{s: [{f: a}, {x: b}], condition: s}", "possible"},
    {"both", "{s: [{x: a}, {y: b}], condition: s}", "x y"},
    {"isnull", "{s: {x: null}, condition: s}", "possible"},
    {"negated", "{s: {f: a}, t: {x: b}, condition: s and not t}", "possible"},
    {"neq", "{s: {x|neq: a}, condition: s}", "possible"},
    {"exists", "{s: {x|exists: true}, condition: s}", "x"},
    {"same", "{s: {f|fieldref: x}, condition: s}", "x"},
    {"keyword", "{s: [nosuch], condition: s}", "possible"},
    {"ecs", "{s: {source.ip: a}, condition: s}", "possible"},
};

Test(sight, a_rule_is_possible_if_its_log_and_fields_are_there)
{
    loaded l;
    char out[256], yaml[512];
    load_begin(&l);
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++) {
        (void)snprintf(yaml, sizeof yaml, TEST("%s", "%s"), rows[i].name, rows[i].name,
                       rows[i].detection);
        cr_assert_eq(load_add(&l, "rule.yml", yaml).code, TC_OK);
    }
    cr_assert_eq(load_add(&l, "other.yml", RULE("other", "{service: s}", ANYTHING)).code, TC_OK);
    load_end(&l);
    tc_sight *sight = tc_sight_new(l.rules, 0);
    cr_assert(l.matcher && sight, "%s", l.errors);
    cr_expect_str_eq(answer(&l, sight, "there", out), "no log");
    note(&l, sight, "{\"f\":1}");
    note(&l, sight, "{\"g\":null}");
    for (size_t i = 0; i < TC_COUNT_OF(rows); i++)
        cr_expect_str_eq(answer(&l, sight, rows[i].name, out), rows[i].answer, "%s", rows[i].name);
    cr_expect_str_eq(answer(&l, sight, "other", out), "no log");
    tc_sight_free(sight);
    load_free(&l);
}

Test(sight, what_several_have_seen_adds_up)
{
    loaded l;
    char out[256];
    load(&l, TEST("r", "{s: {f: a, g: b}, condition: s}"));
    tc_sight *all = tc_sight_new(l.rules, 0), *one = tc_sight_new(l.rules, 0),
             *two = tc_sight_new(l.rules, 0);
    cr_assert(all && one && two);
    note(&l, one, "{\"f\":1}");
    tc_sight_add(all, one);
    cr_expect_str_eq(answer(&l, all, "r", out), "g");
    note(&l, two, "{\"g\":1}");
    tc_sight_add(all, two);
    cr_expect_str_eq(answer(&l, all, "r", out), "possible");
    cr_expect_str_eq(answer(&l, two, "r", out), "f");
    tc_sight_free(all);
    tc_sight_free(one);
    tc_sight_free(two);
    load_free(&l);
}

Test(sight, rules_before_the_first_are_not_watched)
{
    loaded l;
    char out[256];
    load(&l, TEST("shipped",
                  "{s: {x: a}, condition: s}") "---\n" TEST("own", "{s: {f: a}, condition: s}"));
    tc_sight *sight = tc_sight_new(l.rules, 1);
    cr_assert(sight);
    note(&l, sight, "{\"g\":1}");
    cr_expect_str_eq(answer(&l, sight, "own", out), "f");
    tc_sight_free(sight);
    load_free(&l);
}
