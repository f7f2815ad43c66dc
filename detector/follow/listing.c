#include "detector/follow/listing.h"

#include "detector/follow/stem.h"
#include "detector/follow/table.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { STEMS_MAX = 16 };

typedef struct chained {
    struct chained *next;
    tc_listed listed;
} chained;

/* Whether the file of that path has lost its content to a copy that is not found yet. */
static bool misses_its_content(const tc_follow *follow, tc_slice path)
{
    const tc_followed *f = NULL;
    while ((f = tc_find_path(follow, path, f))) {
        if (f->state == TC_REPLACED || f->state == TC_UNSEEN || f->state == TC_MISSING) return true;
    }
    return false;
}

/* "log.1.gz" may hold what "log.1" or "log" held. */
static bool is_relative(const tc_listing *l, tc_slice name)
{
    char path[TC_FOLLOW_PATH_MAX + 2];
    if (l->folder.len + 1 + name.len > TC_FOLLOW_PATH_MAX) return false;
    memcpy(path, l->folder.ptr, l->folder.len);
    size_t at = l->folder.len;
    if (at > 1) path[at++] = '/';
    memcpy(path + at, name.ptr, name.len);
    tc_slice stem = tc_slice_make(path, at + name.len);
    for (int stems = 0; stems < STEMS_MAX && tc_stem_cut(&stem); stems++) {
        if (misses_its_content(l->lane->follow, stem)) return true;
    }
    return false;
}

static bool is_known(const tc_listing *l, uint64_t device, const struct dirent *d, tc_slice name)
{
    tc_follow *follow = l->lane->follow;
    tc_follow_lock(follow);
    bool known = tc_find_inode(follow, device, d->d_ino, NULL) || is_relative(l, name);
    tc_follow_unlock(follow);
    return known;
}

static tc_listed_kind kind_of(mode_t mode)
{
    if (S_ISREG(mode)) return TC_LISTED_FILE;
    return S_ISDIR(mode) ? TC_LISTED_FOLDER : TC_LISTED_SPECIAL;
}

/* A link is followed if that was asked for, or if the pattern names it to the letter. */
static bool follows(const tc_listing *l, const tc_listed *e)
{
    if (l->lane->follow->options.follow_links) return true;
    return l->top && l->pattern->literal && e->wanted;
}

/* Whether the entry concerns us, and what it is. Folders are not touched here: they may be mounts.
 */
static bool look(const tc_listing *l, int folder, uint64_t device, const struct dirent *d,
                 tc_listed *e)
{
    e->state = tc_follow_pattern_step(l->pattern, l->state, e->name);
    if (l->state.all) e->state.all = true;
    e->wanted = tc_follow_pattern_is_whole(l->pattern, e->state);
    if (d->d_type == DT_DIR) {
        e->kind = TC_LISTED_FOLDER;
        return e->wanted || e->state.places != 0;
    }
    if (!e->wanted && e->state.places == 0 && !is_known(l, device, d, e->name)) return false;
    e->linked = d->d_type == DT_LNK;
    if (e->linked && !follows(l, e)) return false;
    int flags = e->linked ? 0 : AT_SYMLINK_NOFOLLOW;
    if (fstatat(folder, (const char *)e->name.ptr, &e->seen, flags) != 0) {
        e->sys = errno;
        return errno != ENOENT;
    }
    if (S_ISLNK(e->seen.st_mode)) return false;
    e->kind = kind_of(e->seen.st_mode);
    return e->kind != TC_LISTED_SPECIAL || e->wanted;
}

static int64_t age_of(const tc_listed *e)
{
    return (int64_t)e->seen.st_mtim.tv_sec;
}

static int by_age(const void *a, const void *b)
{
    const tc_listed *left = a, *right = b;
    int64_t x = age_of(left), y = age_of(right);
    if (x != y) return x < y ? -1 : 1;
    int64_t m = left->seen.st_mtim.tv_nsec, n = right->seen.st_mtim.tv_nsec;
    if (m != n) return m < n ? -1 : 1;
    return tc_slice_compare(left->name, right->name);
}

static void sort(tc_listing *l, chained *list, size_t count)
{
    l->entries = tc_arena_get(l->lane->names, count ? count : 1, sizeof *l->entries);
    if (!l->entries) {
        l->sys = ENOMEM;
        return;
    }
    for (chained *c = list; c; c = c->next)
        l->entries[l->count++] = c->listed;
    if (count > 1) qsort(l->entries, count, sizeof *l->entries, by_age);
}

static bool keep(tc_listing *l, const tc_listed *e, chained **list)
{
    chained *c = tc_arena_get(l->lane->names, 1, sizeof *c);
    if (!c) return false;
    *c = (chained){*list, *e};
    tc_slice ended = tc_slice_make(e->name.ptr, e->name.len + 1);
    if (!tc_arena_copy(l->lane->names, ended, &c->listed.name)) return false;
    c->listed.name.len--;
    *list = c;
    return true;
}

/* The names that concern the lane, in a chain; what they are at least up to a failure. */
static size_t read_names(tc_listing *l, int fd, DIR *dir, uint64_t device, chained **list)
{
    size_t count = 0;
    for (;;) {
        errno = 0;
        const struct dirent *d = readdir(dir);
        l->sys = d ? 0 : errno;
        if (!d) return count;
        tc_listed e = {.name = tc_slice_of(d->d_name)};
        if (d->d_name[0] == '.' || !look(l, fd, device, d, &e)) continue;
        if (!keep(l, &e, list)) {
            l->sys = ENOMEM;
            return count;
        }
        count++;
    }
}

/* The folder opened once more, as reading its names ends with closing it. */
static DIR *open_names(int fd, int *ret_sys)
{
    int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = own >= 0 ? fdopendir(own) : NULL;
    *ret_sys = dir ? 0 : errno;
    if (!dir && own >= 0) (void)close(own);
    return dir;
}

void tc_list(tc_listing *l, int fd)
{
    struct stat st;
    l->sys = fstat(fd, &st) != 0 ? errno : 0;
    DIR *dir = l->sys == 0 ? open_names(fd, &l->sys) : NULL;
    if (!dir) return;
    chained *list = NULL;
    size_t count = read_names(l, fd, dir, st.st_dev, &list);
    (void)closedir(dir);
    sort(l, list, count);
}
