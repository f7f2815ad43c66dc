#include "tests/support/reference_parts.h"

#define EVIDENCE TC_FIRING_EVIDENCE_MAX

/* --- event_count, value_count, temporal --- */

static bool number_holds(const tc_correlation *c, size_t count)
{
    double n = (double)count;
    const bool *set = c->condition.set;
    const double *than = c->condition.number;
    return (!set[TC_GT] || n > than[TC_GT]) && (!set[TC_GTE] || n >= than[TC_GTE]) &&
           (!set[TC_LT] || n < than[TC_LT]) && (!set[TC_LTE] || n <= than[TC_LTE]) &&
           (!set[TC_EQ] || (n >= than[TC_EQ] && n <= than[TC_EQ])) &&
           (!set[TC_NEQ] || n < than[TC_NEQ] || n > than[TC_NEQ]);
}

/* The last entry of a rule within the window that ends with s.at[end]; NULL if there is none. */
static const tc_reference_entry *last_of_rule(const tc_correlation *c, tc_reference_series s,
                                              size_t end, uint32_t rule)
{
    for (size_t i = end + 1; i-- > 0;) {
        if (tc_reference_too_old(c, s.at[i], s.at[end]->time)) return NULL;
        if (c->rules[s.at[i]->position] == rule) return s.at[i];
    }
    return NULL;
}

static bool expression_holds(const tc_correlation *c, tc_reference_series s, size_t end)
{
    bool stack[64];
    size_t depth = 0;
    for (size_t i = 0; i < c->expression_count; i++) {
        const tc_expression *e = &c->expression[i];
        if (e->op == TC_EXPR_RULE) {
            stack[depth++] = last_of_rule(c, s, end, c->rules[e->rule]) != NULL;
        } else if (e->op == TC_EXPR_NOT) {
            stack[depth - 1] = !stack[depth - 1];
        } else {
            bool b = stack[--depth], a = stack[depth - 1];
            stack[depth - 1] = e->op == TC_EXPR_AND ? a && b : a || b;
        }
    }
    return stack[0];
}

static size_t distinct_rules(const tc_correlation *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->rule_count; i++) {
        bool again = false;
        for (size_t j = 0; j < i; j++) {
            again |= c->rules[j] == c->rules[i];
        }
        count += again ? 0 : 1;
    }
    return count;
}

/* What the window that ends with s.at[end] amounts to, and where it starts. */
size_t tc_reference_amount(const tc_correlation *c, tc_reference_series s, size_t end,
                           tc_time *ret_start)
{
    size_t count = 0;
    *ret_start = s.at[end]->time;
    for (size_t i = 0; i <= end; i++) {
        if (tc_reference_too_old(c, s.at[i], s.at[end]->time)) continue;
        /* An entry counts if no later one stands for the same thing. */
        bool stands = true;
        for (size_t j = i + 1; j <= end; j++) {
            if (c->type == TC_CORRELATION_VALUE_COUNT &&
                tc_reference_same_value(c, s.at[i], s.at[j])) {
                stands = false;
            }
            if (c->type == TC_CORRELATION_TEMPORAL &&
                c->rules[s.at[i]->position] == c->rules[s.at[j]->position]) {
                stands = false;
            }
        }
        if (!stands) continue;
        if (!count++) *ret_start = s.at[i]->time;
    }
    return count;
}

bool tc_reference_window_holds(const tc_correlation *c, tc_reference_series s, size_t end)
{
    tc_time start;
    size_t count = tc_reference_amount(c, s, end, &start);
    if (!number_holds(c, count)) return false;
    if (c->type != TC_CORRELATION_TEMPORAL) return true;
    if (c->expression) return expression_holds(c, s, end);
    for (int i = 0; i < TC_COMPARE_COUNT; i++) {
        if (c->condition.set[i]) return true;
    }
    return count == distinct_rules(c);
}

/* One line for each rule first, the latest rules first; then the rest, rule by rule. */
static void temporal_lines(const tc_correlation *c, tc_reference_series s, tc_reference_proof *p)
{
    tc_reference_proof best = {0};
    p->evidence_count = 0;
    const tc_reference_entry *seen[64] = {0};
    size_t count = 0;
    for (size_t i = 0; i < c->rule_count; i++) {
        const tc_reference_entry *e = last_of_rule(c, s, s.count - 1, c->rules[i]);
        bool again = false;
        for (size_t j = 0; j < i; j++) {
            again |= c->rules[j] == c->rules[i];
        }
        if (e && !again && e->evidence_count) seen[count++] = e;
    }
    for (size_t pick = 0; pick < EVIDENCE && pick < count; pick++) {
        const tc_evidence *latest = NULL;
        size_t at = 0;
        for (size_t i = 0; i < count; i++) {
            if (!seen[i]) continue;
            const tc_evidence *line = &seen[i]->evidence[seen[i]->evidence_count - 1];
            if (latest && tc_order_compare(&line->order, &latest->order) <= 0) continue;
            latest = line;
            at = i;
        }
        tc_reference_proof_line(&best, latest, 0);
        seen[at] = NULL;
    }
    for (size_t i = 0; i < c->rule_count; i++) {
        const tc_reference_entry *e = last_of_rule(c, s, s.count - 1, c->rules[i]);
        for (size_t l = 0; e && l + 1 < e->evidence_count; l++) {
            if (best.evidence_count < EVIDENCE) tc_reference_proof_line(&best, &e->evidence[l], 0);
        }
    }
    memcpy(p->evidence, best.evidence, sizeof(best.evidence));
    p->evidence_count = best.evidence_count;
}

bool tc_reference_window_fires(const tc_correlation *c, tc_reference_series s,
                               tc_reference_outcome *ret)
{
    size_t now = s.count - 1;
    if (!tc_reference_window_holds(c, s, now)) return false;
    bool empty = !now || tc_reference_too_old(c, s.at[now - 1], s.at[now]->time);
    if (!empty && tc_reference_window_holds(c, s, now - 1)) return false;
    ret->count = tc_reference_amount(c, s, now, &ret->start);
    tc_reference_proof_of_window(c, s, &ret->shown);
    if (c->type == TC_CORRELATION_TEMPORAL) temporal_lines(c, s, &ret->shown);
    return true;
}

/* --- episodes --- */

typedef struct episode {
    bool open, holds;
    tc_time fired;
    size_t count;
    const tc_reference_entry **seen; /* value_count: of each value counted, one entry */
} episode;

static void episode_see(const tc_correlation *c, episode *w, const tc_reference_entry *e)
{
    for (size_t i = 0; i < w->count && c->type == TC_CORRELATION_VALUE_COUNT; i++) {
        if (tc_reference_same_value(c, w->seen[i], e)) return;
    }
    w->seen[w->count++] = e;
}

/* Whether the last entry belongs to an open episode without having fired, and what that has
 * counted.
 */
bool tc_reference_goes_on(tc_reference_correlator *r, const tc_correlation *c,
                          tc_reference_series s, tc_reference_outcome *ret)
{
    episode w = {.seen = tc_reference_get(r, s.count, sizeof(*w.seen))};
    for (size_t i = 0; i < s.count; i++) {
        const tc_reference_entry *e = s.at[i];
        if (i && tc_reference_too_old(c, s.at[i - 1], e->time)) w.holds = false;
        if (w.open && !w.holds && e->time - w.fired >= c->suppress_ns) w.open = false;
        w.holds = tc_reference_window_holds(c, s, i);
        if (e->fired) {
            w.open = true;
            w.fired = e->time;
            w.count = 0;
            for (size_t j = 0; j <= i; j++) {
                if (!tc_reference_too_old(c, s.at[j], e->time)) episode_see(c, &w, s.at[j]);
            }
        } else if (w.open) {
            episode_see(c, &w, e);
        }
    }
    size_t now = tc_reference_amount(c, s, s.count - 1, &ret->start);
    ret->count = c->type == TC_CORRELATION_TEMPORAL ? now : w.count;
    return w.holds && !s.at[s.count - 1]->fired;
}
