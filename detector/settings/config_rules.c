/* What a configuration says of rules: thresholds, and the names that it calls them by. */
#include "detector/settings/config_reader.h"

/* -- reading -------------------------------------------------------------------------------- */

static bool read_least(tc_config_reader *r, const tc_yaml *node, tc_adjustment *to)
{
    tc_scalar s = tc_scalar_of(node);
    tc_quoted q;
    double least = s.number.integer ? (double)s.number.whole : s.number.real;
    bool number = node->kind == TC_YAML_SCALAR && s.kind == TC_SCALAR_NUMBER;
    if (!number || !(least > 0) || least > 1e9)
        return TC_CONFIG_COMPLAIN(r, node, "threshold is a number above 0 and up to 10^9, not %s",
                                  tc_quote(&q, node->text));
    to->has_threshold = true;
    to->threshold = least;
    return true;
}

static bool read_span(tc_config_reader *r, const tc_yaml *node, tc_adjustment *to)
{
    tc_quoted q;
    bool span = node->kind == TC_YAML_SCALAR && tc_time_parse_span(node->text, &to->timespan_ns);
    if (span && to->timespan_ns > 0) return true;
    return TC_CONFIG_COMPLAIN(r, node,
                              "timespan is a number and one unit, as in 90s, 15m, 6h, 30d, 2w, not "
                              "%s",
                              tc_quote(&q, node->text));
}

static bool read_threshold(tc_config_reader *r, const tc_yaml *key, const tc_yaml *node,
                           tc_config_threshold *t)
{
    static const char *const known[] = {"threshold", "timespan"};
    *t = (tc_config_threshold){.line = key->line, .column = key->column};
    if (!tc_config_text(r, key, "the rule's name", &t->rule)) return false;
    if (!tc_config_map(r, node, "the thresholds of a rule", known, TC_COUNT_OF(known)))
        return false;
    const tc_yaml *least = tc_yaml_get(node, TC_LIT("threshold"), NULL);
    const tc_yaml *span = tc_yaml_get(node, TC_LIT("timespan"), NULL);
    if (least == NULL && span == NULL)
        return TC_CONFIG_COMPLAIN(r, node, "neither threshold nor timespan: this changes nothing");
    bool ok = least == NULL || read_least(r, least, &t->to);
    return (span == NULL || read_span(r, span, &t->to)) && ok;
}

bool tc_config_read_thresholds(tc_config_reader *r, const tc_yaml *node)
{
    bool ok = true;
    if (node->kind != TC_YAML_MAP)
        return TC_CONFIG_COMPLAIN(r, node,
                                  "thresholds wants rules with their figures, such as "
                                  "'webmail_burst_mailbox: {threshold: 20}'");
    tc_config_threshold *all = tc_config_room(r, node->count, sizeof(*all));
    if (all == NULL) return false;
    for (size_t i = 0; i < node->count; i++)
        ok &= read_threshold(r, node->keys[i], node->items[i], &all[i]);
    r->config->thresholds = all;
    r->config->threshold_count = node->count;
    return ok;
}

/* -- against the rules ---------------------------------------------------------------------- */

/* The name that is nearest to the word, taken one after the other. */
static void nearest_rule(const tc_ruleset *rules, tc_slice name, tc_quoted *ret)
{
    const char *pair[2] = {"", ""};
    char texts[2][64] = {{0}};
    ret->text[0] = 0;
    for (size_t i = 0; i < tc_ruleset_count(rules); i++) {
        pair[1] = tc_slice_to_cstr(tc_ruleset_rule(rules, i)->name, texts[1], sizeof(texts[1]));
        const char *best = tc_nearest(name, pair, TC_COUNT_OF(pair));
        if (best != pair[1]) continue;
        memcpy(texts[0], texts[1], sizeof(texts[0]));
        pair[0] = texts[0];
        (void)tc_suggest(ret, name, pair, 1);
    }
}

static void unknown_rule(tc_diagnostics *d, const tc_ruleset *rules, tc_slice name, uint32_t line,
                         uint32_t column)
{
    tc_quoted q, near;
    nearest_rule(rules, name, &near);
    (void)tc_diagnostics_error(d, line, column,
                               "no rule that is loaded is called %s%s (see `tocsin rules list`)",
                               tc_quote(&q, name), near.text);
}

static void adjust(const tc_config_threshold *t, tc_ruleset *rules, tc_diagnostics *d)
{
    tc_error error = {0};
    if (tc_ruleset_find(rules, t->rule) == NULL) {
        unknown_rule(d, rules, t->rule, t->line, t->column);
        return;
    }
    tc_status status = tc_ruleset_adjust(rules, t->rule, &t->to, &error);
    error.line = t->line;
    error.column = t->column;
    if (tc_failed(status)) (void)tc_diagnostics_add(d, status, &error);
}

TC_STATUS tc_config_apply_to_rules(const tc_config *c, tc_ruleset *rules,
                                   const tc_rule_reporter *reporter)
{
    tc_diagnostics d;
    tc_diagnostics_init(&d, reporter);
    tc_diagnostics_file(&d, tc_slice_of(c->path), 0);
    for (size_t i = 0; i < c->threshold_count; i++)
        adjust(&c->thresholds[i], rules, &d);
    for (size_t i = 0; i < c->exception_count; i++) {
        const tc_config_exception *e = &c->exceptions[i];
        if (e->rule.len && tc_ruleset_find(rules, e->rule) == NULL)
            unknown_rule(&d, rules, e->rule, e->line, e->column);
    }
    tc_status status = tc_diagnostics_flush(&d);
    tc_diagnostics_done(&d);
    return status;
}
