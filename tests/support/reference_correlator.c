#include "tests/support/reference_correlator.h"

#include "parsers/base/alloc.h"
#include "parsers/base/arena.h"
#include "parsers/base/str.h"

#define EVIDENCE TC_FIRING_EVIDENCE_MAX
#define SUBJECTS TC_FIRING_SUBJECTS_MAX
#define HISTORY 256

/* A hit or a firing, copied. */
typedef struct entry {
    struct entry *next; /* of the same correlation */
    uint32_t position;
    tc_time time;
    tc_slice *group;
    tc_slice *value; /* parts; NULL if the hit has none */
    tc_evidence evidence[EVIDENCE];
    size_t evidence_count;
    tc_subject *subjects;
    size_t subject_count;
    bool fired;
} entry;

/* One group's entries in order, gathered anew for every question. */
typedef struct series {
    entry **at;
    size_t count;
} series;

typedef struct proof {
    tc_evidence evidence[EVIDENCE];
    tc_time brought[EVIDENCE];
    size_t evidence_count;
    tc_subject subjects[SUBJECTS];
    tc_time last[SUBJECTS];
    size_t subject_count;
} proof;

struct tc_reference_correlator {
    const tc_ruleset *rules;
    tc_arena *arena;
    entry **first, **last; /* per rule */
    uint32_t *levels;
    uint64_t ungrouped, saturated;
};

/* What a correlation says when it fires. */
typedef struct outcome {
    tc_time start;
    size_t count;
    tc_slice value, previous;
    proof shown;
} outcome;

static void *get(tc_reference_correlator *r, size_t count, size_t size)
{
    void *memory = tc_arena_zero(r->arena, count + 1, size);
    TC_ASSERT(memory);
    return memory;
}

static tc_slice keep(tc_reference_correlator *r, tc_slice text)
{
    tc_slice copy;
    bool fits = tc_arena_copy(r->arena, text, &copy);
    TC_ASSERT(fits);
    return copy;
}

static tc_subject keep_subject(tc_reference_correlator *r, const tc_subject *subject)
{
    tc_subject copy = *subject;
    tc_slice *texts[] = {&copy.mailbox, &copy.actor, &copy.target,   &copy.user,
                         &copy.agent,   &copy.host,  &copy.language, &copy.previous,
                         &copy.country, &copy.as_org};
    for (size_t i = 0; i < TC_COUNT_OF(texts); i++) {
        *texts[i] = keep(r, *texts[i]);
    }
    return copy;
}

static uint32_t level_of(const tc_ruleset *rules, uint32_t index)
{
    const tc_correlation *c = tc_ruleset_rule(rules, index)->correlation;
    uint32_t level = 0;
    for (size_t i = 0; c && i < c->rule_count; i++) {
        level = TC_MAX(level, level_of(rules, c->rules[i]) + 1);
    }
    return level;
}

tc_reference_correlator *tc_reference_correlator_new(const tc_ruleset *rules)
{
    tc_reference_correlator *r = tc_alloc(1, sizeof(*r));
    TC_ASSERT(r);
    r->rules = rules;
    r->arena = tc_arena_new((size_t)1 << 32);
    TC_ASSERT(r->arena);
    r->first = get(r, tc_ruleset_count(rules), sizeof(entry *));
    r->last = get(r, tc_ruleset_count(rules), sizeof(entry *));
    r->levels = get(r, tc_ruleset_count(rules), sizeof(*r->levels));
    for (uint32_t i = 0; i < tc_ruleset_count(rules); i++) {
        r->levels[i] = level_of(rules, i);
    }
    return r;
}

void tc_reference_correlator_free(tc_reference_correlator *r)
{
    tc_arena_free(r->arena);
    tc_free(r);
}

uint64_t tc_reference_correlator_ungrouped(const tc_reference_correlator *r)
{
    return r->ungrouped;
}

uint64_t tc_reference_correlator_saturated(const tc_reference_correlator *r)
{
    return r->saturated;
}

static bool parts_equal(const tc_slice *a, const tc_slice *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!tc_slice_equal(a[i], b[i])) return false;
    }
    return true;
}

static bool same_value(const tc_correlation *c, const entry *a, const entry *b)
{
    return parts_equal(a->value, b->value, c->field_count);
}

static bool too_old(const tc_correlation *c, const entry *e, tc_time now)
{
    return e->time < now - c->timespan_ns;
}

/* --- proof --- */

static bool same_line(const tc_evidence *a, const tc_evidence *b)
{
    return tc_order_compare(&a->order, &b->order) == 0;
}

static bool same_subject(const tc_subject *a, const tc_subject *b)
{
    return tc_slice_equal(a->mailbox, b->mailbox) && tc_slice_equal(a->actor, b->actor) &&
           tc_slice_equal(a->target, b->target) && tc_ip_equal(a->ip, b->ip);
}

static void proof_line(proof *p, const tc_evidence *line, tc_time time)
{
    for (size_t i = 0; i < p->evidence_count; i++) {
        if (!same_line(&p->evidence[i], line)) continue;
        p->brought[i] = time;
        return;
    }
    if (p->evidence_count == EVIDENCE) {
        for (size_t i = 2; i + 1 < EVIDENCE; i++) {
            p->evidence[i] = p->evidence[i + 1];
            p->brought[i] = p->brought[i + 1];
        }
        p->evidence_count--;
    }
    p->evidence[p->evidence_count] = *line;
    p->brought[p->evidence_count++] = time;
}

static void proof_subject(proof *p, const tc_subject *subject, tc_time time)
{
    for (size_t i = 0; i < p->subject_count; i++) {
        if (!same_subject(&p->subjects[i], subject)) continue;
        p->last[i] = time;
        return;
    }
    if (p->subject_count == SUBJECTS) return;
    p->subjects[p->subject_count] = *subject;
    p->last[p->subject_count++] = time;
}

static void proof_expire(proof *p, tc_time floor)
{
    size_t lines = 0, subjects = 0;
    for (size_t i = 0; i < p->evidence_count; i++) {
        if (p->brought[i] < floor) continue;
        p->evidence[lines] = p->evidence[i];
        p->brought[lines++] = p->brought[i];
    }
    for (size_t i = 0; i < p->subject_count; i++) {
        if (p->last[i] < floor) continue;
        p->subjects[subjects] = p->subjects[i];
        p->last[subjects++] = p->last[i];
    }
    p->evidence_count = lines;
    p->subject_count = subjects;
}

static void proof_add(proof *p, const entry *e)
{
    for (size_t i = 0; i < e->evidence_count; i++) {
        proof_line(p, &e->evidence[i], e->time);
    }
    for (size_t i = 0; i < e->subject_count; i++) {
        proof_subject(p, &e->subjects[i], e->time);
    }
}

static void proof_sort(proof *p)
{
    for (size_t i = 0; i < p->evidence_count; i++) {
        for (size_t j = i + 1; j < p->evidence_count; j++) {
            if (tc_order_compare(&p->evidence[i].order, &p->evidence[j].order) <= 0) continue;
            tc_evidence swap = p->evidence[i];
            p->evidence[i] = p->evidence[j];
            p->evidence[j] = swap;
        }
    }
}

/* What the window that ends with the last entry has kept, hit by hit. */
static void proof_of_window(const tc_correlation *c, series s, proof *p)
{
    *p = (proof){0};
    for (size_t i = 0; i < s.count; i++) {
        if (i && too_old(c, s.at[i - 1], s.at[i]->time)) *p = (proof){0};
        proof_expire(p, s.at[i]->time - c->timespan_ns);
        proof_add(p, s.at[i]);
    }
}

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
static const entry *last_of_rule(const tc_correlation *c, series s, size_t end, uint32_t rule)
{
    for (size_t i = end + 1; i-- > 0;) {
        if (too_old(c, s.at[i], s.at[end]->time)) return NULL;
        if (c->rules[s.at[i]->position] == rule) return s.at[i];
    }
    return NULL;
}

static bool expression_holds(const tc_correlation *c, series s, size_t end)
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
static size_t amount(const tc_correlation *c, series s, size_t end, tc_time *ret_start)
{
    size_t count = 0;
    *ret_start = s.at[end]->time;
    for (size_t i = 0; i <= end; i++) {
        if (too_old(c, s.at[i], s.at[end]->time)) continue;
        /* An entry counts if no later one stands for the same thing. */
        bool stands = true;
        for (size_t j = i + 1; j <= end; j++) {
            if (c->type == TC_CORRELATION_VALUE_COUNT && same_value(c, s.at[i], s.at[j])) {
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

static bool window_holds(const tc_correlation *c, series s, size_t end)
{
    tc_time start;
    size_t count = amount(c, s, end, &start);
    if (!number_holds(c, count)) return false;
    if (c->type != TC_CORRELATION_TEMPORAL) return true;
    if (c->expression) return expression_holds(c, s, end);
    for (int i = 0; i < TC_COMPARE_COUNT; i++) {
        if (c->condition.set[i]) return true;
    }
    return count == distinct_rules(c);
}

/* One line for each rule first, the latest rules first; then the rest, rule by rule. */
static void temporal_lines(const tc_correlation *c, series s, proof *p)
{
    proof best = {0};
    p->evidence_count = 0;
    const entry *seen[64] = {0};
    size_t count = 0;
    for (size_t i = 0; i < c->rule_count; i++) {
        const entry *e = last_of_rule(c, s, s.count - 1, c->rules[i]);
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
        proof_line(&best, latest, 0);
        seen[at] = NULL;
    }
    for (size_t i = 0; i < c->rule_count; i++) {
        const entry *e = last_of_rule(c, s, s.count - 1, c->rules[i]);
        for (size_t l = 0; e && l + 1 < e->evidence_count; l++) {
            if (best.evidence_count < EVIDENCE) proof_line(&best, &e->evidence[l], 0);
        }
    }
    memcpy(p->evidence, best.evidence, sizeof(best.evidence));
    p->evidence_count = best.evidence_count;
}

static bool window_fires(const tc_correlation *c, series s, outcome *ret)
{
    size_t now = s.count - 1;
    if (!window_holds(c, s, now)) return false;
    bool empty = !now || too_old(c, s.at[now - 1], s.at[now]->time);
    if (!empty && window_holds(c, s, now - 1)) return false;
    ret->count = amount(c, s, now, &ret->start);
    proof_of_window(c, s, &ret->shown);
    if (c->type == TC_CORRELATION_TEMPORAL) temporal_lines(c, s, &ret->shown);
    return true;
}

/* --- new_value --- */

static tc_slice join(tc_reference_correlator *r, const tc_correlation *c, const entry *e)
{
    tc_str text;
    tc_str_init(&text, 1 << 20);
    for (size_t i = 0; i < c->field_count; i++) {
        if (i) tc_str_add(&text, TC_LIT(", "));
        tc_str_add(&text, e->value[i]);
    }
    tc_slice joined = keep(r, tc_str_view(&text));
    tc_str_done(&text);
    return joined;
}

static bool new_value_fires(tc_reference_correlator *r, const tc_correlation *c, series s,
                            outcome *ret)
{
    const entry **known = get(r, s.count, sizeof(*known)); /* the last sighting of each value */
    size_t known_count = 0;
    uint64_t events = 0, max = c->baseline.max_values ? c->baseline.max_values : 64;
    uint64_t min = c->baseline.min_events ? c->baseline.min_events : 1;
    tc_time first = 0;
    bool fires = false;
    for (size_t i = 0; i < s.count; i++) {
        const entry *e = s.at[i];
        size_t kept = 0;
        bool seen = false;
        for (size_t j = 0; j < known_count; j++) {
            if (!too_old(c, known[j], e->time)) known[kept++] = known[j];
        }
        known_count = kept;
        if (!known_count) {
            events = 0;
            first = e->time;
        }
        for (size_t j = 0; j < known_count; j++) {
            if (!same_value(c, known[j], e)) continue;
            seen = true;
            known[j] = e;
        }
        bool ripe = known_count && events >= min && e->time - first >= c->baseline.learn_ns;
        bool full = !seen && known_count >= max;
        fires = !seen && !full && ripe;
        if (full && i + 1 == s.count) r->saturated++;
        if (!seen && !full) known[known_count++] = e;
        events++;
    }
    if (!fires) return false;
    const entry *e = s.at[s.count - 1];
    ret->start = e->time;
    ret->count = known_count;
    ret->value = join(r, c, e);
    ret->shown = (proof){0};
    proof_add(&ret->shown, e);
    return true;
}

/* --- value_change --- */

typedef struct change {
    const entry **history, **row; /* learned; and candidates in a row */
    size_t history_count, row_count;
    const entry *adopted;
    tc_time first;
} change;

static const entry *dominant(const tc_correlation *c, const change *w, tc_time now)
{
    uint64_t min = c->baseline.min_events ? c->baseline.min_events : 1;
    double share = c->baseline.share > 0 ? c->baseline.share : 0.8;
    if (w->adopted) return w->adopted;
    if (w->history_count < min || now - w->first < c->baseline.learn_ns) return NULL;
    const entry *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < w->history_count; i++) {
        size_t same = 0;
        for (size_t j = 0; j < w->history_count; j++) {
            same += same_value(c, w->history[i], w->history[j]) ? 1 : 0;
        }
        if (same > most) best = w->history[i];
        if (same == most && best && !same_value(c, best, w->history[i])) best = NULL;
        most = TC_MAX(most, same);
    }
    return (double)most / (double)w->history_count >= share ? best : NULL;
}

static void change_learn(const tc_correlation *c, change *w, const entry *e)
{
    size_t max = TC_MAX((size_t)HISTORY, (size_t)c->baseline.min_events);
    w->history[w->history_count++] = e;
    if (w->history_count <= max) return;
    memmove(w->history, w->history + 1, max * sizeof(*w->history));
    w->history_count = max;
}

static size_t change_needed(const tc_correlation *c)
{
    size_t needed = 1;
    while ((c->condition.set[TC_GTE] && (double)needed < c->condition.number[TC_GTE]) ||
           (c->condition.set[TC_GT] && (double)needed <= c->condition.number[TC_GT])) {
        needed++;
    }
    return needed;
}

static void change_tell(tc_reference_correlator *r, const tc_correlation *c, const change *w,
                        const entry *before, outcome *ret)
{
    const entry *newest = w->history[w->history_count - 1];
    proof row = {0};
    for (size_t i = 0; i < w->row_count; i++) {
        proof_add(&row, w->row[i]);
    }
    ret->shown = row;
    ret->shown.evidence_count = 0;
    if (same_value(c, newest, before) && newest->evidence_count) {
        proof_line(&ret->shown, &newest->evidence[newest->evidence_count - 1], 0);
    }
    for (size_t i = 0; i < row.evidence_count; i++) {
        proof_line(&ret->shown, &row.evidence[i], 0);
    }
    ret->start = w->row[0]->time;
    ret->count = w->row_count;
    ret->value = join(r, c, w->row[0]);
    ret->previous = join(r, c, before);
}

static bool value_change_fires(tc_reference_correlator *r, const tc_correlation *c, series s,
                               outcome *ret)
{
    change w = {.history = get(r, s.count, sizeof(*w.history)),
                .row = get(r, s.count, sizeof(*w.row))};
    bool fires = false;
    for (size_t i = 0; i < s.count; i++) {
        const entry *e = s.at[i];
        fires = false;
        size_t old = 0;
        while (old < w.history_count && too_old(c, w.history[old], e->time)) {
            old++;
        }
        w.history_count -= old;
        memmove(w.history, w.history + old, w.history_count * sizeof(*w.history));
        if (!w.history_count) {
            w.row_count = 0;
            w.adopted = NULL;
            w.first = e->time;
        }
        const entry *now = w.history_count ? dominant(c, &w, e->time) : NULL;
        if (!now || same_value(c, now, e)) {
            w.row_count = 0;
            change_learn(c, &w, e);
            continue;
        }
        if (w.row_count && !same_value(c, w.row[0], e)) w.row_count = 0;
        w.row[w.row_count++] = e;
        if (w.row_count < change_needed(c)) continue;
        fires = true;
        if (i + 1 == s.count) change_tell(r, c, &w, now, ret);
        w.history_count = 0;
        w.row_count = 0;
        w.adopted = e;
        change_learn(c, &w, e);
    }
    return fires;
}

/* --- episodes --- */

typedef struct episode {
    bool open, holds;
    tc_time fired;
    size_t count;
    const entry **seen; /* value_count: of each value counted, one entry */
} episode;

static void episode_see(const tc_correlation *c, episode *w, const entry *e)
{
    for (size_t i = 0; i < w->count && c->type == TC_CORRELATION_VALUE_COUNT; i++) {
        if (same_value(c, w->seen[i], e)) return;
    }
    w->seen[w->count++] = e;
}

/* Whether the last entry belongs to an open episode without having fired, and what that has
 * counted.
 */
static bool episode_goes_on(tc_reference_correlator *r, const tc_correlation *c, series s,
                            outcome *ret)
{
    episode w = {.seen = get(r, s.count, sizeof(*w.seen))};
    for (size_t i = 0; i < s.count; i++) {
        const entry *e = s.at[i];
        if (i && too_old(c, s.at[i - 1], e->time)) w.holds = false;
        if (w.open && !w.holds && e->time - w.fired >= c->suppress_ns) w.open = false;
        w.holds = window_holds(c, s, i);
        if (e->fired) {
            w.open = true;
            w.fired = e->time;
            w.count = 0;
            for (size_t j = 0; j <= i; j++) {
                if (!too_old(c, s.at[j], e->time)) episode_see(c, &w, s.at[j]);
            }
        } else if (w.open) {
            episode_see(c, &w, e);
        }
    }
    size_t now = amount(c, s, s.count - 1, &ret->start);
    ret->count = c->type == TC_CORRELATION_TEMPORAL ? now : w.count;
    return w.holds && !s.at[s.count - 1]->fired;
}

/* --- all together --- */

static series series_of(tc_reference_correlator *r, const tc_rule *rule, const entry *like)
{
    const tc_correlation *c = rule->correlation;
    bool global = c->type == TC_CORRELATION_NEW_VALUE && c->baseline.global_scope;
    bool valued = c->type != TC_CORRELATION_EVENT_COUNT && c->type != TC_CORRELATION_TEMPORAL;
    size_t count = 0;
    for (const entry *e = r->first[rule->index]; e; e = e->next) {
        count++;
    }
    series s = {get(r, count, sizeof(entry *)), 0};
    for (entry *e = r->first[rule->index]; e; e = e->next) {
        if (!global && !parts_equal(e->group, like->group, c->group_count)) continue;
        if (!valued || e->value) s.at[s.count++] = e;
    }
    return s;
}

static bool suppressed(const tc_correlation *c, series s)
{
    for (size_t i = 0; i + 1 < s.count; i++) {
        if (s.at[i]->fired && s.at[s.count - 1]->time - s.at[i]->time < c->suppress_ns) return true;
    }
    return false;
}

/* The texts of some captures; NULL if one is missing. */
static tc_slice *texts_of(tc_reference_correlator *r, const tc_capture *captures,
                          const uint32_t *indices, size_t count)
{
    tc_slice *texts = get(r, count, sizeof(*texts));
    for (size_t i = 0; i < count; i++) {
        if (indices[i] == TC_CAPTURE_NONE || !captures[indices[i]].present) return NULL;
        texts[i] = keep(r, captures[indices[i]].text);
    }
    return texts;
}

static tc_status deliver(tc_reference_correlator *r, uint32_t rule, const tc_hit *hit,
                         const tc_subject *subjects, size_t subject_count,
                         const tc_firing_sink *sink);

static tc_status fire(tc_reference_correlator *r, const tc_rule *rule, const entry *e,
                      const tc_hit *hit, outcome *o, const tc_firing_sink *sink)
{
    const tc_correlation *c = rule->correlation;
    tc_capture *group = get(r, c->group_count, sizeof(*group));
    for (size_t g = 0; g < c->group_count; g++) {
        group[g] = (tc_capture){e->group[g], true};
    }
    proof_sort(&o->shown);
    char number[24];
    snprintf(number, sizeof(number), "%zu", o->count);
    bool has_value = c->type == TC_CORRELATION_NEW_VALUE || c->type == TC_CORRELATION_VALUE_CHANGE;
    tc_capture *captures = get(r, rule->capture_count, sizeof(*captures));
    for (size_t i = 0; i < rule->capture_count; i++) {
        tc_slice name = rule->capture_names[i];
        bool found = false;
        for (size_t g = 0; g < c->group_count && !found; g++) {
            found = tc_slice_equal(name, c->group_by[g]);
            if (found) captures[i] = group[g];
        }
        if (found) continue;
        if (tc_slice_equal(name, TC_LIT("count"))) {
            captures[i] = (tc_capture){tc_slice_of(number), true};
        } else if (tc_slice_equal(name, TC_LIT("value")) && has_value) {
            captures[i] = (tc_capture){o->value, true};
        } else if (tc_slice_equal(name, TC_LIT("previous")) &&
                   c->type == TC_CORRELATION_VALUE_CHANGE) {
            captures[i] = (tc_capture){o->previous, true};
        }
    }
    tc_firing firing = {.rule = rule,
                        .order = hit->order,
                        .start = o->start,
                        .group = group,
                        .count = (double)o->count,
                        .value = o->value,
                        .previous = o->previous,
                        .evidence = o->shown.evidence,
                        .evidence_count = o->shown.evidence_count,
                        .subjects = o->shown.subjects,
                        .subject_count = o->shown.subject_count};
    TC_TRY(sink->fired(sink->context, &firing));
    tc_hit chained = {.rule = rule->index,
                      .order = hit->order,
                      .captures = captures,
                      .evidence = o->shown.evidence,
                      .evidence_count = o->shown.evidence_count};
    return deliver(r, rule->index, &chained, o->shown.subjects, o->shown.subject_count, sink);
}

static tc_status go_on(tc_reference_correlator *r, const tc_rule *rule, const entry *e,
                       const tc_hit *hit, const outcome *o, const tc_firing_sink *sink)
{
    const tc_correlation *c = rule->correlation;
    tc_capture *group = get(r, c->group_count, sizeof(*group));
    for (size_t g = 0; g < c->group_count; g++) {
        group[g] = (tc_capture){e->group[g], true};
    }
    tc_firing firing = {.rule = rule,
                        .order = hit->order,
                        .start = e->time,
                        .group = group,
                        .count = (double)o->count,
                        .evidence = e->evidence,
                        .evidence_count = e->evidence_count,
                        .subjects = e->subjects,
                        .subject_count = e->subject_count};
    return sink->went_on(sink->context, &firing);
}

static tc_status step(tc_reference_correlator *r, const tc_rule *rule, uint32_t position,
                      const tc_hit *hit, const tc_subject *subjects, size_t subject_count,
                      const tc_firing_sink *sink)
{
    const tc_correlation *c = rule->correlation;
    entry *e = get(r, 1, sizeof(*e));
    e->position = position;
    e->time = hit->order.time;
    e->group =
        texts_of(r, hit->captures, c->group_captures + position * c->group_count, c->group_count);
    e->value = c->field_count
                   ? texts_of(r, hit->captures, c->field_captures + position * c->field_count,
                              c->field_count)
                   : NULL;
    if (!e->group) {
        r->ungrouped++;
        return TC_SUCCESS;
    }
    proof all = {0};
    for (size_t i = 0; i < hit->evidence_count; i++) {
        tc_evidence line = hit->evidence[i];
        line.text = keep(r, tc_slice_sub(line.text, 0, TC_EVIDENCE_TEXT_MAX));
        proof_line(&all, &line, 0);
    }
    memcpy(e->evidence, all.evidence, sizeof(all.evidence));
    e->evidence_count = all.evidence_count;
    e->subjects = get(r, subject_count, sizeof(*e->subjects));
    for (size_t i = 0; i < subject_count; i++) {
        e->subjects[i] = keep_subject(r, &subjects[i]);
    }
    e->subject_count = subject_count;
    if (r->last[rule->index]) {
        r->last[rule->index]->next = e;
    } else {
        r->first[rule->index] = e;
    }
    r->last[rule->index] = e;

    series s = series_of(r, rule, e);
    if (!s.count || s.at[s.count - 1] != e) return TC_SUCCESS; /* it lacks its value */
    outcome *o = get(r, 1, sizeof(*o));
    bool fires = false;
    if (c->type == TC_CORRELATION_NEW_VALUE) {
        fires = new_value_fires(r, c, s, o);
    } else if (c->type == TC_CORRELATION_VALUE_CHANGE) {
        fires = value_change_fires(r, c, s, o);
    } else {
        fires = window_fires(c, s, o);
    }
    e->fired = fires && !suppressed(c, s);
    if (e->fired) return fire(r, rule, e, hit, o, sink);
    bool lasting = c->type != TC_CORRELATION_NEW_VALUE && c->type != TC_CORRELATION_VALUE_CHANGE;
    if (!lasting || !sink->went_on || !episode_goes_on(r, c, s, o)) return TC_SUCCESS;
    return go_on(r, rule, e, hit, o, sink);
}

static tc_status deliver(tc_reference_correlator *r, uint32_t rule, const tc_hit *hit,
                         const tc_subject *subjects, size_t subject_count,
                         const tc_firing_sink *sink)
{
    uint32_t count = (uint32_t)tc_ruleset_count(r->rules);
    for (uint32_t level = 1; level <= count; level++) {
        for (uint32_t i = 0; i < count; i++) {
            const tc_rule *outer = tc_ruleset_rule(r->rules, i);
            const tc_correlation *c = outer->correlation;
            if (!c || r->levels[i] != level) continue;
            for (uint32_t p = 0; p < c->rule_count; p++) {
                if (c->rules[p] != rule) continue;
                TC_TRY(step(r, outer, p, hit, subjects, subject_count, sink));
                break;
            }
        }
    }
    return TC_SUCCESS;
}

tc_status tc_reference_correlator_push(tc_reference_correlator *r, const tc_hit *hit,
                                       const tc_firing_sink *sink)
{
    return deliver(r, hit->rule, hit, hit->subject, hit->subject ? 1 : 0, sink);
}
