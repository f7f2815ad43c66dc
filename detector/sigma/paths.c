/* Files below a folder, sorted. */
#include "detector/sigma/paths.h"

#include "parsers/base/alloc.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#define FOLDER_DEPTH 32
#define FILES_MAX 200000
#define PATH_BYTES 4096

typedef struct walk {
    tc_paths *paths;
    bool (*wanted)(const char *name);
    tc_error *error;
} walk;

static TC_STATUS fail(tc_error *error, tc_code code, const char *path, const char *what)
{
    return tc_fail_at(error, code, path, 0, 0, "%s", what);
}

static TC_STATUS no_memory(const walk *w, const char *path)
{
    return fail(w->error, TC_ENOMEM, path, "no memory for the list of files");
}

static TC_STATUS add_path(walk *w, const char *path)
{
    tc_status status = tc_grow((void *)&w->paths->items, &w->paths->room, w->paths->count + 1,
                               sizeof *w->paths->items, FILES_MAX);
    if (status.code == TC_ELIMIT) return fail(w->error, TC_ELIMIT, path, "too many files");
    if (tc_failed(status)) return no_memory(w, path);
    size_t size = strlen(path) + 1;
    char *copy = tc_alloc(size, 1);
    if (!copy) return no_memory(w, path);
    memcpy(copy, path, size);
    w->paths->items[w->paths->count++] = copy;
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
    if (S_ISLNK(st.st_mode) && w->wanted(name) && stat(path, &st) != 0)
        return tc_fail_sys(w->error, errno, path, "is a link to nothing");
    return S_ISREG(st.st_mode) && w->wanted(name) ? add_path(w, path) : TC_SUCCESS;
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

TC_STATUS tc_paths_add(tc_paths *paths, const char *path, bool (*wanted)(const char *name),
                       tc_error *reterr)
{
    struct stat st;
    size_t before = paths->count;
    walk w = {paths, wanted, reterr};
    if (stat(path, &st) != 0) return tc_fail_sys(reterr, errno, path, "cannot be looked at");
    TC_TRY(S_ISDIR(st.st_mode) ? walk_folder(&w, path, 0) : add_path(&w, path));
    if (paths->count - before > 1)
        qsort(paths->items + before, paths->count - before, sizeof *paths->items, compare_paths);
    return TC_SUCCESS;
}

void tc_paths_done(tc_paths *paths)
{
    for (size_t i = 0; i < paths->count; i++)
        tc_free(paths->items[i]);
    tc_free(paths->items);
    *paths = (tc_paths){0};
}
