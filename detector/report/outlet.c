#include "detector/report/outlet.h"

#include "detector/settings/expand_lists.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static TC_STATUS failed(const tc_outlet *outlet, int sys, tc_error *reterr)
{
    return tc_fail_sys(reterr, sys, outlet->path, "cannot write");
}

static bool is_standard(const char *path)
{
    return path == NULL || strcmp(path, "-") == 0;
}

TC_STATUS tc_outlet_open(tc_outlet *outlet, const char *path, tc_error *reterr)
{
    *outlet = (tc_outlet){"standard output", STDOUT_FILENO, true, true};
    if (is_standard(path)) return TC_SUCCESS;
    *outlet = (tc_outlet){.path = path};
    outlet->descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
    if (outlet->descriptor < 0) return failed(outlet, errno, reterr);
    outlet->open = true;
    return TC_SUCCESS;
}

/* Takes away what the file held before. */
static TC_STATUS begin(tc_outlet *outlet, tc_error *reterr)
{
    struct stat st;
    if (outlet->begun) return TC_SUCCESS;
    outlet->begun = true;
    int sys = fstat(outlet->descriptor, &st) != 0 ? errno : 0;
    if (sys == 0 && S_ISREG(st.st_mode) && ftruncate(outlet->descriptor, 0) != 0) sys = errno;
    return sys == 0 ? TC_SUCCESS : failed(outlet, sys, reterr);
}

TC_STATUS tc_outlet_write(tc_outlet *outlet, tc_slice text, tc_error *reterr)
{
    TC_ASSERT(outlet->open);
    TC_TRY(begin(outlet, reterr));
    while (text.len) {
        ssize_t n = write(outlet->descriptor, text.ptr, text.len);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return failed(outlet, errno, reterr);
        text = tc_slice_sub(text, (size_t)n, text.len);
    }
    return TC_SUCCESS;
}

TC_STATUS tc_outlet_close(tc_outlet *outlet, tc_error *reterr)
{
    TC_ASSERT(outlet->open);
    TC_TRY(begin(outlet, reterr));
    outlet->open = false;
    if (outlet->descriptor == STDOUT_FILENO) return TC_SUCCESS;
    /* Some file systems notice only now that the disk is full. */
    if (close(outlet->descriptor) != 0 && errno != EINTR) return failed(outlet, errno, reterr);
    return TC_SUCCESS;
}

void tc_outlet_done(tc_outlet *outlet)
{
    if (outlet->open && outlet->descriptor != STDOUT_FILENO) close(outlet->descriptor);
    outlet->open = false;
}

/* -- nothing that is read is written over --------------------------------------------------- */

typedef struct output {
    const char *option, *path;
    struct stat st;
    bool exists; /* as a regular file: a device or pipe holds nothing that could be lost */
} output;

static output look(const char *option, const char *path)
{
    output o = {.option = option, .path = path};
    o.exists = !is_standard(path) && stat(path, &o.st) == 0 && S_ISREG(o.st.st_mode);
    return o;
}

static TC_STATUS spare_file(const output *o, const struct stat *st, tc_error *reterr)
{
    if (!o->exists || st->st_dev != o->st.st_dev || st->st_ino != o->st.st_ino) return TC_SUCCESS;
    return tc_fail(reterr, TC_ESYNTAX,
                   "%s %.200s: this file is read by the same run, and would be lost; "
                   "name another",
                   o->option, o->path);
}

static TC_STATUS spare(const output *o, const char *path, tc_error *reterr)
{
    struct stat st;
    if (!is_standard(path)) return stat(path, &st) == 0 ? spare_file(o, &st, reterr) : TC_SUCCESS;
    int sys = fstat(STDIN_FILENO, &st) != 0 ? errno : 0;
    if (sys) return tc_fail_sys(reterr, sys, "-", "cannot look at standard input");
    return spare_file(o, &st, reterr);
}

static TC_STATUS spare_slice(const output *o, tc_slice path, tc_error *reterr)
{
    char text[4096];
    if (path.len >= sizeof(text)) return TC_SUCCESS;
    return spare(o, tc_slice_to_cstr(path, text, sizeof(text)), reterr);
}

static TC_STATUS spare_list(const output *o, const tc_path_list *paths, tc_error *reterr)
{
    for (size_t i = 0; i < paths->count; i++)
        TC_TRY(spare(o, paths->items[i], reterr));
    return TC_SUCCESS;
}

static TC_STATUS spare_all(const output *o, const tc_options *options, const tc_input *input,
                           const tc_ruleset *rules, tc_error *reterr)
{
    if (!o->exists) return TC_SUCCESS;
    TC_TRY(spare_list(o, &options->paths, reterr));
    TC_TRY(spare_list(o, &options->rules, reterr));
    TC_TRY(spare_list(o, &options->geo, reterr));
    for (size_t i = 0; i < options->expand.count; i++)
        TC_TRY(spare(o, tc_expand_list_file(options->expand.items[i]), reterr));
    if (options->accounts) TC_TRY(spare(o, options->accounts, reterr));
    for (size_t i = 0; input && i < tc_input_count(input); i++)
        TC_TRY(spare_slice(o, tc_input_source(input, i)->path, reterr));
    for (size_t i = 0; rules && i < tc_ruleset_count(rules); i++)
        TC_TRY(spare_slice(o, tc_ruleset_rule(rules, i)->file, reterr));
    return TC_SUCCESS;
}

static bool are_one_file(const output *a, const output *b)
{
    if (is_standard(a->path) || is_standard(b->path)) return false;
    bool same =
        a->exists && b->exists && a->st.st_dev == b->st.st_dev && a->st.st_ino == b->st.st_ino;
    return same || strcmp(a->path, b->path) == 0;
}

TC_STATUS tc_outlet_guard(const tc_options *options, const tc_input *input, const tc_ruleset *rules,
                          tc_error *reterr)
{
    const output outputs[] = {look("-o", options->output), look("--stats", options->stats),
                              look("--state", options->state), look("--learned", options->learned)};
    for (size_t i = 0; i < TC_COUNT_OF(outputs); i++) {
        TC_TRY(spare_all(&outputs[i], options, input, rules, reterr));
        for (size_t k = 0; k < i; k++)
            if (are_one_file(&outputs[k], &outputs[i]))
                return tc_fail(reterr, TC_ESYNTAX, "%s and %s name the same file: %.200s",
                               outputs[k].option, outputs[i].option, outputs[i].path);
    }
    return TC_SUCCESS;
}
