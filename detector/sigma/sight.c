#include "detector/sigma/sight.h"

#include "detector/sigma/matcher_data.h"
#include "parsers/base/alloc.h"

#define KINDS_MAX 512
#define RECENT 16 /* a power of two */

/* Events that count as the same labels. */
typedef struct kind {
    tc_logsource *labels; /* copied: those of a schema live no longer than it */
    size_t label_count;
    tc_field *unseen; /* those that the watched rules ask of them and no event has had */
    size_t unseen_count;
} kind;

struct tc_sight {
    const tc_ruleset *rules;
    size_t first;
    kind kinds[KINDS_MAX];
    size_t count;
    bool blind; /* more kinds than are kept, or no memory: everything is possible */
    struct {
        uint64_t serial;
        uint32_t kind; /* + 1; 0 = none */
    } recent[RECENT];
};

tc_sight *tc_sight_new(const tc_ruleset *rules, size_t first)
{
    tc_sight *s = tc_alloc(1, sizeof *s);
    if (!s) return NULL;
    s->rules = rules;
    s->first = first;
    return s;
}

void tc_sight_free(tc_sight *s)
{
    if (!s) return;
    for (size_t i = 0; i < s->count; i++) {
        tc_free(s->kinds[i].labels);
        tc_free(s->kinds[i].unseen);
    }
    tc_free(s);
}

/* -- fields asked for ------------------------------------------------------------------------ */

static bool is_watched_field(const tc_field_group *group)
{
    return group->field != TC_FIELD_NONE && !tc_field_is_ecs(group->field);
}

static void ask(const tc_sight *s, uint32_t group, uint64_t *bits)
{
    const tc_field_group *g = &s->rules->groups[group];
    if (is_watched_field(g)) bits[g->field / 64] |= UINT64_C(1) << (g->field % 64);
}

static void ask_node(const tc_sight *s, const tc_node *node, uint64_t *bits)
{
    if (node->kind == TC_NODE_PREDICATE) {
        const tc_predicate *p = &s->rules->predicates.list[node->predicate];
        ask(s, p->group, bits);
        if (p->kind == TC_PREDICATE_SAME) ask(s, p->other_group, bits);
        return;
    }
    uint32_t count = node->kind == TC_NODE_NOT ? 1 : node->count;
    for (uint32_t i = 0; i < count; i++)
        ask_node(s, &node->children[i], bits);
}

static bool fits(const tc_rule *rule, const tc_logsource *labels, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (tc_logsource_fits(rule, &labels[i])) return true;
    return false;
}

static bool list_unseen(const tc_sight *s, kind *k)
{
    const size_t words = TC_FIELD_MAX / 64;
    uint64_t *bits = tc_alloc(words, sizeof *bits);
    size_t count = 0;
    for (size_t r = s->first; bits && r < s->rules->draft_count; r++) {
        const tc_draft *draft = &s->rules->drafts[r];
        if (draft->rule.kind == TC_RULE_DETECTION && fits(&draft->rule, k->labels, k->label_count))
            ask_node(s, &draft->root, bits);
    }
    for (size_t w = 0; bits && w < words; w++)
        count += (size_t)__builtin_popcountll(bits[w]);
    k->unseen = bits ? tc_alloc(count + 1, sizeof *k->unseen) : NULL;
    for (size_t w = 0; k->unseen && w < words; w++)
        for (uint64_t rest = bits[w]; rest; rest &= rest - 1)
            k->unseen[k->unseen_count++] = (tc_field)(w * 64 + (size_t)__builtin_ctzll(rest));
    tc_free(bits);
    return k->unseen != NULL;
}

/* -- kinds ----------------------------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_labels(const kind *k, const tc_logsource *labels, size_t count)
{
    if (k->label_count != count) return false;
    for (size_t i = 0; i < count; i++)
        if (!same_text(k->labels[i].category, labels[i].category) ||
            !same_text(k->labels[i].product, labels[i].product) ||
            !same_text(k->labels[i].service, labels[i].service))
            return false;
    return true;
}

static bool add_kind(tc_sight *s, const tc_logsource *labels, size_t count)
{
    if (s->count == KINDS_MAX) return false;
    kind *k = &s->kinds[s->count];
    tc_logsource *copy = tc_alloc(count, sizeof *copy);
    if (!copy) return false;
    memcpy(copy, labels, count * sizeof *copy);
    *k = (kind){.labels = copy, .label_count = count};
    s->count++;
    return list_unseen(s, k);
}

/* The kind of the labels; NULL if there is no room for another. */
static kind *find_kind(tc_sight *s, const tc_logsource *labels, size_t count)
{
    for (size_t i = 0; i < s->count; i++)
        if (same_labels(&s->kinds[i], labels, count)) return &s->kinds[i];
    if (add_kind(s, labels, count)) return &s->kinds[s->count - 1];
    s->blind = true;
    return NULL;
}

static kind *kind_of(tc_sight *s, const tc_schema *schema)
{
    size_t count, slot = schema->serial % RECENT;
    if (s->recent[slot].kind && s->recent[slot].serial == schema->serial)
        return &s->kinds[s->recent[slot].kind - 1];
    const tc_logsource *labels = tc_matcher_labels(schema, &count);
    kind *k = find_kind(s, labels, count);
    s->recent[slot].serial = schema->serial;
    s->recent[slot].kind = k ? (uint32_t)(k - s->kinds) + 1 : 0;
    return k;
}

/* -- noting ---------------------------------------------------------------------------------- */

void tc_sight_note(tc_sight *s, const tc_event *event)
{
    if (s->blind) return;
    kind *k = kind_of(s, event->schema);
    for (size_t i = 0; k && i < k->unseen_count;) {
        if (tc_event_cell(event, k->unseen[i]).form != TC_FORM_MISSING)
            k->unseen[i] = k->unseen[--k->unseen_count];
        else
            i++;
    }
}

static bool is_unseen(const kind *k, tc_field field)
{
    for (size_t i = 0; i < k->unseen_count; i++)
        if (k->unseen[i] == field) return true;
    return false;
}

void tc_sight_add(tc_sight *s, const tc_sight *other)
{
    s->blind |= other->blind;
    for (size_t i = 0; !s->blind && i < other->count; i++) {
        const kind *seen = &other->kinds[i];
        kind *k = find_kind(s, seen->labels, seen->label_count);
        for (size_t f = 0; k && f < k->unseen_count;) {
            if (is_unseen(seen, k->unseen[f]))
                f++;
            else
                k->unseen[f] = k->unseen[--k->unseen_count];
        }
    }
}

/* -- judging --------------------------------------------------------------------------------- */

/* Which answers a node may give. */
typedef struct possible {
    bool yes, no;
} possible;

typedef struct judging {
    const tc_sight *s;
    const tc_rule *rule;
    tc_slice *fields;
    size_t count;
} judging;

/* No event of the rule's logsource has had the field. */
static bool is_missing(const judging *j, uint32_t group)
{
    const tc_field_group *g = &j->s->rules->groups[group];
    if (!is_watched_field(g)) return false;
    for (size_t i = 0; i < j->s->count; i++) {
        const kind *k = &j->s->kinds[i];
        if (fits(j->rule, k->labels, k->label_count) && !is_unseen(k, g->field)) return false;
    }
    return true;
}

static void note_field(judging *j, tc_slice name)
{
    for (size_t i = 0; i < j->count; i++)
        if (tc_slice_equal(j->fields[i], name)) return;
    if (j->count < TC_SIGHT_FIELDS) j->fields[j->count++] = name;
}

static possible judge_predicate(judging *j, const tc_predicate *p)
{
    bool missing = is_missing(j, p->group);
    if (missing && p->kind == TC_PREDICATE_NULL) return (possible){true, false};
    if (missing) note_field(j, p->field);
    if (p->kind == TC_PREDICATE_SAME && is_missing(j, p->other_group)) {
        note_field(j, p->text);
        missing = true;
    }
    return (possible){!missing, true};
}

/* As deep as a rule may be. */
static possible judge(judging *j, const tc_node *node)
{
    if (node->kind == TC_NODE_PREDICATE)
        return judge_predicate(j, &j->s->rules->predicates.list[node->predicate]);
    if (node->kind == TC_NODE_NOT) {
        possible child = judge(j, node->children);
        return (possible){child.no, child.yes};
    }
    bool all = node->kind == TC_NODE_AND;
    possible joined = {all, !all};
    for (uint32_t i = 0; i < node->count; i++) {
        possible child = judge(j, &node->children[i]);
        joined.yes = all ? joined.yes && child.yes : joined.yes || child.yes;
        joined.no = all ? joined.no || child.no : joined.no && child.no;
    }
    return joined;
}

tc_sight_answer tc_sight_judge(const tc_sight *s, const tc_rule *rule,
                               tc_slice ret_fields[TC_SIGHT_FIELDS], size_t *ret_count)
{
    bool read = false;
    *ret_count = 0;
    for (size_t i = 0; i < s->count; i++)
        read |= fits(rule, s->kinds[i].labels, s->kinds[i].label_count);
    if (s->blind || rule->kind != TC_RULE_DETECTION) return TC_SIGHT_POSSIBLE;
    if (!read) return TC_SIGHT_NO_LOG;
    judging j = {s, rule, ret_fields, 0};
    if (judge(&j, &s->rules->drafts[rule->index].root).yes) return TC_SIGHT_POSSIBLE;
    *ret_count = j.count;
    return j.count ? TC_SIGHT_NO_FIELD : TC_SIGHT_POSSIBLE;
}
