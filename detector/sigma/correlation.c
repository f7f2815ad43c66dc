/* Correlation documents: the keys under `correlation`, checked by type. */
#include "detector/sigma/correlation_kind.h"
#include "detector/sigma/document.h"
#include "parsers/base/time.h"

typedef struct reader {
    tc_loader *l;
    const tc_yaml *document;
    const tc_yaml *map;
    tc_correlation_draft *draft;
    const tc_correlation_kind *kind; /* once the type is read */
} reader;

static const tc_yaml *get(const reader *r, const char *key)
{
    return tc_yaml_get(r->map, tc_slice_of(key), NULL);
}

/* An optional key that may also stand as x-... at the top of the document. */
static const tc_yaml *get_optional(const reader *r, const char *key, const char *top)
{
    const tc_yaml *node = get(r, key);
    return node ? node : tc_yaml_get(r->document, tc_slice_of(top), NULL);
}

static bool check_keys(const reader *r, const tc_yaml *map, const char *what,
                       const char *const *known, size_t count)
{
    bool ok = true;
    for (size_t i = 0; i < map->count; i++) {
        bool found = false;
        for (size_t k = 0; k < count; k++)
            found |= tc_slice_equal(map->keys[i]->text, tc_slice_of(known[k]));
        tc_quoted q;
        tc_quoted s;
        if (!found)
            ok = TC_COMPLAIN(r->l, map->keys[i], "unknown key %s in %s%s",
                             tc_quote(&q, map->keys[i]->text), what,
                             tc_suggest(&s, map->keys[i]->text, known, count));
    }
    return ok;
}

static bool refuse_type(const reader *r, const tc_yaml *node)
{
    const char *known[TC_CORRELATION_KINDS];
    tc_quoted q;
    tc_quoted s;
    for (size_t i = 0; i < TC_CORRELATION_KINDS; i++) {
        known[i] = tc_correlation_kinds[i].name;
    }
    return TC_COMPLAIN(r->l, node, "unknown correlation type %s%s", tc_quote(&q, node->text),
                       tc_suggest(&s, node->text, known, TC_COUNT_OF(known)));
}

static bool read_type(reader *r)
{
    const tc_yaml *node = get(r, "type");
    tc_quoted q;
    if (!node)
        return TC_COMPLAIN(r->l, r->map, "no correlation type: add 'type: event_count' or another");
    r->kind = tc_correlation_kind_find(node->text);
    if (!r->kind) return refuse_type(r, node);
    r->draft->is.type = r->kind->type;
    return r->kind->type != TC_CORRELATION_TYPE_COUNT ||
           TC_COMPLAIN(r->l, node, "this version does not evaluate correlations of type %s",
                       tc_quote(&q, node->text));
}

static bool read_span(const reader *r, const tc_yaml *node, const char *key, int64_t *ret)
{
    tc_quoted q;
    if (node->kind == TC_YAML_SCALAR && tc_time_parse_span(node->text, ret) && *ret > 0)
        return true;
    return TC_COMPLAIN(r->l, node, "bad %s %s: a number and one unit, as in 90s, 15m, 6h, 30d, 2w",
                       key, tc_quote(&q, node->text));
}

static bool read_number(const reader *r, const tc_yaml *node, const char *key, double *ret)
{
    tc_quoted q;
    if (node->kind == TC_YAML_SCALAR && node->plain && tc_slice_to_double(node->text, ret))
        return true;
    return TC_COMPLAIN(r->l, node, "%s wants a number, not %s", key, tc_quote(&q, node->text));
}

static bool read_flag(const reader *r, const tc_yaml *node, const char *key, bool *ret)
{
    tc_scalar s = tc_scalar_of(node);
    tc_quoted q;
    *ret = s.truth;
    return s.kind == TC_SCALAR_BOOL ||
           TC_COMPLAIN(r->l, node, "%s is true or false, not %s", key, tc_quote(&q, node->text));
}

/* -- the condition --------------------------------------------------------------------------- */

static bool read_operators(const reader *r, const tc_yaml *map, size_t *ret_count)
{
    static const char *const names[TC_COMPARE_COUNT] = {"gt", "gte", "lt", "lte", "eq", "neq"};
    tc_correlation *is = &r->draft->is;
    bool ok = true;
    *ret_count = 0;
    for (size_t i = 0; i < TC_COMPARE_COUNT; i++) {
        const tc_yaml *node = tc_yaml_get(map, tc_slice_of(names[i]), NULL);
        if (!node) continue;
        is->condition.set[i] = true;
        ok &= read_number(r, node, names[i], &is->condition.number[i]);
        ++*ret_count;
    }
    return ok;
}

static bool read_condition_map(const reader *r, const tc_yaml *map)
{
    static const char *const known[] = {"gt", "gte", "lt", "lte", "eq", "neq", "field"};
    tc_correlation *is = &r->draft->is;
    size_t operators;
    bool ok = check_keys(r, map, "the condition", known, TC_COUNT_OF(known));
    ok &= read_operators(r, map, &operators);
    const tc_yaml *field = tc_yaml_get(map, TC_LIT("field"), NULL);
    ok &= tc_texts_read(r->l, field, &is->fields, &is->field_count);
    if (r->kind->counts && operators == 0)
        ok = TC_COMPLAIN(r->l, map, "no comparison: add 'gte: 10' or another to the condition");
    if (r->kind->values && is->field_count == 0)
        ok = TC_COMPLAIN(r->l, map, "no field: this type compares values, add 'field: name'");
    if (!r->kind->values && field)
        TC_WARN(r->l, field, "this type compares no values: field is not looked at");
    if (r->kind->each && operators > 0)
        ok = TC_COMPLAIN(r->l, map, "new_value fires for each new value: remove the comparison");
    return ok;
}

/* -- group-by, aliases, baseline -------------------------------------------------------------- */

static bool read_alias(const reader *r, const tc_yaml *key, const tc_yaml *map, tc_alias *ret)
{
    tc_quoted q;
    if (map->kind != TC_YAML_MAP)
        return TC_COMPLAIN(r->l, map, "the alias %s wants a map of rules and their fields",
                           tc_quote(&q, key->text));
    tc_reference *rules = tc_arena_get(r->l->arena, map->count, sizeof *rules);
    tc_slice *fields = tc_arena_get(r->l->arena, map->count, sizeof *fields);
    bool ok = rules && fields && tc_arena_copy(r->l->arena, key->text, &ret->name);
    for (size_t i = 0; ok && i < map->count; i++) {
        const tc_yaml *rule = map->keys[i];
        if (map->items[i]->kind != TC_YAML_SCALAR)
            return TC_COMPLAIN(r->l, map->items[i], "the name of one field is wanted");
        rules[i] = (tc_reference){.line = rule->line, .column = rule->column};
        ok = tc_arena_copy(r->l->arena, rule->text, &rules[i].text) &&
             tc_arena_copy(r->l->arena, map->items[i]->text, &fields[i]);
    }
    if (!ok) return tc_diagnostics_no_memory(r->l->d);
    ret->rules = rules;
    ret->fields = fields;
    ret->count = map->count;
    return true;
}

static bool read_aliases(const reader *r)
{
    const tc_yaml *map = get(r, "aliases");
    if (!map) return true;
    if (map->kind != TC_YAML_MAP) return TC_COMPLAIN(r->l, map, "aliases: a map is wanted");
    tc_alias *aliases = tc_arena_zero(r->l->arena, map->count, sizeof *aliases);
    if (!aliases) return tc_diagnostics_no_memory(r->l->d);
    bool ok = true;
    for (size_t i = 0; i < map->count; i++)
        ok &= read_alias(r, map->keys[i], map->items[i], &aliases[i]);
    r->draft->aliases = aliases;
    r->draft->alias_count = map->count;
    return ok;
}

static bool read_count(const reader *r, const tc_yaml *node, const char *key, uint64_t *ret)
{
    tc_quoted q;
    return (node->kind == TC_YAML_SCALAR && tc_slice_to_u64(node->text, ret) && *ret > 0) ||
           TC_COMPLAIN(r->l, node, "%s wants a whole number above 0, not %s", key,
                       tc_quote(&q, node->text));
}

static bool read_baseline(const reader *r)
{
    static const char *const known[] = {"learn", "min_events", "share", "scope", "max_values"};
    tc_correlation *is = &r->draft->is;
    const tc_yaml *map = get(r, "baseline");
    const tc_yaml *node;
    is->baseline.min_events = 1;
    is->baseline.share = TC_BASELINE_SHARE;
    is->baseline.max_values = TC_BASELINE_VALUES;
    if (!map) return true;
    if (!r->kind->learns)
        return TC_COMPLAIN(r->l, map, "only new_value and value_change have a baseline");
    if (map->kind != TC_YAML_MAP) return TC_COMPLAIN(r->l, map, "baseline: a map is wanted");
    bool ok = check_keys(r, map, "the baseline", known, TC_COUNT_OF(known));
    tc_quoted q;
    if ((node = tc_yaml_get(map, TC_LIT("learn"), NULL)))
        ok &= (tc_time_parse_span(node->text, &is->baseline.learn_ns) &&
               is->baseline.learn_ns == 0) || /* "0d": learn nothing */
              read_span(r, node, "learn", &is->baseline.learn_ns);
    if ((node = tc_yaml_get(map, TC_LIT("min_events"), NULL)))
        ok &= read_count(r, node, "min_events", &is->baseline.min_events);
    if ((node = tc_yaml_get(map, TC_LIT("max_values"), NULL)))
        ok &= read_count(r, node, "max_values", &is->baseline.max_values);
    if ((node = tc_yaml_get(map, TC_LIT("share"), NULL))) {
        ok &= read_number(r, node, "share", &is->baseline.share);
        if (!(is->baseline.share > 0 && is->baseline.share <= 1))
            ok = TC_COMPLAIN(r->l, node, "share lies above 0 and is at most 1");
    }
    if ((node = tc_yaml_get(map, TC_LIT("scope"), NULL))) {
        is->baseline.global_scope = tc_slice_equal(node->text, TC_LIT("global"));
        if (!is->baseline.global_scope && !tc_slice_equal(node->text, TC_LIT("group")))
            ok = TC_COMPLAIN(r->l, node, "scope is 'group' or 'global', not %s",
                             tc_quote(&q, node->text));
    }
    return ok;
}

/* -- keys that only one of their values is evaluated of ---------------------------------------- */

static bool read_policies(const reader *r)
{
    const tc_yaml *suppress = get_optional(r, "suppress", "x-suppress");
    const tc_yaml *evaluate = get_optional(r, "evaluate", "x-evaluate");
    const tc_yaml *window = get_optional(r, "window", "x-window");
    const tc_yaml *gap = get_optional(r, "gap", "x-gap");
    const tc_yaml *lateness = get_optional(r, "lateness", "x-lateness");
    const tc_yaml *generate = get(r, "generate");
    bool ok = true;
    tc_quoted q;
    if (generate) ok &= read_flag(r, generate, "generate", &r->draft->is.generate);
    if (suppress) ok &= read_span(r, suppress, "suppress", &r->draft->is.suppress_ns);
    if (evaluate && !tc_slice_equal(evaluate->text, TC_LIT("arrival")))
        ok = TC_COMPLAIN(r->l, evaluate, "this version evaluates on arrival only, not on %s",
                         tc_quote(&q, evaluate->text));
    if (window && !tc_slice_equal(window->text, TC_LIT("sliding")))
        ok = TC_COMPLAIN(r->l, window, "this version has sliding windows only, not %s",
                         tc_quote(&q, window->text));
    if (gap) ok = TC_COMPLAIN(r->l, gap, "this version has no session windows: remove 'gap'");
    if (lateness)
        ok = TC_COMPLAIN(r->l, lateness,
                         "this version takes the lateness from the log's format: remove it");
    return ok;
}

static bool read_rules_and_condition(const reader *r)
{
    tc_correlation_draft *draft = r->draft;
    const tc_yaml *rules = get(r, "rules");
    const tc_yaml *condition = get(r, "condition");
    bool expression = condition && condition->kind == TC_YAML_SCALAR;
    bool ok = tc_references_read(r->l, rules, &draft->rules, &draft->rule_count);
    if (expression && !r->kind->expression)
        return TC_COMPLAIN(r->l, condition,
                           "a boolean condition is for temporal correlations: this type wants a "
                           "map such as {gte: 10}");
    if (expression) return ok && tc_correlation_expression_read(r->l, condition, draft);
    if (!condition && !r->kind->expression)
        ok = TC_COMPLAIN(r->l, r->map, "no condition: add 'condition:' with a comparison or field");
    if (draft->rule_count == 0)
        ok = TC_COMPLAIN(r->l, r->map, "the correlation names no rules: add 'rules: [...]'");
    if (condition && condition->kind != TC_YAML_MAP)
        return TC_COMPLAIN(r->l, condition, "condition: a map is wanted");
    return condition ? read_condition_map(r, condition) && ok : ok;
}

static bool read_body(reader *r)
{
    static const char *const known[] = {"type",    "rules",    "group-by", "timespan", "condition",
                                        "aliases", "generate", "baseline", "suppress", "evaluate",
                                        "window",  "gap",      "lateness"};
    if (!check_keys(r, r->map, "correlation", known, TC_COUNT_OF(known)) || !read_type(r))
        return false;
    tc_correlation *is = &r->draft->is;
    const tc_yaml *timespan = get(r, "timespan");
    bool ok = read_rules_and_condition(r);
    ok &= tc_texts_read(r->l, get(r, "group-by"), &is->group_by, &is->group_count);
    ok &= read_aliases(r);
    ok &= read_baseline(r);
    ok &= read_policies(r);
    if (!timespan) return TC_COMPLAIN(r->l, r->map, "no timespan: add 'timespan: 15m' or another");
    return read_span(r, timespan, "timespan", &is->timespan_ns) && ok;
}

bool tc_correlation_read(tc_loader *l, const tc_yaml *document, tc_draft *ret)
{
    const tc_yaml *map = tc_yaml_get(document, TC_LIT("correlation"), NULL);
    bool ok = tc_head_read(l, document, &ret->rule);
    if (!map || map->kind != TC_YAML_MAP)
        return TC_COMPLAIN(l, map ? map : document, "correlation: a map is wanted");
    if (tc_yaml_get(document, TC_LIT("detection"), NULL))
        ok = TC_COMPLAIN(l, document, "a rule is a detection or a correlation, not both");
    ret->rule.kind = TC_RULE_CORRELATION;
    ret->column = document->column;
    ret->correlation = tc_arena_zero(l->arena, 1, sizeof *ret->correlation);
    if (!ret->correlation) return tc_diagnostics_no_memory(l->d);
    ret->correlation->line = map->line;
    ret->correlation->column = map->column;
    reader r = {l, document, map, ret->correlation, NULL};
    return read_body(&r) && ok &&
           (!l->keeps_wording || tc_wording_read_correlation(l, map, &ret->rule));
}
