#include "tests/support/fake_ruleset.h"

#include "parsers/base/arena.h"
#include "parsers/base/hash.h"

enum { RULES_MAX = 128, MEMORY_MAX = 4 * 1024 * 1024 };

struct tc_ruleset {
    tc_arena *arena;
    tc_rule rules[RULES_MAX];
    size_t count;
};

tc_ruleset *tc_fake_ruleset_new(void)
{
    tc_arena *arena = tc_arena_new(MEMORY_MAX);
    TC_ASSERT(arena);
    tc_ruleset *rules = tc_arena_zero(arena, 1, sizeof(*rules));
    TC_ASSERT(rules);
    rules->arena = arena;
    return rules;
}

void tc_fake_ruleset_free(tc_ruleset *rules)
{
    if (rules) tc_arena_free(rules->arena);
}

size_t tc_ruleset_count(const tc_ruleset *rules)
{
    return rules->count;
}

const tc_rule *tc_ruleset_rule(const tc_ruleset *rules, size_t index)
{
    TC_ASSERT(index < rules->count);
    return &rules->rules[index];
}

static tc_slice *slices_of(tc_ruleset *rules, const char *const *names, size_t *ret_count)
{
    size_t count = 0;
    while (names && names[count]) {
        count++;
    }
    tc_slice *slices = tc_arena_zero(rules->arena, count, sizeof(*slices));
    TC_ASSERT(slices);
    for (size_t i = 0; i < count; i++) {
        slices[i] = tc_slice_of(names[i]);
    }
    *ret_count = count;
    return slices;
}

static tc_rule *rule_add(tc_ruleset *rules, const char *name, const char *const *captures)
{
    TC_ASSERT(rules->count < RULES_MAX);
    tc_rule *rule = &rules->rules[rules->count];
    rule->index = (uint32_t)rules->count++;
    rule->name = rule->title = tc_slice_of(name);
    rule->fingerprint = tc_content_hash(rule->name);
    rule->reports = true;
    rule->capture_names = slices_of(rules, captures, &rule->capture_count);
    return rule;
}

uint32_t tc_fake_detection(tc_ruleset *rules, const char *name, const char *const *captures)
{
    tc_rule *rule = rule_add(rules, name, captures);
    rule->kind = TC_RULE_DETECTION;
    return rule->index;
}

static uint32_t *captures_of(tc_ruleset *rules, const tc_fake_correlation *given,
                             const tc_slice *names, size_t name_count)
{
    uint32_t *captures =
        tc_arena_zero(rules->arena, given->rule_count * name_count + 1, sizeof(*captures));
    TC_ASSERT(captures);
    for (size_t r = 0; r < given->rule_count; r++) {
        const tc_rule *rule = tc_ruleset_rule(rules, given->rules[r]);
        for (size_t n = 0; n < name_count; n++) {
            uint32_t found = TC_CAPTURE_NONE;
            for (uint32_t c = 0; c < rule->capture_count; c++) {
                if (tc_slice_equal(rule->capture_names[c], names[n])) found = c;
            }
            captures[r * name_count + n] = found;
        }
    }
    return captures;
}

uint32_t tc_fake_correlation_add(tc_ruleset *rules, const tc_fake_correlation *given)
{
    tc_correlation *c = tc_arena_zero(rules->arena, 1, sizeof(*c));
    TC_ASSERT(c);
    c->type = given->type;
    c->rules = given->rules;
    c->rule_count = given->rule_count;
    c->group_by = slices_of(rules, given->group_by, &c->group_count);
    c->fields = slices_of(rules, given->fields, &c->field_count);
    c->group_captures = captures_of(rules, given, c->group_by, c->group_count);
    c->field_captures = captures_of(rules, given, c->fields, c->field_count);
    c->timespan_ns = given->timespan_ns;
    c->suppress_ns = given->suppress_ns;
    memcpy(c->condition.set, given->condition.set, sizeof(c->condition.set));
    memcpy(c->condition.number, given->condition.number, sizeof(c->condition.number));
    c->expression = given->expression;
    c->expression_count = given->expression_count;
    c->baseline.learn_ns = given->learn_ns;
    c->baseline.min_events = given->min_events;
    c->baseline.max_values = given->max_values;
    c->baseline.share = given->share;
    c->baseline.global_scope = given->global_scope;
    tc_rule *rule = rule_add(rules, given->name, given->captures);
    rule->kind = TC_RULE_CORRELATION;
    rule->correlation = c;
    return rule->index;
}

void tc_fake_fingerprint(tc_ruleset *rules, uint32_t rule, uint64_t fingerprint)
{
    TC_ASSERT(rule < rules->count);
    rules->rules[rule].fingerprint = fingerprint;
}
