/* Boolean conditions of temporal correlations: "a and not (b or c)" over rules, as postfix. */
#include "detector/sigma/condition.h"
#include "detector/sigma/document.h"
#include "parsers/base/alloc.h"

#define OPS_MAX 1024

typedef struct reader {
    tc_loader *l;
    const tc_yaml *node;
    tc_words words;
    tc_correlation_draft *draft;
    bool implicit; /* the expression names the rules itself */
    tc_reference *rules;
    size_t rule_count;
    tc_expression ops[OPS_MAX];
    size_t op_count;
    unsigned depth;
} reader;

static bool complain(const reader *r, const char *text)
{
    tc_quoted q;
    bool end = r->words.word == TC_WORD_END;
    return tc_diagnostics_error(r->l->d, r->node->line, r->node->column, "condition: %s %s %s",
                                text, end ? "behind" : "at",
                                tc_quote(&q, end ? r->node->text : r->words.token));
}

static bool add_op(reader *r, tc_expression_op op, uint32_t rule)
{
    if (r->op_count == OPS_MAX) return complain(r, "too long");
    r->ops[r->op_count++] = (tc_expression){op, rule};
    return true;
}

static bool read_rule(reader *r)
{
    tc_slice token = r->words.token;
    size_t i = 0;
    while (i < r->rule_count && !tc_slice_equal(r->rules[i].text, token))
        i++;
    if (i == r->rule_count) {
        if (!r->implicit) return complain(r, "a rule that 'rules' does not name");
        if (i == OPS_MAX) return complain(r, "too many rules");
        if (!tc_arena_copy(r->l->arena, token, &token)) return tc_diagnostics_no_memory(r->l->d);
        r->rules[r->rule_count++] = (tc_reference){token, r->node->line, r->node->column};
    }
    tc_words_next(&r->words);
    return add_op(r, TC_EXPR_RULE, (uint32_t)i);
}

static bool read_or(reader *r);

static bool read_not(reader *r)
{
    bool negated = false;
    for (; r->words.word == TC_WORD_NOT; tc_words_next(&r->words))
        negated = !negated;
    bool ok;
    if (r->words.word == TC_WORD_OPEN) {
        if (++r->depth > TC_CONDITION_DEPTH) return complain(r, "too many parentheses");
        tc_words_next(&r->words);
        ok = read_or(r);
        if (ok && r->words.word != TC_WORD_CLOSE) ok = complain(r, "')' is wanted");
        if (ok) tc_words_next(&r->words);
        r->depth--;
    } else {
        ok = r->words.word == TC_WORD_NAME ? read_rule(r) : complain(r, "a rule is wanted");
    }
    return ok && (!negated || add_op(r, TC_EXPR_NOT, 0));
}

static bool read_and(reader *r)
{
    if (!read_not(r)) return false;
    while (r->words.word == TC_WORD_AND) {
        tc_words_next(&r->words);
        if (!read_not(r) || !add_op(r, TC_EXPR_AND, 0)) return false;
    }
    return true;
}

static bool read_or(reader *r)
{
    if (!read_and(r)) return false;
    while (r->words.word == TC_WORD_OR) {
        tc_words_next(&r->words);
        if (!read_and(r) || !add_op(r, TC_EXPR_OR, 0)) return false;
    }
    return true;
}

static bool keep(reader *r)
{
    tc_correlation_draft *draft = r->draft;
    tc_expression *ops = tc_arena_get(r->l->arena, r->op_count, sizeof *ops);
    if (!ops) return tc_diagnostics_no_memory(r->l->d);
    memcpy(ops, r->ops, r->op_count * sizeof *ops);
    draft->is.expression = ops;
    draft->is.expression_count = r->op_count;
    if (!r->implicit) return true;
    tc_reference *rules = tc_arena_get(r->l->arena, r->rule_count, sizeof *rules);
    if (!rules) return tc_diagnostics_no_memory(r->l->d);
    memcpy(rules, r->rules, r->rule_count * sizeof *rules);
    draft->rules = rules;
    draft->rule_count = r->rule_count;
    return true;
}

bool tc_correlation_expression_read(tc_loader *l, const tc_yaml *condition,
                                    tc_correlation_draft *draft)
{
    if (draft->rule_count > OPS_MAX) return TC_COMPLAIN(l, condition, "too many rules");
    if (condition->text.len > TC_CONDITION_BYTES)
        return TC_COMPLAIN(l, condition, "condition: longer than %d bytes", TC_CONDITION_BYTES);
    reader *r = tc_alloc(1, sizeof *r);
    tc_reference *rules = tc_alloc(OPS_MAX, sizeof *rules);
    bool ok = (r && rules) || tc_diagnostics_no_memory(l->d);
    if (ok) {
        r->l = l;
        r->node = condition;
        r->draft = draft;
        r->implicit = draft->rule_count == 0;
        r->rules = rules;
        r->rule_count = draft->rule_count;
        if (draft->rule_count > 0) memcpy(rules, draft->rules, draft->rule_count * sizeof *rules);
        tc_words_begin(&r->words, condition->text);
        ok = read_or(r);
        if (ok && r->words.word != TC_WORD_END) ok = complain(r, "'and' or 'or' is wanted");
        ok = ok && keep(r);
    }
    tc_free(rules);
    tc_free(r);
    return ok;
}
