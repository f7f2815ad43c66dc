#include "detector/pipeline/run.h"

#include "detector/input/glob.h"
#include "detector/pipeline/accounts.h"
#include "detector/settings/nearest.h"
#include "detector/settings/options_site.h"
#include "detector/settings/rule_loading.h"
#include "parsers/base/alloc.h"

#include <sys/stat.h>
#include <unistd.h>

#define SCHEMAS_MAX 16384

/* -- where the rules lie -------------------------------------------------------------------- */

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* $TOCSIN_DATA, else where it was installed, else the checkout around the build folder. */
TC_STATUS tc_run_find_data(tc_run *run, tc_error *reterr)
{
    char program[4096];
    const char *given = getenv("TOCSIN_DATA");
    if (given != NULL) {
        snprintf(run->data_folder, sizeof(run->data_folder), "%s", given);
        if (is_folder(run->data_folder)) return TC_SUCCESS;
        return tc_fail_at(reterr, TC_EIO, given, 0, 0, "TOCSIN_DATA is not a folder");
    }
    ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);
    while (n > 0) {
        program[n] = 0;
        char *slash = strrchr(program, '/');
        if (slash == NULL) break;
        *slash = 0;
        n = slash - program;
        static const char *const below[] = {"rules", "share/tocsin/rules"};
        for (size_t i = 0; i < TC_COUNT_OF(below); i++) {
            char tables[4200];
            snprintf(run->data_folder, sizeof(run->data_folder), "%.3900s/%s", program, below[i]);
            snprintf(tables, sizeof(tables), "%s/tables", run->data_folder);
            if (is_folder(tables)) return TC_SUCCESS;
        }
    }
    return tc_fail(reterr, TC_EIO, "the rules folder was not found; set TOCSIN_DATA to it");
}

static TC_STATUS load_rules(tc_run *run, bool with_default, tc_error *reterr)
{
    run->rules = tc_ruleset_new();
    if (run->rules == NULL) return tc_fail(reterr, TC_ENOMEM, "no memory for the rules");
    return tc_rules_load(run->rules, run->options, with_default ? run->data_folder : NULL,
                         run->names, &run->shipped_rules, reterr);
}

static TC_STATUS open_enricher(tc_run *run, tc_error *reterr)
{
    const tc_options *o = run->options;
    tc_site site = {.internal = o->internal.items,
                    .internal_count = o->internal.count,
                    .egress = o->egress.items,
                    .egress_count = o->egress.count,
                    .proxies = o->proxies.items,
                    .proxy_count = o->proxies.count,
                    .domains = o->domains.items,
                    .domain_count = o->domains.count,
                    .geo_files = o->geo.items,
                    .geo_file_count = o->geo.count,
                    .tables_folder = run->tables_folder};
    return tc_enricher_open(&site, run->names, &run->enricher, reterr);
}

static bool has_language(const tc_text_list *list, tc_slice language)
{
    for (size_t i = 0; i < list->count; i++)
        if (tc_slice_equal(list->items[i], language)) return true;
    return false;
}

/* What --language means in the classes that the tables know. */
static TC_STATUS cover_languages(tc_run *run, tc_error *reterr)
{
    const tc_text_list *given = &run->options->languages;
    for (size_t i = 0; i < given->count; i++) {
        tc_slice classes[TC_LANGUAGE_COVER_MAX], one = given->items[i];
        size_t count = tc_enricher_cover(run->enricher, one, classes);
        if (count == 0)
            return tc_fail(reterr, TC_ESYNTAX,
                           "--language: '%.*s' is no language that mail servers are known to speak "
                           "(their tags: %.200s/locales.tsv)",
                           (int)TC_MIN(one.len, (size_t)40), (const char *)one.ptr,
                           run->tables_folder);
        for (size_t k = 0; k < count; k++) {
            if (has_language(&run->languages, classes[k])) continue;
            if (tc_failed(tc_option_add_text(&run->languages, classes[k])))
                return tc_fail(reterr, TC_ENOMEM, "out of memory");
        }
    }
    return TC_SUCCESS;
}

/* What proxies write is one field, whatever the logs call it. */
static TC_STATUS name_client_columns(tc_run *run, tc_error *reterr)
{
    const tc_text_list *columns = &run->options->client_columns;
    for (size_t i = 0; i < columns->count; i++) {
        tc_slice name = columns->items[i];
        tc_status status = tc_names_alias(run->names, name, TC_FIELD_CLIENT_COLUMN);
        if (status.code == TC_ESYNTAX) {
            return tc_fail_at(reterr, TC_ESYNTAX, "--client-column", 0, 0,
                              "\"%.*s\" is a column whose meaning is known; name one that is not",
                              (int)name.len, (const char *)name.ptr);
        }
        TC_TRY(status);
    }
    return TC_SUCCESS;
}

TC_STATUS tc_run_open(tc_run *run, const tc_options *options, tc_time now, bool with_rules,
                      tc_error *reterr)
{
    memset(run, 0, sizeof(*run));
    run->options = options;
    run->now = now;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    run->jobs = options->jobs ? options->jobs : (uint32_t)TC_MAX(TC_MIN(processors, 64), 1);
    if (options->accounts) TC_TRY(tc_accounts_check(options->accounts, reterr));
    TC_TRY(tc_run_find_data(run, reterr));
    snprintf(run->tables_folder, sizeof(run->tables_folder), "%s/tables", run->data_folder);
    if (options->tables)
        snprintf(run->tables_folder, sizeof(run->tables_folder), "%s", options->tables);
    run->names = tc_names_new();
    if (run->names == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    if (with_rules) TC_TRY(load_rules(run, !options->no_default_rules, reterr));
    TC_TRY(name_client_columns(run, reterr));
    tc_names_freeze(run->names);
    run->schemas = tc_schemas_new(run->names, SCHEMAS_MAX);
    if (run->schemas == NULL) return tc_fail(reterr, TC_ENOMEM, "out of memory");
    TC_TRY(open_enricher(run, reterr));
    return cover_languages(run, reterr);
}

/* -- the sources ---------------------------------------------------------------------------- */

static bool matches_a_source(const tc_input *input, tc_slice glob)
{
    for (size_t i = 0; i < tc_input_count(input); i++)
        if (tc_glob_match_path(glob, tc_input_source(input, i)->path)) return true;
    return false;
}

/* A glob with a typo would change nothing, and nobody would know. */
static void tell_unmatched(const tc_run *run, const char *option, const tc_text_list *given)
{
    for (size_t i = 0; i < given->count; i++) {
        tc_glob_rule rule;
        char shown[200];
        if (tc_failed(tc_glob_rule_parse(given->items[i], option, &rule, NULL))) continue;
        if (matches_a_source(run->input, rule.glob)) continue;
        tc_slice_to_cstr(rule.glob, shown, sizeof(shown));
        fprintf(stderr, "tocsin: %s: no log has a path like '%s'; this changes nothing\n", option,
                shown);
    }
}

static tc_input_options options_of(const tc_run *run, const tc_parser *format)
{
    const tc_options *o = run->options;
    return (tc_input_options){.paths = o->paths.items,
                              .path_count = o->paths.count,
                              .format = format,
                              .looked = run->looked,
                              .follow_links = o->follow_links,
                              .all = o->command == TC_COMMAND_PARSE ||
                                     (run->rules && tc_ruleset_has_keywords(run->rules)),
                              .host_globs = o->hosts.items,
                              .host_glob_count = o->hosts.count,
                              .zone_globs = o->zones.items,
                              .zone_glob_count = o->zones.count,
                              .field_globs = o->fields.items,
                              .field_glob_count = o->fields.count,
                              .record_max = TC_RECORD_MAX,
                              .now = run->now,
                              .names = run->names,
                              .schemas = run->schemas};
}

TC_STATUS tc_run_open_growing_input(tc_run *run, tc_error *reterr)
{
    tc_input_options input = options_of(run, NULL);
    input.path_count = 0;
    return tc_input_open(&input, &run->input, reterr);
}

TC_STATUS tc_run_open_input(tc_run *run, tc_error *reterr)
{
    const tc_options *o = run->options;
    const tc_parser *format = NULL;
    if (o->parse_format != NULL) {
        const char *names[64];
        size_t n = 0;
        for (; tc_parsers[n] != NULL && n < TC_COUNT_OF(names); n++)
            names[n] = tc_parsers[n]->name;
        format = tc_parser_named(tc_slice_of(o->parse_format));
        const char *near = tc_nearest_word(tc_slice_of(o->parse_format), names, n);
        if (format == NULL)
            return tc_fail(reterr, TC_ESYNTAX, "--format: '%.60s' is no format (%s%s)",
                           o->parse_format, near ? "did you mean " : "see `tocsin formats`",
                           near ? near : "");
    }
    tc_input_options input = options_of(run, format);
    TC_TRY(tc_input_open(&input, &run->input, reterr));
    tell_unmatched(run, "--tz", &o->zones);
    tell_unmatched(run, "--host", &o->hosts);
    tell_unmatched(run, "--fields", &o->fields);
    return TC_SUCCESS;
}

void tc_run_close(tc_run *run)
{
    tc_input_free(run->input);
    tc_enricher_free(run->enricher);
    tc_free(run->languages.items);
    tc_ruleset_free(run->rules);
    tc_schemas_free(run->schemas);
    tc_names_free(run->names);
    memset(run, 0, sizeof(*run));
}
