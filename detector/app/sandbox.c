#include "detector/app/sandbox.h"

#include "detector/follow/mounts.h"
#include "detector/guard/guard.h"
#include "detector/pipeline/temporary.h"
#include "parsers/base/alloc.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLACES_MAX 4096
#define PATH_MAX_OF_OURS 4096

typedef struct places {
    tc_guard_place *items;
    size_t count, capacity;
    tc_status status;
    bool anything; /* may be read */
} places;

/* The first `length` bytes of the path; what cannot be kept is told at the end. */
static void add(places *p, const char *path, size_t length, tc_guard_access access)
{
    if (tc_failed(p->status)) return;
    p->status = tc_grow(&p->items, &p->capacity, p->count + 1, sizeof(*p->items), PLACES_MAX);
    char *copy = tc_failed(p->status) ? NULL : tc_alloc(length + 1, 1);
    if (copy == NULL) {
        p->status = (tc_status){TC_ENOMEM};
        return;
    }
    memcpy(copy, path, length);
    p->items[p->count++] = (tc_guard_place){copy, access};
}

static void add_path(places *p, const char *path, tc_guard_access access)
{
    if (path != NULL && path[0] != 0) add(p, path, strlen(path), access);
}

/* The folder around what is named, at least `least` names above the root; else itself. */
static void add_folder_of(places *p, const char *path, tc_guard_access access)
{
    if (path == NULL || path[0] == 0) return;
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    while (length > 0 && path[length - 1] != '/')
        length--;
    if (length == 0)
        add(p, ".", 1, access);
    else if (length == 1)
        add_path(p, path, access);
    else
        add(p, path, length - 1, access);
}

/* From the root on, up to the first name that holds a '*' or '?'; empty if it is too long. */
static void fixed_part(const char *path, char out[PATH_MAX_OF_OURS])
{
    char here[PATH_MAX_OF_OURS] = "";
    size_t length = strcspn(path, "*?");
    if (path[0] != '/' && getcwd(here, sizeof(here)) == NULL) here[0] = 0;
    int n =
        snprintf(out, PATH_MAX_OF_OURS, "%s%s%.*s", here, here[0] ? "/" : "", (int)length, path);
    if (n < 0 || n >= PATH_MAX_OF_OURS) out[0] = 0;
    char *slash = strrchr(out, '/');
    if (path[length] != 0 && slash) slash[slash == out ? 1 : 0] = 0;
}

/* What is not there yet comes into being in what is. */
static void climb(char *path)
{
    struct stat st;
    for (char *slash; strlen(path) > 1 && stat(path, &st) != 0 && (slash = strrchr(path, '/'));)
        slash[slash == path ? 1 : 0] = 0;
}

/* A mount is not touched, as it may hang: the folder that it stands in is given. */
static void add_watched(places *p, const tc_mounts *mounts, const char *path)
{
    char fixed[PATH_MAX_OF_OURS];
    fixed_part(path, fixed);
    tc_slice mount = tc_mounts_of(mounts, tc_slice_of(fixed));
    if (mount.len == 1) {
        climb(fixed);
    } else {
        fixed[mount.len] = 0;
        /* There would be nothing around it but the root. */
        if (strrchr(fixed, '/') == fixed) {
            p->anything = p->anything || tc_mounts_is_remote(mounts, tc_slice_of(fixed));
            if (!p->anything) add_path(p, fixed, TC_GUARD_READ);
            return;
        }
    }
    add_folder_of(p, fixed, TC_GUARD_READ);
}

static void add_all_watched(places *p, const tc_path_list *paths)
{
    tc_mounts mounts = {NULL};
    tc_mounts_read(&mounts, NULL);
    for (size_t i = 0; i < paths->count; i++)
        add_watched(p, &mounts, paths->items[i]);
    tc_mounts_done(&mounts);
}

static void add_list(places *p, const tc_path_list *list, bool around)
{
    for (size_t i = 0; i < list->count; i++) {
        const char *path = list->items[i];
        const char *behind = strchr(path, '='); /* NAME=FILE */
        add_path(p, path, TC_GUARD_READ);
        if (around) add_folder_of(p, path, TC_GUARD_READ);
        if (around && behind != NULL) add_folder_of(p, behind + 1, TC_GUARD_READ);
    }
}

static void add_all(places *p, const tc_options *o, const tc_sandbox_more *more)
{
    if (more->watches)
        add_all_watched(p, &o->paths);
    else
        add_list(p, &o->paths, false);
    add_list(p, &o->rules, more->watches);
    add_list(p, &o->expand, true);
    add_list(p, &o->geo, more->watches);
    add_folder_of(p, o->config, TC_GUARD_READ);
    add_folder_of(p, o->accounts, TC_GUARD_READ);
    add_path(p, o->tables, TC_GUARD_READ);
    add_path(p, more->data, TC_GUARD_READ);
    add_path(p, getenv("TZDIR"), TC_GUARD_READ);
    add_path(p, tc_temporary_folder(), TC_GUARD_WRITE);
    add_path(p, more->state, TC_GUARD_WRITE);
    if (!more->watches) return;
    add_path(p, "/dev/stdout", TC_GUARD_DEVICE);
    add_list(p, &more->keys, true);
    for (size_t i = 0; i < more->told.count; i++)
        if (strncmp(more->told.items[i], "/dev/", 5) != 0)
            add_folder_of(p, more->told.items[i], TC_GUARD_WRITE);
}

static TC_STATUS close_with(const places *p, const tc_options *o, const tc_sandbox_more *more,
                            char ret_lack[256], tc_error *reterr)
{
    tc_guard_options options = {.places = p->items,
                                .place_count = p->count,
                                .reads_anything = o->follow_links || p->anything,
                                .network = more->watches};
    tc_guard_result result;
    char why[1024];
    tc_guard_close(&options, &result);
    bool wanted = !result.sanitised || o->sandbox == TC_SANDBOX_YES;
    if ((result.files && result.calls) || !wanted) return TC_SUCCESS;
    const char *lack = result.files   ? "system calls are not restricted"
                       : result.calls ? "files are not restricted"
                                      : "there is none";
    snprintf(ret_lack, 256, "sandbox: %s (%.180s)", lack,
             tc_error_format(&result.why, why, sizeof(why)));
    if (o->sandbox == TC_SANDBOX_AUTO) return TC_SUCCESS;
    return tc_fail(reterr, TC_EIO, "--sandbox yes: %s", ret_lack);
}

TC_STATUS tc_sandbox_close(const tc_options *o, const tc_sandbox_more *more, char ret_lack[256],
                           tc_error *reterr)
{
    places p = {.items = NULL};
    ret_lack[0] = 0;
    if (o->sandbox == TC_SANDBOX_NO) return TC_SUCCESS;
    add_all(&p, o, more);
    tc_status status = p.status;
    if (tc_failed(status))
        status = tc_fail(reterr, status.code, "the sandbox has too many places");
    else
        status = close_with(&p, o, more, ret_lack, reterr);
    for (size_t i = 0; i < p.count; i++)
        tc_free((char *)(uintptr_t)p.items[i].path);
    tc_free(p.items);
    return status;
}
