#include "detector/app/rules_select.h"

#include "detector/app/rules_page.h"
#include "detector/settings/nearest.h"
#include "parsers/base/alloc.h"

#include <errno.h>
#include <sys/stat.h>

#define PATH_ROOM 4200 /* what realpath may need */

/* -- by level, tag and technique ------------------------------------------------------------- */

static bool is_among(tc_slice word, const tc_text_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (tc_slice_equal_ascii(word, list->items[i])) return true;
    return false;
}

TC_STATUS tc_rules_select_check(const tc_options *options, tc_error *reterr)
{
    for (size_t i = 0; i < options->levels.count; i++) {
        tc_slice word = options->levels.items[i];
        bool known = false;
        for (int level = 0; level < TC_LEVEL_COUNT; level++)
            known |= tc_slice_equal_ascii(word, tc_slice_of(tc_level_name((tc_level)level)));
        if (!known)
            return tc_fail(reterr, TC_ESYNTAX,
                           "--level: '%.*s' is not informational, low, medium, high or critical",
                           (int)TC_MIN(word.len, (size_t)60), (const char *)word.ptr);
    }
    return TC_SUCCESS;
}

/* T1078 stands for T1078.004, too. */
static bool is_technique(const tc_rule *rule, tc_slice asked)
{
    for (size_t i = 0; i < rule->technique_count; i++) {
        tc_slice sub, technique = rule->techniques[i];
        if (tc_slice_equal_ascii(technique, asked) ||
            tc_slice_equal_ascii(tc_slice_split(technique, '.', &sub), asked))
            return true;
    }
    return false;
}

static bool has_technique(const tc_rule *rule, const tc_text_list *asked)
{
    for (size_t i = 0; i < asked->count; i++)
        if (is_technique(rule, asked->items[i])) return true;
    return false;
}

static bool has_tag(const tc_rule *rule, const tc_text_list *asked)
{
    for (size_t i = 0; i < rule->tag_count; i++)
        if (is_among(rule->tags[i], asked)) return true;
    return false;
}

bool tc_rules_select_passes(const tc_options *o, const tc_rule *rule)
{
    return (o->levels.count == 0 ||
            is_among(tc_slice_of(tc_level_name(rule->level)), &o->levels)) &&
           (o->tags.count == 0 || has_tag(rule, &o->tags)) &&
           (o->techniques.count == 0 || has_technique(rule, &o->techniques));
}

/* -- by name, id, title, folder or file ------------------------------------------------------- */

bool tc_rules_select_is_file(const char *word)
{
    struct stat st;
    tc_slice s = tc_slice_of(word);
    bool looks = strchr(word, '/') || tc_slice_ends_ascii(s, TC_LIT(".yml")) ||
                 tc_slice_ends_ascii(s, TC_LIT(".yaml"));
    return looks || (stat(word, &st) == 0 && S_ISDIR(st.st_mode));
}

static bool is_below(const tc_rule *rule, const char *resolved)
{
    char path[PATH_ROOM], real[PATH_ROOM];
    size_t length = strlen(resolved);
    if (rule->file.len >= sizeof(path)) return false;
    if (!realpath(tc_slice_to_cstr(rule->file, path, sizeof(path)), real)) return false;
    return strncmp(real, resolved, length) == 0 && (real[length] == 0 || real[length] == '/');
}

static bool is_named(const tc_rule *rule, tc_slice word, const char *shipped)
{
    return tc_slice_equal_ascii(rule->id, word) || tc_slice_equal(rule->name, word) ||
           tc_slice_equal_ascii(rule->title, word) ||
           tc_slice_equal(tc_rules_page_group(rule, shipped), word);
}

static bool choose_named(const tc_run *run, tc_slice word, bool *chosen)
{
    bool any = false;
    for (size_t i = 0; word.len && i < tc_ruleset_count(run->rules); i++)
        if (is_named(tc_ruleset_rule(run->rules, i), word, run->data_folder))
            chosen[i] = any = true;
    return any;
}

static TC_STATUS choose_file(const tc_run *run, const char *word, bool *chosen, tc_error *reterr)
{
    char resolved[PATH_ROOM];
    bool any = false;
    if (!realpath(word, resolved))
        return tc_fail_sys(reterr, errno, word, "no rules can be had from it");
    for (size_t i = 0; i < tc_ruleset_count(run->rules); i++)
        if (is_below(tc_ruleset_rule(run->rules, i), resolved)) chosen[i] = any = true;
    return any ? TC_SUCCESS : tc_fail_at(reterr, TC_ESYNTAX, word, 0, 0, "holds no rule");
}

/* The nearest name, else those that hold the word. */
static void suggest(const tc_run *run, tc_slice word, tc_str *out)
{
    size_t count = tc_ruleset_count(run->rules), n = 0, told = 0;
    char(*words)[60] = tc_alloc(count, sizeof(*words));
    const char **list = tc_alloc(count, sizeof(*list));
    for (size_t i = 0; words && list && i < count; i++) {
        const tc_rule *rule = tc_ruleset_rule(run->rules, i);
        if (rule->name.len == 0) continue;
        list[n] = tc_slice_to_cstr(rule->name, words[n], sizeof(*words));
        n++;
    }
    const char *near = list ? tc_nearest_word(word, list, n) : NULL;
    if (near) tc_str_addf(out, ", did you mean '%s'?", near);
    for (size_t i = 0; list && !near && i < n && told < 3; i++)
        if (tc_slice_search(tc_slice_of(list[i]), word) != TC_NPOS)
            tc_str_addf(out, "%s'%s'", told++ ? ", " : "; there are ", list[i]);
    tc_free(words);
    tc_free(list);
}

static TC_STATUS no_rule(const tc_run *run, const char *word, tc_error *reterr)
{
    tc_str text;
    tc_str_init(&text, 1024);
    suggest(run, tc_slice_of(word), &text);
    tc_status status = tc_fail(reterr, TC_ESYNTAX,
                               "no rule has the name or id '%.60s'%.*s (see tocsin rules list)",
                               word, (int)text.len, text.len ? (const char *)text.data : "");
    tc_str_done(&text);
    return status;
}

TC_STATUS tc_rules_select(const tc_run *run, const tc_path_list *words, bool *chosen,
                          tc_error *reterr)
{
    for (size_t i = 0; i < tc_ruleset_count(run->rules); i++)
        chosen[i] = words->count == 0;
    for (size_t i = 0; i < words->count; i++) {
        const char *word = words->items[i];
        if (choose_named(run, tc_slice_of(word), chosen)) continue;
        if (!tc_rules_select_is_file(word)) return no_rule(run, word, reterr);
        TC_TRY(choose_file(run, word, chosen, reterr));
    }
    return TC_SUCCESS;
}
