/* Figures of a correlation that a site sets in place of the rule's own. */
#include "detector/sigma/ruleset_data.h"

#include "parsers/base/hash.h"

static size_t comparisons(const tc_correlation *is, size_t *ret_last)
{
    size_t count = 0;
    for (size_t i = 0; i < TC_COMPARE_COUNT; i++) {
        if (!is->condition.set[i]) continue;
        *ret_last = i;
        count++;
    }
    return count;
}

/* The rule finds something else now: what was remembered for the old figures must not hold. */
static void mark(tc_draft *draft, const tc_adjustment *to)
{
    uint64_t *hash = &draft->rule.fingerprint;
    *hash = tc_content_hash_add(*hash, TC_LIT("adjusted"));
    *hash = tc_content_hash_add(*hash, tc_slice_make(&to->threshold, sizeof(to->threshold)));
    *hash = tc_content_hash_add(*hash, tc_slice_make(&to->timespan_ns, sizeof(to->timespan_ns)));
}

TC_STATUS tc_ruleset_adjust(tc_ruleset *rules, tc_slice id_or_name, const tc_adjustment *to,
                            tc_error *reterr)
{
    size_t which = 0;
    TC_ASSERT(!rules->compiled);
    const uint64_t *index = tc_map_get(rules->references, id_or_name);
    TC_ASSERT(index != NULL);
    tc_draft *draft = &rules->drafts[*index];
    tc_quoted q;
    if (draft->correlation == NULL)
        return tc_fail(reterr, TC_ESYNTAX, "%s looks at single events and has no threshold",
                       tc_quote(&q, id_or_name));
    tc_correlation *is = &draft->correlation->is;
    if (to->has_threshold && comparisons(is, &which) != 1)
        return tc_fail(reterr, TC_ESYNTAX, "%s has no single threshold to set",
                       tc_quote(&q, id_or_name));
    bool changes = (to->has_threshold && is->condition.number[which] != to->threshold) ||
                   (to->timespan_ns && is->timespan_ns != to->timespan_ns);
    if (to->has_threshold) is->condition.number[which] = to->threshold;
    if (to->timespan_ns) is->timespan_ns = to->timespan_ns;
    if (changes) mark(draft, to);
    return TC_SUCCESS;
}

bool tc_rule_threshold(const tc_rule *rule, double *ret)
{
    size_t which = 0;
    if (rule->correlation == NULL || comparisons(rule->correlation, &which) != 1) return false;
    *ret = rule->correlation->condition.number[which];
    return true;
}
