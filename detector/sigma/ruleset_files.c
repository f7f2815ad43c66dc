/* Rule files from disk: one file, or all below a folder in byte order of their paths. */
#include "detector/sigma/paths.h"
#include "detector/sigma/ruleset.h"
#include "detector/sigma/ruleset_data.h"
#include "parsers/base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static bool is_rule_file(const char *name)
{
    tc_slice s = tc_slice_of(name);
    return tc_slice_ends_ascii(s, TC_LIT(".yml")) || tc_slice_ends_ascii(s, TC_LIT(".yaml"));
}

/* The whole file, at most TC_YAML_BYTES. */
static TC_STATUS read_file(const char *path, tc_str *text, tc_error *error)
{
    uint8_t buffer[16384];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return tc_fail_sys(error, errno, path, "cannot be opened");
    ssize_t got;
    while ((got = read(fd, buffer, sizeof buffer)) != 0) {
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) break;
        tc_str_add(text, tc_slice_make(buffer, (size_t)got));
        if (tc_failed(tc_str_status(text))) break;
    }
    tc_status status = tc_str_status(text);
    if (got < 0)
        status = tc_fail_sys(error, errno, path, "cannot be read");
    else if (status.code == TC_ELIMIT)
        status = tc_fail_at(error, TC_ELIMIT, path, 0, 0, "too long for a rule file");
    else if (tc_failed(status))
        status = tc_fail_at(error, status.code, path, 0, 0, "no memory to read it");
    (void)close(fd);
    return status;
}

/* The status of the call decides, not the code in the error, which a failure may leave unsaid. */
static TC_STATUS report(tc_ruleset *rules, const tc_rule_reporter *reporter, tc_status status,
                        tc_error *error)
{
    rules->failed = true;
    if (error->code == TC_OK) error->code = status.code;
    if (reporter) reporter->report(reporter->context, error, false);
    return status;
}

/* A file that cannot be read is left out like one that is wrong, where that was asked for. */
static TC_STATUS unreadable(tc_ruleset *rules, const tc_rule_reporter *reporter, const char *path,
                            tc_status status, tc_error *error)
{
    const tc_rule nobody = {.line = 0};
    if (!rules->skips || status.code == TC_ENOMEM ||
        !tc_ruleset_note_left_out(rules, tc_slice_of(path), &nobody, error))
        return report(rules, reporter, status, error);
    if (reporter) reporter->report(reporter->context, error, false);
    return TC_SUCCESS;
}

static TC_STATUS add_file(tc_ruleset *rules, const char *path, tc_str *text,
                          const tc_rule_reporter *reporter)
{
    tc_error error = {.code = TC_OK};
    tc_str_clear(text);
    tc_status status = read_file(path, text, &error);
    if (tc_failed(status)) return unreadable(rules, reporter, path, status, &error);
    return tc_ruleset_add_text(rules, tc_slice_of(path), tc_str_view(text), reporter);
}

TC_STATUS tc_ruleset_add_path(tc_ruleset *rules, const char *path, const tc_rule_reporter *reporter)
{
    tc_error error = {.code = TC_OK};
    tc_paths paths = {0};
    tc_str text;
    tc_str_init(&text, TC_YAML_BYTES);
    tc_status status = tc_paths_add(&paths, path, is_rule_file, &error);
    bool walked = !tc_failed(status);
    if (!walked) status = report(rules, reporter, status, &error);
    for (size_t i = 0; walked && i < paths.count; i++) {
        tc_status one = add_file(rules, paths.items[i], &text, reporter);
        if (!tc_failed(status)) status = one;
    }
    tc_str_done(&text);
    tc_paths_done(&paths);
    return status;
}
