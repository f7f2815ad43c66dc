#include "detector/correlate/correlator_visit.h"
#include "detector/correlate/window.h"

/* temporal: what counts of each referenced rule is its last hit alone: it is in the window or none
 * is. */

enum { PER_PIECE = 4, EVIDENCE = TC_FIRING_EVIDENCE_MAX };

typedef struct slots_piece {
    tc_time last[PER_PIECE]; /* TC_TIME_NONE: no hit */
    tc_piece evidence[PER_PIECE][EVIDENCE];
    uint8_t evidence_count[PER_PIECE];
    tc_piece next;
} slots_piece;

_Static_assert(sizeof(slots_piece) <= TC_PIECE_BYTES,
               "slots of a temporal correlation are a piece");

typedef struct meeting {
    tc_group group;
    tc_piece slots;
} meeting;

_Static_assert(sizeof(meeting) <= TC_PIECE_BYTES, "a group and its window begin in a piece");

static size_t need(const tc_flow *flow, size_t value)
{
    (void)value;
    return flow->spec->rule_count + tc_proof_add_need();
}

static tc_piece slots_new(tc_correlator *k, size_t count)
{
    tc_piece first = 0;
    for (size_t made = 0; made < count; made += PER_PIECE) {
        tc_piece piece = tc_pool_take(&k->pool);
        slots_piece *s = tc_pool_at(&k->pool, piece);
        *s = (slots_piece){.next = first};
        for (int i = 0; i < PER_PIECE; i++) {
            s->last[i] = TC_TIME_NONE;
        }
        first = piece;
    }
    return first;
}

static void forget(tc_correlator *k, slots_piece *s, size_t i)
{
    for (size_t e = 0; e < s->evidence_count[i]; e++) {
        tc_evidence_drop(&k->proofs, s->evidence[i][e]);
    }
    s->evidence_count[i] = 0;
    s->last[i] = TC_TIME_NONE;
}

static void clear(tc_correlator *k, tc_group *group)
{
    meeting *m = (void *)group;
    for (tc_piece piece = m->slots, next; piece; piece = next) {
        slots_piece *s = tc_pool_at(&k->pool, piece);
        next = s->next;
        for (size_t i = 0; i < PER_PIECE; i++) {
            forget(k, s, i);
        }
        tc_pool_give(&k->pool, piece);
    }
    m->slots = 0;
}

static void put(tc_correlator *k, const meeting *m, uint32_t position, tc_arrival *arrival)
{
    tc_piece piece = m->slots;
    for (uint32_t skip = position / PER_PIECE; skip; skip--) {
        const slots_piece *before = tc_pool_at(&k->pool, piece);
        piece = before->next;
    }
    slots_piece *s = tc_pool_at(&k->pool, piece);
    size_t i = position % PER_PIECE;
    forget(k, s, i);
    tc_arrival_load(&k->proofs, arrival);
    s->last[i] = arrival->order.time;
    for (size_t e = 0; e < arrival->evidence_count; e++) {
        tc_evidence_hold(&k->proofs, arrival->evidence[e]);
        s->evidence[i][e] = arrival->evidence[e];
    }
    s->evidence_count[i] = (uint8_t)arrival->evidence_count;
}

/* Which rules have a hit in the window (into k->truths), how many, and the oldest such hit. */
static uint32_t look(tc_correlator *k, const tc_flow *flow, const meeting *m, tc_time floor,
                     tc_time *ret_start)
{
    uint32_t count = 0;
    size_t position = 0;
    for (tc_piece piece = m->slots; piece;) {
        slots_piece *s = tc_pool_at(&k->pool, piece);
        for (size_t i = 0; i < PER_PIECE && position < flow->spec->rule_count; i++, position++) {
            if (s->last[i] != TC_TIME_NONE && s->last[i] < floor) forget(k, s, i);
            bool present = s->last[i] != TC_TIME_NONE;
            k->truths[position] = present;
            if (!present) continue;
            count++;
            *ret_start = TC_MIN(*ret_start, s->last[i]);
        }
        piece = s->next;
    }
    return count;
}

/* The postfix expression over the presences at the bottom of k->truths; its stack is above them. */
static bool expression_holds(const tc_correlator *k, const tc_flow *flow)
{
    const tc_correlation *spec = flow->spec;
    const bool *present = k->truths;
    bool *stack = k->truths + spec->rule_count;
    size_t depth = 0;
    for (size_t i = 0; i < spec->expression_count; i++) {
        const tc_expression *e = &spec->expression[i];
        switch (e->op) {
        case TC_EXPR_RULE:
            TC_ASSERT(e->rule < spec->rule_count);
            stack[depth++] = present[flow->places[e->rule]];
            break;
        case TC_EXPR_AND:
            TC_ASSERT(depth >= 2);
            depth--;
            stack[depth - 1] = stack[depth - 1] && stack[depth];
            break;
        case TC_EXPR_OR:
            TC_ASSERT(depth >= 2);
            depth--;
            stack[depth - 1] = stack[depth - 1] || stack[depth];
            break;
        case TC_EXPR_NOT:
            TC_ASSERT(depth >= 1);
            stack[depth - 1] = !stack[depth - 1];
            break;
        }
    }
    TC_ASSERT(depth == 1);
    return stack[0];
}

static bool holds(const tc_correlator *k, const tc_flow *flow, uint32_t count)
{
    const tc_correlation *spec = flow->spec;
    if (!tc_flow_condition(flow, (double)count)) return false;
    if (spec->expression) return expression_holds(k, flow);
    for (int i = 0; i < TC_COMPARE_COUNT; i++) {
        if (spec->condition.set[i]) return true;
    }
    return count >= flow->rule_count;
}

/* The line that shows each rule best is the last one of its last hit; of these the latest are told
 * first. Room that is left goes to the other lines, in the order of the rules. */
static void collect(tc_correlator *k, const meeting *m, tc_arrival *told)
{
    tc_piece lines[EVIDENCE];
    size_t count = 0;
    for (tc_piece piece = m->slots; piece;) {
        const slots_piece *s = tc_pool_at(&k->pool, piece);
        for (size_t i = 0; i < PER_PIECE; i++) {
            if (!s->evidence_count[i]) continue;
            tc_piece line = s->evidence[i][s->evidence_count[i] - 1];
            tc_order order = tc_evidence_order(&k->proofs, line);
            size_t at = count;
            for (; at > 0; at--) {
                tc_order before = tc_evidence_order(&k->proofs, lines[at - 1]);
                if (tc_order_compare(&before, &order) >= 0) break;
                if (at < EVIDENCE) lines[at] = lines[at - 1];
            }
            if (at == EVIDENCE) continue;
            lines[at] = line;
            count = TC_MIN(count + 1, (size_t)EVIDENCE);
        }
        piece = s->next;
    }
    for (size_t i = 0; i < count; i++) {
        tc_arrival_add_evidence(&k->proofs, told, lines[i]);
    }
    for (tc_piece piece = m->slots; piece;) {
        const slots_piece *s = tc_pool_at(&k->pool, piece);
        for (size_t i = 0; i < PER_PIECE; i++) {
            for (size_t e = 0; e + 1 < s->evidence_count[i]; e++) {
                if (told->evidence_count == EVIDENCE) return;
                tc_arrival_add_evidence(&k->proofs, told, s->evidence[i][e]);
            }
        }
        piece = s->next;
    }
}

static bool count_hit(tc_correlator *k, tc_flow *flow, const tc_window_hit *hit)
{
    meeting *m = tc_pool_at(&k->pool, hit->group);
    tc_group *g = &m->group;
    tc_time time = hit->arrival->order.time, start = time;
    if (!m->slots) m->slots = slots_new(k, flow->spec->rule_count);
    put(k, m, hit->position, hit->arrival);
    tc_window_keep_proof(k, flow, g, hit->arrival, false);
    tc_groups_touch(k, flow, hit->group, time);
    uint32_t count = look(k, flow, m, tc_window_floor(flow, time), &start);
    flow->count = flow->reached = (double)count;
    flow->uncertain = false;
    if (!tc_flow_rises(flow, g, holds(k, flow, count), time)) return false;
    flow->start = start;
    tc_proof_collect(&k->proofs, g->proof, &flow->told);
    collect(k, m, &flow->told);
    return true;
}

static void prefetch(const tc_pool *pool, const tc_group *group)
{
    const meeting *m = (const void *)group;
    tc_pool_prefetch(pool, m->slots);
}

static void visit_slot(tc_correlator_visitor *visitor, slots_piece *s, size_t i)
{
    tc_visit_time(visitor->parts.visit, &s->last[i]);
    if (s->last[i] == TC_TIME_NONE) return;
    size_t count = s->evidence_count[i];
    tc_evidence_visit_some(&visitor->parts, s->evidence[i], &count, EVIDENCE);
    if (tc_visit_loads(visitor->parts.visit)) s->evidence_count[i] = (uint8_t)count;
}

static void visit(tc_correlator_visitor *visitor, tc_piece group)
{
    tc_correlator *k = visitor->k;
    meeting *m = tc_pool_at(&k->pool, group);
    size_t rules = visitor->flow->spec->rule_count, position = 0;
    if (tc_visit_loads(visitor->parts.visit)) {
        if (!tc_proof_visitor_reserve(&visitor->parts, (rules + PER_PIECE - 1) / PER_PIECE)) return;
        m->slots = slots_new(k, rules);
    }
    for (tc_piece piece = m->slots; piece;) {
        slots_piece *s = tc_pool_at(&k->pool, piece);
        for (size_t i = 0; i < PER_PIECE && position < rules; i++, position++) {
            if (tc_visit_failed(visitor->parts.visit)) return;
            visit_slot(visitor, s, i);
        }
        piece = s->next;
    }
}

const tc_window_kind tc_window_temporal = {.code = 3,
                                           .need = need,
                                           .hit = count_hit,
                                           .clear = clear,
                                           .prefetch = prefetch,
                                           .visit = visit};
