#include "detector/sigma/matcher.h"

#include "detector/sigma/matcher_data.h"
#include "parsers/base/alloc.h"

#define ARENA_BYTES ((size_t)64 << 20)

tc_matcher *tc_matcher_new(const tc_ruleset *rules)
{
    TC_ASSERT(rules->compiled);
    tc_matcher *m = tc_alloc(1, sizeof *m);
    if (!m) return NULL;
    m->rules = rules;
    m->words = rules->draft_count / 64 + 1;
    m->arena = tc_arena_new(ARENA_BYTES);
    m->scratch = tc_regex_scratch_new();
    m->marks = tc_alloc(rules->predicates.count, sizeof *m->marks);
    m->states = tc_alloc(rules->group_count, sizeof *m->states);
    m->woken = tc_alloc(m->words, sizeof *m->woken);
    m->matched = tc_alloc(rules->draft_count, sizeof *m->matched);
    m->spare.member = tc_alloc(m->words, sizeof *m->spare.member);
    m->spare.always = m->spare.member;
    if (!m->arena || !m->scratch || !m->marks || !m->states || !m->woken || !m->matched ||
        !m->spare.member) {
        tc_matcher_free(m);
        return NULL;
    }
    return m;
}

void tc_matcher_free(tc_matcher *m)
{
    if (!m) return;
    tc_candidates_free_all(m);
    tc_free(m->spare.member);
    tc_free(m->keyword_members);
    tc_free(m->marks);
    tc_free(m->states);
    tc_free(m->woken);
    tc_free(m->matched);
    tc_regex_scratch_free(m->scratch);
    tc_arena_free(m->arena);
    tc_free(m);
}

static void next_epoch(tc_matcher *m)
{
    tc_arena_reset(m->arena);
    if (++m->epoch <= TC_EPOCH_MAX) return;
    memset(m->marks, 0, m->rules->predicates.count * sizeof *m->marks);
    for (size_t i = 0; i < m->rules->group_count; i++)
        m->states[i].fetched = m->states[i].passed = 0;
    m->epoch = 1;
}

void tc_matcher_begin(tc_matcher *m, const tc_event *event, const tc_logsource *labels,
                      size_t label_count)
{
    next_epoch(m);
    m->event = event;
    m->current = tc_candidates_find(m, labels, label_count);
}

static bool evaluate(tc_matcher *m, const tc_node *node)
{
    switch (node->kind) {
    case TC_NODE_PREDICATE:
        return tc_predicate_ask(m, node->predicate);
    case TC_NODE_NOT:
        return !evaluate(m, node->children);
    case TC_NODE_AND:
        for (uint32_t i = 0; i < node->count; i++)
            if (!evaluate(m, &node->children[i])) return false;
        return true;
    case TC_NODE_OR:
        for (uint32_t i = 0; i < node->count; i++)
            if (evaluate(m, &node->children[i])) return true;
        return false;
    }
    return false;
}

/* Could the event have a value for the group? */
static bool may_have(const tc_event *event, const tc_field_group *group)
{
    if (group->field == TC_FIELD_NONE) return true;
    int column = tc_schema_column(event->schema, group->field);
    if (column >= 0 && event->cells[column].form != TC_FORM_MISSING) return true;
    return event->overlay && tc_overlay_has(event->overlay, group->field);
}

size_t tc_matcher_match_as(tc_matcher *m, const tc_event *event, const tc_logsource *labels,
                           size_t label_count, const uint32_t **ret_rules)
{
    tc_matcher_begin(m, event, labels, label_count);
    for (size_t i = 0; i < m->current->group_count; i++) {
        uint32_t group = m->current->groups[i];
        if (may_have(event, &m->rules->groups[group])) tc_group_pass(m, group);
    }
    size_t count = 0;
    for (size_t w = 0; w < m->words; w++) {
        uint64_t bits = m->woken[w] | m->current->always[w];
        m->woken[w] = 0;
        for (; bits; bits &= bits - 1) {
            uint32_t rule = (uint32_t)(w * 64) + (uint32_t)__builtin_ctzll(bits);
            if (evaluate(m, &m->rules->drafts[rule].root)) m->matched[count++] = rule;
        }
    }
    m->event = NULL;
    *ret_rules = m->matched;
    return count;
}

const tc_logsource *tc_matcher_labels(const tc_schema *schema, size_t *ret_count)
{
    static const tc_logsource none = {NULL, NULL, NULL};
    *ret_count = TC_MAX(schema->label_count, (size_t)1);
    return schema->label_count > 0 ? schema->labels : &none;
}

size_t tc_matcher_match(tc_matcher *m, const tc_event *event, const uint32_t **ret_rules)
{
    size_t count;
    const tc_logsource *labels = tc_matcher_labels(event->schema, &count);
    return tc_matcher_match_as(m, event, labels, count, ret_rules);
}

/* The first member of a list that has a text. */
static tc_value first_scalar(tc_value value, tc_arena *arena)
{
    for (unsigned depth = 0; value.kind == TC_KIND_LIST && depth < TC_MEMBERS_DEPTH; depth++) {
        tc_value found = {.kind = TC_KIND_MISSING};
        for (size_t i = 0; i < value.item_count && i < TC_MEMBERS_MAX; i++) {
            found = tc_cell_value(value.items[i], arena);
            if (found.kind != TC_KIND_NULL && found.kind != TC_KIND_MISSING) break;
        }
        value = found;
    }
    return value;
}

void tc_matcher_capture(tc_matcher *m, const tc_event *event, uint32_t rule, tc_capture *out)
{
    const tc_rule *r = &m->rules->drafts[rule].rule;
    for (size_t i = 0; i < r->capture_count; i++) {
        tc_value value = first_scalar(tc_event_value(event, r->capture_fields[i]), event->arena);
        out[i].present = value.kind == TC_KIND_STRING || value.kind == TC_KIND_NUMBER ||
                         value.kind == TC_KIND_BOOL;
        out[i].text = out[i].present ? value.text : TC_EMPTY_SLICE;
    }
}

uint64_t tc_matcher_regex_limit_hits(const tc_matcher *m)
{
    return m->limit_hits + tc_regex_limit_hits(m->scratch);
}
