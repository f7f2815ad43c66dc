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
    tc_node both[2] = {draft->root, filter->root};
    tc_quoted q;
    if (both[0].leaves > TC_LEAVES_MAX - TC_MIN(both[1].leaves, (uint32_t)TC_LEAVES_MAX))
        return tc_diagnostics_error(d, filter->head.line, 1, "makes the rule %s too large",
                                    tc_quote(&q, draft->rule.title));
    draft->filters += filter->head.fingerprint;
    return tc_node_join(rules->arena, TC_NODE_AND, both, 2, &draft->root) ||
           tc_diagnostics_no_memory(d);
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

static bool fold_one(tc_ruleset *rules, const tc_filter *filter, tc_draft *draft,
                     const tc_reference *reference, tc_diagnostics *d)
{
    tc_quoted q;
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

/* All rules that have the id or name. */
static bool fold_named(tc_ruleset *rules, const tc_filter *filter, const tc_reference *reference,
                       tc_diagnostics *d)
{
    tc_quoted q;
    tc_draft *draft = tc_ruleset_draft(rules, reference->text, NULL);
    if (!draft && tc_ruleset_was_left_out(rules, reference->text)) return true;
    if (!draft)
        return tc_diagnostics_error(d, reference->line, reference->column,
                                    "no rule has the id or name %s", tc_quote(&q, reference->text));
    bool ok = true;
    for (; ok && draft; draft = tc_ruleset_sibling(rules, draft, reference->text))
        ok = fold_one(rules, filter, draft, reference, d);
    return ok;
}

static bool fold_filter(tc_ruleset *rules, const tc_filter *filter, tc_diagnostics *d)
{
    if (filter->any) return fold_any(rules, filter, d);
    bool ok = true;
    for (size_t r = 0; r < filter->rule_count; r++)
        ok &= fold_named(rules, filter, &filter->rules[r], d);
    return ok;
}

bool tc_ruleset_fold_filters(tc_ruleset *rules, tc_diagnostics *d)
{
    bool ok = true;
    for (size_t i = 0; i < rules->filter_count; i++) {
        const tc_filter *filter = &rules->filters[i];
        tc_diagnostics_file(d, filter->head.file, filter->file);
        tc_diagnostics_mark(d);
        ok &= fold_filter(rules, filter, d) || tc_ruleset_leave_out(rules, d, &filter->head);
    }
    return ok;
}
