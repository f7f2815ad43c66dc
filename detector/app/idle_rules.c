#include "detector/app/idle_rules.h"

#include "detector/app/rules_page.h"

#define WHY_MAX 4096

static void word_log(tc_str *why, const tc_rule *rule)
{
    tc_str_add(why, TC_LIT("looks at "));
    tc_rules_page_source(why, rule);
    tc_str_add(why, TC_LIT(": no such log was read"));
}

static void word_fields(tc_str *why, const tc_slice *fields, size_t count)
{
    tc_str_add(why, count == 1 ? TC_LIT("field ") : TC_LIT("fields "));
    for (size_t i = 0; i < count; i++) {
        if (i) tc_str_add(why, TC_LIT(", "));
        tc_str_add(why, tc_slice_sub(fields[i], 0, 200));
    }
    tc_str_add(why, count == 1 ? TC_LIT(" is") : TC_LIT(" are"));
    tc_str_add(why, TC_LIT(" in no event of its log that was read"));
}

static TC_STATUS keep(const tc_rule *rule, tc_slice why, tc_arena *arena, tc_idle_rule *ret)
{
    /* The rules live as long as the run. */
    *ret = (tc_idle_rule){tc_rules_page_name(rule), rule->file, rule->line, why};
    return tc_arena_copy(arena, why, &ret->why) ? TC_SUCCESS : (tc_status){TC_ENOMEM};
}

static TC_STATUS judge(const tc_rule *rule, const tc_sight *sight, tc_str *why, bool *ret_idle)
{
    tc_slice fields[TC_SIGHT_FIELDS];
    size_t count;
    tc_sight_answer answer = tc_sight_judge(sight, rule, fields, &count);
    tc_str_clear(why);
    if (answer == TC_SIGHT_NO_LOG) word_log(why, rule);
    if (answer == TC_SIGHT_NO_FIELD) word_fields(why, fields, count);
    *ret_idle = answer != TC_SIGHT_POSSIBLE;
    return why->len ? tc_str_status(why) : TC_SUCCESS;
}

static TC_STATUS find(const tc_run *run, const tc_sight *sight, tc_arena *arena, tc_idle_rule *list,
                      tc_str *why, tc_summary *s)
{
    for (size_t i = run->shipped_rules; i < tc_ruleset_count(run->rules); i++) {
        const tc_rule *rule = tc_ruleset_rule(run->rules, i);
        bool idle = false;
        if (rule->kind == TC_RULE_DETECTION) TC_TRY(judge(rule, sight, why, &idle));
        if (!idle) continue;
        s->idle_rules_found++;
        if (s->idle_rule_count < TC_IDLE_RULES_KEPT)
            TC_TRY(keep(rule, tc_str_view(why), arena, &list[s->idle_rule_count++]));
    }
    s->idle_rules = list;
    return TC_SUCCESS;
}

TC_STATUS tc_idle_rules_find(const tc_run *run, const tc_sight *sight, tc_arena *arena,
                             tc_summary *summary)
{
    tc_str why;
    /* Logs that earlier scans have judged are not read again: nothing is known of them. */
    if (sight == NULL || summary->state.files_judged) return TC_SUCCESS;
    tc_idle_rule *list = tc_arena_get(arena, TC_IDLE_RULES_KEPT, sizeof(*list));
    if (list == NULL) return (tc_status){TC_ENOMEM};
    tc_str_init(&why, WHY_MAX);
    tc_status status = find(run, sight, arena, list, &why, summary);
    tc_str_done(&why);
    return status;
}
