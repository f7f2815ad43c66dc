/* tocsin rules explain -f json, and list: one object a line. */
#include "detector/app/rules_explain.h"

#include "detector/app/rules_page.h"
#include "detector/app/rules_select.h"
#include "detector/sigma/correlation_kind.h"
#include "parsers/base/json_writer.h"

static void put(tc_json_writer *w, const char *key, tc_slice text)
{
    if (text.len == 0) return;
    tc_json_key(w, key);
    tc_json_string(w, text);
}

static void put_list(tc_json_writer *w, const char *key, const tc_slice *items, size_t count)
{
    tc_json_key(w, key);
    tc_json_array_open(w);
    for (size_t i = 0; i < count; i++)
        tc_json_string(w, items[i]);
    tc_json_array_close(w);
}

static void put_seconds(tc_json_writer *w, const char *key, int64_t ns)
{
    tc_json_key(w, key);
    tc_json_i64(w, ns / INT64_C(1000000000));
}

static void put_source(tc_json_writer *w, const tc_rule *rule)
{
    tc_json_key(w, "logsource");
    tc_json_object_open(w);
    put(w, "product", rule->product);
    put(w, "category", rule->category);
    put(w, "service", rule->service);
    tc_json_object_close(w);
}

static void put_selections(tc_json_writer *w, const char *key, const tc_rule *rule)
{
    tc_json_key(w, key);
    tc_json_array_open(w);
    for (size_t i = 0; i < rule->selection_count; i++) {
        tc_json_object_open(w);
        put(w, "name", rule->selections[i].name);
        put_list(w, "lines", rule->selections[i].lines, rule->selections[i].line_count);
        tc_json_object_close(w);
    }
    tc_json_array_close(w);
}

static void put_condition(tc_json_writer *w, const tc_correlation *c)
{
    static const char *const names[TC_COMPARE_COUNT] = {"gt", "gte", "lt", "lte", "eq", "neq"};
    tc_json_key(w, "condition");
    tc_json_object_open(w);
    for (size_t i = 0; i < TC_COMPARE_COUNT; i++) {
        if (!c->condition.set[i]) continue;
        tc_json_key(w, names[i]);
        tc_json_double(w, c->condition.number[i]);
    }
    tc_json_object_close(w);
}

static void put_correlation(tc_json_writer *w, const tc_run *run, const tc_rule *rule)
{
    const tc_correlation *c = rule->correlation;
    const tc_correlation_kind *kind = tc_correlation_kind_of(c->type);
    tc_str words;
    tc_str_init(&words, SIZE_MAX / 2);
    tc_rules_page_correlation(&words, rule);
    tc_json_key(w, "correlation");
    tc_json_object_open(w);
    put(w, "type", tc_slice_of(kind->name));
    put(w, "text", tc_str_view(&words));
    tc_json_key(w, "rules");
    tc_json_array_open(w);
    for (size_t i = 0; i < c->rule_count; i++)
        tc_json_string(w, tc_rules_page_name(tc_ruleset_rule(run->rules, c->rules[i])));
    tc_json_array_close(w);
    put_seconds(w, "timespan_seconds", c->timespan_ns);
    put_list(w, "group_by", c->group_by, c->group_count);
    put_list(w, "fields", c->fields, c->field_count);
    put_condition(w, c);
    if (rule->condition_count) put(w, "expression", rule->conditions[0]);
    if (kind->learns) put_seconds(w, "learn_seconds", c->baseline.learn_ns);
    put_selections(w, "aliases", rule);
    tc_json_object_close(w);
    tc_str_done(&words);
}

static void put_parts_of(tc_json_writer *w, const tc_run *run, const tc_rule *rule)
{
    tc_json_key(w, "part_of");
    tc_json_array_open(w);
    for (size_t i = 0; i < tc_ruleset_count(run->rules); i++) {
        const tc_rule *other = tc_ruleset_rule(run->rules, i);
        for (size_t k = 0; other->correlation && k < other->correlation->rule_count; k++) {
            if (other->correlation->rules[k] != rule->index) continue;
            tc_json_string(w, tc_rules_page_name(other));
            break;
        }
    }
    tc_json_array_close(w);
}

static void put_head(tc_json_writer *w, const tc_run *run, const tc_rule *rule)
{
    tc_slice group = tc_rules_page_group(rule, run->data_folder);
    put(w, "name", rule->name);
    put(w, "id", rule->id);
    put(w, "title", rule->title);
    put(w, "level", tc_slice_of(tc_level_name(rule->level)));
    put(w, "kind", rule->correlation ? TC_LIT("correlation") : TC_LIT("detection"));
    put(w, "group", group);
    put(w, "status", rule->status);
    put(w, "message", rule->message);
    put(w, "description", rule->description);
    tc_json_key(w, "reports");
    tc_json_bool(w, rule->reports);
    put_parts_of(w, run, rule);
}

static void explain(const tc_run *run, const tc_rule *rule, tc_str *page, tc_str *text)
{
    tc_json_writer w;
    tc_json_writer_init(&w, page);
    tc_json_object_open(&w);
    put_head(&w, run, rule);
    if (rule->correlation) {
        put_correlation(&w, run, rule);
    } else {
        put_source(&w, rule);
        put_list(&w, "condition", rule->conditions, rule->condition_count);
        put_selections(&w, "selections", rule);
    }
    put(&w, "numbers", rule->numbers);
    put_list(&w, "falsepositives", rule->falsepositives, rule->falsepositive_count);
    put_list(&w, "check", rule->checks, rule->check_count);
    put_list(&w, "next", rule->next_steps, rule->next_step_count);
    put_list(&w, "techniques", rule->techniques, rule->technique_count);
    put_list(&w, "tags", rule->tags, rule->tag_count);
    tc_str_clear(text);
    tc_rules_page_file(text, rule, run->data_folder);
    tc_json_key(&w, "where");
    tc_json_string(&w, tc_str_view(text));
    tc_json_object_close(&w);
    tc_str_add_byte(page, '\n');
}

void tc_rules_explain_json(const tc_run *run, const bool *chosen, tc_str *page)
{
    tc_str text;
    tc_str_init(&text, SIZE_MAX / 2);
    for (size_t i = 0; i < tc_ruleset_count(run->rules); i++) {
        const tc_rule *rule = tc_ruleset_rule(run->rules, i);
        if (chosen[i] && tc_rules_select_passes(run->options, rule))
            explain(run, rule, page, &text);
    }
    tc_str_done(&text);
}
