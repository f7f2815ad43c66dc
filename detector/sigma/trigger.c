/*
 * Triggers: for each rule a set of predicates of which one must hold for the rule to match, chosen
 * to hold seldom. Only rules that an event's true predicates wake are looked at. A rule without
 * such a set (only negations, say) is looked at for every event of its logsource.
 */
#include "detector/sigma/ruleset_data.h"
#include "parsers/base/alloc.h"

#define NONE INT32_MIN

typedef struct chooser {
    const tc_ruleset *rules;
    const uint32_t *uses; /* how many places ask each predicate */
    int32_t *worth;       /* per predicate: how seldom it can be taken to hold; NONE = no trigger */
} chooser;

static void count_uses(const tc_node *node, uint32_t *uses)
{
    if (node->kind == TC_NODE_PREDICATE) {
        if (uses[node->predicate] < UINT32_MAX) uses[node->predicate]++;
        return;
    }
    for (uint32_t i = 0; i < node->count; i++)
        count_uses(&node->children[i], uses);
}

static int32_t log2_of(uint32_t n)
{
    return n ? 31 - __builtin_clz(n) : 0;
}

/* Long texts are seldom; what many rules ask (a common program, say) is not. */
static int32_t worth_of(const chooser *c, uint32_t number)
{
    const tc_predicate *p = &c->rules->predicates.list[number];
    if (c->rules->answers[number].answer == TC_ANSWER_DIRECT) return NONE;
    int32_t worth = 6;
    if (p->kind == TC_PREDICATE_PATTERN) {
        tc_slice text = tc_pattern_longest(p->folded);
        worth = (int32_t)TC_MIN(text.len, (size_t)24);
        if (tc_pattern_plain(p->folded, &text)) worth += 4;
    }
    /* Keywords are searched in the whole event. */
    if (p->field.len == 0) worth -= 40;
    return worth - 2 * log2_of(c->uses[number]);
}

/* The worth of the best set for the tree, or for its negation. */
static int32_t best(const chooser *c, const tc_node *node, bool negated)
{
    if (node->kind == TC_NODE_PREDICATE) return negated ? NONE : c->worth[node->predicate];
    if (node->kind == TC_NODE_NOT) return best(c, node->children, !negated);
    bool every = (node->kind == TC_NODE_AND) != negated;
    int32_t worth = every ? NONE : INT32_MAX;
    for (uint32_t i = 0; i < node->count; i++) {
        int32_t one = best(c, &node->children[i], negated);
        worth = every ? TC_MAX(worth, one) : TC_MIN(worth, one);
    }
    if (every || worth == NONE) return worth;
    return worth - log2_of(node->count) / 2;
}

typedef struct list {
    uint32_t *predicates;
    size_t count, room;
} list;

static bool collect(const chooser *c, const tc_node *node, bool negated, list *out)
{
    if (node->kind == TC_NODE_PREDICATE) {
        if (tc_failed(tc_grow((void *)&out->predicates, &out->room, out->count + 1,
                              sizeof *out->predicates, TC_LEAVES_MAX)))
            return false;
        out->predicates[out->count++] = node->predicate;
        return true;
    }
    if (node->kind == TC_NODE_NOT) return collect(c, node->children, !negated, out);
    bool every = (node->kind == TC_NODE_AND) != negated;
    const tc_node *chosen = NULL;
    int32_t worth = NONE;
    for (uint32_t i = 0; i < node->count; i++) {
        if (!every) {
            if (!collect(c, &node->children[i], negated, out)) return false;
            continue;
        }
        int32_t one = best(c, &node->children[i], negated);
        if (one > worth) chosen = &node->children[i];
        worth = TC_MAX(one, worth);
    }
    return !every || collect(c, chosen, negated, out);
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* All rules' triggers: pairs (predicate << 32 | rule), in order of rules. */
typedef struct pairs {
    uint64_t *list;
    size_t count, room;
} pairs;

static bool add_rule(const chooser *c, const tc_draft *draft, list *scratch, pairs *out)
{
    scratch->count = 0;
    if (!collect(c, &draft->root, false, scratch)) return false;
    if (scratch->count > 1)
        qsort(scratch->predicates, scratch->count, sizeof *scratch->predicates, compare);
    for (size_t i = 0; i < scratch->count; i++) {
        if (i > 0 && scratch->predicates[i] == scratch->predicates[i - 1]) continue;
        if (tc_failed(tc_grow((void *)&out->list, &out->room, out->count + 1, sizeof *out->list,
                              SIZE_MAX / 64)))
            return false;
        out->list[out->count++] = (uint64_t)scratch->predicates[i] << 32 | draft->rule.index;
    }
    return true;
}

static bool choose_all(tc_ruleset *rules, const chooser *c, pairs *out)
{
    list scratch = {.count = 0};
    bool ok = true;
    for (size_t i = 0; ok && i < rules->draft_count; i++) {
        const tc_draft *draft = &rules->drafts[i];
        if (draft->rule.kind != TC_RULE_DETECTION) continue;
        rules->untriggered[i] = best(c, &draft->root, false) == NONE;
        if (!rules->untriggered[i]) ok = add_rule(c, draft, &scratch, out);
    }
    tc_free(scratch.predicates);
    return ok;
}

/* Counting sort by predicate. */
static bool build_index(tc_ruleset *rules, const pairs *p)
{
    size_t count = rules->predicates.count;
    rules->trigger_start = tc_alloc(count + 2, sizeof *rules->trigger_start);
    rules->trigger_rules = tc_alloc(p->count, sizeof *rules->trigger_rules);
    if (!rules->trigger_start || !rules->trigger_rules) return false;
    uint32_t *start = rules->trigger_start + 1; /* shifted, so that filling leaves the starts */
    for (size_t i = 0; i < p->count; i++)
        start[(p->list[i] >> 32) + 1]++;
    for (size_t i = 1; i <= count; i++)
        start[i] += start[i - 1];
    for (size_t i = 0; i < p->count; i++)
        rules->trigger_rules[start[p->list[i] >> 32]++] = (uint32_t)p->list[i];
    return true;
}

TC_STATUS tc_ruleset_build_triggers(tc_ruleset *rules, tc_error *reterr)
{
    size_t count = rules->predicates.count;
    uint32_t *uses = tc_alloc(count, sizeof *uses);
    int32_t *worth = tc_alloc(count, sizeof *worth);
    rules->untriggered = tc_alloc(rules->draft_count, sizeof *rules->untriggered);
    pairs all = {.count = 0};
    bool ok = uses && worth && rules->untriggered;
    if (ok) {
        for (size_t i = 0; i < rules->draft_count; i++)
            if (rules->drafts[i].rule.kind == TC_RULE_DETECTION)
                count_uses(&rules->drafts[i].root, uses);
        chooser c = {rules, uses, worth};
        for (uint32_t i = 0; i < count; i++)
            worth[i] = worth_of(&c, i);
        ok = choose_all(rules, &c, &all) && build_index(rules, &all);
    }
    tc_free(uses);
    tc_free(worth);
    tc_free(all.list);
    return ok ? TC_SUCCESS : tc_fail(reterr, TC_ENOMEM, "no memory to compile the rules");
}
