/*
 * Correlations resolved: names of rules into indices, cycles refused, and for each rule the list of
 * the values that correlations ask of its hits (captures).
 */
#include "detector/sigma/ruleset_data.h"

#include "detector/evidence.h"
#include "parsers/base/alloc.h"

/* The captures asked of a rule so far. */
typedef struct wanted {
    tc_slice *names;
    size_t count, room;
} wanted;

typedef struct resolver {
    tc_ruleset *rules;
    tc_names *names;
    tc_diagnostics *d;
    wanted *wanted; /* per rule */
} resolver;

static bool complain_at(resolver *r, const tc_reference *at, const char *format)
{
    tc_quoted q;
    return tc_diagnostics_error(r->d, at->line, at->column, "%s %s", format,
                                tc_quote(&q, at->text));
}

/* A correlation that does not hold: it is left out, if that was asked for. Always false. */
static bool spoil(resolver *r, tc_draft *draft)
{
    draft->bad = true;
    (void)tc_ruleset_leave_out(r->rules, r->d, &draft->rule);
    return false;
}

static void begin(resolver *r, const tc_draft *draft)
{
    tc_diagnostics_file(r->d, draft->rule.file, draft->file);
    tc_diagnostics_mark(r->d);
}

static bool find_rule(resolver *r, const tc_reference *at, uint32_t *ret)
{
    bool shared;
    const tc_draft *found = tc_ruleset_draft(r->rules, at->text, &shared);
    if (!found && tc_ruleset_was_left_out(r->rules, at->text))
        return complain_at(r, at, "the correlation rests on a rule that was left out:");
    if (!found) return complain_at(r, at, "no rule has the id or name");
    if (shared)
        return complain_at(r, at,
                           "several rules of a template share what is to be one rule: give "
                           "each an id or name of its own, not");
    *ret = found->rule.index;
    return true;
}

static bool resolve_rules(resolver *r, tc_draft *draft)
{
    tc_correlation_draft *c = draft->correlation;
    uint32_t *indices = tc_arena_get(r->rules->arena, c->rule_count, sizeof *indices);
    if (!indices) return tc_diagnostics_no_memory(r->d);
    bool ok = true;
    for (size_t i = 0; i < c->rule_count; i++) {
        if (!find_rule(r, &c->rules[i], &indices[i]))
            ok = false;
        else if (indices[i] == draft->rule.index)
            ok = complain_at(r, &c->rules[i], "the correlation names itself as");
    }
    c->is.rules = indices;
    c->is.rule_count = c->rule_count;
    return ok;
}

/* -- cycles ---------------------------------------------------------------------------------- */

/* Takes away rules whose references are all taken away, until nothing changes (Kahn). What stays
 * leads into a cycle. */
static bool find_cycles(resolver *r)
{
    size_t count = r->rules->draft_count;
    bool *done = tc_alloc(count, sizeof *done);
    if (!done) return tc_diagnostics_no_memory(r->d);
    bool changed = true;
    for (size_t rounds = 0; changed && rounds <= TC_CHAIN_MAX; rounds++) {
        changed = false;
        for (size_t i = 0; i < count; i++) {
            const tc_correlation_draft *c = r->rules->drafts[i].correlation;
            if (done[i]) continue;
            bool ready = true;
            for (size_t k = 0; c && ready && k < c->rule_count; k++)
                ready = done[c->is.rules[k]];
            done[i] = ready;
            changed |= ready;
        }
    }
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        tc_draft *draft = &r->rules->drafts[i];
        if (done[i]) continue;
        begin(r, draft);
        (void)tc_diagnostics_error(r->d, draft->correlation->line, draft->correlation->column,
                                   "the correlation leads back to itself through its rules, or the "
                                   "chain is longer than %d",
                                   TC_CHAIN_MAX);
        ok = spoil(r, draft);
    }
    tc_free(done);
    return ok;
}

/* -- captures -------------------------------------------------------------------------------- */

/* What a name stands for in one of the correlation's rules. */
static tc_slice alias_of(const tc_correlation_draft *c, tc_slice name, const tc_rule *rule)
{
    for (size_t a = 0; a < c->alias_count; a++) {
        const tc_alias *alias = &c->aliases[a];
        if (!tc_slice_equal(alias->name, name)) continue;
        for (size_t i = 0; i < alias->count; i++)
            if (tc_slice_equal(alias->rules[i].text, rule->name) ||
                tc_slice_equal(alias->rules[i].text, rule->id))
                return alias->fields[i];
    }
    return name;
}

/* What a firing of a correlation carries: its group and its result. */
static bool yields(const tc_correlation_draft *c, tc_slice name)
{
    static const char *const results[] = {"count", "value", "previous", "expected", "score"};
    for (size_t i = 0; i < c->is.group_count; i++)
        if (tc_slice_equal(c->is.group_by[i], name)) return true;
    for (size_t i = 0; i < TC_COUNT_OF(results); i++)
        if (tc_slice_equal(tc_slice_of(results[i]), name)) return true;
    return false;
}

/* The place of the name among the rule's captures, added when new. */
static bool want(resolver *r, const tc_draft *asking, uint32_t rule, tc_slice name, uint32_t *ret)
{
    const tc_draft *draft = &r->rules->drafts[rule];
    name = alias_of(asking->correlation, name, &draft->rule);
    tc_quoted q;
    tc_quoted t;
    *ret = TC_CAPTURE_NONE;
    if (draft->correlation && !yields(draft->correlation, name))
        return tc_diagnostics_error(r->d, asking->correlation->line, asking->correlation->column,
                                    "the correlation %s has no %s: group it by that, or use an "
                                    "alias",
                                    tc_quote(&t, draft->rule.title), tc_quote(&q, name));
    wanted *w = &r->wanted[rule];
    for (size_t i = 0; i < w->count; i++)
        if (tc_slice_equal(w->names[i], name)) {
            *ret = (uint32_t)i;
            return true;
        }
    if (tc_failed(
            tc_grow((void *)&w->names, &w->room, w->count + 1, sizeof *w->names, TC_CAPTURES_MAX)))
        return tc_diagnostics_error(r->d, asking->correlation->line, asking->correlation->column,
                                    "more than %d values are asked of the rule %s", TC_CAPTURES_MAX,
                                    tc_quote(&q, draft->rule.title));
    *ret = (uint32_t)w->count;
    w->names[w->count++] = name;
    return true;
}

/* captures[position * count + i] = place of names[i] in that rule. */
static bool map_captures(resolver *r, const tc_draft *draft, const tc_slice *names, size_t count,
                         const uint32_t **ret)
{
    const tc_correlation *is = &draft->correlation->is;
    size_t total;
    if (__builtin_mul_overflow(is->rule_count, count, &total))
        return tc_diagnostics_no_memory(r->d);
    uint32_t *captures = tc_arena_get(r->rules->arena, total, sizeof *captures);
    if (!captures) return tc_diagnostics_no_memory(r->d);
    bool ok = true;
    for (size_t p = 0; ok && p < is->rule_count; p++)
        for (size_t i = 0; ok && i < count; i++)
            ok = want(r, draft, is->rules[p], names[i], &captures[p * count + i]);
    *ret = captures;
    return ok;
}

static bool check_aliases(resolver *r, const tc_correlation_draft *c)
{
    for (size_t a = 0; a < c->alias_count; a++)
        for (size_t i = 0; i < c->aliases[a].count; i++) {
            const tc_reference *named = &c->aliases[a].rules[i];
            const uint64_t *index = tc_map_get(r->rules->references, named->text);
            bool among = false;
            for (size_t p = 0; index && p < c->rule_count; p++)
                among |= c->is.rules[p] == *index;
            if (!among) return complain_at(r, named, "the alias names a rule not correlated here:");
        }
    return true;
}

/* -- putting it together ----------------------------------------------------------------------- */

static bool resolve_one(resolver *r, tc_draft *draft)
{
    tc_correlation_draft *c = draft->correlation;
    tc_correlation *is = &c->is;
    bool ok = check_aliases(r, c) &&
              map_captures(r, draft, is->group_by, is->group_count, &is->group_captures) &&
              map_captures(r, draft, is->fields, is->field_count, &is->field_captures);
    for (size_t i = 0; i < c->rule_count; i++) {
        tc_rule *rule = &r->rules->drafts[is->rules[i]].rule;
        /* Told if no correlation speaks for it; the second pass adds those with generate. */
        rule->reports = false;
    }
    draft->rule.correlation = is;
    return ok;
}

static bool number_captures(resolver *r, tc_draft *draft, const wanted *w)
{
    tc_arena *arena = r->rules->arena;
    tc_slice *names = tc_arena_get(arena, w->count, sizeof *names);
    tc_field *fields = tc_arena_zero(arena, w->count, sizeof *fields);
    if (!names || !fields) return tc_diagnostics_no_memory(r->d);
    if (w->count > 0) memcpy(names, w->names, w->count * sizeof *names);
    tc_diagnostics_file(r->d, draft->rule.file, draft->file);
    for (size_t i = 0; !draft->correlation && i < w->count; i++) {
        if (tc_failed(tc_names_add(r->names, w->names[i], &fields[i])))
            return tc_diagnostics_error(r->d, draft->rule.line, 1, "too many field names");
    }
    draft->rule.capture_names = names;
    draft->rule.capture_fields = fields;
    draft->rule.capture_count = w->count;
    return true;
}

static bool resolve_all(resolver *r)
{
    tc_ruleset *rules = r->rules;
    bool ok = true;
    for (size_t i = 0; i < rules->draft_count; i++) {
        tc_draft *draft = &rules->drafts[i];
        draft->rule.reports = true;
        begin(r, draft);
        if (draft->correlation && !resolve_rules(r, draft)) ok = spoil(r, draft);
    }
    if (!ok || !find_cycles(r)) return false;
    for (size_t i = 0; i < rules->draft_count; i++) {
        tc_draft *draft = &rules->drafts[i];
        begin(r, draft);
        if (draft->correlation && !resolve_one(r, draft)) ok = spoil(r, draft);
    }
    for (size_t i = 0; i < rules->draft_count; i++) {
        const tc_correlation_draft *c = rules->drafts[i].correlation;
        for (size_t p = 0; c && c->is.generate && p < c->rule_count; p++)
            rules->drafts[c->is.rules[p]].rule.reports = true;
    }
    for (size_t i = 0; ok && i < rules->draft_count; i++)
        ok = number_captures(r, &rules->drafts[i], &r->wanted[i]);
    return ok;
}

bool tc_ruleset_resolve(tc_ruleset *rules, tc_names *names, tc_diagnostics *d)
{
    resolver r = {.rules = rules, .names = names, .d = d};
    r.wanted = tc_alloc(rules->draft_count, sizeof *r.wanted);
    if (!r.wanted) return tc_diagnostics_no_memory(d);
    bool ok = resolve_all(&r);
    for (size_t i = 0; i < rules->draft_count; i++)
        tc_free(r.wanted[i].names);
    tc_free(r.wanted);
    return ok;
}
