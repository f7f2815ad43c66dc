/* Items of a detection: the values behind a field and its modifiers, as predicates. */
#include "detector/sigma/encode.h"
#include "detector/sigma/loader.h"
#include "parsers/base/alloc.h"

typedef struct item {
    tc_loader *l;
    const tc_chain *chain;
    bool keyword;
} item;

static bool add_leaf(const item *it, const tc_yaml *node, const tc_predicate *p, tc_nodes *out)
{
    uint32_t number;
    tc_error error = {.code = TC_OK};
    tc_status status = tc_predicates_intern(it->l->predicates, p, &number, &error);
    if (status.code == TC_ESYNTAX) {
        tc_quoted q;
        return TC_COMPLAIN(it->l, node, "bad regular expression %s: %s", tc_quote(&q, p->text),
                           error.text);
    }
    if (tc_failed(status)) {
        error.line = node->line;
        error.column = node->column;
        return tc_diagnostics_add(it->l->d, status, &error);
    }
    return tc_nodes_add(out, tc_node_leaf(number, p->kind)) || tc_diagnostics_no_memory(it->l->d);
}

static bool keep(const item *it, tc_slice text, tc_slice *ret)
{
    return tc_arena_copy(it->l->arena, text, ret) || tc_diagnostics_no_memory(it->l->d);
}

/* -- texts ----------------------------------------------------------------------------------- */

static bool add_pattern(const item *it, const tc_yaml *node, tc_pattern pattern, tc_nodes *out)
{
    const tc_chain *c = it->chain;
    tc_arena *arena = it->l->arena;
    bool inside = c->has[TC_MOD_CONTAINS];
    bool anchored = c->has[TC_MOD_STARTSWITH] || c->has[TC_MOD_ENDSWITH];
    /* A keyword without a place of its own may stand anywhere in a value. */
    if (it->keyword && !anchored) inside = true;
    tc_predicate p = {.kind = TC_PREDICATE_PATTERN, .cased = c->has[TC_MOD_CASED]};
    if (!tc_pattern_open(arena, pattern, inside || c->has[TC_MOD_ENDSWITH],
                         inside || c->has[TC_MOD_STARTSWITH], &p.pattern) ||
        !tc_pattern_fold(arena, p.pattern, &p.folded) || !tc_arena_copy(arena, c->field, &p.field))
        return tc_diagnostics_no_memory(it->l->d);
    if ((inside || anchored) && tc_pattern_is_any(p.pattern))
        TC_WARN(it->l, node, "this matches every value: if that is meant, write '*'");
    return add_leaf(it, node, &p, out);
}

/* What the encoders make of the text: one variant, or three. */
static bool encode(const item *it, tc_slice text, tc_slice variants[3], size_t *ret_count)
{
    const tc_chain *c = it->chain;
    tc_arena *arena = it->l->arena;
    bool ok = true;
    *ret_count = 1;
    variants[0] = text;
    for (size_t i = 0; ok && i < c->encoder_count; i++) {
        tc_slice before = variants[0];
        tc_modifier m = c->encoders[i];
        if (m == TC_MOD_BASE64)
            ok = tc_encode_base64(arena, before, &variants[0]);
        else if (m == TC_MOD_BASE64OFFSET) {
            ok = tc_encode_base64_offsets(arena, before, variants);
            *ret_count = 3;
        } else
            ok = tc_encode_utf16(arena, before,
                                 m == TC_MOD_UTF16LE   ? TC_UTF16_LE
                                 : m == TC_MOD_UTF16BE ? TC_UTF16_BE
                                                       : TC_UTF16_BOM,
                                 &variants[0]);
    }
    return ok || tc_diagnostics_no_memory(it->l->d);
}

static bool add_encoded(const item *it, const tc_yaml *node, tc_pattern pattern, tc_nodes *out)
{
    const tc_chain *c = it->chain;
    tc_slice plain;
    tc_slice variants[3];
    size_t count;
    tc_quoted q;
    if (!tc_pattern_plain(pattern, &plain))
        return TC_COMPLAIN(it->l, node,
                           "a wildcard in the encoded value %s: escape it with a backslash",
                           tc_quote(&q, node->text));
    if (!encode(it, plain, variants, &count)) return false;
    bool open = c->has[TC_MOD_CONTAINS] || c->has[TC_MOD_STARTSWITH];
    size_t added = 0;
    for (size_t i = 0; i < count; i++) {
        /* Inside a longer text the padding would not be there. */
        while (open && variants[i].len > 0 && variants[i].ptr[variants[i].len - 1] == '=')
            variants[i].len--;
        if (count > 1 && variants[i].len == 0) continue;
        if (!tc_pattern_literal(it->l->arena, variants[i], &pattern))
            return tc_diagnostics_no_memory(it->l->d);
        if (!add_pattern(it, node, pattern, out)) return false;
        added++;
    }
    return added > 0 || TC_COMPLAIN(it->l, node, "%s is too short to be found in base64",
                                    tc_quote(&q, node->text));
}

static bool add_written(const item *it, const tc_yaml *node, tc_slice written, tc_nodes *out)
{
    tc_pattern pattern;
    if (!tc_pattern_parse(it->l->arena, written, &pattern) ||
        (it->chain->has[TC_MOD_WINDASH] && !tc_pattern_windash(it->l->arena, pattern, &pattern)))
        return tc_diagnostics_no_memory(it->l->d);
    return it->chain->encoder_count > 0 ? add_encoded(it, node, pattern, out)
                                        : add_pattern(it, node, pattern, out);
}

static bool add_text(const item *it, const tc_yaml *node, tc_nodes *out)
{
    if (!it->chain->has[TC_MOD_EXPAND]) return add_written(it, node, node->text, out);
    tc_slice *texts;
    size_t count;
    if (!tc_expand(it->l, node, false, &texts, &count)) return false;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = add_written(it, node, texts[i], out);
    tc_free(texts);
    return ok;
}

/* -- values of other kinds ------------------------------------------------------------------- */

static bool add_one_regex(const item *it, const tc_yaml *node, tc_slice text, tc_nodes *out)
{
    const tc_chain *c = it->chain;
    tc_predicate p = {.kind = TC_PREDICATE_REGEX};
    if (c->has[TC_MOD_IGNORECASE]) p.regex_flags |= TC_REGEX_CASELESS;
    if (c->has[TC_MOD_MULTILINE]) p.regex_flags |= TC_REGEX_MULTILINE;
    if (c->has[TC_MOD_DOTALL]) p.regex_flags |= TC_REGEX_DOTALL;
    if (!keep(it, text, &p.text) || !keep(it, c->field, &p.field)) return false;
    return add_leaf(it, node, &p, out);
}

static bool add_regex(const item *it, const tc_yaml *node, tc_nodes *out)
{
    if (!it->chain->has[TC_MOD_EXPAND]) return add_one_regex(it, node, node->text, out);
    tc_slice *texts;
    size_t count;
    if (!tc_expand(it->l, node, true, &texts, &count)) return false;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = add_one_regex(it, node, texts[i], out);
    tc_free(texts);
    return ok;
}

static bool add_cidr(const item *it, const tc_yaml *node, tc_nodes *out)
{
    tc_predicate p = {.kind = TC_PREDICATE_CIDR};
    bool host_bits = false;
    tc_quoted q;
    if (!tc_cidr_parse(node->text, &p.cidr, &host_bits))
        return TC_COMPLAIN(it->l, node, "%s is no network: write it as 10.0.0.0/8 or 2001:db8::/32",
                           tc_quote(&q, node->text));
    char right[TC_IP_TEXT];
    if (host_bits)
        return TC_COMPLAIN(it->l, node, "%s has bits beyond its prefix: did you mean '%s'?",
                           tc_quote(&q, node->text), tc_cidr_format(p.cidr, right));
    return keep(it, it->chain->field, &p.field) && add_leaf(it, node, &p, out);
}

static bool add_exists(const item *it, const tc_yaml *node, tc_nodes *out)
{
    bool yes = node->plain && (tc_slice_equal_ascii(node->text, TC_LIT("true")) ||
                               tc_slice_equal_ascii(node->text, TC_LIT("yes")));
    bool no = node->plain && (tc_slice_equal_ascii(node->text, TC_LIT("false")) ||
                              tc_slice_equal_ascii(node->text, TC_LIT("no")));
    tc_quoted q;
    if (!yes && !no)
        return TC_COMPLAIN(it->l, node, "exists is asked as true or false, not %s",
                           tc_quote(&q, node->text));
    tc_predicate p = {.kind = TC_PREDICATE_EXISTS};
    if (!keep(it, it->chain->field, &p.field) || !add_leaf(it, node, &p, out)) return false;
    if (yes) return true;
    tc_node *last = &tc_nodes_list(out)[out->count - 1];
    return tc_node_not(it->l->arena, *last, last) || tc_diagnostics_no_memory(it->l->d);
}

static tc_compare compare_of(const tc_chain *c)
{
    if (c->has[TC_MOD_LT]) return TC_LT;
    if (c->has[TC_MOD_LTE]) return TC_LTE;
    if (c->has[TC_MOD_GT]) return TC_GT;
    if (c->has[TC_MOD_GTE]) return TC_GTE;
    return TC_EQ;
}

static bool add_comparison(const item *it, const tc_yaml *node, tc_nodes *out)
{
    tc_scalar s = tc_scalar_of(node);
    tc_quoted q;
    if (s.kind != TC_SCALAR_NUMBER)
        return TC_COMPLAIN(it->l, node, "%s is no number%s", tc_quote(&q, node->text),
                           node->plain ? "" : ": write it without quotes");
    tc_predicate p = {
        .kind = TC_PREDICATE_NUMBER, .compare = compare_of(it->chain), .number = s.number};
    return keep(it, it->chain->field, &p.field) && add_leaf(it, node, &p, out);
}

static bool add_time(const item *it, const tc_yaml *node, tc_time_part part, tc_nodes *out)
{
    static const struct {
        const char *name;
        int64_t least, most;
    } parts[TC_PART_COUNT] = {{"minute", 0, 59}, {"hour", 0, 23},  {"day", 1, 31},
                              {"week", 1, 53},   {"month", 1, 12}, {"year", 1600, 2300}};
    tc_scalar s = tc_scalar_of(node);
    tc_quoted q;
    if (s.kind != TC_SCALAR_NUMBER || !s.number.integer || s.number.whole < parts[part].least ||
        s.number.whole > parts[part].most)
        return TC_COMPLAIN(it->l, node, "%s is no %s: a number from %d to %d is wanted",
                           tc_quote(&q, node->text), parts[part].name, (int)parts[part].least,
                           (int)parts[part].most);
    tc_predicate p = {.kind = TC_PREDICATE_TIME,
                      .compare = compare_of(it->chain),
                      .part = part,
                      .number = s.number};
    return keep(it, it->chain->field, &p.field) && add_leaf(it, node, &p, out);
}

static bool add_fieldref(const item *it, const tc_yaml *node, tc_nodes *out)
{
    const tc_chain *c = it->chain;
    tc_predicate p = {.kind = TC_PREDICATE_SAME, .cased = c->has[TC_MOD_CASED]};
    p.front = c->has[TC_MOD_CONTAINS] || c->has[TC_MOD_ENDSWITH];
    p.back = c->has[TC_MOD_CONTAINS] || c->has[TC_MOD_STARTSWITH];
    tc_quoted q;
    if (node->text.len == 0 || tc_slice_find(node->text, '*') != TC_NPOS ||
        tc_slice_find(node->text, '?') != TC_NPOS)
        return TC_COMPLAIN(it->l, node, "fieldref wants the name of one field, not %s",
                           tc_quote(&q, node->text));
    return keep(it, node->text, &p.text) && keep(it, c->field, &p.field) &&
           add_leaf(it, node, &p, out);
}

static bool add_null(const item *it, const tc_yaml *node, tc_nodes *out)
{
    tc_predicate p = {.kind = TC_PREDICATE_NULL};
    return keep(it, it->chain->field, &p.field) && add_leaf(it, node, &p, out);
}

/* A value without any modifier that would make text of it. */
static bool add_plain(const item *it, const tc_yaml *node, tc_nodes *out)
{
    tc_scalar s = tc_scalar_of(node);
    if (s.kind == TC_SCALAR_TEXT || it->keyword) return add_text(it, node, out);
    if (s.kind == TC_SCALAR_NULL) return add_null(it, node, out);
    tc_predicate p = {.kind = TC_PREDICATE_TRUTH, .truth = s.truth};
    if (s.kind == TC_SCALAR_NUMBER)
        p = (tc_predicate){.kind = TC_PREDICATE_NUMBER, .compare = TC_EQ, .number = s.number};
    return keep(it, it->chain->field, &p.field) && add_leaf(it, node, &p, out);
}

static bool makes_text(const tc_chain *c)
{
    return c->encoder_count > 0 || c->has[TC_MOD_CONTAINS] || c->has[TC_MOD_STARTSWITH] ||
           c->has[TC_MOD_ENDSWITH] || c->has[TC_MOD_CASED] || c->has[TC_MOD_WINDASH] ||
           c->has[TC_MOD_EXPAND] || c->has[TC_MOD_FIELDREF] || c->has[TC_MOD_RE] ||
           c->has[TC_MOD_CIDR];
}

static bool add_value(const item *it, const tc_yaml *node, tc_nodes *out)
{
    const tc_chain *c = it->chain;
    if (node->kind != TC_YAML_SCALAR)
        return TC_COMPLAIN(it->l, node, "a %s where one value is wanted: write a flat list",
                           node->kind == TC_YAML_MAP ? "map" : "list");
    if (c->has[TC_MOD_EXISTS]) return add_exists(it, node, out);
    for (int part = TC_PART_MINUTE; part < TC_PART_COUNT; part++)
        if (c->has[TC_MOD_MINUTE + part]) return add_time(it, node, (tc_time_part)part, out);
    if (compare_of(c) != TC_EQ) return add_comparison(it, node, out);
    bool null = tc_scalar_of(node).kind == TC_SCALAR_NULL;
    if (null && (makes_text(c) || it->keyword))
        return TC_COMPLAIN(it->l, node, "null has no text: write '' for the empty text");
    if (c->has[TC_MOD_RE]) return add_regex(it, node, out);
    if (c->has[TC_MOD_CIDR]) return add_cidr(it, node, out);
    if (c->has[TC_MOD_FIELDREF]) return add_fieldref(it, node, out);
    if (makes_text(c)) return add_text(it, node, out);
    return add_plain(it, node, out);
}

/* One value: what its modifiers made of it is OR, also under all. */
static bool read_value(const item *it, const tc_yaml *node, tc_nodes *out)
{
    tc_nodes variants = {.count = 0};
    tc_node joined;
    bool ok = add_value(it, node, &variants);
    if (ok)
        ok = (tc_node_join(it->l->arena, TC_NODE_OR, tc_nodes_list(&variants), variants.count,
                           &joined) &&
              tc_nodes_add(out, joined)) ||
             tc_diagnostics_no_memory(it->l->d);
    tc_nodes_done(&variants);
    return ok;
}

static bool read_values(const item *it, const tc_yaml *value, tc_nodes *out)
{
    if (value->kind != TC_YAML_LIST) return read_value(it, value, out);
    if (value->count == 0) {
        if (it->keyword) return TC_COMPLAIN(it->l, value, "an empty list of keywords");
        TC_WARN(it->l, value, "an empty list asks for a missing or null field: write null");
        return add_null(it, value, out);
    }
    bool ok = true;
    for (size_t i = 0; i < value->count; i++) {
        const tc_yaml *node = value->items[i];
        if (value->count > 1 && tc_scalar_of(node).kind == TC_SCALAR_NULL && !it->keyword)
            TC_WARN(it->l, node, "null in a list of values: it counts as one of them");
        ok &= read_value(it, node, out);
    }
    return ok;
}

static bool read_item(const item *it, const tc_yaml *value, tc_node *ret)
{
    tc_nodes values = {.count = 0};
    bool ok = read_values(it, value, &values);
    if (ok) {
        tc_node_kind kind = it->chain->has[TC_MOD_ALL] ? TC_NODE_AND : TC_NODE_OR;
        ok = tc_node_join(it->l->arena, kind, tc_nodes_list(&values), values.count, ret);
        if (ok && it->chain->has[TC_MOD_NEQ]) ok = tc_node_not(it->l->arena, *ret, ret);
        if (!ok) (void)tc_diagnostics_no_memory(it->l->d);
    }
    tc_nodes_done(&values);
    return ok;
}

bool tc_item_read(tc_loader *l, const tc_yaml *key, const tc_yaml *value, tc_node *ret)
{
    tc_chain chain;
    if (!tc_chain_read(l->d, key, &chain)) return false;
    item it = {l, &chain, chain.field.len == 0};
    return read_item(&it, value, ret);
}

bool tc_keyword_read(tc_loader *l, const tc_yaml *value, tc_node *ret)
{
    tc_chain chain = {.encoder_count = 0};
    item it = {l, &chain, true};
    return read_item(&it, value, ret);
}
