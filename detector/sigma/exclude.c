/* Whether some fields of an event settle already that no rule matches: conditions are worked out
 * with the others left open. */
#include "detector/sigma/matcher_data.h"

typedef enum verdict { NO, OPEN, YES } verdict;

typedef struct known {
    tc_matcher *m;
    const tc_field *fields;
    size_t count;
} known;

/* Fields that the schema has no column for, and that nobody sets beside it, are known: missing. */
static bool is_known(const known *k, uint32_t group)
{
    tc_field field = k->m->rules->groups[group].field;
    if (field == TC_FIELD_NONE) return false;
    for (size_t i = 0; i < k->count; i++)
        if (k->fields[i] == field) return true;
    return field >= TC_FIELD_ECS_END && tc_schema_column(k->m->event->schema, field) < 0;
}

static verdict judge_predicate(const known *k, uint32_t number)
{
    const tc_predicate *p = &k->m->rules->predicates.list[number];
    if (!is_known(k, p->group)) return OPEN;
    if (p->kind == TC_PREDICATE_SAME && !is_known(k, p->other_group)) return OPEN;
    return tc_predicate_ask(k->m, number) ? YES : NO;
}

/* A conjunction is as true as its least true part, an alternative as its most true one. */
static verdict judge(const known *k, const tc_node *node)
{
    if (node->kind == TC_NODE_PREDICATE) return judge_predicate(k, node->predicate);
    if (node->kind == TC_NODE_NOT) return YES - judge(k, node->children);
    verdict end = node->kind == TC_NODE_AND ? NO : YES;
    verdict found = YES - end;
    for (uint32_t i = 0; found != end && i < node->count; i++) {
        verdict one = judge(k, &node->children[i]);
        found = end == NO ? TC_MIN(found, one) : TC_MAX(found, one);
    }
    return found;
}

bool tc_matcher_excludes(tc_matcher *m, const tc_event *event, const tc_field *fields, size_t count)
{
    const known k = {m, fields, count};
    size_t label_count;
    const tc_logsource *labels = tc_matcher_labels(event->schema, &label_count);
    tc_matcher_begin(m, event, labels, label_count);
    bool excluded = true;
    for (size_t r = 0; excluded && r < m->rules->draft_count; r++)
        if (m->current->member[r / 64] >> (r % 64) & 1)
            excluded = judge(&k, &m->rules->drafts[r].root) == NO;
    memset(m->woken, 0, m->words * sizeof(*m->woken));
    m->event = NULL;
    return excluded;
}
