/* Filters folded into the rules that they name: (rule) and (filter). */
#include "detector/sigma/ruleset_data.h"

/* Every attribute that the filter names, the rule names, too. */
static bool covers(const tc_rule *filter, const tc_rule *rule)
{
    return (filter->category.len == 0 || tc_slice_equal_ascii(filter->category, rule->category)) &&
           (filter->product.len == 0 || tc_slice_equal_ascii(filter->product, rule->product)) &&
           (filter->service.len == 0 || tc_slice_equal_ascii(filter->service, rule->service));
}

static bool fold(tc_ruleset *rules, const tc_filter *filter, tc_draft *draft, tc_diagnostics *d)
{
    draft->filters += filter->head.fingerprint;
    tc_node both[2] = {draft->root, filter->root};
    if (!tc_node_join(rules->arena, TC_NODE_AND, both, 2, &draft->root))
        return tc_diagnostics_no_memory(d);
    tc_quoted q;
    return draft->root.leaves <= TC_LEAVES_MAX ||
           tc_diagnostics_error(d, filter->head.line, 1, "makes the rule %s too large",
                                tc_quote(&q, draft->rule.title));
}

static bool fold_any(tc_ruleset *rules, const tc_filter *filter, tc_diagnostics *d)
{
    for (size_t i = 0; i < rules->draft_count; i++) {
        tc_draft *draft = &rules->drafts[i];
        if (draft->rule.kind == TC_RULE_DETECTION && covers(&filter->head, &draft->rule) &&
            !fold(rules, filter, draft, d))
            return false;
    }
    return true;
}

static bool fold_named(tc_ruleset *rules, const tc_filter *filter, const tc_reference *reference,
                       tc_diagnostics *d)
{
    tc_quoted q;
    const uint64_t *index = tc_map_get(rules->references, reference->text);
    if (!index)
        return tc_diagnostics_error(d, reference->line, reference->column,
                                    "no rule has the id or name %s", tc_quote(&q, reference->text));
    tc_draft *draft = &rules->drafts[*index];
    if (draft->rule.kind != TC_RULE_DETECTION) {
        tc_diagnostics_warn(d, reference->line, reference->column,
                            "filters do not apply to correlations such as %s: name its rules",
                            tc_quote(&q, reference->text));
        return true;
    }
    if (!covers(&filter->head, &draft->rule)) {
        tc_diagnostics_warn(d, reference->line, reference->column,
                            "the filter's logsource is not that of the rule %s: it does not apply",
                            tc_quote(&q, reference->text));
        return true;
    }
    return fold(rules, filter, draft, d);
}

bool tc_ruleset_fold_filters(tc_ruleset *rules, tc_diagnostics *d)
{
    bool ok = true;
    for (size_t i = 0; i < rules->filter_count; i++) {
        const tc_filter *filter = &rules->filters[i];
        tc_diagnostics_file(d, filter->head.file, filter->file);
        if (filter->any) {
            ok &= fold_any(rules, filter, d);
            continue;
        }
        for (size_t r = 0; r < filter->rule_count; r++)
            ok &= fold_named(rules, filter, &filter->rules[r], d);
    }
    return ok;
}
