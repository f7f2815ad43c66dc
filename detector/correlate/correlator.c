#include "detector/correlate/window.h"
#include "parsers/base/alloc.h"

/* Of the bound on state an eighth is for the two lookups; a piece has a number on the free stack.
 */
enum { LOOKUP_SHARE = 16, PIECE_COST = TC_PIECE_BYTES + sizeof(tc_piece) };

/* What firings under evaluation may hold, if all that they came from has been given up meanwhile.
 */
static size_t pinned_most(void)
{
    return TC_FIRING_EVIDENCE_MAX * (1 + TC_EVIDENCE_TEXT_MAX / TC_PIECE_BYTES) +
           TC_FIRING_SUBJECTS_MAX *
               (1 + tc_pool_chain_need((size_t)TC_SUBJECT_TEXTS * TC_SUBJECT_TEXT_MAX));
}

static uint32_t pieces_within(const tc_correlator *k, size_t state_bytes)
{
    size_t least = 0;
    for (size_t f = 0; f < k->flow_count; f++) {
        least = TC_MAX(least, k->flows[f].need);
    }
    size_t levels = k->flow_count ? k->flows[k->flow_count - 1].level + (size_t)1 : 1;
    least = 2 * (least + tc_arrival_load_need()) + levels * pinned_most();
    size_t pieces = (state_bytes - 2 * (state_bytes / LOOKUP_SHARE)) / PIECE_COST;
    pieces = TC_MAX(pieces, least);
    return (uint32_t)TC_MIN(pieces, (size_t)UINT32_MAX / 2);
}

tc_correlator *tc_correlator_new(const tc_ruleset *rules, size_t state_bytes)
{
    tc_correlator *k = tc_alloc(1, sizeof(*k));
    if (!k) return NULL;
    k->key = tc_hash_random_key();
    k->proofs = (tc_proofs){&k->pool, k->key};
    if (tc_failed(tc_correlator_plan(k, rules)) ||
        tc_failed(tc_lookup_init(&k->groups, state_bytes / LOOKUP_SHARE)) ||
        tc_failed(tc_lookup_init(&k->values, state_bytes / LOOKUP_SHARE))) {
        tc_correlator_free(k);
        return NULL;
    }
    tc_pool_init(&k->pool, pieces_within(k, state_bytes));
    k->episode_pieces_max = k->pool.limit / 8;
    return k;
}

void tc_correlator_free(tc_correlator *k)
{
    if (!k) return;
    tc_pool_done(&k->pool);
    tc_lookup_done(&k->groups);
    tc_lookup_done(&k->values);
    tc_correlator_plan_free(k);
    tc_free(k);
}

static bool step(tc_correlator *k, tc_flow *flow, uint32_t position, tc_arrival *arrival)
{
    const tc_correlation *spec = flow->spec;
    const uint32_t *fields = spec->field_captures + (size_t)position * spec->field_count;
    tc_window_hit hit = {.arrival = arrival, .position = position, .value = TC_EMPTY_SLICE};
    bool has_value =
        !flow->valued ||
        (spec->field_count && tc_correlator_key(arrival, fields, spec->field_count, flow->value_cut,
                                                k->value_scratch, &hit.value));
    hit.group = tc_groups_enter(k, flow, position, arrival, has_value);
    return hit.group && flow->kind->hit(k, flow, &hit);
}

static tc_flow_frame frame_of(const tc_correlator *k, uint32_t rule, tc_arrival *arrival)
{
    uint32_t begin = rule ? k->reference_ends[rule - 1] : 0;
    return (tc_flow_frame){arrival, begin, k->reference_ends[rule]};
}

/* Shows a hit to every correlation that refers to its rule, and what fires to those that refer to
 * that, before going on. Nothing of a group may be touched after its firing: that may evict groups,
 * this one included. */
static TC_STATUS run(tc_correlator *k, size_t *depth, const tc_firing_sink *sink)
{
    while (*depth) {
        tc_flow_frame *frame = &k->frames[*depth - 1];
        if (frame->at == frame->end) {
            if (--*depth) tc_arrival_clear(&k->proofs, frame->arrival);
            continue;
        }
        tc_flow_reference reference = k->references[frame->at++];
        tc_flow *flow = &k->flows[reference.flow];
        tc_groups_release(k, flow, frame->arrival->order.time, 2);
        size_t need = flow->need + (frame->arrival->given ? tc_arrival_load_need() : 0);
        TC_TRY(tc_groups_reserve(k, need));
        flow->goes_on = false;
        flow->reached = -1;
        bool fires = step(k, flow, reference.position, frame->arrival);
        tc_flow_tell_look(flow, reference.position, frame->arrival, sink);
        if (!fires) {
            if (!flow->goes_on || !k->listens) continue;
            TC_TRY(tc_flow_tell_going_on(k, flow, reference.position, frame->arrival, sink));
            continue;
        }
        tc_flow_fill_captures(k, flow, reference.position, frame->arrival);
        k->frames[*depth] = frame_of(k, flow->rule->index, &flow->told);
        ++*depth;
        TC_TRY(tc_flow_tell(k, flow, sink));
    }
    return TC_SUCCESS;
}

TC_STATUS tc_correlator_push(tc_correlator *k, const tc_hit *hit, const tc_firing_sink *sink)
{
    TC_ASSERT(hit->rule < k->rule_count);
    TC_ASSERT(!k->any || tc_order_compare(&k->last, &hit->order) <= 0);
    k->any = true;
    k->listens = sink && sink->went_on;
    k->last = hit->order;
    k->stats.hits++;
    tc_flow_frame frame = frame_of(k, hit->rule, &k->pushed);
    if (frame.at == frame.end) return TC_SUCCESS;

    tc_pool_prefetch_takes(&k->pool, 5);
    /* Several rules may match one event: its line is kept once. */
    tc_arrival *pushed = &k->pushed;
    tc_arrival_drop_subjects(&k->proofs, pushed);
    if (!tc_arrival_shows(&k->proofs, pushed, hit)) tc_arrival_clear(&k->proofs, pushed);
    pushed->order = hit->order;
    pushed->captures = hit->captures;
    pushed->given = hit;
    pushed->known = hit->subject && hit->subject->mailbox.len && !hit->subject->newcomer;
    k->frames[0] = frame;
    size_t depth = 1;
    tc_status status = run(k, &depth, sink);
    while (depth > 1) {
        tc_arrival_clear(&k->proofs, k->frames[--depth].arrival);
    }
    pushed->given = NULL;
    pushed->captures = NULL;
    return status;
}

TC_STATUS tc_correlator_advance(tc_correlator *k, tc_time watermark, const tc_firing_sink *sink)
{
    (void)sink;
    for (size_t f = 0; f < k->flow_count; f++) {
        tc_groups_release(k, &k->flows[f], watermark, SIZE_MAX);
    }
    return TC_SUCCESS;
}

const tc_order *tc_correlator_last(const tc_correlator *k)
{
    return k->any ? &k->last : NULL;
}

tc_correlator_stats tc_correlator_statistics(const tc_correlator *k)
{
    tc_correlator_stats stats = k->stats;
    stats.bytes = (size_t)k->pool.used * PIECE_COST + tc_lookup_bytes(&k->groups) +
                  tc_lookup_bytes(&k->values);
    return stats;
}

void tc_correlator_bounds(const tc_correlator *k, tc_bounds *ret)
{
    const tc_correlator_stats *s = &k->stats;
    /* Which indicator a rule serves is not known here: any may have missed something. */
    tc_bounds_add(ret, "groups of correlations", k->pool.limit - k->episode_pieces,
                  s->evicted_groups, TC_BLINDS_ALL);
    tc_bounds_add(ret, "values that a group of a rule has shown", 0, s->saturated_values,
                  TC_BLINDS_ALL);
    tc_bounds_add(ret, "values counted in open episodes", k->episode_pieces_max,
                  s->uncounted_values, 0);
}
