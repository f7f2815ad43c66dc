/* The gate's memory, saved and had back. */
#include "detector/send/gate_tables.h"

static void visit_held(tc_gate_held *held, tc_visit *v)
{
    uint32_t level = held->level;
    tc_visit_u64(v, &held->count);
    tc_visit_time(v, &held->first);
    tc_visit_time(v, &held->last);
    tc_visit_time(v, &held->due);
    tc_visit_below(v, &level, TC_LEVEL_COUNT);
    held->level = (tc_level)level;
    if ((held->count == 0) != (held->due == TC_TIME_MAX) && !tc_visit_failed(v))
        tc_visit_refuse(v, "held messages without a time");
}

static void visit_rule(tc_gate_rule *r, tc_visit *v)
{
    tc_visit_u64(v, &r->key);
    tc_visit_cstr(v, r->name, sizeof(r->name));
    tc_rate_visit(&r->minute, v);
    tc_rate_visit(&r->hour, v);
    visit_held(&r->held, v);
    tc_visit_time(v, &r->last_used);
    tc_visit_time(v, &r->last_told);
    tc_visit_below(v, &r->step, 5);
}

static void visit_incident(tc_gate_incident *i, tc_visit *v)
{
    tc_visit_u64(v, &i->key);
    tc_visit_cstr(v, i->id, sizeof(i->id));
    tc_visit_bool(v, &i->is_open);
    for (size_t n = 0; n < TC_GATE_GROWTH_MAX; n++)
        tc_visit_time(v, &i->grown[n]);
    tc_visit_u32(v, &i->grown_at);
    visit_held(&i->held, v);
    tc_visit_time(v, &i->last_used);
}

static void visit_counts(tc_gate_counts *c, tc_visit *v)
{
    tc_visit_u64(v, &c->offered);
    for (size_t i = 0; i < TC_GATE_ANSWER_COUNT; i++)
        tc_visit_u64(v, &c->answered[i]);
    tc_visit_u64(v, &c->told);
    tc_visit_u64(v, &c->summaries);
}

/* Only what is used is written. */
static size_t used_rules(const tc_gate *g)
{
    size_t n = TC_GATE_RULES;
    while (n > 1 && g->rules[n - 1].key == 0)
        n--;
    return n;
}

static size_t used_incidents(const tc_gate *g)
{
    size_t n = TC_GATE_INCIDENTS;
    while (n > 0 && g->incidents[n - 1].key == 0)
        n--;
    return n;
}

void tc_gate_visit(tc_gate *g, tc_visit *v)
{
    if (!tc_visit_begin(v, "gate", 1)) return;
    size_t rules = used_rules(g), incidents = used_incidents(g);
    tc_visit_time(v, &g->now);
    visit_counts(&g->counts, v);
    tc_rate *const rates[] = {&g->minute, &g->hour, &g->alerts_minute, &g->alerts_hour,
                              &g->summaries};
    for (size_t i = 0; i < TC_COUNT_OF(rates); i++)
        tc_rate_visit(rates[i], v);
    tc_visit_count(v, &rules, TC_GATE_RULES);
    for (size_t i = 0; i < rules; i++)
        visit_rule(&g->rules[i], v);
    tc_visit_count(v, &incidents, TC_GATE_INCIDENTS);
    for (size_t i = 0; i < incidents; i++)
        visit_incident(&g->incidents[i], v);
    tc_visit_end(v);
}
