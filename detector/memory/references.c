#include "detector/memory/references.h"

#define RULE_NAME_MAX ((size_t)4096)

static tc_slice name_of(const tc_rule *rule)
{
    return rule->id.len ? rule->id : rule->title;
}

static bool is_named(const tc_rule *rule, tc_slice name, uint64_t fingerprint)
{
    return rule->fingerprint == fingerprint &&
           tc_slice_equal(tc_slice_sub(name_of(rule), 0, RULE_NAME_MAX), name);
}

/* Without ids two rules may be the same: which of them counts by their order. */
static uint32_t place_of(const tc_ruleset *rules, const tc_rule *rule, tc_slice name)
{
    uint32_t place = 0;
    for (size_t i = 0; i < rule->index; i++) {
        place += is_named(tc_ruleset_rule(rules, i), name, rule->fingerprint);
    }
    return place;
}

static const tc_rule *rule_of(const tc_ruleset *rules, tc_slice name, uint64_t fingerprint,
                              uint32_t place)
{
    for (size_t i = 0; i < tc_ruleset_count(rules); i++) {
        const tc_rule *rule = tc_ruleset_rule(rules, i);
        if (is_named(rule, name, fingerprint) && place-- == 0) return rule;
    }
    return NULL;
}

void tc_visit_rule(tc_visit *v, tc_references *r, const tc_rule **rule)
{
    bool loads = tc_visit_loads(v), some = !loads && *rule != NULL;
    tc_slice name = TC_EMPTY_SLICE;
    uint64_t fingerprint = 0;
    uint32_t place = 0;
    if (some) {
        name = tc_slice_sub(name_of(*rule), 0, RULE_NAME_MAX);
        fingerprint = (*rule)->fingerprint;
        place = place_of(r->rules, *rule, name);
    }
    tc_visit_bool(v, &some);
    if (some) {
        tc_visit_u64(v, &fingerprint);
        tc_visit_u32(v, &place);
        tc_visit_text(v, &name, RULE_NAME_MAX);
    }
    if (!loads) return;
    *rule = some && !tc_visit_failed(v) ? rule_of(r->rules, name, fingerprint, place) : NULL;
    if (some && *rule == NULL && !tc_visit_failed(v)) r->rules_lost++;
}

void tc_visit_source(tc_visit *v, tc_references *r, uint32_t *source)
{
    uint32_t number = *source;
    if (!tc_visit_loads(v) && r->source) number = r->source(r->context, number, false);
    tc_visit_u32(v, &number);
    if (!tc_visit_loads(v)) return;
    *source = r->source && !tc_visit_failed(v) ? r->source(r->context, number, true) : number;
    if (r->source && *source == UINT32_MAX) {
        tc_visit_refuse(v, "it speaks of a source that it does not list");
        *source = 0;
    }
}

void tc_visit_locator(tc_visit *v, tc_references *r, tc_locator *at)
{
    tc_visit_source(v, r, &at->source);
    tc_visit_u32(v, &at->length);
    tc_visit_u64(v, &at->offset);
    tc_visit_u64(v, &at->line);
}

void tc_visit_order(tc_visit *v, tc_order *order)
{
    tc_visit_time(v, &order->time);
    tc_visit_u32(v, &order->rank);
    tc_visit_u32(v, &order->sub);
    tc_visit_u64(v, &order->record_hash);
    tc_visit_u64(v, &order->source_key);
    tc_visit_u64(v, &order->position);
}
