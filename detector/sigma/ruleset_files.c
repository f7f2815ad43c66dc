/* Rule files from disk: one file, or all below a folder in byte order of their paths. */
#include "detector/sigma/ruleset.h"
#include "detector/sigma/ruleset_data.h"
#include "parsers/base/alloc.h"
#include "parsers/base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER_DEPTH 32
#define FILES_MAX 200000
#define PATH_BYTES 4096

typedef struct walk {
    char **paths;
    size_t count, room;
    tc_error *error;
} walk;

static TC_STATUS fail(tc_error *error, tc_code code, const char *path, const char *what)
{
    return tc_fail_at(error, code, path, 0, 0, "%s", what);
}

static bool is_rule_file(const char *name)
{
    tc_slice s = tc_slice_of(name);
    return tc_slice_ends_ascii(s, TC_LIT(".yml")) || tc_slice_ends_ascii(s, TC_LIT(".yaml"));
}

static TC_STATUS no_memory(const walk *w, const char *path)
{
    return fail(w->error, TC_ENOMEM, path, "no memory for the list of rule files");
}

static TC_STATUS add_path(walk *w, const char *path)
{
    tc_status status =
        tc_grow((void *)&w->paths, &w->room, w->count + 1, sizeof *w->paths, FILES_MAX);
    if (status.code == TC_ELIMIT) return fail(w->error, TC_ELIMIT, path, "too many rule files");
    if (tc_failed(status)) return no_memory(w, path);
    size_t size = strlen(path) + 1;
    char *copy = tc_alloc(size, 1);
    if (!copy) return no_memory(w, path);
    memcpy(copy, path, size);
    w->paths[w->count++] = copy;
    return TC_SUCCESS;
}

static TC_STATUS walk_folder(walk *w, const char *folder, unsigned depth);

static TC_STATUS walk_entry(walk *w, const char *folder, const char *name, unsigned depth)
{
    char path[PATH_BYTES];
    struct stat st;
    if (name[0] == '.') return TC_SUCCESS;
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (length < 0 || (size_t)length >= sizeof path)
        return fail(w->error, TC_ELIMIT, folder, "a path below it is too long");
    if (lstat(path, &st) != 0) return tc_fail_sys(w->error, errno, path, "cannot be looked at");
    if (S_ISDIR(st.st_mode)) return walk_folder(w, path, depth + 1);
    /* A link to a file is followed, one to a folder is not: it may lead back here. */
    if (S_ISLNK(st.st_mode) && is_rule_file(name) && stat(path, &st) != 0)
        return tc_fail_sys(w->error, errno, path, "is a link to nothing");
    return S_ISREG(st.st_mode) && is_rule_file(name) ? add_path(w, path) : TC_SUCCESS;
}

static TC_STATUS walk_folder(walk *w, const char *folder, unsigned depth)
{
    if (depth > FOLDER_DEPTH) return fail(w->error, TC_ELIMIT, folder, "folders nested too deep");
    DIR *dir = opendir(folder);
    if (!dir) return tc_fail_sys(w->error, errno, folder, "cannot be opened");
    tc_status status = TC_SUCCESS;
    while (!tc_failed(status)) {
        /* The end and a failure differ by errno alone: rules that vanish would pass unseen. */
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (!entry && errno != 0)
            status = tc_fail_sys(w->error, errno, folder, "cannot be read to its end");
        if (!entry) break;
        status = walk_entry(w, folder, entry->d_name, depth);
    }
    (void)closedir(dir);
    return status;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
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
        status = fail(error, TC_ELIMIT, path, "too long for a rule file");
    else if (tc_failed(status))
        status = fail(error, status.code, path, "no memory to read it");
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

static TC_STATUS add_file(tc_ruleset *rules, const char *path, tc_str *text,
                          const tc_rule_reporter *reporter)
{
    tc_error error = {.code = TC_OK};
    tc_str_clear(text);
    tc_status status = read_file(path, text, &error);
    if (tc_failed(status)) return report(rules, reporter, status, &error);
    return tc_ruleset_add_text(rules, tc_slice_of(path), tc_str_view(text), reporter);
}

TC_STATUS tc_ruleset_add_path(tc_ruleset *rules, const char *path, const tc_rule_reporter *reporter)
{
    struct stat st;
    tc_error error = {.code = TC_OK};
    walk w = {.error = &error};
    tc_status status = TC_SUCCESS;
    if (stat(path, &st) != 0)
        status = tc_fail_sys(&error, errno, path, "cannot be looked at");
    else
        status = S_ISDIR(st.st_mode) ? walk_folder(&w, path, 0) : add_path(&w, path);
    if (tc_failed(status)) status = report(rules, reporter, status, &error);
    bool walked = !tc_failed(status);
    if (w.count > 1) qsort(w.paths, w.count, sizeof *w.paths, compare_paths);
    tc_str text;
    tc_str_init(&text, TC_YAML_BYTES);
    for (size_t i = 0; i < w.count; i++) {
        tc_status one = walked ? add_file(rules, w.paths[i], &text, reporter) : TC_SUCCESS;
        if (!tc_failed(status)) status = one;
        tc_free(w.paths[i]);
    }
    tc_str_done(&text);
    tc_free(w.paths);
    return status;
}
