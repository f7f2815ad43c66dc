/* Documents that are wrong and left out of the rules, so that the others can be used. */
#include "detector/sigma/ruleset_data.h"

#include "parsers/base/alloc.h"

void tc_ruleset_skip_bad(tc_ruleset *rules)
{
    TC_ASSERT(!rules->compiled);
    rules->skips = true;
}

size_t tc_ruleset_left_out(const tc_ruleset *rules)
{
    return rules->left_count;
}

const tc_rule_left_out *tc_ruleset_left_out_at(const tc_ruleset *rules, size_t index)
{
    TC_ASSERT(index < rules->left_kept);
    return &rules->left[index];
}

static bool remember(tc_ruleset *rules, tc_slice key)
{
    if (key.len == 0) return true;
    if (!rules->left_names) rules->left_names = tc_map_new(2 * TC_RULES_MAX);
    uint64_t *value;
    return rules->left_names && !tc_failed(tc_map_put(rules->left_names, key, &value, NULL));
}

bool tc_ruleset_was_left_out(const tc_ruleset *rules, tc_slice id_or_name)
{
    return rules->left_names && tc_map_get(rules->left_names, id_or_name);
}

bool tc_ruleset_note_left_out(tc_ruleset *rules, tc_slice file, const tc_rule *head,
                              const tc_error *error)
{
    char why[sizeof error->text + 32];
    if (rules->left_count++ >= TC_LEFT_OUT_KEPT) return true;
    if (tc_failed(tc_grow((void *)&rules->left, &rules->left_room, rules->left_kept + 1,
                          sizeof *rules->left, TC_LEFT_OUT_KEPT)))
        return false;
    (void)snprintf(why, sizeof why, "%" PRIu32 ":%" PRIu32 ": %s", error->line, error->column,
                   error->text);
    tc_slice told = error->line ? tc_slice_of(why) : tc_slice_of(error->text);
    tc_rule_left_out *one = &rules->left[rules->left_kept];
    *one = (tc_rule_left_out){.line = head->line ? head->line : error->line};
    if (!tc_arena_copy(rules->arena, file, &one->file) ||
        !tc_arena_copy(rules->arena, head->title, &one->title) ||
        !tc_arena_copy(rules->arena, told, &one->why))
        return false;
    rules->left_kept++;
    return true;
}

bool tc_ruleset_leave_out(tc_ruleset *rules, tc_diagnostics *d, const tc_rule *head)
{
    if (!rules->skips || !tc_diagnostics_forgive(d)) return false;
    return (remember(rules, head->id) && remember(rules, head->name) &&
            tc_ruleset_note_left_out(rules, d->file, head, &d->first)) ||
           tc_diagnostics_no_memory(d);
}

bool tc_ruleset_drop_bad(tc_ruleset *rules, tc_diagnostics *d)
{
    size_t kept = 0;
    tc_map *references = tc_map_new(2 * TC_RULES_MAX);
    if (!references) return tc_diagnostics_no_memory(d);
    tc_map_free(rules->references);
    rules->references = references;
    bool ok = true;
    for (size_t i = 0; ok && i < rules->draft_count; i++) {
        if (rules->drafts[i].bad) continue;
        tc_draft *draft = &rules->drafts[kept];
        if (kept != i) *draft = rules->drafts[i];
        draft->rule.index = (uint32_t)kept++;
        ok = tc_ruleset_register(rules, draft, d);
    }
    rules->draft_count = kept;
    return ok;
}
