/* tocsin rules test: the rules against their samples. */
#include "detector/app/cmd_rules_test.h"

#include "detector/app/command.h"
#include "detector/app/rules_test.h"
#include "detector/pipeline/run.h"
#include "detector/settings/file.h"
#include "detector/sigma/paths.h"
#include "parsers/base/alloc.h"

#define PAGE_MAX ((size_t)256 << 20)
#define SAMPLES_MAX ((size_t)64 << 20)

static bool is_sample_file(const char *name)
{
    return tc_slice_ends_ascii(tc_slice_of(name), TC_LIT(".samples.jsonl"));
}

static bool is_other_file(const char *name)
{
    tc_slice s = tc_slice_of(name);
    return tc_slice_ends_ascii(s, TC_LIT(".yml")) || tc_slice_ends_ascii(s, TC_LIT(".yaml"));
}

/* Where rules and samples are: in the paths given (files of either, folders of both), else the
 * shipped ones, whose samples lie in the source tree only. */
typedef struct material {
    tc_path_list rules;
    tc_paths samples;
} material;

static TC_STATUS sort_path(material *m, const char *path, tc_error *error)
{
    tc_paths rules = {0};
    if (is_sample_file(path)) return tc_paths_add(&m->samples, path, is_sample_file, error);
    tc_status status = tc_paths_add(&rules, path, is_other_file, error);
    bool holds = rules.count > 0;
    tc_paths_done(&rules);
    if (tc_failed(status)) return status;
    if (holds) m->rules.items[m->rules.count++] = path;
    return is_other_file(path) ? TC_SUCCESS
                               : tc_paths_add(&m->samples, path, is_sample_file, error);
}

static TC_STATUS sort_paths(material *m, const tc_options *options, tc_error *error)
{
    m->rules.items = tc_alloc(options->paths.count, sizeof(*m->rules.items));
    if (m->rules.items == NULL) return tc_fail(error, TC_ENOMEM, "no memory for the rules");
    for (size_t i = 1; i < options->paths.count; i++)
        TC_TRY(sort_path(m, options->paths.items[i], error));
    if (options->paths.count > 1 && m->rules.count == 0)
        return tc_fail(error, TC_ESYNTAX, "rules test: no rule below the paths given");
    return TC_SUCCESS;
}

static TC_STATUS find_samples(material *m, const tc_run *run, tc_error *error)
{
    char path[4200];
    if (m->rules.count > 0) return TC_SUCCESS;
    snprintf(path, sizeof(path), "%s/../tests/rules", run->data_folder);
    return tc_paths_add(&m->samples, path, is_sample_file, error);
}

static TC_STATUS test_file(tc_rules_test *test, const char *path, tc_str *page, tc_error *error)
{
    uint8_t *data;
    size_t length;
    TC_TRY(tc_read_file(path, SAMPLES_MAX, &data, &length, error));
    tc_status status =
        tc_rules_test_file(test, tc_slice_of(path), tc_slice_make(data, length), page, error);
    tc_free(data);
    return status;
}

static TC_STATUS test_all(const material *m, const tc_run *run, tc_str *page, bool *ret_good,
                          tc_error *error)
{
    tc_rules_test *test;
    tc_status status = tc_rules_test_new(run->rules, run->names, &test);
    if (tc_failed(status)) return tc_fail(error, status.code, "no memory for the test");
    for (size_t i = 0; i < m->samples.count && !tc_failed(status); i++)
        status = test_file(test, m->samples.items[i], page, error);
    if (!tc_failed(status)) *ret_good = tc_rules_test_conclude(test, page);
    tc_rules_test_free(test);
    return status;
}

static TC_STATUS run_test(material *m, const tc_options *options, tc_str *page, bool *ret_good,
                          tc_error *error)
{
    tc_run run;
    tc_options o = *options;
    TC_TRY(sort_paths(m, options, error));
    o.rules = m->rules;
    o.no_default_rules = m->rules.count > 0;
    tc_status status = tc_run_open(&run, &o, 0, true, error);
    if (!tc_failed(status)) status = find_samples(m, &run, error);
    if (!tc_failed(status)) status = test_all(m, &run, page, ret_good, error);
    tc_run_close(&run);
    return status;
}

int tc_rules_test_run(const tc_options *options)
{
    tc_error error = {0};
    material m = {.samples = {0}};
    tc_str page;
    bool good = false;
    tc_str_init(&page, PAGE_MAX);
    tc_status status = run_test(&m, options, &page, &good, &error);
    tc_paths_done(&m.samples);
    tc_free(m.rules.items);
    if (tc_failed(status)) {
        tc_str_done(&page);
        return tc_command_failed(status, &error);
    }
    int printed = tc_command_print(&page);
    return printed || good ? printed : TC_EXIT_FOUND;
}
