/* tocsin rules: list what is loaded, check rule files, test rules. */
#include "detector/app/cmd_rules_test.h"
#include "detector/app/command.h"
#include "detector/app/run.h"
#include "parsers/base/utf8.h"

#define PAGE_MAX ((size_t)256 << 20)

/* Titles and names are other people's: nothing of them acts on a terminal. */
static void list_rule(const tc_rule *rule, tc_str *page)
{
    tc_str_addf(page, "%-13s %-12s ", tc_level_name(rule->level),
                rule->kind == TC_RULE_CORRELATION ? "correlation" : "detection");
    tc_escape_text(page, rule->title);
    tc_str_add_byte(page, '\n');
    if (rule->name.len == 0) return;
    tc_str_addf(page, "%-26s name: ", "");
    tc_escape_text(page, rule->name);
    tc_str_add_byte(page, '\n');
}

/* Which rules they were stands beside how many. */
static void tell_checked(const tc_run *run, const tc_path_list *paths, size_t count, tc_str *page)
{
    tc_str_addf(page, "%zu rule%s, no errors: ", count, count == 1 ? "" : "s");
    if (paths->count == 0) tc_escape_text(page, tc_slice_of(run->data_folder));
    for (size_t i = 0; i < paths->count; i++) {
        if (i) tc_str_add(page, TC_LIT(", "));
        tc_escape_text(page, tc_slice_of(paths->items[i]));
    }
    tc_str_add_byte(page, '\n');
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
    tc_str page;
    int exit_status;
    tc_str_init(&page, PAGE_MAX);
    tc_status status = tc_run_open(&run, &o, 0, true, &error);
    if (tc_failed(status)) {
        exit_status = tc_command_failed(status, &error);
    } else {
        size_t count = tc_ruleset_count(run.rules);
        for (size_t i = 0; list && i < count; i++)
            list_rule(tc_ruleset_rule(run.rules, i), &page);
        if (!list) tell_checked(&run, &o.rules, count, &page);
        exit_status = tc_command_print(&page);
    }
    tc_run_close(&run);
    return exit_status;
}

int tc_command_rules(const tc_options *options, tc_time now)
{
    (void)now;
    tc_slice verb = options->paths.count ? tc_slice_of(options->paths.items[0]) : TC_EMPTY_SLICE;
    if (tc_slice_equal(verb, TC_LIT("list"))) return list_or_check(options, true);
    if (tc_slice_equal(verb, TC_LIT("check"))) return list_or_check(options, false);
    if (tc_slice_equal(verb, TC_LIT("test"))) return tc_rules_test_run(options);
    tc_error error = {0};
    return tc_command_failed(tc_fail(&error, TC_ESYNTAX,
                                     "rules: say `tocsin rules list`, `tocsin rules check PATH` or "
                                     "`tocsin rules test`"),
                             &error);
}
