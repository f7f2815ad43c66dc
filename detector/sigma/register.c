/*
 * Ids and names of rules. Each belongs to one rule, unless a template (action: global, repeat)
 * hands the same key on to several: those are a chain, from the last to the first.
 */
#include "detector/sigma/ruleset_data.h"

static bool is_same_place(tc_place_of_key a, tc_place_of_key b)
{
    return a.line > 0 && a.line == b.line && a.column == b.column;
}

static bool is_of_one_template(const tc_draft *a, const tc_draft *b, tc_slice key)
{
    if (a->file != b->file) return false;
    return (tc_slice_equal(key, a->rule.id) && is_same_place(a->id, b->id)) ||
           (tc_slice_equal(key, a->rule.name) && is_same_place(a->name, b->name));
}

/* True if the rule may have the key. */
static bool check(const tc_ruleset *rules, const tc_draft *draft, tc_slice key, const char *what,
                  tc_diagnostics *d)
{
    const tc_draft *other = tc_ruleset_draft(rules, key, NULL);
    if (!other || other == draft || is_of_one_template(other, draft, key)) return true;
    tc_quoted q, f;
    return tc_diagnostics_error(
        d, draft->rule.line, 1, "the %s %s is taken by the rule in %s, line %" PRIu32, what,
        tc_quote(&q, key), tc_quote(&f, other->rule.file), other->rule.line);
}

static bool put(tc_ruleset *rules, tc_draft *draft, tc_slice key, uint32_t *before,
                tc_diagnostics *d)
{
    uint64_t *index;
    bool created;
    *before = 0;
    if (key.len == 0) return true;
    if (tc_failed(tc_map_put(rules->references, key, &index, &created)))
        return tc_diagnostics_no_memory(d);
    if (!created && *index != draft->rule.index) *before = (uint32_t)*index + 1;
    *index = draft->rule.index;
    return true;
}

bool tc_ruleset_register(tc_ruleset *rules, tc_draft *draft, tc_diagnostics *d)
{
    const tc_rule *rule = &draft->rule;
    bool ok = check(rules, draft, rule->id, "id", d);
    ok &= check(rules, draft, rule->name, "name", d);
    return ok && put(rules, draft, rule->id, &draft->same_id, d) &&
           put(rules, draft, rule->name, &draft->same_name, d);
}

static uint32_t before(const tc_draft *draft, tc_slice key)
{
    if (tc_slice_equal(key, draft->rule.id) && draft->same_id) return draft->same_id;
    return tc_slice_equal(key, draft->rule.name) ? draft->same_name : 0;
}

tc_draft *tc_ruleset_draft(const tc_ruleset *rules, tc_slice id_or_name, bool *ret_shared)
{
    const uint64_t *index = id_or_name.len ? tc_map_get(rules->references, id_or_name) : NULL;
    tc_draft *draft = index ? &rules->drafts[*index] : NULL;
    if (ret_shared) *ret_shared = draft && before(draft, id_or_name) > 0;
    return draft;
}

tc_draft *tc_ruleset_sibling(const tc_ruleset *rules, const tc_draft *draft, tc_slice id_or_name)
{
    uint32_t place = before(draft, id_or_name);
    return place ? &rules->drafts[place - 1] : NULL;
}

bool tc_ruleset_find_ambiguous(tc_ruleset *rules, tc_diagnostics *d)
{
    tc_map *first = tc_map_new(TC_RULES_MAX);
    bool ok = first != NULL;
    for (size_t i = 0; ok && i < rules->draft_count; i++) {
        tc_rule *rule = &rules->drafts[i].rule;
        uint64_t *index;
        bool created;
        ok = !tc_failed(tc_map_put(first, rule->id.len ? rule->id : rule->title, &index, &created));
        if (!ok) break;
        if (created) *index = i;
        rule->ambiguous = rules->drafts[*index].rule.ambiguous = !created;
    }
    tc_map_free(first);
    return ok || tc_diagnostics_no_memory(d);
}
