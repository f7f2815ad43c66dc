#include "detector/sigma/ruleset.h"

#include "detector/sigma/fingerprint.h"
#include "parsers/base/alloc.h"

#define SCRATCH_BYTES ((size_t)256 << 20)

tc_ruleset *tc_ruleset_new(void)
{
    tc_ruleset *rules = tc_alloc(1, sizeof *rules);
    if (!rules) return NULL;
    rules->arena = tc_arena_new(TC_RULESET_BYTES);
    rules->scratch = tc_arena_new(SCRATCH_BYTES);
    rules->references = tc_map_new(2 * TC_RULES_MAX);
    if (!tc_predicates_init(&rules->predicates) || !rules->arena || !rules->scratch ||
        !rules->references) {
        tc_ruleset_free(rules);
        return NULL;
    }
    return rules;
}

void tc_ruleset_free(tc_ruleset *rules)
{
    if (!rules) return;
    tc_groups_free(rules);
    tc_free(rules->trigger_start);
    tc_free(rules->trigger_rules);
    tc_free(rules->untriggered);
    tc_predicates_done(&rules->predicates);
    tc_free(rules->placeholders);
    tc_free(rules->left);
    tc_map_free(rules->left_names);
    tc_free(rules->drafts);
    tc_free(rules->filters);
    tc_map_free(rules->references);
    tc_arena_free(rules->scratch);
    tc_arena_free(rules->arena);
    tc_free(rules);
}

void tc_ruleset_keep_wording(tc_ruleset *rules)
{
    rules->keeps_wording = true;
}

TC_STATUS tc_ruleset_define(tc_ruleset *rules, tc_slice name, const tc_slice *values, size_t count)
{
    TC_ASSERT(count > 0);
    TC_TRY(tc_grow((void *)&rules->placeholders, &rules->placeholder_room,
                   rules->placeholder_count + 1, sizeof *rules->placeholders, 10000));
    tc_slice *copies = tc_arena_get(rules->arena, count, sizeof *copies);
    tc_placeholder *p = &rules->placeholders[rules->placeholder_count];
    if (!copies || !tc_arena_copy(rules->arena, name, &p->name)) return (tc_status){TC_ENOMEM};
    for (size_t i = 0; i < count; i++)
        if (!tc_arena_copy(rules->arena, values[i], &copies[i])) return (tc_status){TC_ENOMEM};
    p->values = copies;
    p->count = count;
    rules->placeholder_count++;
    return TC_SUCCESS;
}

/* -- adding ---------------------------------------------------------------------------------- */

typedef struct adding {
    tc_ruleset *rules;
    tc_loader loader;
    tc_slice file; /* kept */
} adding;

static tc_place_of_key place_of(const tc_yaml *document, tc_slice key)
{
    const tc_yaml *node = tc_yaml_get(document, key, NULL);
    return node ? (tc_place_of_key){node->line, node->column} : (tc_place_of_key){0, 0};
}

static bool add_rule(adding *a, const tc_yaml *document)
{
    tc_ruleset *rules = a->rules;
    if (tc_failed(tc_grow((void *)&rules->drafts, &rules->draft_room, rules->draft_count + 1,
                          sizeof *rules->drafts, TC_RULES_MAX)))
        return tc_diagnostics_no_memory(a->loader.d);
    tc_draft *draft = &rules->drafts[rules->draft_count];
    *draft = (tc_draft){.file = rules->file_count,
                        .id = place_of(document, TC_LIT("id")),
                        .name = place_of(document, TC_LIT("name"))};
    a->loader.lists = 0;
    bool correlation = tc_yaml_get(document, TC_LIT("correlation"), NULL) != NULL;
    bool ok = correlation ? tc_correlation_read(&a->loader, document, draft)
                          : tc_rule_read(&a->loader, document, draft);
    draft->rule.index = (uint32_t)rules->draft_count;
    draft->rule.file = a->file;
    draft->rule.fingerprint = tc_fingerprint_rule(document, a->loader.lists);
    if (ok || !rules->skips) ok &= tc_ruleset_register(rules, draft, a->loader.d);
    if (!ok && rules->skips) return tc_ruleset_leave_out(rules, a->loader.d, &draft->rule);
    rules->draft_count++;
    return ok;
}

static bool add_filter(adding *a, const tc_yaml *document)
{
    tc_ruleset *rules = a->rules;
    if (tc_failed(tc_grow((void *)&rules->filters, &rules->filter_room, rules->filter_count + 1,
                          sizeof *rules->filters, TC_RULES_MAX)))
        return tc_diagnostics_no_memory(a->loader.d);
    tc_filter *filter = &rules->filters[rules->filter_count];
    *filter = (tc_filter){.file = rules->file_count};
    a->loader.lists = 0;
    if (!tc_filter_read(&a->loader, document, filter))
        return tc_ruleset_leave_out(rules, a->loader.d, &filter->head);
    filter->head.file = a->file;
    filter->head.fingerprint = tc_fingerprint_filter(document, a->loader.lists);
    rules->filter_count++;
    return true;
}

static void add_documents(adding *a, tc_slice yaml)
{
    tc_arena *scratch = a->rules->scratch;
    tc_yaml_documents documents = {.count = 0};
    tc_error error = {.code = TC_OK};
    tc_status status = tc_yaml_read(scratch, yaml, &documents, &error);
    const tc_rule nobody = {.line = 0};
    tc_diagnostics_mark(a->loader.d);
    if (tc_failed(status)) {
        (void)tc_diagnostics_add(a->loader.d, status, &error);
        (void)tc_ruleset_leave_out(a->rules, a->loader.d, &nobody);
        return;
    }
    bool ok = tc_collection_expand(&a->loader, scratch, &documents, &documents) ||
              tc_ruleset_leave_out(a->rules, a->loader.d, &nobody);
    for (size_t i = 0; i < documents.count; i++) {
        const tc_yaml *document = documents.roots[i];
        tc_diagnostics_mark(a->loader.d);
        ok &= tc_yaml_get(document, TC_LIT("filter"), NULL) ? add_filter(a, document)
                                                            : add_rule(a, document);
    }
    TC_ASSERT(ok == (a->loader.d->worst == TC_OK));
}

TC_STATUS tc_ruleset_add_text(tc_ruleset *rules, tc_slice file, tc_slice yaml,
                              const tc_rule_reporter *reporter)
{
    TC_ASSERT(!rules->compiled);
    tc_diagnostics d;
    tc_diagnostics_init(&d, reporter);
    adding a = {.rules = rules,
                .loader = {.arena = rules->arena,
                           .predicates = &rules->predicates,
                           .d = &d,
                           .keeps_wording = rules->keeps_wording,
                           .placeholders = rules->placeholders,
                           .placeholder_count = rules->placeholder_count}};
    tc_diagnostics_file(&d, file, rules->file_count);
    tc_arena_reset(rules->scratch);
    if (!tc_arena_copy(rules->arena, file, &a.file))
        (void)tc_diagnostics_no_memory(&d);
    else
        add_documents(&a, yaml);
    rules->file_count++;
    tc_status status = tc_diagnostics_flush(&d);
    tc_diagnostics_done(&d);
    if (tc_failed(status)) rules->failed = true;
    return status;
}

/* -- compiling and asking -------------------------------------------------------------------- */

/* Again without those that do not hold, as often as a chain of correlations can need it. */
static bool resolve(tc_ruleset *rules, tc_names *names, tc_diagnostics *d)
{
    for (size_t rounds = 0; rounds <= 4 * TC_CHAIN_MAX; rounds++) {
        size_t before = rules->draft_count;
        if (tc_ruleset_resolve(rules, names, d)) return d->worst == TC_OK;
        if (d->worst != TC_OK || !tc_ruleset_drop_bad(rules, d) || rules->draft_count == before)
            return false;
    }
    return tc_diagnostics_error(d, 0, 0, "correlations rest on too long a chain of bad ones");
}

static bool compile(tc_ruleset *rules, tc_names *names, tc_diagnostics *d)
{
    if (!tc_ruleset_fold_filters(rules, d) || !resolve(rules, names, d) ||
        !tc_ruleset_find_ambiguous(rules, d))
        return false;
    tc_ruleset_fingerprint(rules);
    tc_error error = {.code = TC_OK};
    tc_status status = tc_ruleset_build_groups(rules, names, &error);
    if (!tc_failed(status)) status = tc_ruleset_build_triggers(rules, &error);
    return !tc_failed(status) || tc_diagnostics_add(d, status, &error);
}

TC_STATUS tc_ruleset_compile(tc_ruleset *rules, tc_names *names, const tc_rule_reporter *reporter)
{
    TC_ASSERT(!rules->compiled);
    if (rules->failed) return (tc_status){TC_ESYNTAX};
    tc_diagnostics d;
    tc_diagnostics_init(&d, reporter);
    rules->compiled = compile(rules, names, &d);
    rules->failed = !rules->compiled;
    tc_arena_free(rules->scratch);
    rules->scratch = NULL;
    tc_status status = tc_diagnostics_flush(&d);
    tc_diagnostics_done(&d);
    TC_ASSERT(tc_failed(status) == rules->failed);
    return status;
}

size_t tc_ruleset_documents(const tc_ruleset *rules)
{
    return rules->draft_count + rules->filter_count;
}

size_t tc_ruleset_count(const tc_ruleset *rules)
{
    return rules->draft_count;
}

const tc_rule *tc_ruleset_rule(const tc_ruleset *rules, size_t index)
{
    TC_ASSERT(index < rules->draft_count);
    return &rules->drafts[index].rule;
}

const tc_rule *tc_ruleset_find(const tc_ruleset *rules, tc_slice id_or_name)
{
    const tc_draft *draft = tc_ruleset_draft(rules, id_or_name, NULL);
    return draft ? &draft->rule : NULL;
}

static bool attribute_fits(tc_slice wanted, const char *declared)
{
    return wanted.len == 0 || (declared && tc_slice_equal_ascii(wanted, tc_slice_of(declared)));
}

bool tc_logsource_fits(const tc_rule *rule, const tc_logsource *label)
{
    return attribute_fits(rule->category, label->category) &&
           attribute_fits(rule->product, label->product) &&
           attribute_fits(rule->service, label->service);
}

bool tc_ruleset_concerns(const tc_ruleset *rules, const tc_logsource *labels, size_t label_count)
{
    for (size_t r = 0; r < rules->draft_count; r++) {
        const tc_rule *rule = &rules->drafts[r].rule;
        if (rule->kind != TC_RULE_DETECTION) continue;
        for (size_t i = 0; i < label_count; i++)
            if (tc_logsource_fits(rule, &labels[i])) return true;
    }
    return false;
}

bool tc_ruleset_has_keywords(const tc_ruleset *rules)
{
    return rules->group_count > 0 && rules->groups[0].field == TC_FIELD_NONE;
}
