/*
 * Conditions of detections:
 *
 *     or   := and ("or" and)*
 *     and  := not ("and" not)*
 *     not  := "not" not | "(" or ")" | ("1" | "any" | "all") "of" ("them" | pattern) | identifier
 */
#include "detector/sigma/condition.h"

#include "detector/sigma/loader.h"
#include "parsers/base/alloc.h"

typedef struct reader {
    tc_loader *l;
    const tc_yaml *node;
    tc_words words;
    tc_identifier *identifiers;
    size_t count;
    unsigned depth;
} reader;

static uint32_t column(const reader *r)
{
    /* A block scalar or a folded one: the place of its start is the best that is known. */
    size_t column = r->node->column + (r->node->plain ? 0u : 1u) + r->words.at;
    return (uint32_t)TC_MIN(column, (size_t)UINT32_MAX);
}

static bool complain(const reader *r, const char *text)
{
    tc_quoted q;
    bool end = r->words.word == TC_WORD_END;
    return tc_diagnostics_error(r->l->d, r->node->line, column(r), "condition: %s %s %s", text,
                                end ? "behind" : "at",
                                tc_quote(&q, end ? r->node->text : r->words.token));
}

static bool join(const reader *r, tc_node_kind kind, tc_nodes *nodes, bool ok, tc_node *ret)
{
    if (ok && !tc_node_join(r->l->arena, kind, tc_nodes_list(nodes), nodes->count, ret))
        ok = tc_diagnostics_no_memory(r->l->d);
    tc_nodes_done(nodes);
    return ok;
}

static bool add(const reader *r, tc_nodes *nodes, tc_node node)
{
    return tc_nodes_add(nodes, node) || tc_diagnostics_no_memory(r->l->d);
}

static bool read_or(reader *r, tc_node *ret);

/* At the word behind "of". */
static bool read_selection(reader *r, bool all, tc_node *ret)
{
    if (r->words.word != TC_WORD_NAME)
        return complain(r, "'them' or a pattern of identifiers is wanted");
    tc_slice pattern = r->words.token;
    bool them = tc_slice_equal_ascii(pattern, TC_LIT("them"));
    bool hidden = !them && pattern.ptr[0] == '_';
    tc_nodes nodes = {.count = 0};
    bool ok = true;
    for (size_t i = 0; ok && i < r->count; i++) {
        tc_identifier *id = &r->identifiers[i];
        if (id->name.len > 0 && id->name.ptr[0] == '_' && !hidden) continue;
        if (!them && !tc_words_fit(pattern, id->name)) continue;
        id->used = true;
        ok = add(r, &nodes, id->node);
    }
    if (ok && nodes.count == 0) ok = complain(r, "no search identifier fits");
    ok = join(r, all ? TC_NODE_AND : TC_NODE_OR, &nodes, ok, ret);
    if (ok) tc_words_next(&r->words);
    return ok;
}

static bool unknown(const reader *r)
{
    tc_slice token = r->words.token;
    if (tc_slice_find(token, '|') != TC_NPOS)
        return complain(r,
                        "the aggregation behind '|' was removed from Sigma: write a correlation");
    const char **known = tc_alloc(r->count + 1, sizeof *known);
    if (!known) return tc_diagnostics_no_memory(r->l->d);
    size_t usable = 0;
    for (size_t i = 0; i < r->count; i++) {
        const char *name = tc_arena_cstr(r->l->arena, r->identifiers[i].name);
        if (name) known[usable++] = name;
    }
    tc_quoted q;
    tc_quoted s;
    (void)tc_diagnostics_error(r->l->d, r->node->line, column(r),
                               "condition: undefined identifier %s%s", tc_quote(&q, token),
                               tc_suggest(&s, token, known, usable));
    tc_free(known);
    return false;
}

static bool read_name(reader *r, tc_node *ret)
{
    tc_slice token = r->words.token;
    bool one = tc_slice_equal(token, TC_LIT("1")) || tc_slice_equal_ascii(token, TC_LIT("any"));
    bool all = tc_slice_equal_ascii(token, TC_LIT("all"));
    uint64_t number;
    tc_words ahead = r->words;
    tc_words_next(&ahead);
    if (ahead.word == TC_WORD_OF) {
        if (!one && !all)
            return complain(r, tc_slice_to_u64(token, &number)
                                   ? "only '1 of', 'any of' and 'all of' are Sigma"
                                   : "'1', 'any' or 'all' is wanted before 'of'");
        tc_words_next(&ahead);
        r->words = ahead;
        return read_selection(r, all, ret);
    }
    for (size_t i = 0; i < r->count; i++) {
        if (!tc_slice_equal(r->identifiers[i].name, token)) continue;
        r->identifiers[i].used = true;
        *ret = r->identifiers[i].node;
        tc_words_next(&r->words);
        return true;
    }
    return unknown(r);
}

static bool read_not(reader *r, tc_node *ret)
{
    bool negated = false;
    for (; r->words.word == TC_WORD_NOT; tc_words_next(&r->words))
        negated = !negated;
    bool ok;
    if (r->words.word == TC_WORD_OPEN) {
        if (++r->depth > TC_CONDITION_DEPTH) return complain(r, "too many parentheses");
        tc_words_next(&r->words);
        ok = read_or(r, ret);
        if (ok && r->words.word != TC_WORD_CLOSE) ok = complain(r, "')' is wanted");
        if (ok) tc_words_next(&r->words);
        r->depth--;
    } else if (r->words.word == TC_WORD_NAME) {
        ok = read_name(r, ret);
    } else {
        ok = complain(r, "an identifier is wanted");
    }
    if (ok && negated && !tc_node_not(r->l->arena, *ret, ret))
        ok = tc_diagnostics_no_memory(r->l->d);
    return ok;
}

static bool read_and(reader *r, tc_node *ret)
{
    tc_nodes nodes = {.count = 0};
    tc_node node;
    bool ok = read_not(r, &node) && add(r, &nodes, node);
    while (ok && r->words.word == TC_WORD_AND) {
        tc_words_next(&r->words);
        ok = read_not(r, &node) && add(r, &nodes, node);
    }
    return join(r, TC_NODE_AND, &nodes, ok, ret);
}

static bool read_or(reader *r, tc_node *ret)
{
    tc_nodes nodes = {.count = 0};
    tc_node node;
    bool ok = read_and(r, &node) && add(r, &nodes, node);
    while (ok && r->words.word == TC_WORD_OR) {
        tc_words_next(&r->words);
        ok = read_and(r, &node) && add(r, &nodes, node);
    }
    return join(r, TC_NODE_OR, &nodes, ok, ret);
}

bool tc_condition_read(tc_loader *l, const tc_yaml *condition, tc_identifier *identifiers,
                       size_t count, tc_node *ret)
{
    if (condition->kind != TC_YAML_SCALAR)
        return TC_COMPLAIN(l, condition, "condition: a text is wanted");
    if (condition->text.len > TC_CONDITION_BYTES)
        return TC_COMPLAIN(l, condition, "condition: longer than %d bytes", TC_CONDITION_BYTES);
    reader r = {.l = l, .node = condition, .identifiers = identifiers, .count = count};
    tc_words_begin(&r.words, condition->text);
    if (r.words.word == TC_WORD_END) return TC_COMPLAIN(l, condition, "condition: it is empty");
    if (!read_or(&r, ret)) return false;
    if (r.words.word == TC_WORD_END) return true;
    if (r.words.word == TC_WORD_NAME && r.words.token.ptr[0] == '|') return unknown(&r);
    return complain(&r,
                    r.words.word == TC_WORD_CLOSE ? "a ')' too many" : "'and' or 'or' is wanted");
}
