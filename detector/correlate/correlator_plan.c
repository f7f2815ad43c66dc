#include "detector/correlate/window.h"
#include "detector/sigma/correlation_kind.h"
#include "parsers/base/alloc.h"

static uint32_t clamp(double number, uint32_t least)
{
    if (!(number > (double)least)) return least;
    return number < (double)(UINT32_MAX / 2) ? (uint32_t)number : UINT32_MAX / 2;
}

/* With more than the greatest number that the condition compares with, nothing changes any more. */
static uint32_t bound_of(const tc_correlation *spec)
{
    double greatest = 0;
    for (int i = 0; i < TC_COMPARE_COUNT; i++) {
        if (spec->condition.set[i]) greatest = TC_MAX(greatest, spec->condition.number[i]);
    }
    return clamp(greatest + 1, 1);
}

/* The least whole number that satisfies gte and gt. */
static uint32_t streak_of(const tc_correlation *spec)
{
    uint32_t streak = 1;
    if (spec->condition.set[TC_GTE]) {
        double least = spec->condition.number[TC_GTE];
        streak = clamp(least, 1);
        if ((double)streak < least && streak < UINT32_MAX / 2) streak++;
    }
    if (spec->condition.set[TC_GT]) {
        streak = TC_MAX(streak, clamp(spec->condition.number[TC_GT] + 1, 1));
    }
    return streak;
}

static size_t cut_of(size_t parts)
{
    return TC_MIN((size_t)TC_CORRELATE_TEXT_MAX, TC_CORRELATE_KEY_MAX / TC_MAX(parts, (size_t)1));
}

static size_t key_max(size_t parts, size_t cut)
{
    return parts * (cut + 2);
}

static size_t need_of(const tc_flow *flow)
{
    const tc_correlation *spec = flow->spec;
    size_t value = 1 + tc_pool_chain_need(key_max(spec->field_count, flow->value_cut));
    size_t need = 1 + tc_pool_chain_need(key_max(spec->group_count, flow->group_cut));
    return need + flow->kind->need(flow, value);
}

static TC_STATUS plan_captures(tc_flow *flow)
{
    const tc_rule *rule = flow->rule;
    const tc_correlation *spec = flow->spec;
    flow->group = tc_alloc(spec->group_count, sizeof(*flow->group));
    flow->captures = tc_alloc(rule->capture_count, sizeof(*flow->captures));
    flow->capture_kinds = tc_alloc(rule->capture_count, sizeof(*flow->capture_kinds));
    flow->capture_groups = tc_alloc(rule->capture_count, sizeof(*flow->capture_groups));
    if (!flow->group || !flow->captures || !flow->capture_kinds || !flow->capture_groups) {
        return (tc_status){TC_ENOMEM};
    }
    const tc_correlation_kind *type = tc_correlation_kind_of(spec->type);
    for (size_t i = 0; i < rule->capture_count; i++) {
        tc_slice name = rule->capture_names[i];
        tc_capture_kind kind = TC_CAPTURE_ABSENT;
        if (tc_slice_equal(name, TC_LIT("count"))) kind = TC_CAPTURE_COUNT;
        if (type->learns && tc_slice_equal(name, TC_LIT("value"))) kind = TC_CAPTURE_VALUE;
        if (type->replaces && tc_slice_equal(name, TC_LIT("previous"))) {
            kind = TC_CAPTURE_PREVIOUS;
        }
        for (size_t g = 0; g < spec->group_count; g++) {
            if (!tc_slice_equal(name, spec->group_by[g])) continue;
            kind = TC_CAPTURE_GROUP;
            flow->capture_groups[i] = g;
            break;
        }
        flow->capture_kinds[i] = kind;
    }
    return TC_SUCCESS;
}

static TC_STATUS plan_flow(tc_flow *flow)
{
    const tc_correlation *spec = flow->spec;
    flow->kind = tc_window_kinds[spec->type];
    flow->valued = tc_correlation_kind_of(spec->type)->values;
    flow->global = flow->kind->may_be_global && spec->baseline.global_scope;
    flow->bound = bound_of(spec);
    flow->streak = streak_of(spec);
    flow->min_events = TC_MAX(
        UINT32_C(1), (uint32_t)TC_MIN(spec->baseline.min_events, (uint64_t)(UINT32_MAX / 2)));
    flow->history = TC_MAX((uint32_t)TC_CHANGE_HISTORY, flow->min_events);
    flow->max_values = spec->baseline.max_values
                           ? (uint32_t)TC_MIN(spec->baseline.max_values, (uint64_t)(UINT32_MAX / 2))
                           : TC_BASELINE_VALUES;
    flow->learn = TC_MAX(spec->baseline.learn_ns, INT64_C(0));
    flow->share = spec->baseline.share > 0 ? spec->baseline.share : TC_BASELINE_SHARE;
    flow->group_cut = cut_of(spec->group_count);
    flow->value_cut = cut_of(spec->field_count);
    flow->need = need_of(flow);
    flow->horizon = TC_MAX(spec->timespan_ns, spec->suppress_ns);
    size_t text = key_max(spec->field_count, flow->value_cut);
    flow->value_text = tc_alloc(text, 1);
    flow->previous_text = tc_alloc(text, 1);
    if (!flow->value_text || !flow->previous_text) return (tc_status){TC_ENOMEM};
    return plan_captures(flow);
}

/* levels[r]: 0 for a detection, else 1 + the highest of its rules. The loader refuses cycles. */
static uint32_t find_levels(const tc_ruleset *rules, uint32_t *levels)
{
    size_t count = tc_ruleset_count(rules);
    uint32_t highest = 0;
    bool changed = true;
    for (size_t pass = 0; changed; pass++) {
        TC_ASSERT(pass <= count);
        changed = false;
        for (size_t r = 0; r < count; r++) {
            const tc_correlation *spec = tc_ruleset_rule(rules, r)->correlation;
            uint32_t level = spec ? 1 : 0;
            for (size_t i = 0; spec && i < spec->rule_count; i++) {
                TC_ASSERT(spec->rules[i] < count);
                level = TC_MAX(level, levels[spec->rules[i]] + 1);
            }
            if (level != levels[r]) changed = true;
            levels[r] = level;
            highest = TC_MAX(highest, level);
        }
    }
    return highest;
}

static void place_flows(tc_correlator *k, const tc_ruleset *rules, const uint32_t *levels,
                        uint32_t highest)
{
    uint32_t at = 0;
    for (uint32_t level = 1; level <= highest; level++) {
        for (size_t r = 0; r < k->rule_count; r++) {
            if (levels[r] != level) continue;
            const tc_rule *rule = tc_ruleset_rule(rules, r);
            TC_ASSERT(rule->index == r);
            k->flows[at] =
                (tc_flow){.rule = rule, .spec = rule->correlation, .index = at, .level = level};
            at++;
        }
    }
}

/* A rule that is named twice counts once, where it is named first. `latest[r]` is 1 + the flow that
 * named it last. */
static void find_places(tc_flow *flow, uint32_t *latest, uint32_t *where)
{
    for (uint32_t i = 0; i < flow->spec->rule_count; i++) {
        uint32_t rule = flow->spec->rules[i];
        if (latest[rule] != flow->index + 1) {
            latest[rule] = flow->index + 1;
            where[rule] = i;
            flow->rule_count++;
        }
        flow->places[i] = where[rule];
    }
}

static void place_references(tc_correlator *k)
{
    /* From counts to beginnings; filling moves them to the ends. */
    uint32_t begin = 0;
    for (size_t r = 0; r < k->rule_count; r++) {
        uint32_t count = k->reference_ends[r];
        k->reference_ends[r] = begin;
        begin += count;
    }
    for (uint32_t f = 0; f < k->flow_count; f++) {
        const tc_flow *flow = &k->flows[f];
        for (uint32_t i = 0; i < flow->spec->rule_count; i++) {
            if (flow->places[i] != i) continue;
            k->references[k->reference_ends[flow->spec->rules[i]]++] = (tc_flow_reference){f, i};
        }
    }
}

static TC_STATUS plan_references(tc_correlator *k)
{
    size_t total = 0;
    uint32_t *scratch = tc_alloc(k->rule_count, 2 * sizeof(*scratch));
    for (size_t f = 0; scratch && f < k->flow_count; f++) {
        tc_flow *flow = &k->flows[f];
        flow->places = tc_alloc(flow->spec->rule_count, sizeof(*flow->places));
        if (!flow->places) break;
        find_places(flow, scratch, scratch + k->rule_count);
        for (uint32_t i = 0; i < flow->spec->rule_count; i++) {
            if (flow->places[i] == i) k->reference_ends[flow->spec->rules[i]]++;
        }
        total += flow->rule_count;
    }
    tc_free(scratch);
    if (k->flow_count && !k->flows[k->flow_count - 1].places) return (tc_status){TC_ENOMEM};
    k->references = tc_alloc(total, sizeof(*k->references));
    if (!k->references) return (tc_status){TC_ENOMEM};
    place_references(k);
    return TC_SUCCESS;
}

static TC_STATUS plan_scratch(tc_correlator *k, uint32_t highest)
{
    size_t key = 1, truths = 1;
    for (size_t f = 0; f < k->flow_count; f++) {
        const tc_flow *flow = &k->flows[f];
        key = TC_MAX(key, key_max(flow->spec->group_count, flow->group_cut));
        key = TC_MAX(key, key_max(flow->spec->field_count, flow->value_cut));
        truths = TC_MAX(truths, flow->spec->rule_count + flow->spec->expression_count);
    }
    k->key_scratch = tc_alloc(key, 1);
    k->value_scratch = tc_alloc(key, 1);
    k->truths = tc_alloc(truths, sizeof(*k->truths));
    k->frames = tc_alloc((size_t)highest + 1, sizeof(*k->frames));
    k->texts = tc_alloc((size_t)TC_FIRING_EVIDENCE_MAX * TC_EVIDENCE_TEXT_MAX +
                            (size_t)TC_FIRING_SUBJECTS_MAX * TC_SUBJECT_TEXTS * TC_SUBJECT_TEXT_MAX,
                        1);
    bool whole = k->key_scratch && k->value_scratch && k->truths && k->frames && k->texts;
    return whole ? TC_SUCCESS : (tc_status){TC_ENOMEM};
}

static TC_STATUS plan(tc_correlator *k, const tc_ruleset *rules, uint32_t *levels)
{
    uint32_t highest = find_levels(rules, levels);
    for (size_t r = 0; r < k->rule_count; r++) {
        k->flow_count += levels[r] ? 1 : 0;
    }
    k->flows = tc_alloc(k->flow_count, sizeof(*k->flows));
    k->reference_ends = tc_alloc(k->rule_count, sizeof(*k->reference_ends));
    if (!k->flows || !k->reference_ends) return (tc_status){TC_ENOMEM};
    place_flows(k, rules, levels, highest);
    for (size_t f = 0; f < k->flow_count; f++) {
        TC_TRY(plan_flow(&k->flows[f]));
    }
    TC_TRY(plan_references(k));
    return plan_scratch(k, highest);
}

TC_STATUS tc_correlator_plan(tc_correlator *k, const tc_ruleset *rules)
{
    k->rule_count = tc_ruleset_count(rules);
    uint32_t *levels = tc_alloc(k->rule_count, sizeof(*levels));
    if (!levels) return (tc_status){TC_ENOMEM};
    tc_status status = plan(k, rules, levels);
    tc_free(levels);
    return status;
}

void tc_correlator_plan_free(tc_correlator *k)
{
    for (size_t f = 0; k->flows && f < k->flow_count; f++) {
        tc_flow *flow = &k->flows[f];
        tc_free(flow->places);
        tc_free(flow->group);
        tc_free(flow->captures);
        tc_free(flow->capture_kinds);
        tc_free(flow->capture_groups);
        tc_free(flow->value_text);
        tc_free(flow->previous_text);
    }
    tc_free(k->flows);
    tc_free(k->references);
    tc_free(k->reference_ends);
    tc_free(k->key_scratch);
    tc_free(k->value_scratch);
    tc_free(k->truths);
    tc_free(k->frames);
    tc_free(k->texts);
}
