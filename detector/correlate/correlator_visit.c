#include "detector/correlate/correlator_visit.h"

#include "detector/correlate/window.h"
#include "parsers/base/alloc.h"

enum { FLOWS_MAX = 1 << 20, RULES_MAX = 1 << 20 };

/* -- groups --------------------------------------------------------------------------------- */

static bool key_fits(const tc_flow *flow, tc_slice key)
{
    if (!flow->rule) return true;
    if (flow->global) return key.len == 0;
    return tc_correlator_key_fits(key, flow->spec->group_count, flow->group_cut);
}

static tc_piece load_group(tc_correlator_visitor *c, bool again)
{
    tc_slice key = TC_EMPTY_SLICE;
    tc_visit *v = c->parts.visit;
    tc_visit_text(v, &key, UINT16_MAX);
    if (!key_fits(c->flow, key)) tc_visit_refuse(v, "a group has a key that its rule cannot make");
    size_t more = key.len - TC_MIN(key.len, (size_t)TC_GROUP_ROOM);
    if (!tc_proof_visitor_reserve(&c->parts, 1 + tc_pool_chain_need(more))) return 0;
    tc_piece piece = tc_groups_add(c->k, c->flow, key, again);
    if (!piece) tc_visit_refuse(v, "a group stands there twice");
    return piece;
}

static void save_key(tc_correlator_visitor *c, const tc_group *g)
{
    tc_slice key = tc_slice_make(c->k->key_scratch, g->key_length);
    tc_pool_text_copy(&c->k->pool, g->key, TC_GROUP_ROOM, g->key_more, c->k->key_scratch,
                      g->key_length);
    tc_visit_text(c->parts.visit, &key, UINT16_MAX);
}

static void visit_body(tc_correlator_visitor *c, tc_piece piece, tc_time *latest)
{
    tc_visit *v = c->parts.visit;
    tc_group *g = tc_pool_at(&c->k->pool, piece);
    tc_visit_time(v, &g->touched);
    tc_visit_time(v, &g->fired);
    tc_visit_bool(v, &g->holds);
    bool late = g->touched < *latest || g->touched > c->k->last.time;
    if (tc_visit_loads(v) && (late || g->touched == TC_TIME_NONE)) {
        tc_visit_refuse(v, "groups are not in the order of their last hits");
    }
    *latest = g->touched;
    tc_proof_visit(&c->parts, &g->proof);
    c->values.count = 0;
    c->flow->kind->visit(c, piece);
}

static void visit_groups(tc_correlator_visitor *c, tc_piece_list *list, bool again)
{
    tc_visit *v = c->parts.visit;
    bool loads = tc_visit_loads(v);
    size_t count = list->count;
    tc_piece next = list->oldest;
    tc_time latest = TC_TIME_NONE;
    tc_visit_count(v, &count, UINT32_MAX);
    for (size_t i = 0; i < count && !tc_visit_failed(v); i++) {
        tc_piece piece = loads ? load_group(c, again) : next;
        if (!piece) return;
        const tc_group *g = tc_pool_at(&c->k->pool, piece);
        if (!loads) save_key(c, g);
        next = g->links.newer;
        visit_body(c, piece, &latest);
        if (c->flow->rule || tc_visit_failed(v)) continue;
        tc_groups_drop(c->k, c->flow, piece);
    }
}

/* -- flows ---------------------------------------------------------------------------------- */

static bool is_worth_saving(const tc_flow *flow)
{
    return flow->once.count || flow->again.count || flow->degraded;
}

static void visit_both(tc_correlator_visitor *c, tc_flow *flow)
{
    c->flow = flow;
    tc_visit_bool(c->parts.visit, &flow->degraded);
    visit_groups(c, &flow->once, false);
    visit_groups(c, &flow->again, true);
}

static void save_flows(tc_correlator_visitor *c)
{
    tc_correlator *k = c->k;
    tc_visit *v = c->parts.visit;
    size_t count = 0;
    for (size_t f = 0; f < k->flow_count; f++) {
        count += is_worth_saving(&k->flows[f]);
    }
    tc_visit_count(v, &count, FLOWS_MAX);
    for (size_t f = 0; f < k->flow_count && !tc_visit_failed(v); f++) {
        tc_flow *flow = &k->flows[f];
        if (!is_worth_saving(flow)) continue;
        const tc_rule *rule = flow->rule;
        uint8_t code = flow->kind->code;
        size_t rule_count = flow->spec->rule_count;
        tc_visit_rule(v, c->parts.references, &rule);
        tc_visit_u8(v, &code);
        tc_visit_count(v, &rule_count, RULES_MAX);
        visit_both(c, flow);
    }
}

static const tc_window_kind *kind_of(uint8_t code)
{
    for (size_t i = 0; i < TC_COUNT_OF(tc_window_kinds); i++) {
        if (tc_window_kinds[i]->code == code) return tc_window_kinds[i];
    }
    return NULL;
}

static tc_flow *flow_of(tc_correlator *k, const tc_rule *rule)
{
    for (size_t f = 0; f < k->flow_count; f++) {
        if (k->flows[f].rule == rule) return &k->flows[f];
    }
    return NULL;
}

/* What nothing is known of any more but how it lies there. */
static void load_lost(tc_correlator_visitor *c, const tc_window_kind *kind, size_t rule_count)
{
    const tc_correlation spec = {.rule_count = rule_count};
    tc_flow *lost = tc_alloc(1, sizeof(*lost));
    if (!lost) {
        tc_visit_fail(c->parts.visit, TC_ENOMEM, "no memory to read what is dropped");
        return;
    }
    *lost = (tc_flow){.kind = kind, .spec = &spec, .index = UINT32_MAX};
    visit_both(c, lost);
    tc_free(lost);
}

static void load_flow(tc_correlator_visitor *c)
{
    tc_visit *v = c->parts.visit;
    const tc_rule *rule = NULL;
    uint8_t code = 0;
    size_t rule_count = 0;
    tc_visit_rule(v, c->parts.references, &rule);
    tc_visit_u8(v, &code);
    tc_visit_count(v, &rule_count, RULES_MAX);
    const tc_window_kind *kind = kind_of(code);
    if (!kind) tc_visit_refuse(v, "there is no such kind of correlation");
    if (tc_visit_failed(v)) return;
    if (!rule) {
        load_lost(c, kind, rule_count);
        return;
    }
    tc_flow *flow = flow_of(c->k, rule);
    if (!flow || flow->kind != kind || flow->spec->rule_count != rule_count) {
        tc_visit_refuse(v, "what is kept for a rule is not of its kind");
    } else if (is_worth_saving(flow)) {
        tc_visit_refuse(v, "a rule stands there twice");
    } else {
        visit_both(c, flow);
    }
}

static void load_flows(tc_correlator_visitor *c)
{
    size_t count = 0;
    tc_visit_count(c->parts.visit, &count, FLOWS_MAX);
    for (size_t i = 0; i < count && !tc_visit_failed(c->parts.visit); i++) {
        load_flow(c);
    }
}

/* -- all of it ------------------------------------------------------------------------------ */

static void visit_stats(tc_visit *v, tc_correlator_stats *stats)
{
    tc_visit_u64(v, &stats->hits);
    tc_visit_u64(v, &stats->firings);
    tc_visit_u64(v, &stats->ungrouped);
    tc_visit_u64(v, &stats->evicted_groups);
    tc_visit_u64(v, &stats->saturated_values);
    tc_visit_u64(v, &stats->uncounted_values);
}

static void visit_all(tc_correlator_visitor *c)
{
    tc_correlator *k = c->k;
    tc_visit *v = c->parts.visit;
    tc_visit_bool(v, &k->any);
    tc_visit_order(v, &k->last);
    bool listens = k->listens;
    tc_visit_bool(v, &listens);
    visit_stats(v, &k->stats);
    /* The next hit may be of the same event, whose lines are kept once. */
    size_t lines = k->pushed.evidence_count;
    tc_evidence_visit_some(&c->parts, k->pushed.evidence, &lines, TC_FIRING_EVIDENCE_MAX);
    if (!tc_visit_loads(v)) {
        save_flows(c);
        return;
    }
    k->pushed.evidence_count = lines;
    load_flows(c);
    k->listens = listens; /* not before: what is dropped is no episode's loss */
}

void tc_correlator_visit(tc_correlator *k, tc_visit *v, tc_references *references)
{
    if (!tc_visit_begin(v, "correlator", 3)) return;
    tc_correlator_visitor c = {.k = k};
    if (tc_proof_visitor_init(&c.parts, &k->proofs, v, references)) visit_all(&c);
    tc_proof_visitor_done(&c.parts);
    tc_free(c.values.pieces);
    tc_visit_end(v);
}
