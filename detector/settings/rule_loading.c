#include "detector/settings/rule_loading.h"

#include "detector/settings/config.h"
#include "detector/settings/expand_lists.h"

#include <errno.h>

#define PATH_ROOM 4200 /* what realpath may need */

void tc_report_rule(void *context, const tc_error *error, bool warning)
{
    char text[1024];
    (void)context;
    fprintf(stderr, "%s%s\n", tc_error_format(error, text, sizeof(text)),
            warning ? " (warning)" : "");
}

/* What a run says whose rules could not be loaded, unless it was said already; the status. */
static TC_STATUS failed(tc_status status, tc_error *reterr)
{
    if (reterr->code != TC_OK) return status; /* who noticed has said it */
    return tc_fail(reterr, status.code, "%s",
                   status.code == TC_ENOMEM
                       ? "no memory for the rules; nothing was read"
                       : "the rules have errors, and nothing was read (--skip-bad-rules leaves out "
                         "the bad ones)");
}

static bool is_below(const char *resolved, const char *folder)
{
    char whole[PATH_ROOM];
    if (folder == NULL || !realpath(folder, whole)) return false;
    size_t length = strlen(whole);
    return strncmp(resolved, whole, length) == 0 &&
           (resolved[length] == 0 || resolved[length] == '/');
}

/* A path that holds no rule is refused: who names it believes in it. One of the shipped rules is
 * loaded already. */
static TC_STATUS add_own(tc_ruleset *rules, const char *path, const char *shipped,
                         const tc_rule_reporter *reporter, tc_error *reterr)
{
    size_t before = tc_ruleset_documents(rules);
    char resolved[PATH_ROOM];
    if (!realpath(path, resolved))
        return tc_fail_sys(reterr, errno, path, "no rules can be had from it");
    if (is_below(resolved, shipped)) return TC_SUCCESS;
    TC_TRY(tc_ruleset_add_path(rules, path, reporter));
    if (tc_ruleset_documents(rules) > before) return TC_SUCCESS;
    return tc_fail_at(reterr, TC_ESYNTAX, path, 0, 0, "%s",
                      tc_ruleset_left_out(rules)
                          ? "holds no rule without errors"
                          : "holds no rule (wanted: a Sigma rule, or a folder of *.yml)");
}

static void tell_left_out(const tc_ruleset *rules)
{
    size_t n = tc_ruleset_left_out(rules);
    if (n)
        fprintf(stderr, "tocsin: %zu rule%s left out for these errors (--skip-bad-rules)\n", n,
                n == 1 ? " is" : "s are");
}

TC_STATUS tc_rules_load(tc_ruleset *rules, const tc_options *options, const char *shipped,
                        tc_names *names, size_t *ret_shipped, tc_error *reterr)
{
    tc_rule_reporter reporter = {NULL, tc_report_rule};
    TC_TRY(tc_expand_lists_define(rules, &options->expand, reterr));
    tc_status status = TC_SUCCESS;
    if (options->command == TC_COMMAND_RULES) tc_ruleset_keep_wording(rules);
    if (shipped) status = tc_ruleset_add_path(rules, shipped, &reporter);
    if (ret_shipped) *ret_shipped = tc_ruleset_count(rules);
    if (options->skip_bad_rules) tc_ruleset_skip_bad(rules);
    for (size_t i = 0; i < options->rules.count; i++) {
        tc_status added = add_own(rules, options->rules.items[i], shipped, &reporter, reterr);
        if (!tc_failed(status)) status = added;
    }
    if (!tc_failed(status) && options->site) {
        status = tc_config_apply_to_rules(options->site, rules, &reporter);
        if (tc_failed(status))
            return tc_fail(reterr, status.code, "the configuration has errors; nothing was read");
    }
    if (!tc_failed(status)) status = tc_ruleset_compile(rules, names, &reporter);
    tell_left_out(rules);
    if (tc_failed(status)) return failed(status, reterr);
    if (tc_ruleset_count(rules) == 0)
        return tc_fail(reterr, TC_ESYNTAX, "no rule is loaded: give --rules PATH");
    return TC_SUCCESS;
}
