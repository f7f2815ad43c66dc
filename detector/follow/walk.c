#include "detector/follow/walk.h"

#include "detector/follow/listing.h"
#include "detector/follow/meet.h"
#include "detector/follow/mounts.h"
#include "detector/follow/table.h"
#include "detector/follow/trouble.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { DEPTH_MAX = 64 };

typedef struct walk {
    tc_lane *lane;
    const tc_follow_pattern *pattern;
    uint32_t pattern_index;
    tc_mounts mounts;
    uint32_t depth;
    uint64_t above[DEPTH_MAX][2]; /* device and inode of the folders that it stands in */
    size_t length;
    char path[TC_FOLLOW_PATH_MAX + 1];
} walk;

static tc_slice path_of(const walk *w)
{
    return tc_slice_make(w->path, w->length);
}

static bool enter(walk *w, tc_slice name)
{
    size_t slash = w->length > 1 ? 1 : 0;
    if (w->length + slash + name.len > TC_FOLLOW_PATH_MAX) return false;
    if (slash) w->path[w->length] = '/';
    memcpy(w->path + w->length + slash, name.ptr, name.len);
    w->length += slash + name.len;
    w->path[w->length] = '\0';
    return true;
}

static void leave(walk *w, size_t length)
{
    w->length = length;
    w->path[length] = '\0';
}

/* NFS, SMB (three generations), FUSE, 9p, Ceph, AFS. */
static bool is_network(int fd)
{
    static const uint32_t kinds[] = {0x6969,     0x517B,     0xFF534D42, 0xFE534D42,
                                     0x65735546, 0x01021997, 0x00C36400, 0x5346414F};
    struct statfs fs;
    if (fstatfs(fd, &fs) != 0) return false;
    for (size_t i = 0; i < TC_COUNT_OF(kinds); i++) {
        if ((uint32_t)fs.f_type == kinds[i]) return true;
    }
    return false;
}

static void watch(const walk *w)
{
    const tc_lane *l = w->lane;
    if (l->hints < 0 || l->network) return;
    /* Without a watch the next walk sees it. */
    int watched = inotify_add_watch(l->hints, w->path,
                                    IN_CREATE | IN_MODIFY | IN_MOVE | IN_DELETE | IN_ATTRIB |
                                        IN_CLOSE_WRITE | IN_ONLYDIR);
    (void)watched;
}

/* Whether the folder is one of those that it stands in, by way of a link. */
static bool stands_in(walk *w, int fd)
{
    struct stat st;
    int sys = fstat(fd, &st) != 0 ? errno : 0;
    if (sys != 0) {
        tc_trouble(w->lane, path_of(w), sys, "cannot look at the folder");
        return true;
    }
    for (uint32_t i = 0; i < w->depth; i++) {
        if (w->above[i][0] == st.st_dev && w->above[i][1] == st.st_ino) return true;
    }
    w->above[w->depth][0] = st.st_dev;
    w->above[w->depth][1] = st.st_ino;
    return false;
}

static void walk_folder(walk *w, int fd, tc_follow_pattern_state state);

/* A mount below is another lane's. */
static bool hand_over(walk *w, tc_follow_pattern_state state)
{
    if (!tc_mounts_has(&w->mounts, path_of(w))) return false;
    tc_follow *follow = w->lane->follow;
    tc_follow_start_at at = {.path = w->path, .pattern = w->pattern_index, .state = state};
    tc_follow_lock(follow);
    tc_lane *other = tc_lane_of(follow, path_of(w));
    bool handed = other && other != w->lane && !tc_failed(tc_lane_begin_at(other, &at));
    tc_follow_unlock(follow);
    return handed || other != w->lane;
}

static void walk_into(walk *w, int folder, const tc_listed *entry)
{
    size_t length = w->length;
    tc_follow_pattern_state state = entry->state;
    if (!tc_follow_pattern_enters(w->pattern, &state)) return;
    if (!enter(w, entry->name)) return;
    if (w->depth + 1 < DEPTH_MAX && !hand_over(w, state)) {
        bool links = w->lane->follow->options.follow_links;
        int fd = openat(folder, (const char *)entry->name.ptr,
                        O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK |
                            (links || entry->linked ? 0 : O_NOFOLLOW));
        if (fd >= 0) {
            w->depth++;
            walk_folder(w, fd, state);
            w->depth--;
        } else if (errno != ENOENT && errno != ELOOP && errno != ENOTDIR) {
            tc_trouble(w->lane, path_of(w), errno, "cannot open the folder");
        }
    }
    leave(w, length);
}

static void meet_one(walk *w, int folder, const tc_listed *entry)
{
    size_t length = w->length;
    if (!enter(w, entry->name)) return;
    if (entry->sys != 0) {
        tc_trouble(w->lane, path_of(w), entry->sys, "cannot look at it");
    } else if (entry->kind == TC_LISTED_SPECIAL) {
        tc_trouble(w->lane, path_of(w), 0, "it is no file");
    } else {
        tc_meeting m = {.folder = folder,
                        .name = (const char *)entry->name.ptr,
                        .path = path_of(w),
                        .seen = &entry->seen,
                        .wanted = entry->wanted,
                        .linked = entry->linked};
        tc_meet(w->lane, &m);
    }
    leave(w, length);
}

/* Owns fd. */
static void walk_folder(walk *w, int fd, tc_follow_pattern_state state)
{
    if (stands_in(w, fd)) {
        (void)close(fd);
        return;
    }
    tc_lane *lane = w->lane;
    tc_lane_beat(lane);
    watch(w);
    tc_arena_mark mark = tc_arena_save(lane->names);
    tc_listing listing = {.lane = lane,
                          .pattern = w->pattern,
                          .state = state,
                          .folder = path_of(w),
                          .top = w->depth == 0};
    tc_list(&listing, fd);
    if (listing.sys != 0) tc_trouble(lane, path_of(w), listing.sys, "cannot read the folder");
    for (size_t i = 0; i < listing.count; i++) {
        if (listing.entries[i].kind != TC_LISTED_FOLDER) meet_one(w, fd, &listing.entries[i]);
    }
    for (size_t i = 0; i < listing.count; i++) {
        if (listing.entries[i].kind == TC_LISTED_FOLDER) walk_into(w, fd, &listing.entries[i]);
    }
    tc_arena_rewind(lane->names, mark);
    (void)close(fd);
}

/* What was mounted or unmounted there since makes the place another lane's. */
static bool is_elsewhere(const walk *w, const tc_follow_start_at *at)
{
    tc_slice mount = tc_mounts_of(&w->mounts, path_of(w));
    tc_follow *follow = w->lane->follow;
    tc_follow_lock(follow);
    tc_lane *lane = tc_lane_of(follow, mount);
    bool elsewhere = lane && lane != w->lane && !tc_failed(tc_lane_begin_at(lane, at));
    tc_follow_unlock(follow);
    return elsewhere;
}

static void walk_from(walk *w, const tc_follow_start_at *at)
{
    w->depth = 0;
    w->pattern_index = at->pattern;
    w->pattern = &w->lane->follow->patterns[at->pattern];
    if (is_elsewhere(w, at)) return;
    int fd = open(w->path,
                  O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK | (at->fixed ? 0 : O_NOFOLLOW));
    if (fd < 0) {
        tc_trouble(w->lane, path_of(w), errno, "cannot open the folder");
        return;
    }
    bool network = is_network(fd);
    tc_follow_lock(w->lane->follow);
    w->lane->network = network;
    tc_follow_unlock(w->lane->follow);
    walk_folder(w, fd, at->state);
}

/* Others may add places meanwhile, so each is copied. */
static bool next_start(walk *w, size_t i, tc_follow_start_at *ret)
{
    tc_follow *follow = w->lane->follow;
    tc_follow_lock(follow);
    bool more = i < w->lane->start_count && !follow->stop;
    if (more) {
        *ret = w->lane->starts[i];
        w->length = strlen(ret->path);
        memcpy(w->path, ret->path, w->length + 1);
        ret->path = w->path;
    }
    tc_follow_unlock(follow);
    return more;
}

void tc_walk(tc_lane *lane)
{
    walk w = {.lane = lane};
    tc_mounts_read(&w.mounts, lane->follow->options.mounts);
    lane->walk++;
    tc_follow_start_at at;
    for (size_t i = 0; next_start(&w, i, &at); i++)
        walk_from(&w, &at);
    tc_mounts_done(&w.mounts);
    tc_trouble_over(lane);
}
