/* tocsin rules: list what is loaded, check rule files. */
#include "detector/app/command.h"
#include "detector/app/run.h"

static void list_rule(const tc_rule *rule)
{
    printf("%-13s %-12s %.*s\n", tc_level_name(rule->level),
           rule->kind == TC_RULE_CORRELATION ? "correlation" : "detection", (int)rule->title.len,
           (const char *)rule->title.ptr);
    if (rule->name.len)
        printf("%-26s name: %.*s\n", "", (int)rule->name.len, (const char *)rule->name.ptr);
}

static int list_or_check(const tc_options *options, bool list)
{
    tc_run run;
    tc_error error = {0};
    tc_options o = *options;
    o.rules = options->paths;
    o.rules.items++;
    o.rules.count--;
    o.no_default_rules = o.rules.count > 0;
    int exit_status = TC_EXIT_NOTHING;
    if (tc_failed(tc_run_open(&run, &o, 0, true, &error))) {
        exit_status = tc_command_failed(&error);
    } else if (list) {
        for (size_t i = 0; i < tc_ruleset_count(run.rules); i++)
            list_rule(tc_ruleset_rule(run.rules, i));
    } else {
        printf("%zu rules, no errors\n", tc_ruleset_count(run.rules));
    }
    tc_run_close(&run);
    return exit_status;
}

int tc_command_rules(const tc_options *options)
{
    tc_slice verb = options->paths.count ? tc_slice_of(options->paths.items[0]) : TC_EMPTY_SLICE;
    if (tc_slice_equal(verb, TC_LIT("list"))) return list_or_check(options, true);
    if (tc_slice_equal(verb, TC_LIT("check"))) return list_or_check(options, false);
    tc_error error = {0};
    (void)tc_fail(&error, TC_ESYNTAX,
                  "rules: say `tocsin rules list` or `tocsin rules check PATH`");
    return tc_command_failed(&error);
}
