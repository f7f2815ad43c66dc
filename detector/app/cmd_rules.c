/* tocsin rules: list what is loaded, explain it, check rule files, test rules. */
#include "detector/app/cmd_rules_test.h"
#include "detector/app/command.h"
#include "detector/app/rules_explain.h"
#include "detector/app/rules_list.h"
#include "detector/app/rules_select.h"
#include "detector/pipeline/run.h"
#include "detector/settings/nearest.h"
#include "parsers/base/alloc.h"

#define PAGE_MAX ((size_t)256 << 20)

typedef struct asked {
    tc_options options; /* with the rules to load */
    tc_path_list words; /* behind the verb */
    tc_run run;
    bool *chosen; /* per rule */
    tc_str page;
    tc_error error;
} asked;

/* -- formats -------------------------------------------------------------------------------- */

typedef void explainer(const tc_run *run, const bool *chosen, tc_str *page);

static TC_STATUS no_format(asked *a, const char *known)
{
    return tc_fail(&a->error, TC_ESYNTAX, "--format: '%.60s' is not %s", a->options.rules_format,
                   known);
}

static bool is_format(const asked *a, const char *name)
{
    return strcmp(a->options.rules_format ? a->options.rules_format : "text", name) == 0;
}

static TC_STATUS tell_list(asked *a)
{
    if (is_format(a, "text"))
        tc_rules_list(&a->run, &a->page);
    else if (is_format(a, "names"))
        tc_rules_list_names(&a->run, &a->page);
    else if (is_format(a, "json"))
        tc_rules_explain_json(&a->run, a->chosen, &a->page);
    else
        return no_format(a, "text, json or names");
    return TC_SUCCESS;
}

static TC_STATUS tell_explained(asked *a)
{
    static const struct {
        const char *name;
        explainer *explain;
    } formats[] = {{"text", tc_rules_explain_text},
                   {"json", tc_rules_explain_json},
                   {"markdown", tc_rules_explain_markdown}};
    for (size_t i = 0; i < TC_COUNT_OF(formats); i++) {
        if (!is_format(a, formats[i].name)) continue;
        formats[i].explain(&a->run, a->chosen, &a->page);
        return TC_SUCCESS;
    }
    return no_format(a, "text, json or markdown");
}

static TC_STATUS tell_checked(asked *a)
{
    size_t left_out = tc_ruleset_left_out(a->run.rules);
    char verdict[64] = ", no errors";
    if (left_out) snprintf(verdict, sizeof(verdict), " without errors, %zu left out", left_out);
    tc_rules_list_count(&a->run, verdict, &a->page);
    return TC_SUCCESS;
}

/* -- what is loaded ------------------------------------------------------------------------- */

/* Paths stand for themselves: the shipped rules are not meant then. */
static TC_STATUS take_paths(asked *a)
{
    for (size_t i = 0; i < a->words.count; i++)
        TC_TRY(tc_path_list_add(&a->options.rules, a->words.items[i]));
    if (a->words.count) a->options.no_default_rules = true;
    a->words.count = 0;
    return TC_SUCCESS;
}

/* Files among the words are loaded beside the shipped rules, which they may refer to. */
static TC_STATUS take_files(asked *a)
{
    for (size_t i = 0; i < a->words.count; i++)
        if (tc_rules_select_is_file(a->words.items[i]))
            TC_TRY(tc_path_list_add(&a->options.rules, a->words.items[i]));
    return TC_SUCCESS;
}

static const struct verb {
    const char *name;
    TC_STATUS (*take)(asked *a);
    TC_STATUS (*tell)(asked *a);
} verbs[] = {{"list", take_paths, tell_list},
             {"explain", take_files, tell_explained},
             {"check", take_paths, tell_checked}};

static TC_STATUS copy_list(const tc_path_list *from, size_t first, tc_path_list *to)
{
    for (size_t i = first; i < from->count; i++)
        TC_TRY(tc_path_list_add(to, from->items[i]));
    return TC_SUCCESS;
}

static TC_STATUS answer(asked *a, const tc_options *options, const struct verb *verb)
{
    a->options = *options;
    a->options.rules = (tc_path_list){NULL, 0, 0};
    TC_TRY(copy_list(&options->rules, 0, &a->options.rules));
    TC_TRY(copy_list(&options->paths, 1, &a->words));
    TC_TRY(tc_rules_select_check(options, &a->error));
    TC_TRY(verb->take(a));
    TC_TRY(tc_run_open(&a->run, &a->options, 0, true, &a->error));
    a->chosen = tc_alloc(tc_ruleset_count(a->run.rules), sizeof(*a->chosen));
    if (a->chosen == NULL) return tc_fail(&a->error, TC_ENOMEM, "out of memory");
    TC_TRY(tc_rules_select(&a->run, &a->words, a->chosen, &a->error));
    return verb->tell(a);
}

static int run_verb(const tc_options *options, const struct verb *verb)
{
    asked a = {.chosen = NULL};
    tc_str_init(&a.page, PAGE_MAX);
    tc_status status = answer(&a, options, verb);
    bool left_out = a.run.rules && tc_ruleset_left_out(a.run.rules) > 0;
    int exit_status;
    if (tc_failed(status)) {
        tc_str_done(&a.page);
        exit_status = tc_command_failed(status, &a.error);
    } else {
        exit_status = tc_command_print(&a.page);
        if (exit_status == TC_EXIT_NOTHING && left_out) exit_status = TC_EXIT_INCOMPLETE;
    }
    tc_run_close(&a.run);
    tc_free(a.chosen);
    tc_free(a.options.rules.items);
    tc_free(a.words.items);
    return exit_status;
}

static int unknown_verb(tc_slice word)
{
    static const char *const names[] = {"list", "explain", "check", "test"};
    tc_error error = {0};
    const char *near = tc_nearest_word(word, names, TC_COUNT_OF(names));
    if (word.len == 0)
        return tc_command_failed(
            tc_fail(&error, TC_ESYNTAX,
                    "rules: say `tocsin rules list`, `tocsin rules explain NAME`, "
                    "`tocsin rules check PATH` or `tocsin rules test`"),
            &error);
    return tc_command_failed(
        tc_fail(&error, TC_ESYNTAX, "rules: unknown word '%.*s'%s%s%s (list, explain, check, test)",
                (int)TC_MIN(word.len, (size_t)40), (const char *)word.ptr,
                near ? ", did you mean '" : "", near ? near : "", near ? "'?" : ""),
        &error);
}

int tc_command_rules(const tc_options *options, tc_time now)
{
    (void)now;
    tc_slice verb = options->paths.count ? tc_slice_of(options->paths.items[0]) : TC_EMPTY_SLICE;
    for (size_t i = 0; i < TC_COUNT_OF(verbs); i++)
        if (tc_slice_equal(verb, tc_slice_of(verbs[i].name))) return run_verb(options, &verbs[i]);
    if (tc_slice_equal(verb, TC_LIT("test"))) return tc_rules_test_run(options);
    return unknown_verb(verb);
}
