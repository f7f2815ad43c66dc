/* Which fields the detection rules for a kind of log look at. */
#include "detector/sigma/ruleset.h"
#include "detector/sigma/ruleset_data.h"

typedef struct asked {
    const tc_ruleset *rules;
    uint64_t *bits;
    size_t words;
} asked;

static void ask_group(const asked *a, uint32_t group)
{
    tc_field field = a->rules->groups[group].field;
    if (field == TC_FIELD_NONE)
        memset(a->bits, 0xFF, a->words * sizeof(*a->bits));
    else if (field / 64 < a->words)
        a->bits[field / 64] |= UINT64_C(1) << (field % 64);
}

static void ask_node(const asked *a, const tc_node *node)
{
    if (node->kind == TC_NODE_PREDICATE) {
        const tc_predicate *p = &a->rules->predicates.list[node->predicate];
        ask_group(a, p->group);
        if (p->kind == TC_PREDICATE_SAME) ask_group(a, p->other_group);
        return;
    }
    uint32_t count = node->kind == TC_NODE_NOT ? 1 : node->count;
    for (uint32_t i = 0; i < count; i++)
        ask_node(a, &node->children[i]);
}

void tc_ruleset_asked_fields(const tc_ruleset *rules, const tc_logsource *labels,
                             size_t label_count, uint64_t *ret_bits, size_t words)
{
    asked a = {rules, ret_bits, words};
    memset(ret_bits, 0, words * sizeof(*ret_bits));
    for (size_t r = 0; r < rules->draft_count; r++) {
        const tc_draft *draft = &rules->drafts[r];
        bool concerned = false;
        for (size_t i = 0; i < label_count && !concerned; i++)
            concerned = tc_logsource_fits(&draft->rule, &labels[i]);
        if (concerned && draft->rule.kind == TC_RULE_DETECTION) ask_node(&a, &draft->root);
    }
}
