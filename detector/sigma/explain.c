#include "detector/sigma/explain.h"

#include "detector/sigma/matcher_data.h"

#define WORDS_MAX 400

/* -- conditions ----------------------------------------------------------------------------- */

typedef struct conjuncts {
    const tc_node *nodes[TC_CONJUNCTS_MAX];
    size_t count;
} conjuncts;

/* What stands under `and` all the way down. What is too much stands together in the last. */
static void gather(const tc_node *node, conjuncts *c)
{
    bool splits = node->kind == TC_NODE_AND && c->count + node->count <= TC_CONJUNCTS_MAX;
    if (!splits) {
        if (c->count < TC_CONJUNCTS_MAX) c->nodes[c->count++] = node;
        return;
    }
    for (uint32_t i = 0; i < node->count; i++)
        gather(&node->children[i], c);
}

static conjuncts conjuncts_of(const tc_ruleset *rules, uint32_t rule)
{
    conjuncts c = {.count = 0};
    const tc_draft *draft = &rules->drafts[rule];
    if (draft->rule.kind == TC_RULE_DETECTION) gather(&draft->root, &c);
    return c;
}

size_t tc_ruleset_conjuncts(const tc_ruleset *rules, uint32_t rule)
{
    return conjuncts_of(rules, rule).count;
}

/* -- words ---------------------------------------------------------------------------------- */

static const char *compare_word(tc_compare compare)
{
    static const char *const words[TC_COMPARE_COUNT] = {
        [TC_GT] = ">",   [TC_GTE] = ">=", [TC_LT] = "<",
        [TC_LTE] = "<=", [TC_EQ] = "=",   [TC_NEQ] = "is not"};
    return words[compare];
}

static void add_number(tc_number n, tc_str *out)
{
    if (n.integer)
        tc_str_addf(out, "%" PRId64, n.whole);
    else
        tc_str_addf(out, "%g", n.real);
}

static void add_pattern(tc_pattern p, tc_str *out)
{
    for (size_t i = 0; i < p.count; i++) {
        if (p.pieces[i].kind == TC_PATTERN_TEXT)
            tc_str_add(out, p.pieces[i].text);
        else
            tc_str_add_byte(out, p.pieces[i].kind == TC_PATTERN_ANY   ? '*'
                                 : p.pieces[i].kind == TC_PATTERN_ONE ? '?'
                                                                      : '-');
    }
}

static void add_rest(const tc_predicate *p, tc_str *out)
{
    char cidr[TC_IP_TEXT];
    switch (p->kind) {
    case TC_PREDICATE_PATTERN:
        tc_str_add(out, TC_LIT(" = "));
        add_pattern(p->pattern, out);
        break;
    case TC_PREDICATE_NUMBER:
    case TC_PREDICATE_TIME:
        tc_str_addf(out, " %s ", compare_word(p->compare));
        add_number(p->number, out);
        break;
    case TC_PREDICATE_TRUTH:
        tc_str_add(out, p->truth ? TC_LIT(" is true") : TC_LIT(" is false"));
        break;
    case TC_PREDICATE_NULL:
        tc_str_add(out, TC_LIT(" is missing"));
        break;
    case TC_PREDICATE_EXISTS:
        tc_str_add(out, TC_LIT(" is there"));
        break;
    case TC_PREDICATE_REGEX:
        tc_str_add(out, TC_LIT(" fits /"));
        tc_str_add(out, p->text);
        tc_str_add_byte(out, '/');
        break;
    case TC_PREDICATE_CIDR:
        tc_str_addf(out, " in %s", tc_cidr_format(p->cidr, cidr));
        break;
    case TC_PREDICATE_SAME:
        tc_str_add(out, TC_LIT(" holds "));
        tc_str_add(out, p->text);
        break;
    case TC_PREDICATE_KIND_COUNT:
        break;
    }
}

static void add_node(const tc_ruleset *rules, const tc_node *node, tc_str *out)
{
    if (out->len > WORDS_MAX) return;
    if (node->kind == TC_NODE_PREDICATE) {
        const tc_predicate *p = &rules->predicates.list[node->predicate];
        tc_str_add(out, p->field.len ? p->field : TC_LIT("any field"));
        add_rest(p, out);
        return;
    }
    tc_str_add(out, node->kind == TC_NODE_NOT ? TC_LIT("not (") : TC_LIT("("));
    uint32_t count = node->kind == TC_NODE_NOT ? 1 : node->count;
    for (uint32_t i = 0; i < count && out->len <= WORDS_MAX; i++) {
        if (i) tc_str_add(out, node->kind == TC_NODE_OR ? TC_LIT(" or ") : TC_LIT(" and "));
        add_node(rules, &node->children[i], out);
    }
    tc_str_add(out, out->len > WORDS_MAX ? TC_LIT(" ...)") : TC_LIT(")"));
}

void tc_ruleset_conjunct_words(const tc_ruleset *rules, uint32_t rule, size_t which, tc_str *out)
{
    conjuncts c = conjuncts_of(rules, rule);
    tc_str words;
    if (which >= c.count) return;
    tc_str_init(&words, 65536);
    add_node(rules, c.nodes[which], &words);
    tc_str_add(out, tc_str_view(&words));
    tc_str_done(&words);
}

/* -- an event ------------------------------------------------------------------------------- */

static bool holds(tc_matcher *m, const tc_node *node)
{
    bool all = node->kind == TC_NODE_AND;
    if (node->kind == TC_NODE_PREDICATE) return tc_predicate_ask(m, node->predicate);
    if (node->kind == TC_NODE_NOT) return !holds(m, node->children);
    for (uint32_t i = 0; i < node->count; i++)
        if (holds(m, &node->children[i]) != all) return !all;
    return all;
}

/* Of a condition on one field. */
static tc_slice value_of(tc_matcher *m, const tc_node *node)
{
    while (node->kind == TC_NODE_NOT)
        node = node->children;
    if (node->kind != TC_NODE_PREDICATE) return TC_EMPTY_SLICE;
    const tc_predicate *p = &m->rules->predicates.list[node->predicate];
    if (p->field.len == 0) return TC_EMPTY_SLICE;
    const tc_group_state *state = tc_group_fetch(m, p->group);
    return state->count && state->members[0].kind != TC_KIND_NULL ? state->members[0].text
                                                                  : TC_EMPTY_SLICE;
}

bool tc_matcher_explain(tc_matcher *m, const tc_event *event, uint32_t rule,
                        tc_conjunct ret[TC_CONJUNCTS_MAX])
{
    size_t count;
    conjuncts c = conjuncts_of(m->rules, rule);
    const tc_logsource *labels = tc_matcher_labels(event->schema, &count);
    tc_matcher_begin(m, event, labels, count);
    bool concerned = c.count && (m->current->member[rule / 64] >> (rule % 64) & 1) != 0;
    for (size_t i = 0; concerned && i < c.count; i++)
        ret[i] = (tc_conjunct){holds(m, c.nodes[i]), value_of(m, c.nodes[i])};
    memset(m->woken, 0, m->words * sizeof *m->woken);
    m->event = NULL;
    return concerned;
}
