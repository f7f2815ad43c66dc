#include "detector/report/stats_rules.h"

static void put(tc_json_writer *w, const char *key, tc_slice text)
{
    tc_json_key(w, key);
    tc_json_string(w, text);
}

static void put_number(tc_json_writer *w, const char *key, uint64_t n)
{
    tc_json_key(w, key);
    tc_json_u64(w, n);
}

static void put_place(tc_json_writer *w, tc_slice file, uint32_t line, tc_slice why)
{
    put(w, "file", file);
    put_number(w, "line", line);
    put(w, "why", why);
    tc_json_object_close(w);
}

static void put_left_out(tc_json_writer *w, const tc_ruleset *rules)
{
    size_t count = TC_MIN(tc_ruleset_left_out(rules), (size_t)TC_LEFT_OUT_KEPT);
    tc_json_key(w, "left_out_rules");
    tc_json_array_open(w);
    for (size_t i = 0; i < count; i++) {
        const tc_rule_left_out *one = tc_ruleset_left_out_at(rules, i);
        tc_json_object_open(w);
        put(w, "title", one->title);
        put_place(w, one->file, one->line, one->why);
    }
    tc_json_array_close(w);
}

static void put_idle(tc_json_writer *w, const tc_summary *s)
{
    tc_json_key(w, "idle_rules");
    tc_json_array_open(w);
    for (size_t i = 0; i < s->idle_rule_count; i++) {
        const tc_idle_rule *one = &s->idle_rules[i];
        tc_json_object_open(w);
        put(w, "rule", one->rule);
        put_place(w, one->file, one->line, one->why);
    }
    tc_json_array_close(w);
}

void tc_stats_rules(tc_json_writer *w, const tc_ruleset *rules, size_t shipped, const tc_summary *s)
{
    size_t all = tc_ruleset_count(rules);
    tc_json_key(w, "rules");
    tc_json_object_open(w);
    put_number(w, "shipped", shipped);
    put_number(w, "own", all - shipped);
    put_number(w, "left_out", s->rules_left_out);
    put_left_out(w, rules);
    put_number(w, "idle", s->idle_rules_found);
    put_idle(w, s);
    tc_json_object_close(w);
}
