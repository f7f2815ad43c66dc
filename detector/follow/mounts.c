#include "detector/follow/mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { LINE = 8192, POINT_FIELD = 4, MOUNTS_MAX = 65536 };

/* Undoes \040 and its like, in place. */
static size_t unescape(char *text, size_t length)
{
    size_t to = 0;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (c == '\\' && i + 3 < length && text[i + 1] >= '0' && text[i + 1] <= '3') {
            c = (char)((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
            i += 3;
        }
        text[to++] = c;
    }
    return to;
}

/* The type stands behind a dash, and what comes over a network may keep one waiting. */
static bool is_remote(const char *line, size_t length)
{
    static const char *const types[] = {"nfs", "cifs", "smb", "fuse", "9p", "ceph", "afs"};
    const char *dash = memmem(line, length, " - ", 3);
    if (!dash) return false;
    tc_slice type = tc_slice_make(dash + 3, length - (size_t)(dash + 3 - line));
    for (size_t i = 0; i < TC_COUNT_OF(types); i++)
        if (tc_slice_starts(type, tc_slice_of(types[i]))) return true;
    return false;
}

static void note(tc_mounts *mounts, char *line, size_t length)
{
    tc_slice rest = tc_slice_make(line, length), field = TC_EMPTY_SLICE;
    for (int i = 0; i <= POINT_FIELD; i++) {
        if (!rest.ptr) return;
        field = tc_slice_split(rest, ' ', &rest);
    }
    char *point = line + (field.ptr - (const uint8_t *)line);
    bool remote = is_remote(line, length);
    uint64_t *value;
    /* What does not get in is walked by whoever finds it: right, if it answers. */
    tc_status status =
        tc_map_put(mounts->points, tc_slice_make(point, unescape(point, field.len)), &value, NULL);
    if (!tc_failed(status)) *value = remote;
}

static void read_table(int fd, tc_mounts *mounts)
{
    char line[LINE];
    size_t length = 0;
    for (;;) {
        ssize_t n = read(fd, line + length, sizeof line - length);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return;
        length += (size_t)n;
        size_t end;
        while ((end = tc_slice_find(tc_slice_make(line, length), '\n')) != TC_NPOS) {
            note(mounts, line, end);
            length -= end + 1;
            memmove(line, line + end + 1, length);
        }
        if (length == sizeof line) length = 0;
    }
}

void tc_mounts_read(tc_mounts *mounts, const char *table)
{
    mounts->points = tc_map_new(MOUNTS_MAX);
    int fd = open(table ? table : "/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    if (mounts->points) read_table(fd, mounts);
    (void)close(fd);
}

void tc_mounts_done(tc_mounts *mounts)
{
    tc_map_free(mounts->points);
    mounts->points = NULL;
}

bool tc_mounts_has(const tc_mounts *mounts, tc_slice path)
{
    return mounts->points && tc_map_get(mounts->points, path) != NULL;
}

bool tc_mounts_is_remote(const tc_mounts *mounts, tc_slice point)
{
    const uint64_t *value = mounts->points ? tc_map_get(mounts->points, point) : NULL;
    return value && *value;
}

tc_slice tc_mounts_of(const tc_mounts *mounts, tc_slice path)
{
    while (path.len > 1 && !tc_mounts_has(mounts, path)) {
        size_t slash = tc_slice_rfind(path, '/');
        path.len = slash == TC_NPOS ? 0 : slash;
    }
    return path.len > 1 ? path : TC_LIT("/");
}
