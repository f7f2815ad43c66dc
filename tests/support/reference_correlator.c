#include "tests/support/reference_correlator.h"

#include "parsers/base/alloc.h"
#include "tests/support/reference_parts.h"

#define EVIDENCE TC_FIRING_EVIDENCE_MAX

static tc_subject keep_subject(tc_reference_correlator *r, const tc_subject *subject)
{
    tc_subject copy = *subject;
    tc_slice *texts[] = {&copy.mailbox, &copy.actor, &copy.target,   &copy.user,
                         &copy.agent,   &copy.host,  &copy.language, &copy.previous,
                         &copy.country, &copy.as_org};
    for (size_t i = 0; i < TC_COUNT_OF(texts); i++) {
        *texts[i] = tc_reference_keep(r, *texts[i]);
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
    r->first = tc_reference_get(r, tc_ruleset_count(rules), sizeof(tc_reference_entry *));
    r->last = tc_reference_get(r, tc_ruleset_count(rules), sizeof(tc_reference_entry *));
    r->levels = tc_reference_get(r, tc_ruleset_count(rules), sizeof(*r->levels));
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

/* --- all together --- */

static tc_reference_series series_of(tc_reference_correlator *r, const tc_rule *rule,
                                     const tc_reference_entry *like)
{
    const tc_correlation *c = rule->correlation;
    bool global = c->type == TC_CORRELATION_NEW_VALUE && c->baseline.global_scope;
    bool valued = c->type != TC_CORRELATION_EVENT_COUNT && c->type != TC_CORRELATION_TEMPORAL;
    size_t count = 0;
    for (const tc_reference_entry *e = r->first[rule->index]; e; e = e->next) {
        count++;
    }
    tc_reference_series s = {tc_reference_get(r, count, sizeof(tc_reference_entry *)), 0};
    for (tc_reference_entry *e = r->first[rule->index]; e; e = e->next) {
        if (!global && !tc_reference_parts_equal(e->group, like->group, c->group_count)) continue;
        if (!valued || e->value) s.at[s.count++] = e;
    }
    return s;
}

static bool suppressed(const tc_correlation *c, tc_reference_series s)
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
    tc_slice *texts = tc_reference_get(r, count, sizeof(*texts));
    for (size_t i = 0; i < count; i++) {
        if (indices[i] == TC_CAPTURE_NONE || !captures[indices[i]].present) return NULL;
        texts[i] = tc_reference_keep(r, captures[indices[i]].text);
    }
    return texts;
}

static TC_STATUS deliver(tc_reference_correlator *r, uint32_t rule, const tc_hit *hit,
                         const tc_subject *subjects, size_t subject_count,
                         const tc_firing_sink *sink);

static TC_STATUS fire(tc_reference_correlator *r, const tc_rule *rule, const tc_reference_entry *e,
                      const tc_hit *hit, tc_reference_outcome *o, const tc_firing_sink *sink)
{
    const tc_correlation *c = rule->correlation;
    tc_capture *group = tc_reference_get(r, c->group_count, sizeof(*group));
    for (size_t g = 0; g < c->group_count; g++) {
        group[g] = (tc_capture){e->group[g], true};
    }
    tc_reference_proof_sort(&o->shown);
    char number[24];
    snprintf(number, sizeof(number), "%zu", o->count);
    bool has_value = c->type == TC_CORRELATION_NEW_VALUE || c->type == TC_CORRELATION_VALUE_CHANGE;
    tc_capture *captures = tc_reference_get(r, rule->capture_count, sizeof(*captures));
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

static TC_STATUS go_on(tc_reference_correlator *r, const tc_rule *rule, const tc_reference_entry *e,
                       const tc_hit *hit, const tc_reference_outcome *o, const tc_firing_sink *sink)
{
    const tc_correlation *c = rule->correlation;
    tc_capture *group = tc_reference_get(r, c->group_count, sizeof(*group));
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

static void keep_proof(tc_reference_correlator *r, tc_reference_entry *e, const tc_hit *hit,
                       const tc_subject *subjects, size_t subject_count)
{
    tc_reference_proof all = {0};
    for (size_t i = 0; i < hit->evidence_count; i++) {
        tc_evidence line = hit->evidence[i];
        line.text = tc_reference_keep(r, tc_slice_sub(line.text, 0, TC_EVIDENCE_TEXT_MAX));
        tc_reference_proof_line(&all, &line, 0);
    }
    memcpy(e->evidence, all.evidence, sizeof(all.evidence));
    e->evidence_count = all.evidence_count;
    e->subjects = tc_reference_get(r, subject_count, sizeof(*e->subjects));
    for (size_t i = 0; i < subject_count; i++) {
        e->subjects[i] = keep_subject(r, &subjects[i]);
    }
    e->subject_count = subject_count;
}

static TC_STATUS step(tc_reference_correlator *r, const tc_rule *rule, uint32_t position,
                      const tc_hit *hit, const tc_subject *subjects, size_t subject_count,
                      const tc_firing_sink *sink)
{
    const tc_correlation *c = rule->correlation;
    tc_reference_entry *e = tc_reference_get(r, 1, sizeof(*e));
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
    keep_proof(r, e, hit, subjects, subject_count);
    if (r->last[rule->index]) {
        r->last[rule->index]->next = e;
    } else {
        r->first[rule->index] = e;
    }
    r->last[rule->index] = e;

    tc_reference_series s = series_of(r, rule, e);
    if (!s.count || s.at[s.count - 1] != e) return TC_SUCCESS; /* it lacks its value */
    tc_reference_outcome *o = tc_reference_get(r, 1, sizeof(*o));
    bool fires = false;
    if (c->type == TC_CORRELATION_NEW_VALUE) {
        fires = tc_reference_new_value_fires(r, c, s, o);
    } else if (c->type == TC_CORRELATION_VALUE_CHANGE) {
        fires = tc_reference_value_change_fires(r, c, s, o);
    } else {
        fires = tc_reference_window_fires(c, s, o);
    }
    e->fired = fires && !suppressed(c, s);
    if (e->fired) return fire(r, rule, e, hit, o, sink);
    bool lasting = c->type != TC_CORRELATION_NEW_VALUE && c->type != TC_CORRELATION_VALUE_CHANGE;
    if (!lasting || !sink->went_on || !tc_reference_goes_on(r, c, s, o)) return TC_SUCCESS;
    return go_on(r, rule, e, hit, o, sink);
}

static TC_STATUS deliver(tc_reference_correlator *r, uint32_t rule, const tc_hit *hit,
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

TC_STATUS tc_reference_correlator_push(tc_reference_correlator *r, const tc_hit *hit,
                                       const tc_firing_sink *sink)
{
    return deliver(r, hit->rule, hit, hit->subject, hit->subject ? 1 : 0, sink);
}
