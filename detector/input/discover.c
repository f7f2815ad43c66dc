#include "detector/input/discover.h"

#include "parsers/base/alloc.h"
#include "parsers/base/arena.h"
#include "parsers/base/map.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH_MAX = 64, PATH_BYTES = 4096 };
#define NAMES_MAX                                                                                  \
    ((size_t)256 * 1024 * 1024) /* bytes for the names of all folders being walked                 \
                                 */
#define FOLDERS_MAX ((size_t)1 << 20)

typedef struct entry {
    struct entry *next;
    uint8_t type; /* DT_... */
    char name[];
} entry;

typedef struct walk {
    const tc_found_sink *sink;
    bool follow_links;
    tc_arena *names;
    tc_map *folders; /* visited, by device and inode */
    tc_map *files;   /* paths of the files that are arguments themselves */
    size_t root;
    size_t length;
    uint32_t depth;
    char path[PATH_BYTES];
} walk;

void tc_error_set_path(tc_error *reterr, tc_slice path)
{
    tc_error_set_source(reterr, path.len ? (const char *)path.ptr : "", path.len);
}

static TC_STATUS report(const walk *w, tc_found *found)
{
    found->path = tc_slice_make(w->path, w->length);
    found->root = w->root;
    size_t slash = tc_slice_rfind(found->path, '/');
    found->name_at = slash == TC_NPOS ? 0 : slash + 1;
    return w->sink->found(w->sink->context, found);
}

static TC_STATUS report_problem(const walk *w, const char *problem, int sys)
{
    tc_found found = {.kind = TC_FOUND_PROBLEM,
                      .named = w->depth == 0,
                      .folder = AT_FDCWD,
                      .name = w->path,
                      .problem = problem,
                      .sys = sys};
    return report(w, &found);
}

/* Appends a name to the path; false if it gets too long. */
static bool enter_name(walk *w, const char *name)
{
    size_t slash = w->length > 0 && w->path[w->length - 1] != '/' ? 1 : 0;
    size_t length = strlen(name);
    if (w->length + slash + length >= sizeof w->path) return false;
    if (slash) w->path[w->length] = '/';
    memcpy(w->path + w->length + slash, name, length + 1);
    w->length += slash + length;
    return true;
}

static void leave_name(walk *w, size_t length)
{
    w->length = length;
    w->path[length] = '\0';
}

/* *ret_fresh tells whether the folder is entered for the first time; *ret_sys is the errno if that
 * cannot be known. */
static TC_STATUS note_folder(walk *w, int fd, bool *ret_fresh, int *ret_sys)
{
    struct stat st;
    *ret_fresh = false;
    *ret_sys = fstat(fd, &st) != 0 ? errno : 0;
    if (*ret_sys != 0) return TC_SUCCESS;
    uint64_t id[2] = {(uint64_t)st.st_dev, (uint64_t)st.st_ino};
    uint64_t *value;
    return tc_map_put(w->folders, tc_slice_make(id, sizeof id), &value, ret_fresh);
}

static int compare_entries(const void *a, const void *b)
{
    const entry *const *left = a;
    const entry *const *right = b;
    return strcmp((*left)->name, (*right)->name);
}

/* The next name but "." and ".."; NULL at the end, or with *ret_sys when there is no knowing. */
static const struct dirent *next_name(DIR *dir, int *ret_sys)
{
    const struct dirent *d;
    do {
        errno = 0;
        d = readdir(dir);
        *ret_sys = d ? 0 : errno;
    } while (d && (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0));
    return d;
}

/* Reads all names of a folder, sorted. *ret is NULL at the limit of memory. */
static size_t read_names(walk *w, DIR *dir, const entry ***ret, int *ret_sys)
{
    entry *list = NULL;
    size_t count = 0;
    *ret = NULL;
    for (const struct dirent *d; (d = next_name(dir, ret_sys));) {
        size_t size = strlen(d->d_name) + 1;
        entry *e = tc_arena_get(w->names, 1, sizeof *e + size);
        if (!e) return 0;
        e->next = list;
        e->type = d->d_type;
        memcpy(e->name, d->d_name, size);
        list = e;
        count++;
    }
    *ret = tc_arena_get(w->names, count ? count : 1, sizeof **ret);
    if (!*ret) return 0;
    const entry *e = list;
    for (size_t i = 0; i < count; i++, e = e->next)
        (*ret)[i] = e;
    if (count > 1) qsort(*ret, count, sizeof **ret, compare_entries);
    return count;
}

static TC_STATUS walk_folder(walk *w, int fd);

static TC_STATUS walk_into(walk *w, int folder, const char *name)
{
    if (w->depth >= DEPTH_MAX) {
        return report_problem(w, "folders are nested too deep; name this one by itself", 0);
    }
    int fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return report_problem(w, "cannot open the folder", errno);
    w->depth++;
    tc_status status = walk_folder(w, fd);
    w->depth--;
    return status;
}

/* What the entry is: behind a link only if links are followed. False with the errno if that cannot
 * be known. */
static bool know_type(const walk *w, int folder, const entry *e, uint8_t *ret, int *ret_sys)
{
    struct stat st;
    *ret = e->type;
    if (e->type != DT_UNKNOWN && (e->type != DT_LNK || !w->follow_links)) return true;
    if (fstatat(folder, e->name, &st, w->follow_links ? 0 : AT_SYMLINK_NOFOLLOW) != 0) {
        *ret_sys = errno;
        return false;
    }
    *ret = (uint8_t)IFTODT(st.st_mode);
    return true;
}

static TC_STATUS walk_entry(walk *w, int folder, const entry *e)
{
    uint8_t type;
    int sys = 0;
    if (!know_type(w, folder, e, &type, &sys)) return report_problem(w, "cannot look at it", sys);
    if (type == DT_DIR) return walk_into(w, folder, e->name);
    if (type == DT_LNK) {
        tc_found link = {.kind = TC_FOUND_LINK, .folder = folder, .name = e->name};
        return report(w, &link);
    }
    if (type == DT_REG && tc_map_get(w->files, tc_slice_make(w->path, w->length))) {
        return TC_SUCCESS;
    }
    tc_found found = {.kind = type == DT_REG ? TC_FOUND_FILE : TC_FOUND_SPECIAL,
                      .folder = folder,
                      .name = e->name};
    return report(w, &found);
}

static TC_STATUS walk_names(walk *w, int folder, const entry *const *names, size_t count)
{
    size_t length = w->length;
    tc_status status = TC_SUCCESS;
    for (size_t i = 0; i < count && !tc_failed(status); i++) {
        if (enter_name(w, names[i]->name)) {
            status = walk_entry(w, folder, names[i]);
        } else {
            status = report_problem(w, "a name in this folder makes the path too long", 0);
        }
        leave_name(w, length);
    }
    return status;
}

/* Owns fd. */
static TC_STATUS walk_folder(walk *w, int fd)
{
    bool fresh;
    int sys = 0;
    tc_status status = note_folder(w, fd, &fresh, &sys);
    DIR *dir = !tc_failed(status) && fresh ? fdopendir(fd) : NULL;
    if (!dir) {
        if (fresh) sys = errno;
        (void)close(fd);
        if (tc_failed(status) || sys == 0) return status;
        return report_problem(w, "cannot read the folder", sys);
    }
    tc_arena_mark mark = tc_arena_save(w->names);
    const entry **names;
    size_t count = read_names(w, dir, &names, &sys);
    if (!names) {
        status = report_problem(w, "too many files in one folder, or no memory for their names", 0);
    } else {
        if (sys != 0) status = report_problem(w, "cannot read all of the folder", sys);
        if (!tc_failed(status)) status = walk_names(w, dirfd(dir), names, count);
    }
    tc_arena_rewind(w->names, mark);
    (void)closedir(dir);
    return status;
}

static TC_STATUS refuse(const char *path, tc_error *reterr, const char *text, int sys)
{
    return tc_fail_sys(reterr, sys, path, "%s", text);
}

/* The path without slashes at its end, as it will be shown. */
static bool set_argument(walk *w, const char *path)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    if (length == 0 || length >= sizeof w->path) return false;
    memcpy(w->path, path, length);
    leave_name(w, length);
    size_t slash = tc_slice_rfind(tc_slice_make(path, length), '/');
    w->root = slash == TC_NPOS ? 0 : slash + 1;
    return true;
}

static TC_STATUS walk_argument(walk *w, const char *path, tc_error *reterr)
{
    if (!set_argument(w, path)) return refuse(path, reterr, "no usable path", 0);
    tc_found found = {.kind = TC_FOUND_STREAM, .named = true, .folder = AT_FDCWD, .name = w->path};
    if (strcmp(path, "-") == 0) {
        found.name = NULL;
        return report(w, &found);
    }
    struct stat st;
    if (stat(w->path, &st) != 0) {
        if (errno == EACCES) return report_problem(w, "cannot look at it", EACCES);
        return refuse(path, reterr, "cannot be scanned", errno);
    }
    if (S_ISDIR(st.st_mode)) return walk_into(w, AT_FDCWD, w->path);
    w->root = 0; /* a file named by itself: all folders that the user wrote may name the server */
    if (S_ISREG(st.st_mode)) {
        found.kind = TC_FOUND_FILE;
    } else if (!S_ISFIFO(st.st_mode) && !S_ISCHR(st.st_mode)) {
        return refuse(path, reterr, "is neither file nor folder nor pipe", 0);
    }
    return report(w, &found);
}

static TC_STATUS note_file_argument(walk *w, const char *path)
{
    struct stat st;
    uint64_t *value;
    bool created;
    if (!set_argument(w, path) || stat(w->path, &st) != 0 || !S_ISREG(st.st_mode)) {
        return TC_SUCCESS;
    }
    return tc_map_put(w->files, tc_slice_make(w->path, w->length), &value, &created);
}

static int compare_paths(const void *a, const void *b)
{
    const char *const *left = a;
    const char *const *right = b;
    return strcmp(*left, *right);
}

/* The arguments in byte order: the outcome must not depend on the order in which they came. */
static TC_STATUS walk_arguments(walk *w, const char **sorted, size_t count, tc_error *reterr)
{
    if (count > 1) qsort(sorted, count, sizeof *sorted, compare_paths);
    for (size_t i = 0; i < count; i++) {
        TC_TRY(note_file_argument(w, sorted[i]));
    }
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(sorted[i], sorted[i - 1]) == 0) continue;
        TC_TRY(walk_argument(w, sorted[i], reterr));
    }
    return TC_SUCCESS;
}

TC_STATUS tc_discover(const char *const *paths, size_t count, bool follow_links,
                      const tc_found_sink *sink, tc_error *reterr)
{
    walk *w = tc_alloc(1, sizeof *w);
    const char **sorted = tc_alloc(count, sizeof *sorted);
    tc_status status = {TC_ENOMEM};
    if (w && sorted) {
        if (count) memcpy(sorted, paths, count * sizeof *sorted);
        w->sink = sink;
        w->follow_links = follow_links;
        w->names = tc_arena_new(NAMES_MAX);
        w->folders = tc_map_new(FOLDERS_MAX);
        w->files = tc_map_new(TC_MAX(count, (size_t)1));
    }
    if (reterr) *reterr = (tc_error){0};
    if (w && w->names && w->folders && w->files) {
        status = walk_arguments(w, sorted, count, reterr);
    }
    if (tc_failed(status) && reterr && reterr->code == TC_OK) {
        (void)tc_fail(reterr, status.code,
                      status.code == TC_ELIMIT ? "too many files or folders; scan them in parts"
                                               : "no memory to list the files");
    }
    if (w) {
        tc_arena_free(w->names);
        tc_map_free(w->folders);
        tc_map_free(w->files);
    }
    tc_free(sorted);
    tc_free(w);
    return status;
}
